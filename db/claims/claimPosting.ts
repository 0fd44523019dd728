import { advance } from '../../domain/claims/advance.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { type ClaimState, isDecided } from '../../domain/claims/claimState.ts'
import { traitsOf } from '../../domain/claims/factTraits.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { giveBackToFirst } from '../coordination/claimedFromOther.ts'
import { giveBackDisputed } from '../drafts/appealLines.ts'
import { balancesOfClaims, moneyPosted, postDecisions, postWithdrawal } from '../money/ledger.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'

/** One event of a locked claim. */
export interface ClaimArrival {
  claim: LockedClaim
  arrived: IncomingEvent
}

/**
 * The same events with the amounts that the ledger has now: those of a notice may be older than a
 * second payment.
 */
export async function withLedgerAmounts(
  tx: Tx,
  organisationId: string,
  arrivals: ClaimArrival[],
): Promise<IncomingEvent[]> {
  const posted = arrivals.filter(({ arrived }) => arrived.event.fact.type === 'money_posted')
  const balances = await balancesOfClaims(
    tx,
    organisationId,
    posted.map(({ claim }) => claim.claimId),
  )
  return arrivals.map(({ claim, arrived }) => {
    const { fact } = arrived.event
    const balance = balances.get(claim.claimId)
    if (fact.type !== 'money_posted' || balance === undefined) return arrived
    const money = moneyPosted(balance)
    const reversal = fact.reversal || money.openAmount > claim.state.openAmount
    return { ...arrived, event: { ...arrived.event, fact: { ...fact, ...money, reversal } } }
  })
}

/**
 * Posts what events mean to the ledger, one of each claim: a decision moves open money into its
 * buckets, the end of a cancelled or replaced claim takes its charge back. Answers each claim's
 * state with the money as it stands afterwards; an event that is a repeat or stale posts nothing.
 */
export async function postToClaimLedgers(
  tx: Tx,
  organisationId: string,
  arrivals: ClaimArrival[],
): Promise<ClaimState[]> {
  const moving = arrivals.filter(movesLedger)
  for (const { claim, arrived } of moving) await withdraw(tx, claim, arrived)
  await postDecisions(
    tx,
    moving.flatMap(({ claim, arrived }) => {
      const decision = decisionOf(arrived.event)
      if (decision === null) return []
      const id = arrived.noticeId ?? newId()
      const late = advance(claim.state, arrived.event).late ?? []
      const key = { receivedAs: id, idempotencyKey: `decision:${id}` }
      return [{ ...postingOn(claim, arrived), ...decision, late, ...key }]
    }),
  )
  const balances = await balancesOfClaims(
    tx,
    organisationId,
    moving.map(({ claim }) => claim.claimId),
  )
  return arrivals.map(({ claim: { claimId, state } }) => {
    const balance = balances.get(claimId)
    if (balance === undefined) return state
    const { paymentStatus, open, denied } = balance
    return { ...state, payment: paymentStatus, openAmount: open, deniedAmount: denied }
  })
}

function movesLedger({ claim, arrived: { event } }: ClaimArrival): boolean {
  if (!traitsOf(event.fact).movesMoney || claim.mode === 'test' || comesWithMoney(event.fact)) return false
  const { effect } = advance(claim.state, event)
  return effect !== 'stale' && effect !== 'repeat' && effect !== 'noted'
}

/**
 * The charge of a claim that was cancelled or replaced, and what it took over from another claim.
 */
async function withdraw(tx: Tx, claim: LockedClaim, arrived: IncomingEvent): Promise<void> {
  const { fact } = arrived.event
  if (fact.type !== 'cancelled' && fact.type !== 'replaced') return
  const posting = postingOn(claim, arrived)
  await postWithdrawal(tx, { ...posting, reason: fact.type })
  if (fact.type === 'cancelled') await giveBackDisputed(tx, claim, posting.now)
  if (fact.type === 'cancelled' && claim.hasOtherHmo) await giveBackToFirst(tx, claim, posting.now)
}

function postingOn({ organisationId, claimId, currency }: LockedClaim, { actor, event }: IncomingEvent) {
  return { organisationId, claimId, currency, actor, now: new Date(event.at) }
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
