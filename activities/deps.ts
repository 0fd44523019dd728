import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { ProviderAdapter } from '../adapters/contract.ts'
import type { Transport } from '../adapters/transports/transport.ts'
import type { LockedClaim } from '../db/claims/lockClaim.ts'
import type { RecordContext } from '../db/claims/recordEvents.ts'
import type { Databases } from '../db/connect.ts'
import type { DeadlineRules } from '../domain/claims/deadlines.ts'
import type { Clock } from '../platform/clock.ts'
import type { Timings } from '../workflows/activityResults.ts'

/** What activities are made of; the worker puts it together, tests put other parts in. */
export interface Deps {
  databases: Databases
  client: Client
  clock: Clock
  log: Logger
  adapterOf(adapterId: string): ProviderAdapter
  transportOf(name: ProviderAdapter['declaration']['transport']): Transport
  unseal(secrets: Buffer): Record<string, string>
  timings: Timings
  /** How long a sender owns an interchange; outlives `timings.deliverMs`. */
  leaseMs: number
  /** How long a provider may be out of reach before a person is told; real milliseconds. */
  unsentAlertMs: number
  /** Ends the process with SIGKILL when the deployment's FAILPOINT names this place. */
  failpoint(place: string): void
}

/** What recording needs to know of the world, for claims of any provider. */
export function recordContext(deps: Deps): RecordContext {
  return {
    now: deps.clock.now(),
    rulesOf: (claim) => deadlineRules(deps, claim),
    providerName: (claim) => deps.adapterOf(claim.adapterId).declaration.name,
  }
}

/** The connection's own deadlines over the declaration's defaults. */
export function deadlineRules(deps: Deps, claim: LockedClaim): DeadlineRules {
  return {
    ...deps.adapterOf(claim.adapterId).declaration.deadlines,
    holidays: [],
    ...claim.connectionDeadlines,
  } as DeadlineRules
}
