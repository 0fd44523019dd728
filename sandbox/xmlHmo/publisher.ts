import type { Clock } from '../../platform/clock.ts'
import { makeAgenda } from '../agenda.ts'
import type { Faults } from '../faults.ts'
import { paymentsAt } from './adjudicate.ts'
import type { GulfBook, GulfClaim } from './book.ts'
import { type GulfStep, stepsLeft } from './steps.ts'

export interface GulfPublisher {
  /** A claim came (or a correction of one): its steps are due from now on. */
  watch(claim: GulfClaim): void
  stop(): void
}

/**
 * Does what is due, when it is due on the business clock. What was done stands in the ledger, so a
 * restart goes on with the next step. All payments that are due together to one facility are one
 * file.
 */
export function startPublisher(book: GulfBook, clock: Clock, faults: Faults): GulfPublisher {
  const agenda = makeAgenda<GulfClaim>(clock, (claim) => stepsLeft(book, claim)[0]?.due, run)

  function run(): void {
    const now = clock.now()
    const due = agenda.due(now)
    const files = new Map<string, string>()
    for (const claim of due) {
      const step = stepsLeft(book, claim)[0]
      if (step === undefined || step.due > now.getTime()) continue
      if (step.what === 'downloaded') download(claim, now.toISOString())
      else {
        const fileId = files.get(claim.facilityId) ?? nextFileId(book)
        files.set(claim.facilityId, fileId)
        pay(claim, step, fileId, now.toISOString())
      }
    }
    agenda.again(due)
  }

  function download({ submissionNumber: about }: GulfClaim, at: string): void {
    if (faults.next('dropAck')) book.record({ kind: 'note', at, key: `swallowed:${about}`, value: 'downloaded' })
    else book.record({ kind: 'said', at, about, what: 'downloaded', key: 'downloaded' })
  }

  function pay(claim: GulfClaim, { what }: GulfStep, key: string, at: string): void {
    const about = claim.submissionNumber
    const paid = paymentsAt(claim, what)
    book.record({ kind: 'note', at, key: `paid:${key}:${about}:${what}`, value: paid })
    book.record({ kind: 'said', at, about, what, paid: paid.reduce<number>((sum, each) => sum + (each ?? 0), 0), key })
  }

  for (const claim of book.claims.values()) agenda.watch(claim)
  return {
    watch: agenda.watch,
    stop: agenda.stop,
  }
}

export function nextFileId(book: GulfBook): string {
  return `f-${String(book.box.size + 1).padStart(6, '0')}`
}
