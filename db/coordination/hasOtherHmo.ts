import { sql } from 'kysely'

/** Whether the patient of the claim (alias `c`) is or was enrolled with another HMO too. */
export const hasOtherHmo = sql<boolean>`exists (
  select from enrolments i
  where i.organisation_id = c.organisation_id and i.patient_id = c.patient_id and i.provider_id <> c.provider_id)`
