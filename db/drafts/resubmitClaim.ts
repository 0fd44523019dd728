import { sql } from 'kysely'
import { sum } from '../../domain/amounts.ts'
import type { Appeals, Purpose } from '../../domain/claim.ts'
import { correctionOf } from '../../domain/claims/correction.ts'
import { newId } from '../../platform/ids.ts'
import { successorOf } from '../claims/claimParts.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { type Disputed, disputedOf, isPartial } from './appealLines.ts'
import { totalsOf, writeLines } from './claimLines.ts'
import { lockPatient } from './claimParties.ts'
import { type ActionContext, insertDraft, type Saved } from './createDraft.ts'
import { originalClaim } from './originalClaim.ts'
import { selectLines, type Ticked } from './selectLines.ts'

/**
 * Makes the draft that corrects a claim: the same lines (read from the visits again, so that what
 * the clinic has corrected there is in it), prices, authorisations and papers, and a reference to
 * the first. One open correction per claim. An appeal carries only what is disputed, where the
 * provider wants that.
 */
export async function resubmit(
  tx: Tx,
  claimId: string,
  asked: 'replacement' | 'appeal' | null,
  context: ActionContext & {
    declarationOf(adapterId: string): { name: string; purposes: readonly Purpose[]; appeals?: Appeals }
  },
): Promise<Saved | Refused> {
  const { organisationId } = context
  const first = await lockOriginal(tx, organisationId, claimId)
  if (first === undefined) return refused('claim-not-found', `there is no claim ${claimId}`)
  const successor = await successorOf(tx, organisationId, claimId)
  if (successor !== null) {
    const { claimId: id, claimNumber } = successor
    const detail = `claim ${claimNumber} corrects this claim already`
    return refused('already-resubmitted', detail, { claimId: id, claimNumber })
  }
  const declaration = context.declarationOf(first.adapter_id)
  const correction = correctionOf(
    {
      status: first.status,
      rejectedAt: first.rejected_at,
      closed: first.closed_because,
      purpose: first.purpose,
      originalReference: first.original_reference,
    },
    asked,
    declaration,
  )
  if (correction.kind === 'refused') return correction
  const disputed = isPartial(first.status, correction.purpose, declaration)
    ? await disputedOf(tx, organisationId, claimId)
    : null
  if (disputed?.length === 0) {
    return refused(
      'cannot-resubmit',
      `an appeal to ${declaration.name} is about lines that were denied or reduced, and none is known`,
    )
  }
  const source = await ticksOf(tx, organisationId, claimId, disputed)
  const selected = source.every((tick) => tick !== null) ? await reselect(tx, first, source, context) : null
  if (selected?.kind === 'refused') return selected
  const draftId = newId()
  await insertDraft(tx, context, {
    claimId: draftId,
    patientId: first.patient_id,
    enrolmentId: first.enrolment_id,
    connection: { id: first.connection_id, providerId: first.provider_id, currency: first.currency },
    clinicId: first.clinic_id,
    practitionerId: first.practitioner_id,
    diagnoses: first.diagnoses,
    chosen: first.chosen,
    // What a person said by hand stays where the visits say nothing else.
    details: { ...first.details, ...selected?.details },
    billingPractitionerId: selected === null ? first.billing_practitioner_id : selected.billingPractitionerId,
    note: first.note,
    totals: selected === null ? { ...first, ...totalOf(disputed) } : totalsOf(selected.lines),
    purpose: correction.purpose,
    replaces: { claimId, lineageId: first.lineage_id },
    firstClaimId: selected?.firstClaimId ?? first.first_claim_id,
    beforeFirstReason: first.before_first_reason,
    imported: false,
  })
  if (selected === null) await copyLines(tx, { organisationId, from: claimId, to: draftId }, disputed)
  else await writeLines(tx, organisationId, draftId, selected.lines)
  await copyPapers(tx, context, claimId, draftId)
  return { kind: 'saved', claimId: draftId }
}

/**
 * The lines of a claim as ticks; null for a line that no procedure of the practice app stands
 * behind (an imported claim). Of a `disputed` line what is disputed is claimed, the others are left
 * out.
 */
