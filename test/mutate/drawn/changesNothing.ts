import type { Defect } from './defect.ts'

interface Same {
  /** The text around the change, on its own line. */
  line: RegExp
  kind: Defect['kind']
  because: string
}

/**
 * Changes that leave every behaviour as it is, each looked at by a person. Nothing that a test
 * could tell belongs here.
 */
const SAME: Same[] = []

/** Why a defect is none; null when it is one. */
export function changesNothing(text: string, defect: Defect): string | null {
  const from = text.lastIndexOf('\n', defect.start - 1) + 1
  const to = text.indexOf('\n', defect.end)
  const line = text.slice(from, to === -1 ? undefined : to)
  return SAME.find((each) => each.kind === defect.kind && each.line.test(line))?.because ?? null
}
