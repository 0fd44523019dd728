import { sql } from 'kysely'
import { sum } from '../../domain/amounts.ts'
import type { ClaimStatus, Reference } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { dayIn } from '../../domain/zones.ts'
import { newId, newSubmissionNumber } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { linkFirst } from '../coordination/linkFirst.ts'
import { allocateInterchange } from '../delivery/interchanges.ts'
import { moveInterchange } from '../delivery/moveInterchange.ts'
import { composeSubmission, submissionFrom } from '../drafts/composeSubmission.ts'
import { type ActionContext, insertDraft, partiesOf, type Saved } from '../drafts/createDraft.ts'
import { alreadyClaimed } from '../drafts/duplicateLines.ts'
import { postCharge } from '../money/ledger.ts'
import { type Refused, refused } from '../refused.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { audit } from '../setup/audit.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import { lockClaim } from './lockClaim.ts'
import { type RecordContext, recordEvents } from './recordEvents.ts'

/**
 * A line as it was filed elsewhere; with a procedure of the practice app behind it where there is
 * one.
 */
export interface FiledLine {
  procedureId: string | null
  code: string
  serviceDate: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  quantity: number
  amount: number
}

export interface FiledClaim {
  patientId: string
  providerId: string
  mode: 'test' | 'production' | null
  enrolmentId: string | null
  clinicId: string
  practitionerId: string
  currency: string
  lines: FiledLine[]
  diagnoses: Diagnosis[]
  note: string | null
  status: Exclude<ClaimStatus, 'DRAFT' | 'CANCELLED'>
  decisions: LineDecision[]
  /** ISO 8601 UTC: when it was filed, and when the provider said what `status` says. */
  submittedAt: string
  statusAt: string
  /** The number under which it went out, when the provider will send it back; else a new one. */
  submissionNumber: string | null
  references: Reference[]
  overrideDuplicate: string | null
}

/**
 * Takes in a claim that was filed elsewhere: nothing is sent, its clocks run from the day it was
 * filed, and its remittance finds it by the submission number or the provider's own. One
 * transaction, with charge and timeline.
 */
export async function importClaim(
  tx: Tx,
  filed: FiledClaim,
  context: ActionContext & { adapterVersion(adapterId: string): number; record: RecordContext },
): Promise<Saved | Refused> {
  const { organisationId, actor } = context
  const days = filed.lines.map((line) => line.serviceDate).sort()
  const parties = await partiesOf(tx, { ...filed, ticked: [] }, context, days[0] ?? null)
  if (parties.kind === 'refused') return parties
  const { connection, enrolment } = parties
  const wrong =
    (await unknownRows(tx, organisationId, filed)) ??
    wrongFiling(filed, connection.currency, await zoneOf(tx, organisationId, filed.clinicId))
  if (wrong !== null) return wrong
  const duplicate = await alreadyClaimed(
    tx,
    { organisationId, patientId: filed.patientId, providerId: connection.providerId, lineageId: null },
    wantedOf(filed),
  )
  if (duplicate !== null && filed.overrideDuplicate === null) return duplicate
  const submissionNumber = filed.submissionNumber?.toUpperCase() ?? newSubmissionNumber()
  const claimId = newId()
  await insertDraft(tx, context, {
    claimId,
    patientId: filed.patientId,
    enrolmentId: enrolment.id,
    connection,
    clinicId: filed.clinicId,
    practitionerId: filed.practitionerId,
    diagnoses: filed.diagnoses,
    chosen: ['diagnoses', 'practitioner'],
    details: {},
    billingPractitionerId: null,
    note: filed.note,
    totals: {
      total: sum(filed.lines.map((line) => line.amount)),
      service_from: days[0] ?? '',
      service_to: days.at(-1) ?? '',
    },
    purpose: 'new',
    replaces: null,
    imported: true,
  })
  await insertLines(tx, organisationId, claimId, filed.lines)
  const composed = await composeSubmission(tx, organisationId, claimId)
  if (composed === null) throw new Error(`claim ${claimId} vanished while it was imported`)
  const submission = submissionFrom(composed, { submissionId: newId(), submissionNumber })
  const interchangeId = await allocateInterchange(tx, {
    organisationId,
    connectionId: connection.id,
    kind: 'submission',
    adapterVersion: context.adapterVersion(connection.adapterId),
    submissions: [submission],
    now: context.now,
  })
  await moveInterchange(
    tx,
    'arrive-otherwise',
    { organisationId, interchanges: interchangeId },
    {
      proof: 'filed_elsewhere',
      because: 'filed elsewhere and imported: nothing was sent',
      now: new Date(filed.submittedAt),
    },
  )
  const { currency } = filed
  if (connection.mode === 'production') {
    await postCharge(tx, { organisationId, claimId, currency, lines: submission.lines, actor, now: context.now })
  }
  const second = { organisationId, claimId, currency, mode: connection.mode, now: context.now }
  const taken = composed.first === null ? 0 : await linkFirst(tx, second, composed.first)
  await recordFiling(tx, filed, context, {
    claimId,
    submissionId: submission.submissionId,
    lineCount: submission.lines.length,
    openAmount: connection.mode === 'production' ? submission.total - taken : 0,
  })
  const detail = {
    submissionNumber,
    status: filed.status,
    duplicateReason: duplicate === null ? null : filed.overrideDuplicate,
  }
  await audit(tx, { ...context, action: 'claim.import', subject: `claim ${claimId}`, detail })
  return { kind: 'saved', claimId }
}

