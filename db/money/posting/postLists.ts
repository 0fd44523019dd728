import type { RemittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import type { Tx } from '../../connect.ts'
import { post } from '../ledgerPost.ts'

/** What the ledger transactions of one plan have in common. */
export interface PlanHeader {
  organisationId: string
  currency: string
  remittanceId: string
  actor: string
  reason?: string
  kind: 'remittance' | 'payment' | 'adjustment'
  /** Idempotency key of the money's transaction; the others' keys begin with it. */
  key: string
  now: Date
}

/** The three ledger transactions of a plan; whichever has no entries is left out. */
export async function postLists(
  tx: Tx,
  header: PlanHeader,
  lists: Pick<RemittancePlan, 'reversal' | 'settlement' | 'posting'>,
): Promise<void> {
  const { organisationId, currency, remittanceId, actor, reason, kind, key, now } = header
  const shared = { organisationId, currency, remittanceId, actor, now, ...(reason === undefined ? {} : { reason }) }
  await post(tx, { ...shared, kind: 'reversal', idempotencyKey: `${key}:reversal` }, lists.reversal)
  await post(tx, { ...shared, kind, idempotencyKey: key }, lists.posting)
  await post(tx, { ...shared, kind: 'settlement', idempotencyKey: `${key}:settlement` }, lists.settlement)
}
