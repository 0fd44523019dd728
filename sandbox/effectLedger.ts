import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'

/**
 * A twin's memory: JSON lines, appended and fsynced before the twin answers, so that a kill -9
 * loses nothing that it promised. The chaos oracle reads these files and believes them more than
 * our own database.
 */
export type EffectEntry =
  /**
   * The HMO took a claim into its books. Two with the same submission number are a doubled claim.
   */
  | {
      kind: 'effect'
      at: string
      submissionNumber: string
      purpose: 'new' | 'replacement' | 'void' | 'supplement'
      /** The HMO's own claim number. */
      claimNumber: string
      /** Which of the HMO's claims this one corrects, as the bytes said. */
      originalReference: string | null
      memberId: string
      total: number
      currency: string
      bytesSha256: string
      scenario: string
      /** Format-specific facts that the twin's later answers need (lines, control numbers). */
      detail: Record<string, unknown>
    }
  /** A second copy of a claim that the HMO recognised and dropped. */
  | { kind: 'duplicate'; at: string; submissionNumber: string; bytesSha256: string }
  /** A sending that the HMO refused as a whole. */
  | { kind: 'refused'; at: string; because: string; bytesSha256: string }
  /** An answer that the HMO published or pushed: an acknowledgement, a decision, a remittance. */
  | { kind: 'said'; at: string; about: string; what: string; paid?: number; key: string }
  /** Anything that the twin must remember across a restart. */
  | { kind: 'note'; at: string; key: string; value: unknown }

export interface EffectLedger {
  append(entry: EffectEntry): void
  entries(): readonly EffectEntry[]
  close(): void
}

/**
 * Opens (or goes on with) the ledger in `folder`. A last line cut off by a kill was never promised
 * and is dropped.
 */
export function openEffectLedger(folder: string): EffectLedger {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'effects.jsonl')
  const entries = existsSync(file) ? readEffects(file) : []
  const handle = openSync(file, 'a')
  // Also when nothing else is there: the next entry must not be glued to a torn first line.
  if (!/(^|\n)$/.test(readFileSync(file, 'utf8').slice(-1))) writeSync(handle, '\n')
  return {
    append(entry) {
      writeSync(handle, `${JSON.stringify(entry)}\n`)
      fsyncSync(handle)
      entries.push(entry)
    },
    entries: () => entries,
    close: () => closeSync(handle),
  }
}

/** All whole lines of a ledger file. */
export function readEffects(file: string): EffectEntry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as EffectEntry]
      } catch {
        return []
      }
    })
}
