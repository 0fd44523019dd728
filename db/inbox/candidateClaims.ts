import { sql } from 'kysely'
import { sum } from '../../domain/amounts.ts'
import type { Person, Reference } from '../../domain/claim.ts'
import type { CandidateClaim, NamedPerson, SentLine } from '../../domain/inbox/marks.ts'
import type { Tx } from '../connect.ts'

/** One claim by one of its sendings, with what was sent. */
export interface FoundClaim extends Omit<CandidateClaim, 'foundBy' | 'replacedBy'> {
  submissionNumber: string | null
  currency: string
  isReplaced: boolean
}

export interface Asked {
  organisationId: string
  connectionId: string
}

/**
 * Claims by our own numbers, in capitals: submission numbers, and claim numbers, which mean the
 * last sending.
 */
export async function claimsByNumber(tx: Tx, asked: Asked, numbers: string[]): Promise<FoundClaim[]> {
  if (numbers.length === 0) return []
  const { organisationId, connectionId } = asked
  const wanted = [...new Set(numbers)]
  const { rows } = await sql<Row>`
    select ${COLUMNS} from submissions s
    join claims n on n.organisation_id = s.organisation_id and n.id = s.claim_id
    where s.organisation_id = ${organisationId} and s.connection_id = ${connectionId}
      and s.submission_number = any(${wanted}::text[])
    union all
    select ${COLUMNS} from claims n
    join lateral (select * from submissions l where l.organisation_id = n.organisation_id and l.claim_id = n.id
      and l.purpose not in ('void','supplement') order by l.id desc limit 1) s on true
    where n.organisation_id = ${organisationId} and n.connection_id = ${connectionId} and n.claim_number = any(${wanted}::text[])`.execute(
    tx,
  )
  return rows.map(foundOf)
}

/**
 * Claims by what the provider calls them; of each, the sending that it named, else the last one.
 */
export async function claimsByReference(
  tx: Tx,
  asked: Asked,
  references: Reference[],
): Promise<(FoundClaim & { reference: string })[]> {
  if (references.length === 0) return []
  const { organisationId, connectionId } = asked
  const { rows } = await sql<Row & { reference: string }>`
    select ${COLUMNS}, f.type || ' ' || f.value as reference
    from (select distinct type, value from unnest(${references.map((each) => each.type)}::text[],
      ${references.map((each) => each.value)}::text[]) as wanted(type, value)) wanted
    join claim_references f on f.organisation_id = ${organisationId} and f.connection_id = ${connectionId}
      and f.type = wanted.type and f.value = wanted.value
    join claims n on n.organisation_id = f.organisation_id and n.id = f.claim_id
    left join lateral (
      select l.* from submissions l
      where l.organisation_id = f.organisation_id and l.claim_id = f.claim_id and l.purpose not in ('void','supplement')
      order by l.id = f.submission_id desc nulls last, l.id desc limit 1) s on true`.execute(tx)
  return rows.map((row) => ({ ...foundOf(row), reference: row.reference }))
}

/** The claims that correct others of these lineages and were sent, with their last sending. */
export async function successorsIn(
  tx: Tx,
  { organisationId }: Asked,
  lineageIds: string[],
): Promise<(FoundClaim & { replaces: string })[]> {
  if (lineageIds.length === 0) return []
  const { rows } = await sql<Row & { replaces: string }>`
    select ${COLUMNS}, n.replaces_claim_id as replaces from claims n
    join lateral (select * from submissions l where l.organisation_id = n.organisation_id and l.claim_id = n.id
      and l.purpose not in ('void','supplement') order by l.id desc limit 1) s on true
    where n.organisation_id = ${organisationId} and n.lineage_id = any(${lineageIds}::uuid[])
      and n.replaces_claim_id is not null and n.status not in ('DRAFT','CANCELLED')`.execute(tx)
  return rows.map((row) => ({ ...foundOf(row), replaces: row.replaces }))
}

