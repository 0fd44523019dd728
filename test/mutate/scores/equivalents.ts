import type { Survivor } from './measured.ts'

/** A change that leaves every behaviour as it is. */
export interface Equivalent {
  file: string
  /** A part of the line that the change is in. */
  line: string
  /** StrykerJS's name of the change. */
  kind: string
  /** The beginning of what the change puts there; left out: any change of this kind on the line. */
  becomes?: string
  because: string
}

/**
 * Changes that nothing could tell from the code as it stands, each looked at by a person. What a
 * test could tell does not belong here.
 */
export const EQUIVALENTS: Equivalent[] = []

/** Why a change that lived is none; null when it is one. */
export function equivalentBecause(file: string, text: string, survivor: Survivor): string | null {
  const line = text.split('\n')[survivor.line - 1] ?? ''
  const found = EQUIVALENTS.find(
    (each) =>
      each.file === file &&
      each.kind === survivor.kind &&
      line.includes(each.line) &&
      survivor.becomes.startsWith(each.becomes ?? ''),
  )
  return found?.because ?? null
}
