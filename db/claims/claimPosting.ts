import { advance } from '../../domain/claims/advance.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { type ClaimState, isDecided } from '../../domain/claims/claimState.ts'
import { traitsOf } from '../../domain/claims/factTraits.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { giveBackToFirst } from '../coordination/claimedFromOther.ts'
import { giveBackDisputed } from '../drafts/appealLines.ts'
import { balancesOf, moneyPostedFact, postDecision, postWithdrawal } from '../money/ledger.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'

/**
 * The same event with the amounts that the ledger has now: those of a notice may be older than a
 * second payment.
 */
export async function withLedgerAmounts(tx: Tx, claim: LockedClaim, arrived: IncomingEvent): Promise<IncomingEvent> {
  const { fact } = arrived.event
  if (fact.type !== 'money_posted') return arrived
  const money = await moneyPostedFact(tx, claim.organisationId, claim.claimId)
  const reversal = fact.reversal || money.openAmount > claim.state.openAmount
  return { ...arrived, event: { ...arrived.event, fact: { ...fact, ...money, reversal } } }
}

/**
 * Posts what an event means to the ledger: a decision moves open money into its buckets, the end of
 * a cancelled or replaced claim takes its charge back. Answers the claim's state with the money as
 * it stands afterwards; an event that is a repeat or stale posts nothing.
 */
export async function postToClaimLedger(tx: Tx, claim: LockedClaim, arrived: IncomingEvent): Promise<ClaimState> {
  const { state, organisationId, claimId, currency } = claim
  const { event, actor, noticeId } = arrived
  const { fact } = event
  if (!traitsOf(fact).movesMoney || claim.mode === 'test') return state
  const { effect, late } = advance(state, event)
  if (comesWithMoney(fact) || effect === 'stale' || effect === 'repeat' || effect === 'noted') return state
  const posting = { organisationId, claimId, currency, actor, now: new Date(event.at) }
  if (fact.type === 'cancelled' || fact.type === 'replaced') {
    await postWithdrawal(tx, { ...posting, reason: fact.type })
    if (fact.type === 'cancelled') await giveBackDisputed(tx, claim, posting.now)
    if (fact.type === 'cancelled' && claim.hasOtherHmo) await giveBackToFirst(tx, claim, posting.now)
  }
  const decision = decisionOf(event)
  if (decision !== null) {
    const id = noticeId ?? newId()
    await postDecision(tx, {
      ...posting,
      ...decision,
      late: late ?? [],
      receivedAs: id,
      idempotencyKey: `decision:${id}`,
    })
  }
  const { paymentStatus, open, denied } = await balancesOf(tx, organisationId, claimId)
  return { ...state, payment: paymentStatus, openAmount: open, deniedAmount: denied }
}

/** A remittance's decision: the `money_posted` behind it carries the amounts. */
function comesWithMoney(fact: ClaimEvent['fact']): boolean {
  return fact.type === 'decided' && fact.posted === true
}

/** What is to be posted of an event: nothing of a status that decides nothing. */
export function decisionOf({ fact }: ClaimEvent): { lines: LineDecision[]; outcome?: 'approved' | 'denied' } | null {
  if (comesWithMoney(fact)) return null
  if (fact.type === 'decided') {
    // Nobody has said which lines are denied: only a remittance says so much, and posts it itself.
    if (fact.outcome === undefined || fact.outcome === 'partial') return { lines: fact.lines }
    return { lines: fact.lines, outcome: fact.outcome }
  }
  if (fact.type !== 'status_by_hand' || !isDecided(fact)) return null
  // Turned back before any review: nothing was decided, as with one that came by itself.
  if (fact.rejectedAt === 'front_end') return null
  if (fact.lines.length > 0 || fact.status === 'PARTIAL') return { lines: fact.lines }
  return { lines: [], outcome: fact.status === 'APPROVED' ? 'approved' : 'denied' }
}