export async function ticksOf(
  tx: Tx,
  organisationId: string,
  claimId: string,
  disputed: Disputed[] | null = null,
): Promise<(Ticked | null)[]> {
  const rows = await tx
    .selectFrom('claim_lines as l')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'l.organisation_id').onRef('c.id', '=', 'l.claim_id'),
    )
    .leftJoin('visit_procedures as q', (join) =>
      join.onRef('q.organisation_id', '=', 'l.organisation_id').onRef('q.id', '=', 'l.visit_procedure_id'),
    )
    .select(['l.line_number', 'l.visit_procedure_id', 'l.amount', 'l.priced_by', 'l.price_reason', 'c.currency'])
    .select(['l.details', 'q.details as charted'])
    .where('l.organisation_id', '=', organisationId)
    .where('l.claim_id', '=', claimId)
    .orderBy('l.line_number')
    .execute()
  return rows.flatMap(({ line_number, visit_procedure_id, amount, priced_by, price_reason, currency, ...row }) => {
    const part = disputed?.find(({ lineNumber }) => lineNumber === line_number)
    if (disputed !== null && part === undefined) return []
    if (visit_procedure_id === null) return [null]
    const reduced = part !== undefined && part.amount !== amount
    const reason = reduced ? 'what was not paid of it' : (price_reason ?? 'as on the first claim')
    const override = priced_by === 'rate' && !reduced ? null : { amount: part?.amount ?? amount, currency, reason }
    return [{ procedureId: visit_procedure_id, override, details: { ...row.details, ...row.charted } }]
  })
}

type Original = NonNullable<Awaited<ReturnType<typeof lockOriginal>>>

async function reselect(tx: Tx, first: Original, ticked: Ticked[], context: ActionContext) {
  const why = `corrects claim ${first.claim_number}`
  await lockPatient(tx, context.organisationId, first.patient_id)
  return selectLines(tx, {
    organisationId: context.organisationId,
    patientId: first.patient_id,
    lineageId: first.lineage_id,
    connection: {
      providerId: first.provider_id,
      currency: first.currency,
      filingLimitDays: context.filingLimitDays(first.adapter_id),
    },
    plan: first.plan,
    priority: first.priority,
    ticked,
    authorisationIds: [],
    practitionerId: first.practitioner_id,
    // The first claim was filed in time and its warnings were answered: a correction is not asked
    // again.
    overrideDuplicate: why,
    overrideFilingLimit: why,
    // Whether it waits for another HMO is asked again when it is to leave.
    overrideOrder: why,
    now: context.now.toISOString(),
  })
}

async function lockOriginal(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .innerJoin('enrolments as e', (join) =>
      join.onRef('e.organisation_id', '=', 'c.organisation_id').onRef('e.id', '=', 'c.enrolment_id'),
    )
    .selectAll('c')
    .select(['p.adapter_id', 'e.plan', 'e.priority'])
    .select(sql<string | null>`(select reference from ${originalClaim('corrected')} original)`.as('original_reference'))
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .forUpdate('c')
    .executeTakeFirst()
}

function totalOf(disputed: Disputed[] | null): { total?: number } {
  return disputed === null ? {} : { total: sum(disputed.map((each) => each.amount)) }
}

async function copyLines(
  tx: Tx,
  { organisationId, from, to }: { organisationId: string; from: string; to: string },
  disputed: Disputed[] | null,
): Promise<void> {
  const wanted = disputed === null ? sql`null::bigint as wanted` : sql`d.amount as wanted`
  const only =
    disputed === null
      ? sql``
      : sql`join jsonb_to_recordset(${JSON.stringify(disputed)}::jsonb) as d("lineNumber" integer, amount bigint) on d."lineNumber" = l.line_number`
  await sql`
    insert into claim_lines (organisation_id, claim_id, line_number, visit_procedure_id, visit_id, code, service_date, tooth, surfaces, area,
      quantity, amount, rate_amount, priced_by, price_reason, details)
    select organisation_id, ${to}, row_number() over (order by line_number), visit_procedure_id, visit_id, code, service_date, tooth, surfaces, area,
      quantity, coalesce(wanted, amount), rate_amount, priced_by, price_reason, details
    from (select l.*, ${wanted} from claim_lines l ${only}
      where l.organisation_id = ${organisationId} and l.claim_id = ${from}) l`.execute(tx)
}

async function copyPapers(tx: Tx, { organisationId, now }: ActionContext, from: string, to: string): Promise<void> {
  await sql`
    insert into claim_authorisations (organisation_id, claim_id, authorisation_id)
    select organisation_id, ${to}, authorisation_id from claim_authorisations
    where organisation_id = ${organisationId} and claim_id = ${from}`.execute(tx)
  await sql`
    insert into attachments (organisation_id, id, claim_id, kind, media_type, file_name, sha256, size, tooth, labels, captured_on, bytes, created_at)
    select organisation_id, gen_random_uuid(), ${to}, kind, media_type, file_name, sha256, size, tooth, labels, captured_on, bytes, ${now}
    from attachments where organisation_id = ${organisationId} and claim_id = ${from}`.execute(tx)
}
