import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** What became of one item. `stale`: a newer version is there, nothing changed. */
export type SyncResult =
  | {
      externalId: string
      result: 'created' | 'updated' | 'unchanged' | 'stale'
      id: string
      /** Procedures of a visit that are no longer in it but stay, because a claim has them. */
      kept?: string[]
    }
  | { externalId: string; result: 'rejected'; reason: SyncRefusal; because: string }

/** Why an item was not written. */
export type SyncRefusal =
  | 'invalid'
  | 'twice'
  | 'unknown-reference'
  | 'other-patient'
  | 'version-conflict'
  | 'synced-at-once'

/** Tables that the practice app owns, keyed by (organisation, external id) with a version. */
export type SyncedTable =
  | 'clinics'
  | 'practitioners'
  | 'patients'
  | 'enrolments'
  | 'authorisations'
  | 'visits'
  | 'rates'

/**
 * One row as it should be: the table's columns without organisation, id, external id and version.
 * All rows of a call have the same columns.
 */
export interface SyncRow {
  externalId: string
  version: number
  columns: Record<string, unknown>
}

/**
 * Columns that never change: a row that names another one is refused, since claims refer to both.
 */
const FIXED: Partial<Record<SyncedTable, string>> = {
  enrolments: 'patient_id',
  authorisations: 'patient_id',
  visits: 'patient_id',
}

interface Known {
  id: string
  external_id: string
  version: number
  [column: string]: unknown
}

/**
 * Writes rows whose version is newer than what is there; an older one never overwrites. Each
 * external id at most once per call. Answers in the order of the rows.
 */
export async function syncRows(
  tx: Tx,
  organisationId: string,
  table: SyncedTable,
  rows: SyncRow[],
): Promise<SyncResult[]> {
  const known = await lockKnown(tx, organisationId, table, rows)
  const verdicts = rows.map((row) => verdictOn(row, known.get(row.externalId), FIXED[table]))
  const writing = rows.filter((_row, index) => verdicts[index] === 'write')
  const written = await upsert(tx, organisationId, table, writing)
  return rows.map(({ externalId }, index): SyncResult => {
    const verdict = verdicts[index]
    const before = known.get(externalId)
    if (typeof verdict === 'object') return { externalId, result: 'rejected', ...verdict }
    const row = written.get(externalId)
    if (row !== undefined) return { externalId, result: before === undefined ? row.result : 'updated', id: row.id }
    if (before !== undefined && verdict !== 'write') return { externalId, result: verdict ?? 'stale', id: before.id }
    // Somebody else wrote a version that is not older between our look and our write.
    return {
      externalId,
      result: 'rejected',
      reason: 'synced-at-once',
      because: 'the same thing was synced at the same time; sync it again',
    }
  })
}

type Verdict = 'write' | 'unchanged' | 'stale' | { reason: SyncRefusal; because: string }

function verdictOn(row: SyncRow, known: Known | undefined, fixed: string | undefined): Verdict {
  if (known === undefined) return 'write'
  if (known.version > row.version) return 'stale'
  if (fixed !== undefined && known[fixed] !== row.columns[fixed])
    return { reason: 'other-patient', because: 'it belongs to another patient' }
  if (known.version < row.version) return 'write'
  const same = Object.entries(row.columns).every(([name, value]) => isDeepStrictEqual(known[name], value))
  return same
    ? 'unchanged'
    : {
        reason: 'version-conflict',
        because: `version ${row.version} is there already with another content; raise the version`,
      }
}

/** Locked in one order, so that two syncs at once wait for each other and never deadlock. */
async function lockKnown(
  tx: Tx,
  organisationId: string,
  table: SyncedTable,
  rows: SyncRow[],
): Promise<Map<string, Known>> {
  const names = ['id', 'external_id', 'version', ...Object.keys(rows[0]?.columns ?? {})]
  const { rows: found } = await sql<Known>`
    select ${sql.join(names.map((name) => sql.ref(name)))} from ${sql.table(table)}
    where organisation_id = ${organisationId} and external_id = any (${rows.map((row) => row.externalId)}::text[])
    order by external_id for no key update`.execute(tx)
  return new Map(found.map((row) => [row.external_id, row]))
}

async function upsert(
  tx: Tx,
  organisationId: string,
  table: SyncedTable,
  rows: SyncRow[],
): Promise<Map<string, { id: string; result: 'created' | 'updated' }>> {
  const first = rows[0]
  if (first === undefined) return new Map()
  const changing = ['version', ...Object.keys(first.columns)]
  const names = sql.join(['organisation_id', 'id', 'external_id', ...changing].map((name) => sql.ref(name)))
  const records = rows.map((row) => ({
    organisation_id: organisationId,
    id: newId(),
    external_id: row.externalId,
    version: row.version,
    ...row.columns,
  }))
  const sets = sql.join(changing.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`))
  // xmax is 0 in a row that this statement inserted.
  const { rows: written } = await sql<{ external_id: string; id: string; inserted: boolean }>`
    insert into ${sql.table(table)} as t (${names})
    select ${names} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(records)}::jsonb)
    order by external_id
    on conflict (organisation_id, external_id) do update set ${sets} where t.version < excluded.version
    returning t.external_id, t.id, t.xmax = 0 as inserted`.execute(tx)
  return new Map(
    written.map((row) => [
      row.external_id,
      { id: row.id, result: row.inserted ? ('created' as const) : ('updated' as const) },
    ]),
  )
}
