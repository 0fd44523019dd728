import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../../db/schema/database.ts'
import { keptOf } from '../../db/setup/apiKeys.ts'
import { clockFrom } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import { seal, secretsKey } from '../../platform/seal.ts'
import type { Stack } from '../stack/stack.ts'
import { type DemoPatient, demoPatients, ORGANISATION, PRACTITIONERS, RATES } from './demoData.ts'
import { DEMO_HMOS, type DemoHmo, demoHmo } from './hmos.ts'

const DAY_MS = 86_400_000
/**
 * Seeds the demo organisation once per data folder, with as many patients per scenario as asked; a restart finds it and goes on. `wanted` leaves out
 * patients whom nobody needs.
 */
export async function seedDemo(
  stack: Stack,
  perScenario = 2,
  wanted: (patient: DemoPatient) => boolean = () => true,
): Promise<void> {
  // Kept before the rows are there: a crash in between leaves a key without rows, never rows without their key.
  const apiKey = stack.state.apiKey ?? `chk_${randomBytes(32).toString('base64url')}`
  stack.remember({ apiKey })
  const pool = new pg.Pool({ connectionString: stack.ownerUrl })
  pool.on('error', () => undefined)
  const owner = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  try {
    const known = await owner.selectFrom('organisations').select('id').where('id', '=', stack.state.ids.organisation)
    if (await known.executeTakeFirst()) return
    await owner.transaction().execute((tx) => seed(tx, stack, apiKey, demoPatients(perScenario).filter(wanted)))
  } finally {
    await owner.destroy()
  }
}

async function seed(tx: Kysely<Database>, stack: Stack, apiKey: string, patients: DemoPatient[]): Promise<void> {
  const { ids, clock } = stack.state
  const keys = { current: secretsKey(Buffer.from(stack.state.secretsKey, 'base64')), others: [] }
  const organisation_id = ids.organisation
  const today = clockFrom(clock).now()
  await tx
    .insertInto('organisations')
    .values({ id: organisation_id, name: ORGANISATION.name, tax_id: ORGANISATION.taxId, npi: ORGANISATION.npi })
    .execute()
  await tx
    .insertInto('api_keys')
    .values({
      organisation_id,
      id: newId(),
      name: 'demo key',
      role: 'owner',
      ...keptOf(apiKey),
    })
    .execute()
  await tx
    .insertInto('providers')
    .values(
      DEMO_HMOS.map(({ provider, name, phone, contact, portal }) => ({
        id: provider,
        adapter_id: provider,
        name,
        phone,
        contact,
        portal_url: portal,
      })),
    )
    .execute()
  await tx
    .insertInto('connections')
    .values(
      DEMO_HMOS.map(({ provider, twin, connection, currency, zone }) => {
        const reached = twin === null ? connection : stack.twins[twin.kind]
        if (!reached) throw new Error(`nobody says how ${provider} is reached`)
        const connectionId = ids.connections[provider] as string
        return {
          organisation_id,
          id: connectionId,
          provider_id: provider,
          mode: 'production' as const,
          currency,
          zone,
          endpoint: JSON.stringify(reached.endpoint),
          settings: JSON.stringify(reached.settings),
          secrets: seal(keys, { organisationId: organisation_id, connectionId }, reached.secrets),
        }
      }),
    )
    .execute()
  const clinics = DEMO_HMOS.map(({ provider, clinic }) => ({ ...clinic, provider, id: newId() }))
  await tx
    .insertInto('clinics')
    .values(
      clinics.map(({ id, externalId, name, npi, phone, address }) => ({
        organisation_id,
        id,
        external_id: externalId,
        name,
        npi,
        phone,
        address: JSON.stringify(address),
      })),
    )
    .execute()
  const practitioners = PRACTITIONERS.map((each) => ({ ...each, id: newId() }))
  await tx
    .insertInto('practitioners')
    .values(
      practitioners.map(({ id, externalId, ...rest }) => ({
        organisation_id,
        id,
        external_id: externalId,
        version: 1,
        ...rest,
        accreditations: JSON.stringify(
          Object.fromEntries(
            DEMO_HMOS.map(({ provider, letter }) => [provider, `${letter.toUpperCase()}H-${externalId}`]),
          ),
        ),
      })),
    )
    .execute()
  await seedRates(tx, organisation_id)
  for (const [index, patient] of patients.entries()) {
    const clinic = clinics.find((each) => each.provider === patient.provider) ?? clinics[0]
    const practitioner = practitioners[index % practitioners.length]
    if (clinic && practitioner)
      await seedPatient(tx, organisation_id, patient, { clinicId: clinic.id, practitionerId: practitioner.id, today })
  }
}

async function seedRates(tx: Kysely<Database>, organisation_id: string): Promise<void> {
  const rows = DEMO_HMOS.flatMap(({ provider: id, currency }) =>
    Object.entries(RATES).map(([code, amount]) => ({
      organisation_id,
      id: newId(),
      external_id: `rate-${id}-${code}`,
      version: 1,
      provider_id: id,
      code,
      amount,
      currency,
      valid_from: '2020-01-01',
    })),
  )
  await tx.insertInto('rates').values(rows).execute()
}

async function seedPatient(
  tx: Kysely<Database>,
  organisation_id: string,
  patient: DemoPatient,
  at: { clinicId: string; practitionerId: string; today: Date },
): Promise<void> {
  const patient_id = newId()
  const { address, currency } = patient.provider === null ? (DEMO_HMOS[0] as DemoHmo) : demoHmo(patient.provider)
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
      address: JSON.stringify(address),
    })
    .execute()
  if (patient.provider !== null && patient.memberId !== null) {
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
  for (const visit of patient.visits) {
    const visit_id = newId()
    await tx
      .insertInto('visits')
      .values({
        organisation_id,
        id: visit_id,
        external_id: visit.externalId,
        version: 1,
        patient_id,
        clinic_id: at.clinicId,
        practitioner_id: at.practitionerId,
        visited_on: new Date(at.today.getTime() - visit.daysAgo * DAY_MS).toISOString().slice(0, 10),
        status: visit.status,
        diagnoses: JSON.stringify([{ system: 'icd-10-cm', code: 'K02.9' }]),
        receipts: visit.receipts,
        currency,
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
        })),
      )
      .execute()
  }
}
