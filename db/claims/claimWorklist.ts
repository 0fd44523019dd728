import type { ClaimState } from '../../domain/claims/claimState.ts'
import type { Effect } from '../../domain/claims/step.ts'
import type { Tx } from '../connect.ts'
import { FILING_LIMIT } from '../drafts/filingLimits.ts'
import { type Attention, raiseAttention } from '../worklist/worklistItems.ts'
import { codesOf, type IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'

interface Raise {
  kind: string
  because: string
  role: 'billing' | 'owner'
}

/** Kinds that any word of the provider settles: it is not silent, and it has the claim. */
const SETTLED_BY_NEWS = [
  'stalled',
  'stalled-owner',
  'delivery-unknown',
  'delivery-held',
  'to-file',
  'provider-does-not-know',
]

/** Kinds that are over when the claim is. Contradictions, unknown words and what a remittance raised stay until a person has looked. */
const SETTLED_BY_CLOSING = [
  ...SETTLED_BY_NEWS,
  'documents-requested',
  'claim-rejected',
  'claim-denied',
  'lines-denied',
  'overpaid',
]

/**
 * Opens and closes the claim's worklist items for what was just recorded. Answers whether anything is open now.
 * Every item has one cause; the same cause twice is one item.
 */
export async function updateWorklist(
  tx: Tx,
  claim: LockedClaim,
  state: ClaimState,
  incoming: IncomingEvent[],
  effects: Effect[],
  now: Date,
): Promise<boolean> {
  const raised = [
    ...incoming.flatMap((item, index) => raisedBy(claim, item, effects[index] ?? 'noted', state)),
    ...raisedByMoney(claim, state, incoming),
  ]
  const newsHeard = incoming.some((item, index) => isNews(item) && effects[index] === 'applied')
  // Only the turn that closes the claim settles its items: what comes later, money above all, is raised to stay.
  const closes = state.closed !== null && claim.state.closed === null
  const submitted = incoming.some(({ event }, index) => event.fact.type === 'submitted' && effects[index] === 'applied')
  const answered = incoming.some(
    ({ event }, index) => event.fact.type === 'documents_sent' && effects[index] === 'applied',
  )
  const byNews = answered ? [...SETTLED_BY_NEWS, 'documents-requested'] : newsHeard ? SETTLED_BY_NEWS : []
  const settled = closes ? SETTLED_BY_CLOSING : submitted ? [FILING_LIMIT] : byNews
  if (raised.length === 0 && (settled.length === 0 || !claim.attention)) return claim.attention
  if (settled.length > 0 && claim.attention)
    await close(
      tx,
      claim,
      settled,
      closes ? 'the claim is closed' : submitted ? 'the claim was submitted' : 'news arrived',
      now,
    )
  for (const item of raised) {
    await raiseAttention(tx, {
      organisationId: claim.organisationId,
      claimId: claim.claimId,
      connectionId: claim.connectionId,
      kind: item.kind,
      role: item.role,
      dedupeKey: `${item.kind}:${claim.claimId}`,
      because: item.because,
      now,
    })
  }
  const open = await tx
    .selectFrom('attention_items')
    .select('id')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

/** Puts an item about a claim on the worklist outside its timeline; the claim asks for attention until news or a person settles it. */
export async function raiseForClaim(tx: Tx, item: Attention & { claimId: string }): Promise<void> {
  await raiseAttention(tx, item)
  await tx
    .updateTable('claims')
    .set({ attention: true })
    .where('organisation_id', '=', item.organisationId)
    .where('id', '=', item.claimId)
    .where('attention', '=', false)
    .execute()
}

function raisedBy(claim: LockedClaim, { event, ofVoid }: IncomingEvent, effect: Effect, state: ClaimState): Raise[] {
  const { fact, said } = event
  const item = (kind: string, because: string, role: Raise['role'] = 'billing'): Raise[] => [
    { kind, because: `Claim ${claim.claimNumber}: ${because}`, role },
  ]
  if (effect === 'conflict')
    return item(`conflict-${fact.type}`, `news "${fact.type}" contradicts what is known (status ${state.status})`)
  if (effect === 'repeat' || effect === 'stale') return []
  switch (fact.type) {
    case 'other':
      if (ofVoid)
        return item('void-refused', `the provider does not take it back (${codesOf(said)}): it may still be paid`)
      return item('unknown-news', `the provider said something we have no word for (${codesOf(said)})`)
    case 'not_found':
      return item('provider-does-not-know', 'the provider was asked and does not know the claim')
    case 'documents_requested':
      return item('documents-requested', `the provider asks for ${fact.documents.join(', ') || 'documents'}`)
    case 'rejected_front_end':
      return item('claim-rejected', `rejected before review (${codesOf(said)})`)
    case 'delivery_refused':
      return item('claim-rejected', `refused by the provider (${codesOf(said)})`)
    case 'decided':
      if (state.status === 'REJECTED') return item('claim-denied', `denied after review (${codesOf(said)})`)
      return state.status === 'PARTIAL' ? item('lines-denied', 'some lines were denied or reduced') : []
    case 'cancelled':
    case 'replaced':
      // The charge is withdrawn, money that came stays: somebody must give it back or move it.
      return state.payment === 'OVERPAID'
        ? item('overpaid', `it is ${fact.type}, yet the provider has paid for it`)
        : []
    case 'deadline_passed':
      if (fact.level === 'ask') return []
      return item(fact.level === 'owner' ? 'stalled-owner' : 'stalled', `no ${fact.deadline} in time`, fact.level)
    default:
      return []
  }
}

/** By what the ledger says, whichever event brought it: a decision that is recorded together with its money carries it already. */
function raisedByMoney(claim: LockedClaim, state: ClaimState, incoming: IncomingEvent[]): Raise[] {
  const posted = incoming.some(({ event }) => event.fact.type === 'money_posted')
  if (!posted || state.payment !== 'OVERPAID') return []
  return [
    {
      kind: 'overpaid',
      because: `Claim ${claim.claimNumber}: the provider paid more than the claim`,
      role: 'billing',
    },
  ]
}

/** What says nothing of a provider that has the claim: inquiries without a find, words we don't know, and our own sender's. */
const NO_NEWS = ['not_found', 'inquiry_failed', 'other', 'waits', 'delivery_unknown']

function isNews({ event, actor }: IncomingEvent): boolean {
  if (event.fact.type === 'status_by_hand' || event.fact.type === 'sent') return true
  return actor === 'provider' && !NO_NEWS.includes(event.fact.type)
}

async function close(tx: Tx, claim: LockedClaim, kinds: string[], because: string, now: Date): Promise<void> {
  await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: 'hub', closed_because: because })
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('closed_at', 'is', null)
    .where('kind', 'in', kinds)
    .execute()
}
