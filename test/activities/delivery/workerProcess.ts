import type { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import { pino } from 'pino'
import { createProviderActivities } from '../../../activities/createActivities.ts'
import type { Deps } from '../../../activities/deps.ts'
import { summitDental } from '../../../adapters/providers/summit-dental/index.ts'
import { transportOf } from '../../../adapters/transports/index.ts'
import { connect, type DatabaseAddress, type Tx } from '../../../db/connect.ts'
import { allocateInterchange } from '../../../db/delivery/interchanges.ts'
import { reserveRequest } from '../../../db/delivery/rateLimit.ts'
import { clockFrom } from '../../../platform/clock.ts'
import { steerFailpoints } from '../../../platform/effects/steering.ts'
import type { Transmission } from '../../../workflows/activityContract.ts'
import { TWIN_ADDRESSES } from '../../support/addresses.ts'
import { writingSample } from './sampleClaim.ts'

/** What a worker of the test is started with. */
export interface WorkerSetup {
  address: DatabaseAddress
  organisationId: string
  connectionId: string
  secrets: Record<string, string>
  /** As CLAIMHUB_CLOCK. */
  clock: string
  leaseMs: number
  /** The process stops itself (SIGSTOP) the first time it passes there. */
  stopsAt: string | null
}

export type Job =
  | { kind: 'deliver' | 'resolveDelivery'; sending: Transmission }
  | { kind: 'allocate'; times: number }
  | { kind: 'reserve'; times: number; perSecond: number }

/**
 * A process of its own that sends as a worker does, without Temporal: it does each job that its
 * parent sends it, and answers with what came of it.
 */
process.once('message', (setup: WorkerSetup) => {
  const { organisationId, connectionId } = setup
  const deps = depsOf(setup)
  const activities = createProviderActivities(deps)
  const environment = () => new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 })
  const often = (times: number, work: (tx: Tx) => Promise<unknown>) =>
    Promise.all(Array.from({ length: times }, () => deps.databases.within(organisationId, work)))

  async function done(job: Job): Promise<unknown> {
    switch (job.kind) {
      case 'deliver':
        return environment().run(activities.deliver, job.sending)
      case 'resolveDelivery':
        return environment().run(activities.resolveDelivery, job.sending)
      case 'allocate':
        return often(job.times, (tx) =>
          allocateInterchange(tx, {
            organisationId,
            connectionId,
            kind: 'submission',
            adapterVersion: 1,
            submissions: [],
            now: deps.clock.now(),
          }),
        )
      case 'reserve': {
        const { perSecond } = job
        return often(job.times, (tx) => reserveRequest(tx, { organisationId, connectionId, perSecond }))
      }
    }
  }
  process.on('message', (job: Job) => {
    done(job).then(
      (outcome) => process.send?.({ outcome }),
      (error: Error) => process.send?.({ outcome: { kind: 'threw', message: error.message } }),
    )
  })
  process.send?.({ ready: true })
})
process.once('disconnect', () => process.exit(0))

function depsOf({ address, secrets, clock, leaseMs, stopsAt }: WorkerSetup): Deps {
  const adapter = writingSample(summitDental)
  let stops = stopsAt
  steerFailpoints((passed) => {
    if (passed !== stops) return
    stops = null
    process.kill(process.pid, 'SIGSTOP')
  })
  return {
    databases: connect(address),
    client: {} as Client,
    clock: clockFrom(clock),
    log: pino({ level: 'silent' }),
    adapterOf: () => adapter,
    decoder: { lease: () => Promise.reject(new Error('nothing is read here')) },
    transportOf,
    addresses: TWIN_ADDRESSES,
    unseal: () => secrets,
    timings: { deliverMs: 30_000, heartbeatMs: 30_000 },
    leaseMs,
    collectFailures: 3,
    restoreNumbersADay: 100,
    unsentAlertMs: 1_800_000,
  }
}
