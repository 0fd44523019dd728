import type { BatchCalendar } from '../../domain/delivery/batchCalendar.ts'
import type { Stack } from '../stack/stack.ts'
import { withOwner } from './audit.ts'

/** Their claims leave once a day, a few in one file or mail; those of the others at once. */
const IN_BATCHES = ['summit-dental', 'visayas-health']

const DAILY: BatchCalendar = { every: 'day', at: '17:00', maxClaims: 5 }

/** From here on claims to some HMOs wait for a cut-off. */
export async function waitForCutOffs(stack: Stack): Promise<void> {
  await withOwner(stack, (owner) =>
    owner
      .updateTable('connections')
      .set({ batch_calendar: JSON.stringify(DAILY) })
      .where('provider_id', 'in', IN_BATCHES)
      .execute(),
  )
}
