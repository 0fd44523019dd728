import type { Kysely } from 'kysely'
import type { ActionContext, DraftRequest } from '../../db/drafts/createDraft.ts'
import type { Database } from '../../db/schema/database.ts'
import { newId } from '../../platform/ids.ts'

/** Business time of the claims' tests. */
export const NOW = new Date('2026-03-20T09:00:00Z')

export interface Seeded {
  organisationId: string
  clinicId: string
  practitionerId: string
  patientId: string
  enrolmentId: string
  connectionId: string
  authorisationId: string
  /** Procedures by what is special about them. */
  procedures: Record<
    'crown' | 'cleaning' | 'unpriced' | 'old' | 'planned' | 'filling' | 'elsewhere' | 'dollars',
    string
  >
}

const address = { line1: '1 Ayala Avenue', city: 'Makati', country: 'PH' }

/**
 * A clinic with one enrolled patient and visits of every kind, as the owner of the database writes
 * it.
 */
export async function seedClaims(owner: Kysely<Database>, organisationId: string): Promise<Seeded> {
  const parties = await seedParties(owner, organisationId)
  const { clinic, cebu, practitioner, patient, enrolment } = parties
  const connectionId = await seedConnection(owner, organisationId)
  const authorisationId = await seedAuthorisation(owner, organisationId, patient.id)
  const perform = performer(owner, organisationId, parties)
  return {
    organisationId,
    clinicId: clinic.id,
    practitionerId: practitioner.id,
    patientId: patient.id,
    enrolmentId: enrolment.id,
    connectionId,
    authorisationId,
    procedures: {
      crown: await perform('crown', { on: '2026-03-10', code: 'D2740', tooth: '14' }),
      cleaning: await perform('cleaning', { on: '2026-03-12', code: 'D1110', quantity: 2 }),
      unpriced: await perform('unpriced', { on: '2026-03-12', code: 'D9999' }),
      old: await perform('old', { on: '2026-01-05', code: 'D1110' }),
      planned: await perform('planned', { on: '2026-03-11', code: 'D1110' }, { status: 'planned' }),
      filling: await perform('filling', { on: '2026-03-12', code: 'D2392', tooth: '30', surfaces: 'MO' }),
      elsewhere: await perform('elsewhere', { on: '2026-03-13', code: 'D1110' }, { clinicId: cebu.id }),
      dollars: await perform('dollars', { on: '2026-03-13', code: 'D1110' }, { currency: 'USD' }),
    },
  }
}

type Parties = Awaited<ReturnType<typeof seedParties>>

const namedOf = (organisationId: string) => (name: string) => ({
  organisation_id: organisationId,
  id: newId(),
  external_id: `${name}-${organisationId.slice(0, 8)}`,
  version: 1,
})

async function seedParties(owner: Kysely<Database>, organisationId: string) {
  const named = namedOf(organisationId)
  const clinic = { ...named('makati'), name: 'Makati', npi: '1234567893', address: JSON.stringify(address) }
  const cebu = { ...named('cebu'), name: 'Cebu', npi: null, address: JSON.stringify(address) }
  const practitioner = {
    ...named('dr'),
    family: 'Reyes',
    given: 'Ana',
    licence: 'L-1',
    accreditations: JSON.stringify({ 'harbor-health': 'ACC-9' }),
  }
  const patient = {
    ...named('pat'),
    family: "O'Brien",
    given: 'Zöe',
    birth_date: '1990-05-01',
    sex: 'female' as const,
    address: JSON.stringify(address),
  }
  const enrolment = {
    ...named('enr'),
    patient_id: patient.id,
    provider_id: 'harbor-health',
    member_id: 'HH-PF-1',
    plan: 'gold',
    relationship: 'self' as const,
    valid_from: '2025-01-01',
    valid_to: '2026-12-31',
  }
  await owner
    .insertInto('providers')
    .values([
      { id: 'harbor-health', adapter_id: 'harbor-health', name: 'Harbor Health' },
      { id: 'summit-dental', adapter_id: 'summit-dental', name: 'Summit Dental' },
    ])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await owner.insertInto('clinics').values([clinic, cebu]).execute()
  await owner.insertInto('practitioners').values(practitioner).execute()
  await owner.insertInto('patients').values(patient).execute()
  await owner.insertInto('enrolments').values(enrolment).execute()
  return { clinic, cebu, practitioner, patient, enrolment }
}

