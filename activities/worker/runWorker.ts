import { Client } from '@temporalio/client'
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { Notice } from '../../adapters/contract.ts'
import { adapterOf, adapterVersions } from '../../adapters/registry.ts'
import { transportOf } from '../../adapters/transports/index.ts'
import { mailboxPlans, providerIds } from '../../db/acrossTenants/lookups.ts'
import { connect } from '../../db/connect.ts'
import { noteRestore } from '../../db/setup/noteRestore.ts'
import { addressGuard } from '../../platform/addresses/guard.ts'
import { buildName } from '../../platform/build.ts'
import { clockFrom } from '../../platform/clock.ts'
import { dataConverterFrom } from '../../platform/dataConverter.ts'
import { isolate, siblingModule } from '../../platform/isolate/isolate.ts'
import { makeLog } from '../../platform/log.ts'
import { unseal } from '../../platform/seal.ts'
import type { Settings } from '../../platform/settings.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import { MAIN_QUEUE } from '../../workflows/ids.ts'
import { createClaimActivities, createProviderActivities } from '../createActivities.ts'
import type { Deps } from '../deps.ts'
import type { DecodeJob } from '../inbox/decodeDocument.ts'
import { isolated } from '../upkeep/isolated.ts'
import { NOTHING_WATCHED, watchWorkflows } from '../upkeep/watchWorkflows.ts'
import { everyWhileIdle } from './everyWhileIdle.ts'
import { providerWorkers } from './providerWorkers.ts'
import { ensureReconciliation, mailboxSchedules } from './schedules.ts'
import { sdkLogger } from './sdkLogger.ts'
import { verifySearchAttributes } from './searchAttributes.ts'

/** How often the worker looks for new providers and connections (real time). */
const LOOK_EVERY_MS = 5_000

/** How often the worker looks for work that workflows leave undone (real time). */
const WATCH_EVERY_MS = 60_000

export interface RunningWorker {
  /** Resolves when the worker has drained; rejects when it broke down. */
  stopped: Promise<void>
  stop(): void
}

/**
 * Where the tests' own programs take hold of a worker: to plant a defect that an audit must find.
 */
export interface WorkerHooks {
  activities(deps: Deps): {
    claims: ReturnType<typeof createClaimActivities>
    providers: ReturnType<typeof createProviderActivities>
  }
}

/** The product's own worker: its real activities. */
export const NO_HOOKS: WorkerHooks = {
  activities: (deps) => ({ claims: createClaimActivities(deps), providers: createProviderActivities(deps) }),
}

/**
 * One worker process: claims, inboxes and mailboxes on the main queue, and one activity-only worker
 * per provider.
 */
export async function runWorker(settings: Settings, hooks: WorkerHooks): Promise<RunningWorker> {
  const log = makeLog(settings, 'worker')
  // The program handles signals itself, so that it drains in its own order. Of the library's native
  // core only errors are logged.
  Runtime.install({
    shutdownSignals: [],
    logger: sdkLogger(log),
    telemetryOptions: { logging: { filter: 'ERROR' } },
  })
  const databases = connect(settings.database, { build: buildName(), adapterVersions: adapterVersions() })
  const { address, namespace, tls, apiKey } = settings.temporal
  const connection = await NativeConnection.connect({
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
  })
  const dataConverter = dataConverterFrom(settings.codecKey)
  const client = new Client({ connection, namespace, dataConverter })
  await verifySearchAttributes(connection, namespace)
  const clock = clockFrom(settings.clock)
  // Before anything is served: nothing may leave of a database that was restored from a backup.
  if (await noteRestore(databases, { numbersADay: settings.restoreNumbersADay, now: clock.now() })) log.warn(FROZEN)
  const decoder = isolate<DecodeJob, Notice[]>(siblingModule('../inbox/decoderEntry', import.meta.url), settings.decode)
  const deps = depsOf(settings, { databases, client, log, decoder })
  const activities = hooks.activities(deps)
  const main = await Worker.create({
    connection,
    namespace,
    dataConverter,
    taskQueue: MAIN_QUEUE,
    workflowBundle: await workflowBundle(dataConverter.failureConverterPath),
    activities: activities.claims,
    maxCachedWorkflows: settings.maxCachedWorkflows,
    shutdownGraceTime: '10 seconds',
  })
  let fail: (error: unknown) => void = () => undefined
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  const providers = providerWorkers({
    connection,
    namespace,
    onFailure: (error) => fail(error),
    options: {
      dataConverter,
      activities: activities.providers,
      maxConcurrentActivityTaskExecutions: 20,
      shutdownGraceTime: '10 seconds',
    },
  })
  const schedules = mailboxSchedules(client, deps.clock)
  const keepUp = async () => {
    await providers.keep(await providerIds(databases.across))
    const { failed } = await schedules.keep(() => mailboxPlans(databases.across))
    for (const failure of failed) log.warn(failure, 'a mailbox schedule could not be kept; trying again')
  }
  await ensureReconciliation(client)
  await keepUp()
  const looking = everyWhileIdle(LOOK_EVERY_MS, () =>
    keepUp().catch((error: Error) =>
      log.warn({ error: error.name }, 'looking for new connections failed; trying again'),
    ),
  )
  // Not by a workflow of its own: it would hang with those of a build whose workflows throw.
  const watching = everyWhileIdle(WATCH_EVERY_MS, () => watch(deps, log))
  const run = async () => {
    try {
      await Promise.race([main.run(), broken])
    } finally {
      looking.stop()
      watching.stop()
      await providers.stop()
      decoder.stop()
      await connection.close()
      await databases.close()
    }
  }
  return { stopped: run(), stop: () => main.shutdown() }
}

/** What the log says while a restore freezes sending. */
const FROZEN = 'the database was restored from a backup: nothing is sent until `claimhub reconcile --after-restore`'

/** The count by type of workflow goes into the log as long as anything lies. */
async function watch(deps: Deps, log: Deps['log']): Promise<void> {
  const apart = isolated()
  const { unattended, wedged, silent } = await apart.step('silent', () => watchWorkflows(deps, apart), NOTHING_WATCHED)
  const lies = [...Object.values(unattended), ...Object.values(wedged)].some((count) => count > 0)
  if (lies) log.warn({ unattended, wedged, silent }, 'workflows leave work undone')
  for (const failure of apart.failures) log.warn(failure, 'looking for work that workflows leave undone failed')
}

/** What activities need: what this worker has opened, and the settings in the units of the code. */
function depsOf(settings: Settings, opened: Pick<Deps, 'databases' | 'client' | 'log' | 'decoder'>): Deps {
  return {
    ...opened,
    clock: clockFrom(settings.clock),
    adapterOf,
    transportOf,
    addresses: addressGuard({ allowed: settings.allowedAddresses }),
    unseal: (row, sealed) => unseal(settings.secretsKeys, row, sealed),
    timings: { deliverMs: settings.deliverTimeoutSeconds * 1_000, heartbeatMs: settings.heartbeatSeconds * 1_000 },
    leaseMs: settings.leaseSeconds * 1_000,
    unsentAlertMs: settings.unsentAlertSeconds * 1_000,
    collectFailures: settings.collectFailures,
    restoreNumbersADay: settings.restoreNumbersADay,
  }
}
