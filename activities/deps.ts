import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { ProviderAdapter } from '../adapters/contract.ts'
import type { Transport } from '../adapters/transports/transport.ts'
import type { LockedClaim } from '../db/claims/lockClaim.ts'
import type { RecordContext } from '../db/claims/recordEvents.ts'
import type { Databases } from '../db/connect.ts'
import { connectionRules, type DeadlineRules } from '../domain/claims/deadlines.ts'
import type { AddressGuard } from '../platform/addresses/guard.ts'
import type { Clock } from '../platform/clock.ts'
import type { SealedRow } from '../platform/seal.ts'
import type { Timings } from '../workflows/activityResults.ts'
import type { Decoder } from './inbox/decodeDocument.ts'

/** What activities are made of; the worker puts it together, tests put other parts in. */
export interface Deps {
  databases: Databases
  client: Client
  clock: Clock
  log: Logger
  adapterOf(adapterId: string): ProviderAdapter
  decoder: Decoder
  transportOf(name: ProviderAdapter['declaration']['transport']): Transport
  /** Opens every connection to a provider. */
  addresses: AddressGuard
  /** Opens the secrets of a connection; they open for no other. */
  unseal(row: SealedRow, sealed: Buffer): Record<string, string>
  timings: Timings
  /** How long a sender owns an interchange; outlives `timings.deliverMs`. */
  leaseMs: number
  /** Failed collections in a row after which a person is told. */
  collectFailures: number
  /**
   * Control numbers that a connection may have used on each day between a backup and its restore.
   */
  restoreNumbersADay: number
  /** How long a provider may be out of reach before a person is told; real milliseconds. */
  unsentAlertMs: number
}

/**
 * Work on one claim that breaks down this often is told to a person; whatever does not need it goes
 * on.
 */
export const TRIES_BEFORE_PERSON = 5

/** What recording needs to know of the world, for claims of any provider. */
export function recordContext(deps: Deps): RecordContext {
  return {
    now: deps.clock.now(),
    rulesOf: (claim) => deadlineRules(deps, claim),
    providerName: (claim) => deps.adapterOf(claim.adapterId).declaration.name,
  }
}

/** The deadlines of a claim, by its connection. */
export function deadlineRules(deps: Deps, claim: LockedClaim): DeadlineRules {
  return connectionRules(deps.adapterOf(claim.adapterId).declaration.deadlines, claim.connectionDeadlines)
}
