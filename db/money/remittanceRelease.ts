import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { supersedeHeldRemittance } from '../inbox/heldMatches.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import { closeItem } from '../worklist/worklistItems.ts'
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
 * ever posted.
 */
export async function supersede(
  tx: Tx,
  act: Act & { byRemittanceId: string },
): Promise<{ kind: 'superseded' } | Refused> {
  const { organisationId, remittanceId, byRemittanceId, actor, reason, now } = act
  const row = await lockQuarantined(tx, act)
  if (row.kind === 'refused') return row
  const by = await tx
    .selectFrom('remittances')
    .select('state')
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', row.connectionId)
    .where('id', '=', byRemittanceId)
    .executeTakeFirst()
  if (by?.state !== 'posted' && by?.state !== 'test') {
    const detail = `${byRemittanceId} is no remittance of the same connection that was taken in`
    return refused('cannot-supersede', detail)
  }
  await tx
    .updateTable('remittances')
    .set({ state: 'superseded', superseded_by: byRemittanceId })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  const because = 'superseded by a corrected remittance'
  await closeItem(tx, { organisationId, by: actor, because, now }, quarantined(row))
  await supersedeHeldRemittance(tx, act)
  const detail = { byRemittanceId, reason }
  await audit(tx, { ...act, action: 'remittance.supersede', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'superseded' }
}

/**
 * Puts the document of a quarantined remittance back before its inbox: with a mended adapter it may
 * balance, and then it posts.
 */
export async function askToReread(tx: Tx, act: Act): Promise<Reread | Refused> {
  const { organisationId, remittanceId, reason } = act
  const row = await lockQuarantined(tx, act)
  if (row.kind === 'refused') return row
  await tx
    .updateTable('documents')
    .set({ processed_at: null, attempts: 0 })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', row.documentId)
    .execute()
  const detail = { documentId: row.documentId, reason }
  await audit(tx, { ...act, action: 'remittance.reread', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'reread', organisationId, connectionId: row.connectionId, providerId: row.providerId }
}

interface QuarantinedRemittance {
  kind: 'quarantined'
  connectionId: string
  providerId: string
  documentId: string | null
  contentSha256: Buffer
}

async function lockQuarantined(
  tx: Tx,
  { organisationId, remittanceId }: Pick<Act, 'organisationId' | 'remittanceId'>,
): Promise<QuarantinedRemittance | Refused> {
  const { rows } = await sql<Omit<QuarantinedRemittance, 'kind'> & { state: string }>`
    select r.state, r.connection_id as "connectionId", n.provider_id as "providerId", r.document_id as "documentId",
      r.content_sha256 as "contentSha256"
    from remittances r join connections n on n.organisation_id = r.organisation_id and n.id = r.connection_id
    where r.organisation_id = ${organisationId} and r.id = ${remittanceId} for update of r`.execute(tx)
  const [row] = rows
  if (row === undefined) return refused('remittance-not-found', `there is no remittance ${remittanceId}`)
  const { state, ...rest } = row
  if (state === 'quarantined') return { kind: 'quarantined', ...rest }
  return refused('remittance-not-quarantined', `the remittance is ${state}`, { state })
}
