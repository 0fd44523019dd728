import type { Kysely } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { clockFrom } from '../../../platform/clock.ts'
import { type EffectEntry, openEffectLedger } from '../../../sandbox/effectLedger.ts'
import type { ScenarioCode } from '../../../sandbox/scenarios.ts'
import { ApiProblem, type ClaimShown, publicApi } from '../../demo/client.ts'
import { type Guide, guideFor } from '../../demo/guide.ts'
import { type DemoPatient, demoPatients } from '../../seed/demoData.ts'
import { demoHmo } from '../../seed/hmos.ts'
import { seedPatient } from '../../seed/seedPatient.ts'
import type { Stack } from '../../stack/stack.ts'

/** Patients of each scenario and HMO that a run can have. */
const MOST_PATIENTS = 200

/** An API that was killed is back by then, on a busy machine too. */
const PATIENCE_SECONDS = 120

/** The practice of a crash run: its patients come when they are needed, so that no visit is old. */
export interface Clinic {
  guide(provider: string): Guide
  /** A draft for a new patient. A crown has an X-ray with it. */
  draft(provider: string, scenario: ScenarioCode, options?: { crown?: boolean }): Promise<ClaimShown>
  /** Answers when the claim is submitted. A second try after a lost answer is no mistake. */
  submit(claim: ClaimShown): Promise<void>
  /** Claims that the API has promised to send since `forget`, by id. */
  promised(): string[]
  forget(): void
  /** What an HMO without a twin did: written by the person who was at its portal. */
  note(entry: EffectEntry): void
  now(): Date
}

/** `ledger` is the folder in which `note` writes. */
export function clinicOf(stack: Stack, owner: Kysely<Database>, ledger: string): Clinic {
  const clock = clockFrom(stack.state.clock)
  const patients = new Map(demoPatients(MOST_PATIENTS).map((patient) => [patient.externalId, patient]))
  const used = new Map<string, number>()
  const notes = openEffectLedger(ledger)
  let promised: string[] = []
  const guide = (provider: string) =>
    guideFor(
      publicApi(stack.apiUrl, stack.state.apiKey ?? '', PATIENCE_SECONDS),
      provider,
      demoHmo(provider).letter,
      () => clock.now(),
    )

  async function newPatient(provider: string, scenario: ScenarioCode): Promise<number> {
    const { letter } = demoHmo(provider)
    const number = (used.get(`${letter}-${scenario}`) ?? 0) + 1
    used.set(`${letter}-${scenario}`, number)
    const patient = patients.get(`pat-${letter}-${scenario}-${number}`)
    if (patient === undefined) throw new Error(`there is no patient ${number} of ${provider} for ${scenario}`)
    await seed(owner, stack, patient, clock.now())
    return number
  }

  return {
    guide,
    draft: async (provider, scenario, { crown = false } = {}) =>
      guide(provider).draft(scenario, { patient: await newPatient(provider, scenario), crown }),
    async submit({ claimId }) {
      promised.push(claimId)
      const { api } = guide('harbor-health')
      await api.post(`/v1/claims/${claimId}/submit`).catch((error: unknown) => {
        if (!(error instanceof ApiProblem && error.type === 'claim-already-submitted')) throw error
      })
    },
    promised: () => promised,
    forget: () => {
      promised = []
    },
    note: notes.append,
    now: () => clock.now(),
  }
}

async function seed(owner: Kysely<Database>, stack: Stack, patient: DemoPatient, today: Date): Promise<void> {
  const organisationId = stack.state.ids.organisation
  const { externalId } = demoHmo(patient.provider ?? '').clinic
  const clinic = await owner
    .selectFrom('clinics')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  const practitioner = await owner
    .selectFrom('practitioners')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .limit(1)
    .executeTakeFirstOrThrow()
  const of = { ...patient, organisationId, clinicId: clinic.id, practitionerId: practitioner.id }
  await owner.transaction().execute((tx) => seedPatient(tx, of, today))
}
