import { setTimeout as pause } from 'node:timers/promises'
import type { Faults } from '../faults.ts'
import { lateAcceptance } from '../lateAcceptance.ts'

/**
 * What may go wrong between client and server, decided for each event. `cut` ends the connection
 * without an answer.
 */
export interface Interference {
  /** A connection that is closed before the first byte. */
  refuses(): boolean
  /** Before each answered request. */
  beforeAnswer(): Promise<void>
  /**
   * A write of `length` bytes at `offset`; answers how many of them still arrive before the cut, or
   * null for no cut.
   */
  cutsWrite(file: string, offset: number, length: number): number | null
  /** The rename is done, its answer is lost. */
  cutsRename(target: string): boolean
  /** The rename is lost on its way: no answer comes, and `rename` is called later. */
  delaysRename(target: string, rename: () => void): boolean
  /** Somebody looked for a file. */
  lookedFor(target: string): void
  /** The names that a listing shows. */
  listed(folder: string, names: string[]): string[]
}

export const NO_INTERFERENCE: Interference = {
  refuses: () => false,
  beforeAnswer: async () => undefined,
  cutsWrite: () => null,
  cutsRename: () => false,
  delaysRename: () => false,
  lookedFor: () => undefined,
  listed: (_folder, names) => names,
}

/**
 * The transport's faults of `TWIN_FAULTS`: refuse, delay, dropConnectionDuringUpload,
 * renameReplyLost, acceptLater.
 */
export function interferenceFrom(faults: Faults): Interference {
  const late = lateAcceptance(faults)
  return {
    ...NO_INTERFERENCE,
    delaysRename: late.strikes,
    lookedFor: late.lookedFor,
    refuses: () => faults.next('refuse'),
    beforeAnswer: async () => {
      if (faults.next('delay')) await pause(300)
    },
    cutsWrite: (_file, _offset, length) => (faults.next('dropConnectionDuringUpload') ? Math.floor(length / 2) : null),
    cutsRename: () => faults.next('renameReplyLost'),
  }
}
