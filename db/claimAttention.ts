import type { ClaimState, Effect } from '../domain/lifecycle.ts'
import { raiseAttention } from './attention.ts'
import type { LockedClaim } from './claimState.ts'
import type { Tx } from './connect.ts'
import { codesOf, type Incoming } from './incoming.ts'

interface Raise {
  kind: string
  because: string
  role: 'billing' | 'owner'
}

/** Kinds that any word of the provider settles: it is not silent, and it has the claim. */
const SETTLED_BY_NEWS = ['stalled', 'stalled-owner', 'delivery-unknown', 'delivery-held', 'provider-does-not-know']

/**
 * Opens and closes the claim's worklist items for what was just recorded. Answers whether anything is open now.
 * Every item has one cause; the same cause twice is one item.
 */
export async function settleAttention(
  tx: Tx,
  claim: LockedClaim,
  state: ClaimState,
  incoming: Incoming[],
  effects: Effect[],
  now: Date,
): Promise<boolean> {
  const raised = incoming.flatMap((item, index) => raisedBy(claim, item, effects[index] ?? 'noted', state))
  const newsHeard = incoming.some((item, index) => isNews(item) && effects[index] === 'applied')
  const settled = state.closed !== null ? 'all' : newsHeard ? SETTLED_BY_NEWS : []
  if (raised.length === 0 && (settled.length === 0 || !claim.attention)) return claim.attention
  if (settled === 'all' || settled.length > 0) await close(tx, claim, settled, now)
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

function raisedBy(claim: LockedClaim, { event }: Incoming, effect: Effect, state: ClaimState): Raise[] {
  const { fact, said } = event
  const item = (kind: string, because: string, role: Raise['role'] = 'billing'): Raise[] => [
    { kind, because: `Claim ${claim.claimNumber}: ${because}`, role },
  ]
  if (effect === 'conflict')
    return item(`conflict-${fact.type}`, `news "${fact.type}" contradicts what is known (status ${state.status})`)
  if (effect === 'repeat' || effect === 'stale') return []
  switch (fact.type) {
    case 'other':
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
    case 'money_posted':
      return fact.payment === 'OVERPAID' ? item('overpaid', 'the provider paid more than the claim') : []
    case 'deadline_passed':
      if (fact.rung === 'ask') return []
      return item(fact.rung === 'owner' ? 'stalled-owner' : 'stalled', `no ${fact.deadline} in time`, fact.rung)
    default:
      return []
  }
}

function isNews({ event, actor }: Incoming): boolean {
  if (event.fact.type === 'status_by_hand' || event.fact.type === 'sent') return true
  return actor === 'provider' && !['not_found', 'inquiry_failed', 'other'].includes(event.fact.type)
}

async function close(tx: Tx, claim: LockedClaim, kinds: 'all' | string[], now: Date): Promise<void> {
  let query = tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: 'hub', closed_because: kinds === 'all' ? 'the claim is closed' : 'news arrived' })
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('closed_at', 'is', null)
  if (kinds !== 'all') query = query.where('kind', 'in', kinds)
  await query.execute()
}
