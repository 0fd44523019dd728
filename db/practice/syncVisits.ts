import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { ChartedDetails } from '../../domain/claims/dentistry/details.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { type SyncResult, type SyncRow, syncRows } from './sync.ts'

/** One procedure of a visit, as it should be. */
export interface SyncProcedure {
  external_id: string
  code: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  quantity: number
  /** The clinic's list price, minor units of the visit's currency. */
  fee: number
  details: ChartedDetails
}

/**
 * Syncs visits with their procedures. A procedure that is no longer in the visit goes, unless a
 * claim has it: then it stays and is reported as `kept`. What was submitted is the claim's own copy
 * and never changes here.
 */
export async function syncVisits(
  tx: Tx,
  organisationId: string,
  visits: (SyncRow & { procedures: SyncProcedure[] })[],
): Promise<SyncResult[]> {
  const rows = visits.map(({ externalId, version, columns }) => ({ externalId, version, columns }))
  const results = await syncRows(tx, organisationId, 'visits', rows)
  const outcome: SyncResult[] = []
  for (const [index, result] of results.entries()) {
    const procedures = visits[index]?.procedures ?? []
    if (result.result === 'created' || result.result === 'updated') {
      const kept = await syncProcedures(tx, organisationId, result.id, procedures)
      outcome.push(kept.length === 0 ? result : { ...result, kept })
    } else if (result.result === 'unchanged' && !(await has(tx, organisationId, result.id, procedures))) {
      outcome.push({
        externalId: result.externalId,
        result: 'rejected',
        reason: 'version-conflict',
        because: 'this version is there already with other procedures; raise the version',
      })
    } else outcome.push(result)
  }
  return outcome
}

async function syncProcedures(
  tx: Tx,
  organisationId: string,
  visitId: string,
  procedures: SyncProcedure[],
): Promise<string[]> {
  const wanted = procedures.map((procedure) => procedure.external_id)
  // Locked first: a draft that takes one right now commits before the next statement looks for
  // claims.
  const gone = await tx
    .selectFrom('visit_procedures')
    .select(['id', 'external_id'])
    .where('organisation_id', '=', organisationId)
    .where('visit_id', '=', visitId)
    .where(sql<boolean>`external_id <> all (${wanted}::text[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
  const kept =
    gone.length === 0
      ? []
      : await claimed(
          tx,
          organisationId,
          gone.map((row) => row.id),
        )
  if (kept.length > 0)
    await tx
      .updateTable('visit_procedures')
      .set({ removed: true })
      .where('organisation_id', '=', organisationId)
      .where('id', 'in', kept)
      .execute()
  const going = gone.filter((row) => !kept.includes(row.id))
  if (going.length > 0) {
    await tx
      .deleteFrom('visit_procedures')
      .where('organisation_id', '=', organisationId)
      .where(
        'id',
        'in',
        going.map((row) => row.id),
      )
      .execute()
  }
  const records = procedures.map((procedure) => ({ id: newId(), ...procedure }))
  await sql`
    insert into visit_procedures (organisation_id, visit_id, id, external_id, code, tooth, surfaces, area, quantity, fee, details)
    select ${organisationId}, ${visitId}, id, external_id, code, tooth, surfaces, area, quantity, fee, details
    from jsonb_populate_recordset(null::visit_procedures, ${JSON.stringify(records)}::jsonb)
    on conflict (organisation_id, visit_id, external_id) do update set code = excluded.code, tooth = excluded.tooth,
      surfaces = excluded.surfaces, area = excluded.area, quantity = excluded.quantity, fee = excluded.fee, details = excluded.details,
      removed = false`.execute(tx)
  return gone.filter((row) => kept.includes(row.id)).map((row) => row.external_id)
}

async function claimed(tx: Tx, organisationId: string, procedureIds: string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('claim_lines')
    .select('visit_procedure_id as id')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where('visit_procedure_id', 'in', procedureIds)
    .execute()
  return rows.flatMap((row) => (row.id === null ? [] : [row.id]))
}

/** Are these procedures there as they are? Those that were kept for a claim don't count. */
async function has(tx: Tx, organisationId: string, visitId: string, procedures: SyncProcedure[]): Promise<boolean> {
  const known = await tx
    .selectFrom('visit_procedures')
    .select(['external_id', 'code', 'tooth', 'surfaces', 'area', 'quantity', 'fee', 'details'])
    .where('organisation_id', '=', organisationId)
    .where('visit_id', '=', visitId)
    .execute()
  return procedures.every((procedure) => known.some((row) => isDeepStrictEqual({ ...row }, { ...procedure })))
}
