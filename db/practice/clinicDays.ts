import { dayIn } from '../../domain/zones.ts'
import type { Tx } from '../connect.ts'

/**
 * Today (YYYY-MM-DD) at the clinic of the organisation where the day is furthest on: for what is of
 * no one clinic, such as money that came to the bank.
 */
export async function latestDay(tx: Tx, organisationId: string, now: Date): Promise<string> {
  const rows = await tx
    .selectFrom('clinics')
    .select('zone')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .execute()
  const days = ['UTC', ...rows.map(({ zone }) => zone)].map((zone) => dayIn(zone, now.toISOString()))
  return days.sort().at(-1) ?? ''
}