/** A production connection with a filing limit of its own, and its rates. */
async function seedConnection(owner: Kysely<Database>, organisationId: string): Promise<string> {
  const named = namedOf(organisationId)
  const connectionId = newId()
  await owner
    .insertInto('connections')
    .values({
      organisation_id: organisationId,
      id: connectionId,
      provider_id: 'harbor-health',
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
      deadlines: JSON.stringify({ filingLimitDays: 60 }),
    })
    .execute()
  const rate = (code: string, amount: number) => ({
    ...named(`rate-${code}`),
    provider_id: 'harbor-health',
    code,
    amount,
    currency: 'PHP',
    valid_from: '2025-01-01',
  })
  await owner
    .insertInto('rates')
    .values([rate('D2740', 1_200_000), rate('D1110', 80_000), rate('D2392', 250_000)])
    .execute()
  return connectionId
}

async function seedAuthorisation(owner: Kysely<Database>, organisationId: string, patientId: string): Promise<string> {
  const authorisationId = newId()
  await owner
    .insertInto('authorisations')
    .values({
      ...namedOf(organisationId)('loa'),
      id: authorisationId,
      patient_id: patientId,
      provider_id: 'harbor-health',
      kind: 'loa',
      number: 'LOA-77',
      issued_on: '2026-03-01',
      valid_until: '2026-04-30',
      codes: ['D2700-D2799'],
      amount: 2_000_000,
      currency: 'PHP',
      used: 100,
    })
    .execute()
  return authorisationId
}

/** Makes a visit with one procedure, and answers the procedure's id. */
function performer(owner: Kysely<Database>, organisationId: string, { clinic, practitioner, patient }: Parties) {
  const named = namedOf(organisationId)
  return async (
    name: string,
    what: { on: string; code: string; tooth?: string; surfaces?: string; quantity?: number },
    visit: { status?: 'planned' | 'completed'; clinicId?: string; currency?: string } = {},
  ) => {
    const visitId = newId()
    const id = newId()
    await owner
      .insertInto('visits')
      .values({
        ...named(`visit-${name}`),
        id: visitId,
        patient_id: patient.id,
        clinic_id: visit.clinicId ?? clinic.id,
        practitioner_id: practitioner.id,
        visited_on: what.on,
        status: visit.status ?? 'completed',
        currency: visit.currency ?? 'PHP',
        diagnoses: JSON.stringify([{ system: 'icd-10', code: 'K02.1' }]),
      })
      .execute()
    const { on: _on, tooth = null, surfaces = null, ...rest } = what
    await owner
      .insertInto('visit_procedures')
      .values({
        organisation_id: organisationId,
        id,
        external_id: name,
        visit_id: visitId,
        fee: 1_500_000,
        tooth,
        surfaces,
        ...rest,
      })
      .execute()
    return id
  }
}

export function wish(
  seeded: Seeded,
  procedures: (keyof Seeded['procedures'])[],
  over: Partial<DraftRequest> = {},
): DraftRequest {
  return {
    patientId: seeded.patientId,
    providerId: 'harbor-health',
    mode: null,
    enrolmentId: null,
    practitionerId: null,
    ticked: procedures.map((name) => ({ procedureId: seeded.procedures[name], override: null })),
    authorisationIds: [],
    diagnoses: null,
    note: null,
    overrideDuplicate: null,
    overrideFilingLimit: null,
    overrideOrder: null,
    ...over,
  }
}

export function doing(organisationId: string, now = NOW): ActionContext {
  return { organisationId, actor: 'Test Key', now, filingLimitDays: () => 90 }
}
