import type { Clock } from '../../platform/clock.ts'
import { makeAgenda } from '../agenda.ts'
import type { Faults } from '../faults.ts'
import type { HarborBook } from './book.ts'
import type { HarborClaim, Published } from './bookTypes.ts'
import { type HarborStep, stepsLeft } from './steps.ts'

export interface HarborPublisher {
  /** A claim came (or a correction of one): its steps are due from now on. */
  watch(claim: HarborClaim): void
  stop(): void
}

/**
 * Says what is due, when it is due on the business clock. What was said stands in the ledger, so a
 * restart goes on with the next step. All payments that are due together to one facility are one
 * payment.
 */
export function startPublisher(
  book: HarborBook,
  clock: Clock,
  faults: Faults,
  published: (doc: Published) => void,
): HarborPublisher {
  const agenda = makeAgenda<HarborClaim>(clock, (claim) => stepsLeft(book, claim)[0]?.due, run)

  function run(): void {
    const now = clock.now()
    const payments = new Map<string, { claim: HarborClaim; step: HarborStep }[]>()
    const due = agenda.due(now)
    for (const claim of due) {
      const step = stepsLeft(book, claim)[0]
      if (step === undefined || step.due > now.getTime()) continue
      if (step.paid === undefined) sayStatus(claim, step)
      else {
        const run = `${claim.facilityId} ${claim.currency}`
        payments.set(run, [...(payments.get(run) ?? []), { claim, step }])
      }
    }
    for (const together of payments.values()) sayPayment(together)
    agenda.again(due)
  }

  function sayStatus(claim: HarborClaim, step: HarborStep): void {
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

  function sayPayment(together: { claim: HarborClaim; step: HarborStep }[]): void {
    const id = `PR-${String(book.numbers.payments + 1).padStart(6, '0')}`
    say(`PaymentReconciliation/${id}/_history/1`, together)
  }

  function say(key: string, about: { claim: HarborClaim; step: HarborStep }[]): void {
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

  for (const claim of book.claims.values()) agenda.watch(claim)
  return {
    watch: agenda.watch,
    stop: agenda.stop,
  }
}

/** The order of publication is the order of time, also where the clock is coarse. */
function laterThanTheLast(book: HarborBook, clock: Clock): string {
  const last = book.published.at(-1)
  const now = clock.now().toISOString()
  return last && last.lastUpdated > now ? last.lastUpdated : now
}
