import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import {
  type ComparedField,
  type ComparedLine,
  visitDifferences,
} from '../../../domain/claims/draft/visitDifferences.ts'
import { type ChargedLine, priceWarnings } from '../../../domain/claims/draft/warnings.ts'
import type { SubmitProblem } from '../../../domain/claims/requirements.ts'
import { rateFor } from '../../../domain/practice/pricing.ts'
import type { Tx } from '../../connect.ts'
import type { Diagnosis } from '../../schema/practiceTables.ts'
import { ratesOf } from '../claimLines.ts'

interface DraftRow {
  provider_id: string
  enrolment_id: string
  patient_id: string
  practitioner_id: string
  currency: string
  plan: string | null
  valid_from: string
  valid_to: string | null
  diagnoses: Diagnosis[]
  chosen: string[]
}

interface LineRow {
  line_number: number
  amount: number
  rate_amount: number | null
  priced_by: 'rate' | 'override' | 'import'
  said: Record<string, unknown>
  charted: Record<string, unknown>
  draft: ComparedLine['draft']
  visit: ComparedLine['visit'] & {
    removed: boolean
    fee: number
    clinicId: string
    practitionerId: string
    diagnoses: Diagnosis[]
  }
}

/** A draft beside its visits as they are now: where it differs, and what looks like a slip. */
export async function compareWithVisit(
  tx: Tx,
  { organisationId, claimId }: { organisationId: string; claimId: string },
): Promise<{ problems: SubmitProblem[]; warnings: SubmitProblem[] }> {
  const claim = await draftOf(tx, organisationId, claimId)
  const rows = await linesOf(tx, organisationId, claimId)
  if (claim === undefined || rows.length === 0) return { problems: [], warnings: [] }
  const codes = rows.map(({ visit }) => visit.code)
  const rates = await ratesOf(tx, organisationId, claim.provider_id, codes)
  const rateOf = ({ visit }: LineRow): number | null => {
    const { code, serviceDate, quantity, clinicId } = visit
    const found = rateFor({ code, serviceDate, quantity, clinicId, plan: claim.plan, currency: claim.currency }, rates)
    return found === null ? null : found.amount * quantity
  }
  const compared = rows.map((row): ComparedLine => {
    const { line_number: lineNumber, draft, visit, priced_by, rate_amount } = row
    const { removed, fee: _fee, clinicId: _clinic, practitionerId: _by, diagnoses: _diagnoses, ...charted } = visit
    const rate = { draft: rate_amount, visit: rateOf(row), currency: claim.currency }
    const details = detailsOf(row, claim.chosen.includes('details'))
    return { lineNumber, draft, visit: charted, removed, details, ...(priced_by === 'rate' ? { rate } : {}) }
  })
  const priced = rows.map((row): ChargedLine => {
    const { line_number: lineNumber, amount: charge, draft, visit, rate_amount: rate } = row
    return { lineNumber, code: draft.code, charge, list: visit.fee, rate, currency: claim.currency }
  })
  const there = rows.filter(({ visit }) => !visit.removed)
  const fields = [...fieldsOf(claim, there), ...(await enrolmentNow(tx, organisationId, claim, there))]
  return { problems: visitDifferences(compared, fields), warnings: priceWarnings(priced) }
}

/** What the chart says of the service; of a draft whose details a person set only what it lacks. */
function detailsOf({ said, charted }: LineRow, chosen: boolean): { field: string; draft: string; visit: string }[] {
  return Object.entries(charted).flatMap(([field, value]) => {
    const has = said[field] !== undefined
    if (value === null || (has && (chosen || isDeepStrictEqual(said[field], value)))) return []
    return [{ field, draft: has ? JSON.stringify(said[field]) : 'none', visit: JSON.stringify(value) }]
  })
}

