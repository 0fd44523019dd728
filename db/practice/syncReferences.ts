import { sql } from 'kysely'
import type { Tx } from '../connect.ts'

/** What an item may refer to by the practice app's external id, and the table it is in. */
const TABLES = {
  patient: 'patients',
  clinic: 'clinics',
  practitioner: 'practitioners',
  'billing practitioner': 'practitioners',
} as const
export type ReferenceKind = keyof typeof TABLES | 'provider'

/** Ids of what is referred to, per kind by external id. A provider's id is its own. */
export type References = Record<ReferenceKind, Map<string, string>>

/** Looks up all references of a batch, one query a kind. What is not there is not in the map. */
export async function lookUp(
  tx: Tx,
  organisationId: string,
  wanted: Record<ReferenceKind, string[]>,
): Promise<References> {
  const of = (kind: keyof typeof TABLES) => idsOf(tx, organisationId, TABLES[kind], wanted[kind])
  return {
    patient: await of('patient'),
    clinic: await of('clinic'),
    practitioner: await of('practitioner'),
    'billing practitioner': await of('billing practitioner'),
    provider: await providersAmong(tx, wanted.provider),
  }
}

async function idsOf(
  tx: Tx,
  organisationId: string,
  table: string,
  externalIds: string[],
): Promise<Map<string, string>> {
  if (externalIds.length === 0) return new Map()
  const { rows } = await sql<{ id: string; external_id: string }>`
    select id, external_id from ${sql.table(table)}
    where organisation_id = ${organisationId} and external_id = any (${externalIds}::text[])`.execute(tx)
  return new Map(rows.map((row) => [row.external_id, row.id]))
}

async function providersAmong(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('providers')
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row.id]))
}
