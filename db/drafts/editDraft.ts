import { sql } from 'kysely'
import type { ShownStatus } from '../../domain/claim.ts'
import type { TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import { shownStatus } from '../claims/shownStatus.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { setAuthorisations, unknownAuthorisation } from './claimAuthorisations.ts'
import { totalsOf, writeLines } from './claimLines.ts'
import { lockPatient } from './claimParties.ts'
import { type ActionContext, auditSelection, type Saved } from './createDraft.ts'
import { type Selected, selectLines, type Ticked } from './selectLines.ts'

/**
 * What changes of a draft; a field that is left out stays. `version` is the one that the editor has
 * seen.
 */
export interface DraftChange {
  version: number
  ticked?: Ticked[] | undefined
  authorisationIds?: string[] | undefined
  diagnoses?: Diagnosis[] | undefined
  details?: TreatmentDetails | undefined
  note?: string | null | undefined
  practitionerId?: string | undefined
  overrideDuplicate: string | null
  overrideFilingLimit: string | null
  overrideOrder: string | null
}

/**
 * Changes a draft that nobody else has changed meanwhile. New lines are read from the visits again
 * and priced again.
 */
export async function editDraft(
  tx: Tx,
  claimId: string,
  change: DraftChange,
  context: ActionContext,
): Promise<Saved | Refused> {
  const { organisationId } = context
  const draft = await lockDraft(tx, context, claimId)
  if (draft.kind === 'refused') return draft
  if (draft.version !== change.version) {
    return refused('stale-version', `the draft is at version ${draft.version}: read it again and repeat the change`, {
      version: draft.version,
    })
  }
  const selected =
    change.ticked === undefined ? null : await reselect(tx, draft, { ...change, ticked: change.ticked }, context)
  if (selected?.kind === 'refused') return selected
  const wrong =
    change.ticked === undefined && change.authorisationIds !== undefined
      ? await unknownAuthorisation(tx, { ...draft, organisationId }, change.authorisationIds)
      : null
  if (wrong !== null) return wrong
  const practitionerId = selected?.practitionerId ?? change.practitionerId
  if (
    selected === null &&
    practitionerId !== undefined &&
    !(await isPractitioner(tx, organisationId, practitionerId))
  ) {
    return refused('unknown-practitioner', `there is no practitioner ${practitionerId}`)
  }
  const diagnoses = change.diagnoses ?? selected?.diagnoses
  const details = change.details ?? selected?.details
  await tx
    .updateTable('claims')
    .set({
      version: sql`version + 1`,
      updated_at: context.now,
      ...(selected === null ? {} : { ...columnsOf(selected), first_claim_id: selected.firstClaimId }),
      ...(details === undefined ? {} : { details: JSON.stringify(details) }),
      ...(practitionerId === undefined ? {} : { practitioner_id: practitionerId }),
      ...(diagnoses === undefined ? {} : { diagnoses: JSON.stringify(diagnoses) }),
      chosen: chosenAfter(draft.chosen, change),
      ...(change.note === undefined ? {} : { note: change.note }),
      ...(change.overrideOrder === null ? {} : { before_first_reason: change.overrideOrder }),
    })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .execute()
  if (selected !== null) {
    await writeLines(tx, organisationId, claimId, selected.lines)
    await auditSelection(tx, context, claimId, selected)
  }
  if (change.authorisationIds !== undefined)
    await setAuthorisations(tx, organisationId, claimId, change.authorisationIds)
  return { kind: 'saved', claimId }
}

/** Deletes a draft with its lines and attachments. A claim that has left is never deleted. */
export async function deleteDraft(tx: Tx, claimId: string, context: ActionContext): Promise<Saved | Refused> {
  const draft = await lockDraft(tx, context, claimId)
  if (draft.kind === 'refused') return draft
  await tx
    .deleteFrom('attention_items')
    .where('organisation_id', '=', context.organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  await tx
    .deleteFrom('claims')
    .where('organisation_id', '=', context.organisationId)
    .where('id', '=', claimId)
    .execute()
  return { kind: 'saved', claimId }
}

export interface LockedDraft {
  kind: 'draft'
  version: number
  patientId: string
  providerId: string
  lineageId: string
  diagnoses: Diagnosis[]
  practitionerId: string
  chosen: ('diagnoses' | 'practitioner' | 'details')[]
  adapterId: string
  plan: string | null
  priority: 'primary' | 'secondary'
  beforeFirstReason: string | null
  currency: string
  filingLimitDays: number | null
}

/**
 * Locks a claim that is still a draft: freeze waits until the change is done, or the change sees
 * that the claim has left.
 */
export async function lockDraft(
  tx: Tx,
  { organisationId }: Pick<ActionContext, 'organisationId'>,
  claimId: string,
): Promise<LockedDraft | Refused> {
  const row = await tx
    .selectFrom('claims as c')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'c.organisation_id').onRef('n.id', '=', 'c.connection_id'),
    )
    .innerJoin('enrolments as e', (join) =>
      join.onRef('e.organisation_id', '=', 'c.organisation_id').onRef('e.id', '=', 'c.enrolment_id'),
    )
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select([
      'c.status',
      'c.submit_asked_at',
      'c.version',
      'c.patient_id',
      'c.provider_id',
      'c.lineage_id',
      'c.currency',
    ])
    .select(['p.adapter_id', 'e.plan', 'e.priority', 'n.deadlines', 'c.before_first_reason'])
    .select(['c.diagnoses', 'c.practitioner_id', 'c.chosen'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .forUpdate('c')
    .executeTakeFirst()
  if (row === undefined) return refused('claim-not-found', `there is no claim ${claimId}`)
  const claimStatus = shownStatus(row)
  if (claimStatus !== 'DRAFT') return refused('claim-not-a-draft', whyFixed(claimStatus), { claimStatus })
  const own = row.deadlines.filingLimitDays
  return {
    kind: 'draft',
    version: row.version,
    patientId: row.patient_id,
    providerId: row.provider_id,
    lineageId: row.lineage_id,
    diagnoses: row.diagnoses,
    practitionerId: row.practitioner_id,
    chosen: row.chosen,
    adapterId: row.adapter_id,
    plan: row.plan,
    priority: row.priority,
    beforeFirstReason: row.before_first_reason,
    currency: row.currency,
    filingLimitDays: typeof own === 'number' ? own : null,
  }
}

function whyFixed(status: ShownStatus): string {
  return status === 'SUBMITTING'
    ? 'the claim is SUBMITTING: it changes no more, unless its submission is refused'
    : `the claim is ${status}: only a corrected claim that refers to it can change it`
}

/** New lines bring the visits' own diagnoses and practitioner, unless the change names others. */
function chosenAfter(before: LockedDraft['chosen'], change: DraftChange): LockedDraft['chosen'] {
  const stays = (field: LockedDraft['chosen'][number]) => change.ticked === undefined && before.includes(field)
  return [
    ...(change.diagnoses !== undefined || stays('diagnoses') ? (['diagnoses'] as const) : []),
    ...(change.practitionerId !== undefined || stays('practitioner') ? (['practitioner'] as const) : []),
    ...(change.ticked?.some(({ details }) => details !== undefined) || stays('details') ? (['details'] as const) : []),
  ]
}

async function reselect(
  tx: Tx,
  draft: LockedDraft,
  change: DraftChange & { ticked: Ticked[] },
  context: ActionContext,
): Promise<Selected | Refused> {
  await lockPatient(tx, context.organisationId, draft.patientId)
  return selectLines(tx, {
    organisationId: context.organisationId,
    patientId: draft.patientId,
    lineageId: draft.lineageId,
    connection: {
      providerId: draft.providerId,
      currency: draft.currency,
      filingLimitDays: draft.filingLimitDays ?? context.filingLimitDays(draft.adapterId),
    },
    plan: draft.plan,
    priority: draft.priority,
    ticked: change.ticked,
    authorisationIds: change.authorisationIds ?? [],
    practitionerId: change.practitionerId ?? null,
    details: change.details ?? null,
    overrideDuplicate: change.overrideDuplicate,
    overrideFilingLimit: change.overrideFilingLimit,
    overrideOrder: change.overrideOrder ?? draft.beforeFirstReason,
    now: context.now.toISOString(),
  })
}

function columnsOf(selected: Selected) {
  return {
    ...totalsOf(selected.lines),
    clinic_id: selected.clinicId,
    billing_practitioner_id: selected.billingPractitionerId,
  }
}

async function isPractitioner(tx: Tx, organisationId: string, practitionerId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('practitioners')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', practitionerId)
    .executeTakeFirst()
  return row !== undefined
}
