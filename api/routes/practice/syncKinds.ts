import type { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { watchSyncedVisits } from '../../../db/money/visitItems.ts'
import { type SyncedTable, type SyncResult, type SyncRow, syncRows } from '../../../db/practice/sync.ts'
import type { ReferenceKind, References } from '../../../db/practice/syncReferences.ts'
import { type SyncProcedure, syncVisits } from '../../../db/practice/syncVisits.ts'
import { detailsIn, serviceDetailShape, visitDetails } from './schemasDental.ts'
import * as schemas from './schemasSync.ts'

/** One kind of thing that the practice app syncs: its schema, what it refers to, and its row. */
export interface SyncKind<S extends z.ZodType<{ externalId: string; version: number }>> {
  table: SyncedTable
  /** One of it, in a sentence. */
  name: string
  schema: S
  /** External ids (or the provider's id) that must be there; null: not given. */
  references(item: z.output<S>): Partial<Record<ReferenceKind, string | null>>
  /** `find` answers the id of a reference, which is known to be there. */
  columns(item: z.output<S>, find: (kind: ReferenceKind, externalId: string) => string): Record<string, unknown>
  write(tx: Tx, organisationId: string, rows: { item: z.output<S>; row: SyncRow }[]): Promise<SyncResult[]>
  /** What else follows when rows were written. */
  afterwards?(tx: Tx, on: { organisationId: string; now: Date }, ids: string[]): Promise<void>
}

function kind<S extends z.ZodType<{ externalId: string; version: number }>>(
  spec: Omit<SyncKind<S>, 'write'> & Partial<Pick<SyncKind<S>, 'write'>>,
): SyncKind<S> {
  return {
    ...spec,
    write:
      spec.write ??
      ((tx, organisationId, rows) =>
        syncRows(
          tx,
          organisationId,
          spec.table,
          rows.map(({ row }) => row),
        )),
  }
}

export const clinics = kind({
  table: 'clinics',
  name: 'clinic',
  schema: schemas.clinic,
  references: () => ({}),
  columns: ({ name, npi, phone, address, zone, payee }) => ({ name, npi, phone, address, zone, payee }),
})

export const practitioners = kind({
  table: 'practitioners',
  name: 'practitioner',
  schema: schemas.practitioner,
  references: () => ({}),
  columns: ({ signatureOnFile, family, given, npi, licence, accreditations }) => ({
    family,
    given,
    npi,
    licence,
    accreditations,
    signature_on_file: signatureOnFile,
  }),
})

export const patients = kind({
  table: 'patients',
  name: 'patient',
  schema: schemas.patient,
  references: () => ({}),
  columns: ({ family, given, birthDate, sex, address, phone, missingTeeth }) => ({
    family,
    given,
    birth_date: birthDate,
    sex,
    address,
    phone,
    missing_teeth: missingTeeth,
  }),
})

export const enrolments = kind({
  table: 'enrolments',
  name: 'enrolment',
  schema: schemas.enrolment,
  references: (item) => ({ patient: item.patientExternalId, provider: item.providerId }),
  columns: (item, find) => ({
    patient_id: find('patient', item.patientExternalId),
    provider_id: item.providerId,
    member_id: item.memberId,
    card_number: item.cardNumber,
    plan: item.plan,
    group_number: item.groupNumber,
    relationship: item.relationship,
    subscriber: item.subscriber,
    priority: item.priority,
    valid_from: item.validFrom,
    valid_to: item.validTo,
    assignment: item.assignment,
    signed_on: item.signedOn,
  }),
})

export const authorisations = kind({
  table: 'authorisations',
  name: 'authorisation',
  schema: schemas.authorisation,
  references: (item) => ({ patient: item.patientExternalId, provider: item.providerId }),
  columns: (item, find) => ({
    patient_id: find('patient', item.patientExternalId),
    provider_id: item.providerId,
    kind: item.kind,
    number: item.number,
    issued_on: item.issuedOn,
    valid_until: item.validUntil,
    codes: item.codes,
    teeth: item.teeth,
    amount: item.amount,
    currency: item.currency,
    used: item.used,
  }),
})

export const visits = kind({
  table: 'visits',
  name: 'visit',
  schema: schemas.visit,
  references: (item) => ({
    patient: item.patientExternalId,
    clinic: item.clinicExternalId,
    practitioner: item.practitionerExternalId,
    'billing practitioner': item.billingPractitionerExternalId,
  }),
  columns: (item, find) => ({
    patient_id: find('patient', item.patientExternalId),
    clinic_id: find('clinic', item.clinicExternalId),
    practitioner_id: find('practitioner', item.practitionerExternalId),
    visited_on: item.visitedOn,
    status: item.status,
    diagnoses: item.diagnoses,
    receipts: item.receipts,
    currency: item.currency,
    details: detailsIn(item, visitDetails),
    billing_practitioner_id:
      item.billingPractitionerExternalId === null
        ? null
        : find('billing practitioner', item.billingPractitionerExternalId),
  }),
  write: (tx, organisationId, rows) =>
    syncVisits(
      tx,
      organisationId,
      rows.map(({ item, row }) => ({
        ...row,
        procedures: item.procedures.map(procedureOf),
      })),
    ),
  afterwards: watchSyncedVisits,
})

type SyncedProcedure = z.output<typeof schemas.visit>['procedures'][number]

function procedureOf(procedure: SyncedProcedure): SyncProcedure {
  const { externalId, code, tooth, surfaces, area, quantity, fee } = procedure
  const details = detailsIn(procedure, serviceDetailShape)
  return { external_id: externalId, code, tooth, surfaces, area, quantity, fee, details }
}

export const rates = kind({
  table: 'rates',
  name: 'rate',
  schema: schemas.rate,
  references: (item) => ({ provider: item.providerId, clinic: item.clinicExternalId }),
  columns: (item, find) => ({
    provider_id: item.providerId,
    clinic_id: item.clinicExternalId === null ? null : find('clinic', item.clinicExternalId),
    plan: item.plan,
    code: item.code,
    amount: item.amount,
    currency: item.currency,
    valid_from: item.validFrom,
    valid_to: item.validTo,
  }),
})

/** Which of an item's references is not there: words for the caller, or null. */
export function missingReference(
  wanted: Partial<Record<ReferenceKind, string | null>>,
  known: References,
): string | null {
  for (const [what, externalId] of Object.entries(wanted) as [ReferenceKind, string | null][]) {
    if (externalId !== null && !known[what].has(externalId)) return `there is no ${what} ${externalId}`
  }
  return null
}