/** IANA zone of a clinic that is known. */
async function zoneOf(tx: Tx, organisationId: string, clinicId: string): Promise<string> {
  const clinic = await tx
    .selectFrom('clinics')
    .select('zone')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
  return clinic.zone
}

function wrongFiling(filed: FiledClaim, currency: string, zone: string): Refused | null {
  if (filed.currency !== currency) {
    return refused('wrong-currency', `${filed.providerId} is claimed in ${currency}, not in ${filed.currency}`, {
      currency,
    })
  }
  const early = filed.lines.find((line) => line.serviceDate > dayIn(zone, filed.submittedAt))
  if (early === undefined) return null
  return refused(
    'visit-not-completed',
    `${early.code} of ${early.serviceDate} is later than the day the claim was filed`,
  )
}

/**
 * Clinic, practitioner, procedures and a number that is free: what foreign keys would otherwise say
 * less clearly.
 */
async function unknownRows(tx: Tx, organisationId: string, filed: FiledClaim): Promise<Refused | null> {
  const procedures = filed.lines.flatMap((line) => line.procedureId ?? [])
  const { rows } = await sql<{ clinic: boolean; practitioner: boolean; procedures: number; number: boolean }>`
    select exists (select from clinics where organisation_id = ${organisationId} and id = ${filed.clinicId}) as clinic,
      exists (select from practitioners where organisation_id = ${organisationId} and id = ${filed.practitionerId}) as practitioner,
      (select count(*) from visit_procedures q join visits v on v.organisation_id = q.organisation_id and v.id = q.visit_id
        where q.organisation_id = ${organisationId} and v.patient_id = ${filed.patientId} and q.id = any (${procedures}::uuid[])) as procedures,
      exists (select from submissions where submission_number = ${filed.submissionNumber?.toUpperCase() ?? ''}) as number`.execute(
    tx,
  )
  const found = rows[0]
  if (!found?.clinic) return refused('unknown-clinic', `there is no clinic ${filed.clinicId}`)
  if (!found.practitioner) return refused('unknown-practitioner', `there is no practitioner ${filed.practitionerId}`)
  if (found.procedures !== procedures.length)
    return refused('unknown-procedure', "a procedure is not the patient's, or named twice")
  return found.number
    ? refused('submission-number-taken', `submission number ${filed.submissionNumber} is in use`)
    : null
}

function wantedOf(filed: FiledClaim) {
  return filed.lines.map((line) => ({
    id: line.procedureId ?? newId(),
    code: line.code,
    tooth: line.tooth,
    surfaces: line.surfaces,
    area: line.area,
    visited_on: line.serviceDate,
  }))
}

async function insertLines(tx: Tx, organisationId: string, claimId: string, lines: FiledLine[]): Promise<void> {
  await tx
    .insertInto('claim_lines')
    .values(
      lines.map((line, index) => ({
        organisation_id: organisationId,
        claim_id: claimId,
        line_number: index + 1,
        visit_procedure_id: line.procedureId,
        visit_id:
          line.procedureId === null
            ? null
            : sql<string>`(select visit_id from visit_procedures where organisation_id = ${organisationId} and id = ${line.procedureId})`,
        code: line.code,
        service_date: line.serviceDate,
        tooth: line.tooth,
        surfaces: line.surfaces,
        area: line.area,
        quantity: line.quantity,
        amount: line.amount,
        priced_by: 'import' as const,
      })),
    )
    .execute()
}

interface ImportedClaim {
  claimId: string
  submissionId: string
  lineCount: number
  /** Minor units; zero on a test connection, which has no ledger. */
  openAmount: number
}

async function recordFiling(
  tx: Tx,
  filed: FiledClaim,
  context: ActionContext & { record: RecordContext },
  { claimId, submissionId, ...counted }: ImportedClaim,
): Promise<void> {
  const claim = await lockClaim(tx, context.organisationId, claimId)
  if (claim === null) throw new Error(`claim ${claimId} vanished while it was imported`)
  const event = (fact: ClaimEvent['fact'], at: string, references: Reference[] = []): IncomingEvent => ({
    event: { fact, at, said: [], references },
    actor: context.actor,
    submissionId,
    act: { imported: true },
  })
  const further =
    filed.status === 'SUBMITTED'
      ? []
      : [event({ type: 'status_by_hand', status: filed.status, lines: filed.decisions }, filed.statusAt)]
  const events = [
    event({ type: 'submitted' }, filed.submittedAt, filed.references),
    event({ type: 'sent' }, filed.submittedAt),
    ...further,
  ]
  await recordEvents(tx, { ...claim, state: { ...claim.state, ...counted } }, events, context.record)
}
