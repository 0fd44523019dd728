import { sql } from 'kysely'
import { sum } from '../../domain/amounts.ts'
import type { Address, Person, Purpose, Relationship, Submission, SubmissionAttachment } from '../../domain/claim.ts'
import { validOn } from '../../domain/claims/authorisations.ts'
import type { ChartedDetails } from '../../domain/claims/dentistry/details.ts'
import { lostInFormat, missing } from '../../domain/claims/missing.ts'
import type {
  CheckedClaim,
  CheckedLine,
  NamedAuthorisation,
  SubmitProblem,
  SubmitRules,
} from '../../domain/claims/requirements.ts'
import { dayIn } from '../../domain/zones.ts'
import type { Tx } from '../connect.ts'
import { type ComposedFirst, composeFirst, type OwnLine } from '../coordination/composeFirst.ts'
import { hasOtherHmo } from '../coordination/hasOtherHmo.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { namedAuthorisations } from './claimAuthorisations.ts'
import {
  type ClaimDetailsRow,
  claimDetailsOf,
  detailColumns,
  lineDetailsOf,
  openingClaim,
  openingLine,
} from './composeDetails.ts'
import { originalClaim } from './originalClaim.ts'

/** A claim with everything around it, read once: what the rules check and what freeze keeps. */
export interface Composed {
  checked: CheckedClaim
  /** IANA zone of the claim's clinic. */
  zone: string
  submission: Omit<Submission, 'submissionId' | 'submissionNumber'>
  /** The HMO that pays before this claim's. */
  first: ComposedFirst | null
}

/**
 * Reads all that a sending of the claim is made of, in one query (it is on the hot path of submit).
 * Null: no such claim.
 */
export async function composeSubmission(tx: Tx, organisationId: string, claimId: string): Promise<Composed | null> {
  const { rows } = await sql<Row>`
    select c.id, c.patient_id, c.provider_id, c.lineage_id, c.before_first_reason, ${hasOtherHmo} as has_other_hmo, c.claim_number, c.purpose, c.currency, c.diagnoses, c.note,
      o.name as organisation_name, o.tax_id, o.npi as organisation_npi,
      k.name as clinic_name, k.npi as clinic_npi, k.phone as clinic_phone, k.address as clinic_address, k.zone,
      r.family as practitioner_family, r.given as practitioner_given, r.npi as practitioner_npi, r.licence,
      r.accreditations ->> c.provider_id as accreditation,
      p.family, p.given, p.birth_date, p.sex, p.address,
      e.member_id, e.plan, e.group_number, e.relationship, e.subscriber, e.priority, e.valid_from, e.valid_to,
      original.reference as original_reference, original.submission_number as original_submission_number,
      opened.submission_number as opening_submission_number,
      ${detailColumns},
      ${lines} as lines, ${attachments} as attachments, ${namedAuthorisations} as authorisations
    from claims c
    join organisations o on o.id = c.organisation_id
    join clinics k on k.organisation_id = c.organisation_id and k.id = c.clinic_id
    join practitioners r on r.organisation_id = c.organisation_id and r.id = c.practitioner_id
    join patients p on p.organisation_id = c.organisation_id and p.id = c.patient_id
    join enrolments e on e.organisation_id = c.organisation_id and e.id = c.enrolment_id
    left join practitioners b on b.organisation_id = c.organisation_id and b.id = c.billing_practitioner_id
    left join lateral ${originalClaim('correction')} original on true
    left join lateral ${openingClaim} opened on true
    where c.organisation_id = ${organisationId} and c.id = ${claimId}`.execute(tx)
  const row = rows[0]
  if (row === undefined) return null
  const alone = composed(row)
  return row.has_other_hmo ? besideOtherHmo(tx, organisationId, row, alone) : alone
}

/** Most patients have one HMO: only for the others a second query asks who pays first. */
async function besideOtherHmo(tx: Tx, organisationId: string, row: Row, alone: Composed): Promise<Composed> {
  const { patient_id: patientId, provider_id: providerId, lineage_id: lineageId, priority, currency } = row
  const asked = { organisationId, patientId, providerId, priority, currency, lineageId }
  const own = row.lines.map((line): OwnLine => ({ ...line, procedureId: line.procedureId, day: line.serviceDate }))
  const { first, order } = await composeFirst(tx, { ...asked, patient: alone.submission.patient }, own)
  if (first === null) return alone
  const enrolment = { ...alone.submission.enrolment, priority: 'secondary' as const }
  return {
    ...alone,
    checked: { ...alone.checked, order: { lines: order, waived: row.before_first_reason !== null } },
    submission: { ...alone.submission, enrolment, firstPayer: first.payer },
    first,
  }
}

/** The frozen sending: an adapter maps this and nothing else. */
export function submissionFrom(
  composed: Composed,
  numbers: { submissionId: string; submissionNumber: string },
): Submission {
  return { ...numbers, ...composed.submission }
}

/**
 * What keeps the claim from leaving, by the provider's declaration. Empty: it may leave. Today is
 * the day at the claim's clinic.
 */
export function problemsBeforeSubmit(composed: Composed, declaration: SubmitRules, now: Date): SubmitProblem[] {
  return missing(composed.checked, declaration, dayIn(composed.zone, now.toISOString()))
}

/** What the provider's format has no place for. */
export function warningsBeforeSubmit(composed: Composed, declaration: SubmitRules): SubmitProblem[] {
  return lostInFormat(composed.checked, declaration)
}

