import type { Kysely } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { newId } from '../../../platform/ids.ts'
import type { Seeded } from '../claimsSeed.ts'

export const SECOND = 'visayas-health'

/** The seeded patient's second HMO: an enrolment that pays after, a connection and a rate. */
export async function seedSecondHmo(
  owner: Kysely<Database>,
  { organisationId, patientId }: Seeded,
  priority: 'primary' | 'secondary' = 'secondary',
): Promise<{ enrolmentId: string; connectionId: string }> {
  const [enrolmentId, connectionId] = [newId(), newId()]
  await owner
    .insertInto('providers')
    .values({ id: SECOND, adapter_id: SECOND, name: 'Visayas Health' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await owner
    .insertInto('enrolments')
    .values({
      organisation_id: organisationId,
      id: enrolmentId,
      external_id: `enr-2-${organisationId.slice(0, 8)}`,
      version: 1,
      patient_id: patientId,
      provider_id: SECOND,
      member_id: 'VH-7',
      relationship: 'self',
      priority,
      valid_from: '2025-01-01',
    })
    .execute()
  await owner
    .insertInto('connections')
    .values({
      organisation_id: organisationId,
      id: connectionId,
      provider_id: SECOND,
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
  await owner
    .insertInto('rates')
    .values({
      organisation_id: organisationId,
      id: newId(),
      external_id: `rate-2-${organisationId.slice(0, 8)}`,
      version: 1,
      provider_id: SECOND,
      code: 'D1110',
      amount: 60_000,
      currency: 'PHP',
      valid_from: '2025-01-01',
    })
    .execute()
  return { enrolmentId, connectionId }
}
