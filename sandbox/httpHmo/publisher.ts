import type { Clock } from '../../platform/clock.ts'
import type { Faults } from '../faults.ts'
import type { Book, BookClaim, Published } from './book.ts'
import { type Step, stepsLeft } from './steps.ts'

const LONGEST_SLEEP_MS = 60_000

export interface Publisher {
  /** A claim came (or a correction of one): its steps are due from now on. */
  watch(claim: BookClaim): void
  stop(): void
}

/**
 * Says what is due, when it is due on the business clock. What was said stands in the ledger, so a restart goes on with the next step. All
 * payments that are due together to one facility are one payment.
 */
export function startPublisher(
  book: Book,
  clock: Clock,
  faults: Faults,
  published: (doc: Published) => void,
): Publisher {
  const waiting = new Map<BookClaim, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let stopped = false

  function watch(claim: BookClaim): void {
    const due = stepsLeft(book, claim)[0]?.due
    if (due === undefined) waiting.delete(claim)
    else waiting.set(claim, due)
    if (due !== undefined) wakeAt(due)
  }

  function wakeAt(due: number): void {
    if (stopped || due >= timerAt) return
    clearTimeout(timer)
    timerAt = due
    timer = setTimeout(run, Math.min(clock.realMsUntil(new Date(due)), LONGEST_SLEEP_MS))
  }

  function run(): void {
    timerAt = Number.POSITIVE_INFINITY
    const now = clock.now().getTime()
    const payments = new Map<string, { claim: BookClaim; step: Step }[]>()
    const due = [...waiting].filter(([, at]) => at <= now).map(([claim]) => claim)
    for (const claim of due) {
      const step = stepsLeft(book, claim)[0]
      if (step === undefined || step.due > now) continue
      if (step.paid === undefined) sayStatus(claim, step)
      else {
        const run = `${claim.facilityId} ${claim.currency}`
        payments.set(run, [...(payments.get(run) ?? []), { claim, step }])
      }
    }
    for (const together of payments.values()) sayPayment(together)
    for (const claim of due) watch(claim)
    for (const at of waiting.values()) wakeAt(at)
  }

  function sayStatus(claim: BookClaim, step: Step): void {
    if (step.what === 'acknowledged' && faults.next('dropAck')) {
      const key = `swallowed:${claim.submissionNumber}:${step.what}`
      book.record({ kind: 'note', at: clock.now().toISOString(), key, value: claim.submissionNumber })
      return
    }
    const id =
      step.what === 'documents-requested'
        ? `CommunicationRequest/DR-${claim.claimNumber}`
        : `ClaimResponse/CR-${claim.claimNumber}`
    const version = Number(book.current(id)?.key.split('/').at(-1) ?? 0) + 1
    say(`${id}/_history/${version}`, [{ claim, step }])
  }

  function sayPayment(together: { claim: BookClaim; step: Step }[]): void {
    const id = `PR-${String(book.numbers.payments + 1).padStart(6, '0')}`
    say(`PaymentReconciliation/${id}/_history/1`, together)
  }

  function say(key: string, about: { claim: BookClaim; step: Step }[]): void {
    const at = laterThanTheLast(book, clock)
    for (const { claim, step } of about) {
      book.record({
        kind: 'said',
        at,
        about: claim.submissionNumber,
        what: step.what,
        ...(step.paid === undefined ? {} : { paid: step.paid }),
        key,
      })
    }
    const doc = book.published.at(-1)
    if (doc) published(doc)
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

/** The order of publication is the order of time, also where the clock is coarse. */
function laterThanTheLast(book: Book, clock: Clock): string {
  const last = book.published.at(-1)
  const now = clock.now().toISOString()
  return last && last.lastUpdated > now ? last.lastUpdated : now
}
