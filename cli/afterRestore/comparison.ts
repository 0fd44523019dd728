import type { Differences } from './differences.ts'
import type { LeftToCompare } from './leftToCompare.ts'

/** What a comparison found, and whether sending goes on. */
export interface Comparison extends Differences {
  restored: boolean
  lifted: boolean
  /** Until when the backup reaches; real time, ISO 8601 UTC. */
  aliveAt: string | null
  /** HMOs that offer a document only once: what was fetched after the backup is fetched by hand. */
  fetchByHand: string[]
  /** What could not be compared, by organisation. */
  left: (LeftToCompare & { organisationId: string })[]
}