/** Submitted claims of the connection by their ids. */
export async function claimsById(
  tx: Tx,
  { organisationId, connectionId }: Asked,
  claimIds: string[],
): Promise<FoundClaim[]> {
  if (claimIds.length === 0) return []
  const { rows } = await sql<Row>`
    select ${COLUMNS} from claims n
    join lateral (select * from submissions l where l.organisation_id = n.organisation_id and l.claim_id = n.id
      and l.purpose not in ('void','supplement') order by l.id desc limit 1) s on true
    where n.organisation_id = ${organisationId} and n.connection_id = ${connectionId} and n.id = any(${claimIds}::uuid[])
      and n.status <> 'DRAFT'`.execute(tx)
  return rows.map(foundOf)
}

/** How many claims of one patient a person is shown. */
const MOST = 20

/**
 * The newest claims of a connection whose patient has this family name, birth date or member
 * number.
 */
export async function claimsByPatient(
  tx: Tx,
  { organisationId, connectionId }: Asked,
  patient: { families: string[]; birthDate: string | null; memberIds: string[] },
): Promise<FoundClaim[]> {
  const { families, birthDate, memberIds } = patient
  if (families.length === 0 && birthDate === null && memberIds.length === 0) return []
  const { rows } = await sql<Row>`
    select ${COLUMNS} from claims n
    join patients p on p.organisation_id = n.organisation_id and p.id = n.patient_id
    join enrolments e on e.organisation_id = n.organisation_id and e.id = n.enrolment_id
    join lateral (select * from submissions l where l.organisation_id = n.organisation_id and l.claim_id = n.id
      and l.purpose not in ('void','supplement') order by l.id desc limit 1) s on true
    where n.organisation_id = ${organisationId} and n.connection_id = ${connectionId} and n.status <> 'DRAFT'
      and (upper(p.family) = any(${families}::text[]) or p.birth_date = ${birthDate}::date or e.member_id = any(${memberIds}::text[]))
    order by n.id desc limit ${MOST}`.execute(tx)
  return rows.map(foundOf)
}

const COLUMNS = sql.raw(`
  n.id as "claimId", n.claim_number as "claimNumber", n.lineage_id as "lineageId", n.currency,
  n.closed_because is not distinct from 'replaced' as "isReplaced", n.total as "claimTotal",
  s.id as "submissionId", s.submission_number as "submissionNumber",
  s.frozen -> 'patient' as patient, s.frozen -> 'enrolment' as enrolment, s.frozen -> 'lines' as lines,
  s.frozen -> 'organisation' as organisation, s.frozen -> 'clinic' as clinic, s.frozen -> 'practitioner' as practitioner`)

interface Numbered {
  npi?: string
  taxId?: string
}

interface Row {
  claimId: string
  claimNumber: string
  lineageId: string
  currency: string
  isReplaced: boolean
  claimTotal: number
  submissionId: string | null
  submissionNumber: string | null
  patient: Person | null
  enrolment: { memberId?: string; subscriber?: Person } | null
  lines: SentLine[] | null
  organisation: Numbered | null
  clinic: Numbered | null
  practitioner: Numbered | null
}

function foundOf(row: Row): FoundClaim {
  const { claimId, claimNumber, lineageId, currency, isReplaced, submissionId, submissionNumber } = row
  const lines = row.lines ?? []
  const { memberId, subscriber } = row.enrolment ?? {}
  const ours = [row.organisation, row.clinic, row.practitioner]
  return {
    claimId,
    claimNumber,
    lineageId,
    currency,
    isReplaced,
    submissionId,
    submissionNumber,
    ...(row.patient === null ? {} : { patient: namedOf(row.patient) }),
    ...(subscriber === undefined ? {} : { subscriber: namedOf(subscriber) }),
    ...(memberId === undefined ? {} : { memberId }),
    total: lines.length === 0 ? row.claimTotal : sum(lines.map(({ charge }) => charge)),
    lines,
    payees: {
      npis: ours.flatMap((each) => each?.npi ?? []),
      taxIds: ours.flatMap((each) => each?.taxId ?? []),
    },
  }
}

function namedOf({ family, given, birthDate }: Person): NamedPerson {
  return { family, given, birthDate }
}
