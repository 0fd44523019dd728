import { sql } from 'kysely'
import type { Address, Relationship } from '../../domain/claim.ts'
import type { MissingTooth } from '../../domain/claims/dentistry/details.ts'
import { recentFrom } from '../../domain/practice/billable.ts'
import type { Tx } from '../connect.ts'
import { unclaimed, unclaimedBySecond } from '../drafts/duplicateLines.ts'
import { hasEitherId, isOurId } from './eitherId.ts'

export interface PatientSummary {
  patientId: string
  externalId: string
  family: string
  given: string
  birthDate: string
  sex: 'female' | 'male' | 'other' | 'unknown'
  /** Providers that cover the patient today. */
  providers: string[]
  /**
   * Visits with at least one procedure that may go on a claim (domain/practice/billable.ts); only
   * counted when asked for.
   */
  billableVisits: number | null
  /** Why visits that look billable are not; only said when billable ones are asked for. */
  notBillable: string | null
}

export interface PatientQuery {
  organisationId: string
  /** Beginnings of words of the name or of the external id, in any order. */
  words: string[]
  /** Only patients with billable visits. */
  billable: boolean
  recentDays: number
  now: Date
  /** Days from the service date, by adapter; a connection may state its own. */
  filingLimitDays: Record<string, number>
  after: string | null
  limit: number
}

/**
 * Patients by family and given name. Billable is the rule of domain/practice/billable.ts in SQL: a
 * completed visit that is recent and within the filing limit of a connection in its currency,
 * covered by an enrolment on the service date, with a procedure that is on no standing claim, or
 * that the patient's first HMO has decided and left something of for a second one.
 */
export async function searchPatients(tx: Tx, asked: PatientQuery): Promise<PatientSummary[]> {
  const { organisationId, after } = asked
  const today = sql`(${asked.now}::timestamptz at time zone coalesce(
    (select min(zone) from clinics where organisation_id = ${organisationId}), 'UTC'))::date`
  const matches = asked.words.map((word) => sql`(' ' || p.search) like ${`% ${likeable(word)}%`}`)
  const behind =
    after === null
      ? sql`true`
      : sql`(lower(p.family), lower(p.given), p.id) > (select lower(family), lower(given), id from patients
          where organisation_id = ${organisationId} and id = ${after})`
  const visits = asked.billable ? billableVisits(asked) : sql`select null::int as n, null::text[] as elsewhere`
  const { rows } = await sql<Omit<PatientSummary, 'notBillable'> & { otherCurrencies: string[] | null }>`
    select p.id as "patientId", p.external_id as "externalId", p.family, p.given, p.birth_date as "birthDate", p.sex,
      array(select distinct e.provider_id from enrolments e
        where e.organisation_id = p.organisation_id and e.patient_id = p.id
          and e.valid_from <= ${today} and coalesce(e.valid_to, 'infinity') >= ${today} order by 1) as providers,
      b.n as "billableVisits", b.elsewhere as "otherCurrencies"
    from patients p cross join lateral (${visits}) b
    where p.organisation_id = ${organisationId} and ${behind} and (${!asked.billable} or b.n > 0 or b.elsewhere is not null)
      and ${matches.length === 0 ? sql`true` : sql.join(matches, sql` and `)}
    order by lower(p.family), lower(p.given), p.id
    limit ${asked.limit}`.execute(tx)
  return rows.map(({ otherCurrencies, ...row }) => ({
    ...row,
    notBillable:
      otherCurrencies === null
        ? null
        : `visits in ${otherCurrencies.join(', ')} cannot be claimed: no connection of the patient's providers is in that currency`,
  }))
}

/** How many visits may be billed, and the currencies of those that only their currency hinders. */
function billableVisits(asked: PatientQuery) {
  const from = recentFrom(asked.now.toISOString().slice(0, 10), asked.recentDays)
  const today = sql`(${asked.now}::timestamptz at time zone k.zone)::date`
  return sql`
    select count(*) filter (where covered.same_currency)::int as n,
      array_agg(distinct v.currency) filter (where not covered.same_currency) as elsewhere
    from visits v
    join clinics k on k.organisation_id = v.organisation_id and k.id = v.clinic_id
    cross join lateral (
        select bool_or(n.currency = v.currency) as same_currency from enrolments e
        join providers r on r.id = e.provider_id
        join connections n on n.organisation_id = e.organisation_id and n.provider_id = e.provider_id and n.enabled
        where e.organisation_id = v.organisation_id and e.patient_id = v.patient_id
          and v.visited_on between e.valid_from and coalesce(e.valid_to, 'infinity')
          and v.visited_on + coalesce((n.deadlines ->> 'filingLimitDays')::int,
            (${JSON.stringify(asked.filingLimitDays)}::jsonb ->> r.adapter_id)::int, 365) >= ${today}) covered
    where v.organisation_id = p.organisation_id and v.patient_id = p.id and v.status = 'completed'
      and v.visited_on between ${from} and ${today} and covered.same_currency is not null
      and (${unclaimed} or ${unclaimedBySecond})`
}

/** What a person typed is text, not a pattern. */
function likeable(word: string): string {
  return word.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)
}

export interface PatientDetail extends Omit<PatientSummary, 'providers' | 'billableVisits' | 'notBillable'> {
  version: number
  address: Address | null
  phone: string | null
  missingTeeth: MissingTooth[] | null
  enrolments: {
    enrolmentId: string
    externalId: string
    providerId: string
    memberId: string
    cardNumber: string | null
    plan: string | null
    groupNumber: string | null
    relationship: Relationship
    priority: 'primary' | 'secondary'
    validFrom: string
    validTo: string | null
    assignment: 'clinic' | 'patient'
    signedOn: string | null
  }[]
}

/** A patient by our id or the practice app's, with all enrolments, newest first. */
export async function patientOf(tx: Tx, organisationId: string, idOrExternalId: string): Promise<PatientDetail | null> {
  const row = await tx
    .selectFrom('patients')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where(hasEitherId(idOrExternalId))
    .orderBy(isOurId(idOrExternalId), 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  const enrolments = await tx
    .selectFrom('enrolments')
    .select([
      'id as enrolmentId',
      'external_id as externalId',
      'provider_id as providerId',
      'member_id as memberId',
      'card_number as cardNumber',
      'plan',
      'group_number as groupNumber',
      'relationship',
      'priority',
      'valid_from as validFrom',
      'valid_to as validTo',
      'assignment',
      'signed_on as signedOn',
    ])
    .where('organisation_id', '=', organisationId)
    .where('patient_id', '=', row.id)
    .orderBy('valid_from', 'desc')
    .orderBy('id')
    .execute()
  return {
    patientId: row.id,
    externalId: row.external_id,
    version: row.version,
    family: row.family,
    given: row.given,
    birthDate: row.birth_date,
    sex: row.sex,
    address: row.address,
    phone: row.phone,
    missingTeeth: row.missing_teeth,
    enrolments,
  }
}
