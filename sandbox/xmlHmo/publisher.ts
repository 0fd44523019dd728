import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../faults.ts'
import { paymentsAt } from './adjudicate.ts'
import type { Book, BookClaim } from './book.ts'
import { type Step, stepsLeft } from './steps.ts'

const LONGEST_SLEEP_MS = 60_000

export interface Publisher {
  /** A claim came (or a correction of one): its steps are due from now on. */
  watch(claim: BookClaim): void
  stop(): void
}

/**
 * Does what is due, when it is due on the business clock. What was done stands in the ledger, so a restart goes on with the next step. All payments
 * that are due together to one facility are one file.
 */
export function startPublisher(book: Book, clock: Clock, faults: Faults): Publisher {
  const waiting = new Map<BookClaim, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let stopped = false

  function watch(claim: BookClaim): void {
    const due = stepsLeft(book, claim)[0]?.due
    if (due === undefined) waiting.delete(claim)
    else {
      waiting.set(claim, due)
      wakeAt(due)
    }
  }

  function wakeAt(due: number): void {
    if (stopped || due >= timerAt) return
    clearTimeout(timer)
    timerAt = due
    timer = setTimeout(run, Math.min(clock.realMsUntil(new Date(due)), LONGEST_SLEEP_MS))
  }

  function run(): void {
    timerAt = Number.POSITIVE_INFINITY
    const now = clock.now()
    const due = [...waiting].filter(([, at]) => at <= now.getTime()).map(([claim]) => claim)
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
    for (const claim of due) watch(claim)
    for (const at of waiting.values()) wakeAt(at)
  }

  function download({ submissionNumber: about }: BookClaim, at: string): void {
    if (faults.next('dropAck')) book.record({ kind: 'note', at, key: `swallowed:${about}`, value: 'downloaded' })
    else book.record({ kind: 'said', at, about, what: 'downloaded', key: 'downloaded' })
  }

  function pay(claim: BookClaim, { what }: Step, key: string, at: string): void {
    const about = claim.submissionNumber
    const paid = paymentsAt(claim, what)
    book.record({ kind: 'note', at, key: `paid:${key}:${about}:${what}`, value: paid })
    book.record({ kind: 'said', at, about, what, paid: paid.reduce<number>((sum, each) => sum + (each ?? 0), 0), key })
  }

  for (const claim of book.claims.values()) watch(claim)
  return {
    watch,
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

export function nextFileId(book: Book): string {
  return `f-${String(book.box.size + 1).padStart(6, '0')}`
}
