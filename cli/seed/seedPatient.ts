import type { Kysely } from 'kysely'
import type { Database } from '../../db/schema/database.ts'
import { newId } from '../../platform/ids.ts'
import type { DemoPatient } from './demoData.ts'
import { DEMO_HMOS, type DemoHmo, demoHmo } from './hmos.ts'

const DAY_MS = 86_400_000

export interface SeededPatient extends DemoPatient {
  organisationId: string
  clinicId: string
  practitionerId: string
}

/**
 * One patient with coverage and visits; `today` is what the days since a visit are counted from.
 */
export async function seedPatient(tx: Kysely<Database>, patient: SeededPatient, today: Date): Promise<void> {
  const organisation_id = patient.organisationId
  const patient_id = newId()
  const home = patient.provider === null ? (DEMO_HMOS[0] as DemoHmo) : demoHmo(patient.provider)
  await tx
    .insertInto('patients')
    .values({
      organisation_id,
      id: patient_id,
      external_id: patient.externalId,
      version: 1,
      family: patient.family,
      given: patient.given,
      birth_date: patient.birthDate,
      sex: patient.sex,
      address: JSON.stringify(home.address),
    })
    .execute()
  await seedCoverage(tx, patient, patient_id, home)
  for (const visit of patient.visits) {
    const visitedOn = new Date(today.getTime() - visit.daysAgo * DAY_MS).toISOString().slice(0, 10)
    await seedVisit(tx, patient, patient_id, { ...visit, visitedOn, currency: home.currency })
  }
}

/** The patient's card with the HMO and a letter of authorisation; nothing for who has no HMO. */
async function seedCoverage(
  tx: Kysely<Database>,
  patient: SeededPatient,
  patient_id: string,
  { address, currency }: DemoHmo,
): Promise<void> {
  if (patient.provider === null || patient.memberId === null) return
  const organisation_id = patient.organisationId
  const parent = {
    family: patient.family,
    given: 'Esperanza',
    birthDate: '1961-02-03',
    sex: 'female' as const,
    address,
  }
  await tx
    .insertInto('enrolments')
    .values({
      organisation_id,
      id: newId(),
      external_id: `enr-${patient.externalId}`,
      version: 1,
      patient_id,
      provider_id: patient.provider,
      member_id: patient.memberId,
      plan: 'Gold',
      group_number: 'GRP-2201',
      relationship: patient.dependent ? 'child' : 'self',
      subscriber: patient.dependent ? JSON.stringify(parent) : null,
      valid_from: '2020-01-01',
    })
    .execute()
  if (patient.second !== undefined) {
    const { provider, memberId } = patient.second
    await tx
      .insertInto('enrolments')
      .values({
        organisation_id,
        id: newId(),
        external_id: `enr-2-${patient.externalId}`,
        version: 1,
        patient_id,
        provider_id: provider,
        member_id: memberId,
        plan: 'Silver',
        group_number: 'GRP-3305',
        relationship: 'self',
        priority: 'secondary',
        valid_from: '2020-01-01',
      })
      .execute()
  }
  await tx
    .insertInto('authorisations')
    .values({
      organisation_id,
      id: newId(),
      external_id: `loa-${patient.externalId}`,
      version: 1,
      patient_id,
      provider_id: patient.provider,
      kind: 'loa',
      number: `LOA-${patient.memberId}`,
      issued_on: '2026-01-01',
      valid_until: '2099-12-31',
      codes: ['D6010', 'D2740'],
      amount: 500_000,
      currency,
    })
    .execute()
}

async function seedVisit(
  tx: Kysely<Database>,
  patient: SeededPatient,
  patient_id: string,
  visit: DemoPatient['visits'][number] & { visitedOn: string; currency: string },
): Promise<void> {
  const organisation_id = patient.organisationId
  const visit_id = newId()
  await tx
    .insertInto('visits')
    .values({
      organisation_id,
      id: visit_id,
      external_id: visit.externalId,
      version: 1,
      patient_id,
      clinic_id: patient.clinicId,
      practitioner_id: patient.practitionerId,
      visited_on: visit.visitedOn,
      status: visit.status,
      diagnoses: JSON.stringify([{ system: 'icd-10-cm', code: 'K02.9' }]),
      receipts: visit.receipts,
      currency: visit.currency,
    })
    .execute()
  await tx
    .insertInto('visit_procedures')
    .values(
      visit.procedures.map((procedure, index) => ({
        organisation_id,
        id: newId(),
        external_id: `${visit.externalId}-${index + 1}`,
        visit_id,
        code: procedure.code,
        tooth: procedure.tooth ?? null,
        surfaces: procedure.surfaces ?? null,
        area: procedure.area ?? null,
        fee: procedure.fee,
        details: procedure.details ?? {},
      })),
    )
    .execute()
}
