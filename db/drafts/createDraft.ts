import { sql } from 'kysely'
import type { Purpose } from '../../domain/claim.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import { type Refused, refused } from '../refused.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { audit } from '../setup/audit.ts'
import { setAuthorisations } from './claimAuthorisations.ts'
import { totalsOf, writeLines } from './claimLines.ts'
import { type Connected, connectionOf, enrolmentOf, holdPatient } from './claimParties.ts'
import { closeClaimedVisits } from './filingLimits.ts'
import { type Selected, selectLines, type Ticked } from './selectLines.ts'

/** Who does it, when (business time), for which organisation. */
export interface ActionContext {
  organisationId: string
  actor: string
  now: Date
  /** Days after the service date within which the provider takes a claim: from the declaration, unless the connection says otherwise. */
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
  note: string | null
  overrideDuplicate: string | null
  overrideFilingLimit: string | null
}

export interface Saved {
  kind: 'saved'
  claimId: string
}

/** Makes a draft with its lines priced in the same transaction, or says why not. Nothing is written when it is refused. */
export async function createDraft(tx: Tx, wish: DraftRequest, doing: ActionContext): Promise<Saved | Refused> {
  const parties = await partiesOf(tx, wish, doing)
  if (parties.kind === 'refused') return parties
  const { connection, enrolment } = parties
  const selected = await selectLines(tx, {
    ...wish,
    organisationId: doing.organisationId,
    lineageId: null,
    connection,
    plan: enrolment.plan,
    today: dayOf(doing.now),
  })
  if (selected.kind === 'refused') return selected
  const claimId = newId()
  await insertDraft(tx, doing, {
    claimId,
    patientId: wish.patientId,
    enrolmentId: enrolment.id,
    connection,
    clinicId: selected.clinicId,
    practitionerId: selected.practitionerId,
    diagnoses: wish.diagnoses ?? selected.diagnoses,
    note: wish.note,
    totals: totalsOf(selected.lines),
    purpose: 'new',
    replaces: null,
    imported: false,
  })
  await writeLines(tx, doing.organisationId, claimId, selected.lines)
  await setAuthorisations(tx, doing.organisationId, claimId, wish.authorisationIds)
  await auditSelection(tx, doing, claimId, selected)
  await closeClaimedVisits(tx, doing.organisationId, doing.now)
  return { kind: 'saved', claimId }
}

/** The patient (held until the end of the transaction), the connection and the enrolment of a new claim. */
export async function partiesOf(
  tx: Tx,
  wish: Pick<DraftRequest, 'patientId' | 'providerId' | 'mode' | 'enrolmentId' | 'ticked'>,
  doing: ActionContext,
  serviceDay: string | null = null,
): Promise<{ kind: 'parties'; connection: Connected; enrolment: { id: string; plan: string | null } } | Refused> {
  const { organisationId } = doing
  const connection = await connectionOf(tx, organisationId, wish.providerId, wish.mode, doing.filingLimitDays)
  if (connection.kind === 'refused') return connection
  if (!(await holdPatient(tx, organisationId, wish.patientId))) {
    return refused('unknown-patient', `there is no patient ${wish.patientId}`)
  }
  const enrolment = await enrolmentOf(tx, organisationId, wish, serviceDay)
  return enrolment.kind === 'refused' ? enrolment : { kind: 'parties', connection, enrolment }
}

export interface NewDraft {
  claimId: string
  patientId: string
  enrolmentId: string
  connection: Pick<Connected, 'id' | 'providerId' | 'currency'>
  clinicId: string
  practitionerId: string
  diagnoses: Diagnosis[]
  note: string | null
  totals: { total: number; service_from: string; service_to: string }
  purpose: Purpose
  replaces: { claimId: string; lineageId: string } | null
  imported: boolean
}

/** The claim's own row, with the next readable number of the deployment. */
export async function insertDraft(tx: Tx, doing: ActionContext, draft: NewDraft): Promise<void> {
  const year = doing.now.getUTCFullYear()
  await pipelined(
    tx,
    tx.insertInto('claims').values({
      organisation_id: doing.organisationId,
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
      note: draft.note,
      purpose: draft.purpose,
      replaces_claim_id: draft.replaces?.claimId ?? null,
      lineage_id: draft.replaces?.lineageId ?? draft.claimId,
      imported: draft.imported,
      waiting_for: 'Draft: waiting to be submitted',
      created_at: doing.now,
      updated_at: doing.now,
      created_by: doing.actor,
    }),
  )
}

/** Amounts that a person set and warnings that a person overrode, with the reasons. */
export async function auditSelection(tx: Tx, doing: ActionContext, claimId: string, selected: Selected): Promise<void> {
  const prices = selected.lines.flatMap(({ price, performed }, index) =>
    price.kind === 'override'
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
    await audit(tx, { ...doing, action, subject: `claim ${claimId}`, detail })
  }
}

export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10)
}
