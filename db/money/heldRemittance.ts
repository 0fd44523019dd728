import { sql } from 'kysely'
import type { Remittance } from '../../domain/money/remittance.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import type { Choices } from './placeClaims.ts'
import { passOnTestRemittance, postToLedger } from './remittances.ts'

/** A held remittance as it is posted once a person has said what it means. */
export interface PostableHeld {
  connectionId: string
  providerId: string
  mode: 'test' | 'production'
  documentId: string
  sequence: number
  remittanceId: string | null
  contentSha256: Buffer
}

/**
 * Posts a remittance that was held, whole, with the claims that a person has chosen. Refused when
 * it is no longer in quarantine, or the same payment was posted meanwhile.
 */
export async function postHeldRemittance(
  tx: Tx,
  { organisationId, now }: { organisationId: string; now: Date },
  held: PostableHeld & { remittance: Remittance },
  choices: Choices,
): Promise<{ kind: 'taken'; claimIds: string[] } | Refused> {
  const { remittanceId, remittance, mode, connectionId, contentSha256 } = held
  if (remittanceId === null) throw new Error(`what document ${held.documentId} holds has no remittance`)
  const wrong = await wrongState(tx, organisationId, remittanceId)
  if (wrong !== null) return wrong
  const state = mode === 'test' ? ('test' as const) : ('posted' as const)
  const { rows } = await sql<{ traceUsed: boolean; posted: boolean }>`
    select coalesce(bool_or(r.content_sha256 <> ${contentSha256}), false) as "traceUsed",
      coalesce(bool_or(r.content_sha256 = ${contentSha256}), false) as posted
    from remittances r where r.organisation_id = ${organisationId} and r.connection_id = ${connectionId}
      and r.trace_number = ${remittance.traceNumber} and r.state = 'posted'`.execute(tx)
  const [before] = rows
  if (before?.posted)
    return refused('remittance-not-quarantined', 'the same payment was posted meanwhile: refuse this one')
  await tx
    .updateTable('remittances')
    .set({ state, problem: null, posted_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  await tx
    .deleteFrom('remittance_lines')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .execute()
  const stored = { ...held, organisationId, remittanceId, now, traceUsed: before?.traceUsed ?? false }
  const posted =
    state === 'test' ? await passOnTestRemittance(tx, stored, choices) : await postToLedger(tx, stored, choices)
  return { kind: 'taken', claimIds: posted.claims.map(({ claimId }) => claimId) }
}

/** It means nothing of ours: nothing of it is ever posted. */
export async function refuseHeldRemittance(
  tx: Tx,
  organisationId: string,
  remittanceId: string,
): Promise<{ kind: 'taken'; claimIds: string[] } | Refused> {
  const wrong = await wrongState(tx, organisationId, remittanceId)
  if (wrong !== null) return wrong
  await tx
    .updateTable('remittances')
    .set({ state: 'superseded' })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  return { kind: 'taken', claimIds: [] }
}

async function wrongState(tx: Tx, organisationId: string, remittanceId: string): Promise<Refused | null> {
  const row = await tx
    .selectFrom('remittances')
    .select('state')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.state === 'quarantined'
    ? null
    : refused('remittance-not-quarantined', `the remittance is ${row.state}`, { state: row.state })
}