async function draftOf(tx: Tx, organisationId: string, claimId: string): Promise<DraftRow | undefined> {
  return tx
    .selectFrom('claims as c')
    .innerJoin('enrolments as e', (join) =>
      join.onRef('e.organisation_id', '=', 'c.organisation_id').onRef('e.id', '=', 'c.enrolment_id'),
    )
    .select(['c.provider_id', 'c.enrolment_id', 'c.patient_id', 'c.practitioner_id', 'c.currency', 'c.diagnoses'])
    .select(['c.chosen', 'e.plan', 'e.valid_from', 'e.valid_to'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
}

/**
 * Lines without a procedure of the practice's (an imported claim's) have nothing to differ from.
 */
async function linesOf(tx: Tx, organisationId: string, claimId: string): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select l.line_number, l.amount, l.rate_amount, l.priced_by, l.details as said, q.details as charted,
      jsonb_build_object('code', l.code, 'serviceDate', l.service_date, 'tooth', l.tooth, 'surfaces', l.surfaces,
        'area', l.area, 'quantity', l.quantity) as draft,
      jsonb_build_object('code', q.code, 'serviceDate', v.visited_on, 'tooth', q.tooth, 'surfaces', q.surfaces,
        'area', q.area, 'quantity', q.quantity, 'removed', q.removed, 'fee', q.fee, 'clinicId', v.clinic_id,
        'practitionerId', v.practitioner_id, 'diagnoses', v.diagnoses) as visit
    from claim_lines l
    join visit_procedures q on q.organisation_id = l.organisation_id and q.id = l.visit_procedure_id
    join visits v on v.organisation_id = q.organisation_id and v.id = q.visit_id
    where l.organisation_id = ${organisationId} and l.claim_id = ${claimId}
    order by l.line_number`.execute(tx)
  return rows
}

/** What comes from the visits as a whole, unless a person has chosen otherwise. */
function fieldsOf({ chosen, diagnoses, practitioner_id }: DraftRow, rows: LineRow[]): ComparedField[] {
  const now = namesOf(rows.flatMap(({ visit }) => visit.diagnoses))
  const was = namesOf(diagnoses)
  const by = [...new Set(rows.map(({ visit }) => visit.practitionerId))]
  const [only] = by
  return [
    ...(chosen.includes('diagnoses') || rows.length === 0 || now === was
      ? []
      : [{ field: 'diagnoses' as const, draft: was, visit: now }]),
    ...(chosen.includes('practitioner') || by.length !== 1 || only === undefined || only === practitioner_id
      ? []
      : [{ field: 'practitioner' as const, draft: practitioner_id, visit: only }]),
  ]
}

function namesOf(diagnoses: Diagnosis[]): string {
  const codes = [...new Set(diagnoses.map(({ code }) => code))].sort()
  return codes.length === 0 ? 'none' : codes.join(', ')
}

/** An enrolment that ended before the services, where another one of the patient covers them. */
async function enrolmentNow(
  tx: Tx,
  organisationId: string,
  claim: DraftRow,
  rows: LineRow[],
): Promise<ComparedField[]> {
  const days = rows.map(({ visit }) => visit.serviceDate).sort()
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined || covers(claim, first, last)) return []
  const other = await coveringEnrolment(tx, { organisationId, ...claim }, first, last)
  if (other === undefined) return []
  return [{ field: 'enrolment', draft: periodOf(claim), visit: periodOf(other) }]
}

/** The patient's enrolment with the provider that holds on all the days, primary first. */
export async function coveringEnrolment(
  tx: Tx,
  of: { organisationId: string; patient_id: string; provider_id: string },
  first: string,
  last: string,
): Promise<{ id: string; plan: string | null; valid_from: string; valid_to: string | null } | undefined> {
  return tx
    .selectFrom('enrolments')
    .select(['id', 'plan', 'valid_from', 'valid_to'])
    .where('organisation_id', '=', of.organisationId)
    .where('patient_id', '=', of.patient_id)
    .where('provider_id', '=', of.provider_id)
    .where('valid_from', '<=', first)
    .where((where) => where.or([where('valid_to', 'is', null), where('valid_to', '>=', last)]))
    .orderBy('priority')
    .orderBy('valid_from', 'desc')
    .executeTakeFirst()
}

function covers({ valid_from, valid_to }: DraftRow, first: string, last: string): boolean {
  return valid_from <= first && (valid_to === null || last <= valid_to)
}

function periodOf({ valid_from, valid_to }: Pick<DraftRow, 'valid_from' | 'valid_to'>): string {
  return `valid from ${valid_from}${valid_to === null ? '' : ` to ${valid_to}`}`
}
