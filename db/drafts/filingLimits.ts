import { sql } from 'kysely'
import type { Cause, Kind } from '../../domain/worklist/itemContents.ts'
import { causeKey } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import { unclaimed } from './duplicateLines.ts'

const FILING_LIMIT: Kind = 'filing-limit'

/**
 * A draft, or a completed visit of a patient whom the provider covers, with services that nobody
 * has submitted.
 */
export interface Unfiled {
  /** The draft's or the visit's id. */
  subjectId: string
  claimId: string | null
  claimNumber: string | null
  visitId: string | null
  visitedOn: string
  /** IANA zone of the clinic. */
  zone: string
  connectionId: string
  provider: string
  /** The last day on which the provider takes the claim, YYYY-MM-DD. */
  lastDay: string
}

interface Asked {
  organisationId: string
  /** Days from the service date, by adapter; a connection may state its own. */
  filingLimitDays: Record<string, number>
}

/**
 * What of the organisation must leave between two days, both included. Test connections have no
 * limits that matter.
 */
export async function unfiledBetween(tx: Tx, asked: Asked, from: string, to: string): Promise<Unfiled[]> {
  const { organisationId } = asked
  const { rows } = await sql<Unfiled>`
    select c.id as "subjectId", c.id as "claimId", c.claim_number as "claimNumber", null::uuid as "visitId", c.service_from as "visitedOn",
      k.zone, n.id as "connectionId", p.name as provider, c.service_from + ${limitDays(asked)} as "lastDay"
    from claims c
    join clinics k on k.organisation_id = c.organisation_id and k.id = c.clinic_id
    join connections n on n.organisation_id = c.organisation_id and n.id = c.connection_id and n.mode = 'production'
    join providers p on p.id = n.provider_id
    where c.organisation_id = ${organisationId} and c.status = 'DRAFT' and c.purpose = 'new'
      and c.service_from + ${limitDays(asked)} between ${from}::date and ${to}::date
    union all
    (select distinct on (v.id) v.id, null, null, v.id, v.visited_on, k.zone, n.id, p.name, v.visited_on + ${limitDays(asked)}
    from connections n
    join providers p on p.id = n.provider_id
    join visits v on v.organisation_id = n.organisation_id and v.status = 'completed' and v.currency = n.currency
      and v.visited_on between ${from}::date - ${limitDays(asked)} and ${to}::date - ${limitDays(asked)}
    join clinics k on k.organisation_id = v.organisation_id and k.id = v.clinic_id
    join enrolments e on e.organisation_id = v.organisation_id and e.patient_id = v.patient_id and e.provider_id = n.provider_id
      and v.visited_on between e.valid_from and coalesce(e.valid_to, 'infinity')
    where n.organisation_id = ${organisationId} and n.mode = 'production' and n.enabled and ${unclaimed}
    order by v.id, e.priority, n.id)`.execute(tx)
  return rows
}

/**
 * Those of the warnings that are new: one that somebody took off the worklist does not come back.
 */
export async function notWarnedBefore<W extends { cause: Cause<'filing-limit'> }>(
  tx: Tx,
  organisationId: string,
  warnings: W[],
): Promise<W[]> {
  if (warnings.length === 0) return []
  const rows = await tx
    .selectFrom('attention_items')
    .select('dedupe_key')
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', FILING_LIMIT)
    .where(
      'dedupe_key',
      'in',
      warnings.map(({ cause }) => causeKey(cause)),
    )
    .execute()
  const known = new Set(rows.map((row) => row.dedupe_key))
  return warnings.filter(({ cause }) => !known.has(causeKey(cause)))
}

/**
 * Takes the warnings off the worklist whose visit is on a claim now, or is not billable any more.
 */
export async function closeClaimedVisits(tx: Tx, organisationId: string, now: Date): Promise<void> {
  await sql`
    update attention_items i set closed_at = ${now}, closed_by = 'hub', closed_because = 'the visit is claimed'
    from visits v
    where i.organisation_id = ${organisationId} and i.kind = ${FILING_LIMIT} and i.closed_at is null
      and v.organisation_id = i.organisation_id and v.id = i.visit_id and not (v.status = 'completed' and ${unclaimed})`.execute(
    tx,
  )
}

/** An earlier warning gives way to the next one: each draft and visit is on the worklist once. */
export async function closeEarlierWarnings(
  tx: Tx,
  of: { organisationId: string; subjectId: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('attention_items')
    .set({ closed_at: of.now, closed_by: 'hub', closed_because: 'a later warning follows' })
    .where('organisation_id', '=', of.organisationId)
    .where('kind', '=', FILING_LIMIT)
    .where('closed_at', 'is', null)
    .where((eb) => eb.or([eb('claim_id', '=', of.subjectId), eb('visit_id', '=', of.subjectId)]))
    .execute()
}

/** Aliases `n` and `p`. */
function limitDays({ filingLimitDays }: Asked) {
  return sql`coalesce((n.deadlines ->> 'filingLimitDays')::int, (${JSON.stringify(filingLimitDays)}::jsonb ->> p.adapter_id)::int, 365)`
}
