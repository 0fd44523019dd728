import { sql } from 'kysely'
import type { Purpose } from '../../domain/claim.ts'
import type { TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import { type Refused, refused } from '../refused.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { audit } from '../setup/audit.ts'
import { setAuthorisations } from './claimAuthorisations.ts'
import { totalsOf, writeLines } from './claimLines.ts'
import { connectionOf, type DraftConnection, type Enrolled, enrolmentOf, lockPatient } from './claimParties.ts'
import { closeClaimedVisits } from './filingLimits.ts'
import { type Selected, selectLines, type Ticked } from './selectLines.ts'

/** Who does it, when (business time), for which organisation. */
export interface ActionContext {
  organisationId: string
  actor: string
  now: Date
  /**
   * Days after the service date within which the provider takes a claim: from the declaration,
   * unless the connection says otherwise.
   */
  filingLimitDays(adapterId: string): number
}

export interface DraftRequest {
  patientId: string
  providerId: string
  /** Null: production where there is such a connection, else test. */
  mode: 'test' | 'production' | null
  /** Null: the enrolment with the provider that holds on the service dates, primary first. */
  enrolmentId: string | null
  practitionerId: string | null
  ticked: Ticked[]
  authorisationIds: string[]
  /** Null: the visits' own diagnoses. */
  diagnoses: Diagnosis[] | null
  /** Absent or null: the visits' own. */
  details?: TreatmentDetails | null
  note: string | null
  overrideDuplicate: string | null
  overrideFilingLimit: string | null
  /** Why the claim does not wait for the HMO that pays first. */
  overrideOrder: string | null
}

export interface Saved {
  kind: 'saved'
  claimId: string
}

/**
 * Makes a draft with its lines priced in the same transaction, or says why not. Nothing is written
 * when it is refused.
 */
export async function createDraft(tx: Tx, request: DraftRequest, context: ActionContext): Promise<Saved | Refused> {
  const parties = await partiesOf(tx, request, context)
  if (parties.kind === 'refused') return parties
  const { connection, enrolment } = parties
  const selected = await selectLines(tx, {
    ...request,
    organisationId: context.organisationId,
    lineageId: null,
    connection,
    plan: enrolment.plan,
    priority: enrolment.priority,
    now: context.now.toISOString(),
  })
  if (selected.kind === 'refused') return selected
  const claimId = newId()
  await insertDraft(tx, context, {
    claimId,
    patientId: request.patientId,
    enrolmentId: enrolment.id,
    connection,
    clinicId: selected.clinicId,
    practitionerId: selected.practitionerId,
    diagnoses: request.diagnoses ?? selected.diagnoses,
    chosen: [
      ...(request.diagnoses === null ? [] : (['diagnoses'] as const)),
      ...(request.practitionerId === null ? [] : (['practitioner'] as const)),
      ...(request.ticked.some(({ details }) => details !== undefined) ? (['details'] as const) : []),
    ],
    details: selected.details,
    billingPractitionerId: selected.billingPractitionerId,
    note: request.note,
    totals: totalsOf(selected.lines),
    purpose: 'new',
    replaces: null,
    firstClaimId: selected.firstClaimId,
    beforeFirstReason: request.overrideOrder,
    imported: false,
  })
  await writeLines(tx, context.organisationId, claimId, selected.lines)
  await setAuthorisations(tx, context.organisationId, claimId, request.authorisationIds)
  await auditSelection(tx, context, claimId, selected)
  await closeClaimedVisits(tx, context.organisationId, context.now)
  return { kind: 'saved', claimId }
}

/**
 * The patient (held until the end of the transaction), the connection and the enrolment of a new
 * claim.
 */
export async function partiesOf(
  tx: Tx,
  request: Pick<DraftRequest, 'patientId' | 'providerId' | 'mode' | 'enrolmentId' | 'ticked'>,
  context: ActionContext,
  serviceDay: string | null = null,
): Promise<{ kind: 'parties'; connection: DraftConnection; enrolment: Enrolled } | Refused> {
  const { organisationId } = context
  const { providerId, mode } = request
  const { filingLimitDays } = context
  const connection = await connectionOf(tx, { organisationId, providerId, mode, filingLimitDays })
  if (connection.kind === 'refused') return connection
  if (!(await lockPatient(tx, organisationId, request.patientId))) {
    return refused('unknown-patient', `there is no patient ${request.patientId}`)
  }
  const enrolment = await enrolmentOf(tx, organisationId, request, serviceDay)
  return enrolment.kind === 'refused' ? enrolment : { kind: 'parties', connection, enrolment }
}

export interface NewDraft {
  claimId: string
  patientId: string
  enrolmentId: string
  connection: Pick<DraftConnection, 'id' | 'providerId' | 'currency'>
  clinicId: string
  practitionerId: string
  diagnoses: Diagnosis[]
  /** What a person has set instead of the visit's. */
  chosen: ('diagnoses' | 'practitioner' | 'details')[]
  details: TreatmentDetails
  billingPractitionerId: string | null
  note: string | null
  totals: { total: number; service_from: string; service_to: string }
  purpose: Purpose
  replaces: { claimId: string; lineageId: string } | null
  firstClaimId?: string | null
  beforeFirstReason?: string | null
  imported: boolean
}

/** The claim's own row, with the next readable number of the deployment. */
export async function insertDraft(tx: Tx, context: ActionContext, draft: NewDraft): Promise<void> {
  const year = context.now.getUTCFullYear()
  await pipelined(
    tx,
    tx.insertInto('claims').values({
      organisation_id: context.organisationId,
      id: draft.claimId,
      claim_number: sql<string>`${`C-${year}-`}::text || lpad(nextval('claim_numbers')::text, 6, '0')`,
      clinic_id: draft.clinicId,
      patient_id: draft.patientId,
      enrolment_id: draft.enrolmentId,
      provider_id: draft.connection.providerId,
      connection_id: draft.connection.id,
      practitioner_id: draft.practitionerId,
      currency: draft.connection.currency,
      ...draft.totals,
      diagnoses: JSON.stringify(draft.diagnoses),
      chosen: draft.chosen,
      note: draft.note,
      details: JSON.stringify(draft.details),
      billing_practitioner_id: draft.billingPractitionerId,
      purpose: draft.purpose,
      replaces_claim_id: draft.replaces?.claimId ?? null,
      lineage_id: draft.replaces?.lineageId ?? draft.claimId,
      first_claim_id: draft.firstClaimId ?? null,
      before_first_reason: draft.beforeFirstReason ?? null,
      imported: draft.imported,
      waiting_for: 'Draft: waiting to be submitted',
      created_at: context.now,
      updated_at: context.now,
      created_by: context.actor,
    }),
  )
}

/** Amounts that a person set and warnings that a person overrode, with the reasons. */
export async function auditSelection(
  tx: Tx,
  context: ActionContext,
  claimId: string,
  selected: Selected,
): Promise<void> {
  const prices = selected.lines.flatMap(({ price, performed, asOnClaim }, index) =>
    price.kind === 'override' && asOnClaim === undefined
      ? [
          {
            lineNumber: index + 1,
            code: performed.code,
            amount: price.amount,
            rate: price.rateAmount,
            reason: price.reason,
          },
        ]
      : [],
  )
  const entries = [
    ...selected.overridden,
    ...(prices.length === 0 ? [] : [{ action: 'claim.override-price', detail: { lines: prices } }]),
  ]
  for (const { action, detail } of entries) {
    await audit(tx, { ...context, action, subject: `claim ${claimId}`, detail })
  }
}
