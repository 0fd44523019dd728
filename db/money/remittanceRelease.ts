import { areRelated } from '../../domain/money/identity/related.ts'
import type { Tx } from '../connect.ts'
import { supersedeHeldRemittance } from '../inbox/heldMatches.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { lockNumber } from './identity/postedPayments.ts'
import { type KeptRemittance, keptRemittances } from './identity/storedRemittance.ts'
import { quarantined } from './quarantined.ts'

interface Act {
  organisationId: string
  remittanceId: string
  actor: string
  /** No patient data. */
  reason: string
  now: Date
}

/** The inbox that reads a document again. */
export interface Reread {
  kind: 'reread'
  organisationId: string
  connectionId: string
  providerId: string
}

/**
 * Lays a quarantined remittance aside because a corrected document took its place. Nothing of it is
 * ever posted. They must have something in common: a number, a claim, payer and amount; or a person
 * says why they belong together all the same (`unrelated`).
 */
export async function supersede(
  tx: Tx,
  act: Act & { byRemittanceId: string; unrelated?: string | undefined },
): Promise<{ kind: 'superseded' } | Refused> {
  const { organisationId, remittanceId, byRemittanceId, unrelated, actor, reason, now } = act
  const row = await lockWaiting(tx, act, ['quarantined'])
  if (row.kind === 'refused') return row
  const [by] = await keptRemittances(tx, organisationId, [byRemittanceId], { locked: false })
  if (by === undefined || by.connectionId !== row.connectionId || (by.state !== 'posted' && by.state !== 'test')) {
    const detail = `${byRemittanceId} is no remittance of the same connection that was taken in`
    return refused('cannot-supersede', detail)
  }
  if (unrelated === undefined && !areRelated(row.remittance, by.remittance)) {
    const detail = 'the two have no number, no claim, and not payer and amount in common; say why in unrelated'
    return refused('cannot-supersede', detail)
  }
  await tx
    .updateTable('remittances')
    .set({ state: 'superseded', superseded_by: byRemittanceId })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  const because = 'superseded by a corrected remittance'
  await closeItem(tx, { organisationId, by: actor, because, now }, quarantined({ remittanceId }))
  await supersedeHeldRemittance(tx, act)
  const detail = { byRemittanceId, reason, ...(unrelated === undefined ? {} : { unrelated }) }
  await audit(tx, { ...act, action: 'remittance.supersede', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'superseded' }
}

/**
 * Puts the document of a remittance that is not in the ledger back before its inbox: with a mended
 * adapter it may balance, or nothing that it looked like may be recorded any more; then it posts.
 */
export async function askToReread(tx: Tx, act: Act): Promise<Reread | Refused> {
  const { organisationId, remittanceId, reason } = act
  const row = await lockWaiting(tx, act, ['quarantined', 'held'])
  if (row.kind === 'refused') return row
  const { documentId, connectionId, providerId } = row
  await tx
    .updateTable('documents')
    .set({ processed_at: null, attempts: 0 })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', documentId)
    .execute()
  const detail = { documentId, reason }
  await audit(tx, { ...act, action: 'remittance.reread', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'reread', organisationId, connectionId, providerId }
}

/**
 * A remittance that waits for a person; nobody else decides about it until the transaction ends.
 */
export async function lockWaiting(
  tx: Tx,
  { organisationId, remittanceId }: Pick<Act, 'organisationId' | 'remittanceId'>,
  states: ('quarantined' | 'held')[],
): Promise<(KeptRemittance & { kind: 'waiting' }) | Refused> {
  const named = await tx
    .selectFrom('remittances')
    .select('trace_number')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .executeTakeFirst()
  // In the order in which a document that arrives locks them.
  if (named !== undefined) await lockNumber(tx, organisationId, named.trace_number)
  const [row] = await keptRemittances(tx, organisationId, [remittanceId], { locked: true })
  if (row === undefined) return refused('remittance-not-found', `there is no remittance ${remittanceId}`)
  const { state } = row
  if (states.some((wanted) => wanted === state)) return { kind: 'waiting', ...row }
  const type = states.includes('quarantined') ? 'remittance-not-quarantined' : 'remittance-not-held'
  return refused(type, `the remittance is ${state}`, { state })
}
