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
import { DEMO_HMOS } from './hmos.ts'
import { seedPatient } from './seedPatient.ts'

/**
 * Seeds the demo organisation once per data folder, with as many patients per scenario as asked; a
 * restart finds it and goes on. `wanted` leaves out patients whom nobody needs.
 */
export async function seedDemo(
  stack: Stack,
  perScenario = 2,
  wanted: (patient: DemoPatient) => boolean = () => true,
): Promise<void> {
  // Kept before the rows are there: a crash in between leaves a key without rows, never rows
  // without their key.
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
  const organisationId = stack.state.ids.organisation
  const today = clockFrom(stack.state.clock).now()
  await seedOrganisation(tx, organisationId, apiKey)
  await seedHmos(tx, stack)
  const clinics = await seedClinics(tx, organisationId)
  const practitioners = await seedPractitioners(tx, organisationId)
  await seedRates(tx, organisationId)
  for (const [index, patient] of patients.entries()) {
    const clinic = clinics.find((each) => each.provider === patient.provider) ?? clinics[0]
    const practitioner = practitioners[index % practitioners.length]
    if (!clinic || !practitioner) continue
    await seedPatient(tx, { ...patient, organisationId, clinicId: clinic.id, practitionerId: practitioner.id }, today)
  }
}

async function seedOrganisation(tx: Kysely<Database>, organisation_id: string, apiKey: string): Promise<void> {
  await tx
    .insertInto('organisations')
    .values({
      id: organisation_id,
      name: ORGANISATION.name,
      tax_id: ORGANISATION.taxId,
      npi: ORGANISATION.npi,
      tooth_notation: 'universal',
    })
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
}

/** The HMOs and the organisation's connection with each: a twin says itself how it is reached. */
async function seedHmos(tx: Kysely<Database>, stack: Stack): Promise<void> {
  const { ids } = stack.state
  const organisation_id = ids.organisation
  const keys = { current: secretsKey(Buffer.from(stack.state.secretsKey, 'base64')), others: [] }
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
}

async function seedClinics(tx: Kysely<Database>, organisation_id: string) {
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
  return clinics
}

async function seedPractitioners(tx: Kysely<Database>, organisation_id: string) {
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
  return practitioners
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