const lines = sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'lineNumber', l.line_number, 'procedureId', l.visit_procedure_id, 'code', l.code, 'serviceDate', l.service_date, 'tooth', l.tooth, 'surfaces', l.surfaces, 'area', l.area,
    'quantity', l.quantity, 'charge', l.amount, 'details', l.details, 'openingLine', ${openingLine}, 'priced', l.priced_by <> 'rate' or l.rate_amount is not null,
    'visitCompleted', v.id is null or v.status = 'completed') order by l.line_number), '[]')
  from claim_lines l left join visits v on v.organisation_id = l.organisation_id and v.id = l.visit_id
  where l.organisation_id = c.organisation_id and l.claim_id = c.id)`

const attachments = sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'attachmentId', a.id, 'kind', a.kind, 'mediaType', a.media_type, 'fileName', a.file_name, 'sha256', encode(a.sha256, 'hex'),
    'size', a.size, 'tooth', a.tooth, 'labels', nullif(a.labels, '[]'), 'capturedOn', a.captured_on) order by a.id), '[]')
  from attachments a where a.organisation_id = c.organisation_id and a.claim_id = c.id)`

interface Row extends ClaimDetailsRow {
  id: string
  patient_id: string
  provider_id: string
  lineage_id: string
  before_first_reason: string | null
  has_other_hmo: boolean
  claim_number: string
  purpose: Purpose
  currency: string
  diagnoses: Diagnosis[]
  note: string | null
  organisation_name: string
  tax_id: string | null
  organisation_npi: string | null
  clinic_name: string
  clinic_npi: string | null
  clinic_phone: string | null
  clinic_address: Address
  zone: string
  practitioner_family: string
  practitioner_given: string
  practitioner_npi: string | null
  licence: string | null
  accreditation: string | null
  family: string
  given: string
  birth_date: string
  sex: Person['sex']
  address: Address | null
  member_id: string
  plan: string | null
  group_number: string | null
  relationship: Relationship
  subscriber: Person | null
  priority: 'primary' | 'secondary'
  valid_from: string
  valid_to: string | null
  original_reference: string | null
  original_submission_number: string | null
  opening_submission_number: string | null
  lines: StoredLine[]
  attachments: Nullable<SubmissionAttachment>[]
  authorisations: NamedAuthorisation[]
}

type StoredLine = Pick<
  CheckedLine,
  'lineNumber' | 'code' | 'serviceDate' | 'quantity' | 'charge' | 'priced' | 'visitCompleted'
> & {
  procedureId: string | null
  tooth: string | null
  surfaces: string | null
  area: string | null
  details: ChartedDetails
  openingLine: number | null
}

/** JSON out of SQL says null where the domain leaves the field out. */
type Nullable<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | null : T[K] }

function composed(row: Row): Composed {
  const checkedLines = row.lines.map(({ procedureId: _of, details, openingLine: opened, ...line }) => ({
    ...present(line),
    controlNumber: String(line.lineNumber),
    ...(opened === null ? {} : { openingControlNumber: String(opened) }),
    ...lineDetailsOf(details, row.diagnoses),
  }))
  const attached = row.attachments.map((attachment) => present(attachment))
  const patient: Person = present({
    family: row.family,
    given: row.given,
    birthDate: row.birth_date,
    sex: row.sex,
    address: row.address,
  })
  const shared = {
    purpose: row.purpose,
    currency: row.currency,
    ...present({ originalReference: row.original_reference }),
    organisation: present({ name: row.organisation_name, taxId: row.tax_id, npi: row.organisation_npi }),
    clinic: present({
      name: row.clinic_name,
      npi: row.clinic_npi,
      phone: row.clinic_phone,
      address: row.clinic_address,
    }),
    practitioner: present({
      family: row.practitioner_family,
      given: row.practitioner_given,
      npi: row.practitioner_npi,
      licence: row.licence,
      accreditation: row.accreditation,
    }),
    patient,
    diagnoses: row.diagnoses,
    attachments: attached,
    ...claimDetailsOf(row),
  }
  const enrolment = present({
    memberId: row.member_id,
    plan: row.plan,
    group: row.group_number,
    relationship: row.relationship,
    subscriber: row.subscriber ?? patient,
    priority: row.priority,
  })
  return {
    zone: row.zone,
    checked: {
      ...shared,
      enrolment: { ...enrolment, validFrom: row.valid_from, validTo: row.valid_to },
      lines: checkedLines,
      authorisations: row.authorisations,
      ...present({ note: row.note }),
    },
    submission: {
      ...shared,
      ...present({
        originalSubmissionNumber: row.original_submission_number,
        openingSubmissionNumber: row.opening_submission_number,
        note: row.note,
      }),
      claimId: row.id,
      claimNumber: row.claim_number,
      total: sum(checkedLines.map((line) => line.charge)),
      enrolment,
      lines: checkedLines.map(({ priced: _priced, visitCompleted: _completed, ...line }) => line),
      // One that held on none of the service dates may lie on the claim beside its renewal; it is
      // not sent.
      authorisations: row.authorisations
        .filter((each) => checkedLines.some((line) => validOn(each, line.serviceDate)))
        .map(({ kind, number, codes, teeth }) => ({
          kind,
          number,
          ...(codes.length > 0 ? { codes } : {}),
          ...(teeth.length > 0 ? { teeth } : {}),
        })),
    },
    first: null,
  }
}

type Present<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>
}

/** The same object without the fields that are null. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Present<T>
}
