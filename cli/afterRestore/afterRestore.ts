import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { type ReconcileDeps, reconcile } from '../../activities/upkeep/reconcile.ts'
import { adapterOf } from '../../adapters/registry.ts'
import { mailboxPlans, organisationIds, usedAdapterIds } from '../../db/acrossTenants/lookups.ts'
import { noteRestore } from '../../db/setup/noteRestore.ts'
import { liftRestore, type RestoreFreeze, restoreFreeze, workflowsDropped } from '../../db/setup/restoreFreeze.ts'
import { closeFreezeItem } from '../../db/worklist/freezeItems.ts'
import { clockFrom } from '../../platform/clock.ts'
import { dataConverterFrom } from '../../platform/dataConverter.ts'
import { settingsFrom } from '../../platform/settings.ts'
import { connectionOptions } from '../../platform/temporalAddress.ts'
import { dropWorkflows } from '../../workflows/client/dropWorkflows.ts'
import { mailboxScheduleId } from '../../workflows/ids.ts'
import { asOperator, type Operator } from '../operator/operator.ts'
import type { Comparison } from './comparison.ts'
import { type Differences, differencesOf } from './differences.ts'
import { leftToCompare, nothingLeft } from './leftToCompare.ts'
import { printComparison } from './printComparison.ts'

const NOTHING: Comparison = {
  restored: false,
  lifted: false,
  aliveAt: null,
  fetchByHand: [],
  left: [],
  sendings: [],
  documents: 0,
  strangers: [],
  drafts: 0,
}

interface AfterRestoreOptions {
  /** Real seconds to wait for mailboxes, documents and looks. */
  wait: number
  /** Lifts the freeze although something could not be compared: why. */
  evenSo?: string
  json?: boolean
}

/**
 * `claimhub reconcile --after-restore`: compares what the HMOs have with what the restored database
 * remembers, says the differences, asks people about what nobody can know, and lifts the freeze.
 * Workers must run. Exit code 1 while the freeze stands.
 */
export async function afterRestore(options: AfterRestoreOptions): Promise<void> {
  const settings = settingsFrom(process.env)
  const connection = await Connection.connect(connectionOptions(settings.temporal))
  try {
    const { namespace } = settings.temporal
    const client = new Client({ connection, namespace, dataConverter: dataConverterFrom(settings.codecKey) })
    const comparison = await asOperator(async (operator) => {
      const { databases } = operator
      await noteRestore(databases, { numbersADay: settings.restoreNumbersADay, now: operator.now })
      const freeze = await operator.rows.above(restoreFreeze)
      if (freeze === null) return NOTHING
      return compare(operator, { databases, client, clock: clockFrom(settings.clock), adapterOf }, { freeze, options })
    })
    printComparison(comparison, options.json)
    if (comparison.restored && !comparison.lifted) process.exitCode = 1
  } finally {
    await connection.close()
  }
}

async function compare(
  operator: Operator,
  deps: ReconcileDeps,
  { freeze, options }: { freeze: RestoreFreeze; options: AfterRestoreOptions },
): Promise<Comparison> {
  const { rows, actor: by } = operator
  if (!freeze.workflowsDropped) {
    await dropWorkflows(deps.client, 'the database was restored from a backup')
    await rows.above((tx) => workflowsDropped(tx, freeze.freezeId))
  }
  const organisations = await organisationIds(operator.databases.across)
  await collectNow(deps)
  const left = await waitUntilCompared(operator, deps, { organisations, seconds: options.wait })
  const found: Differences = { sendings: [], documents: 0, strangers: [], drafts: 0 }
  const now = deps.clock.now()
  for (const organisationId of organisations) {
    const part = await rows.within(organisationId, (tx) => differencesOf(tx, organisationId, { freeze, now }))
    found.sendings.push(...part.sendings)
    found.strangers.push(...part.strangers)
    found.documents += part.documents
    found.drafts += part.drafts
  }
  const lifted = left.length === 0 || options.evenSo !== undefined
  if (lifted) {
    const detail = { ...countsOf(found), left: left.length, evenSo: options.evenSo ?? null }
    await rows.above((tx) => liftRestore(tx, { by, now, detail }))
    for (const organisationId of organisations)
      await rows.within(organisationId, (tx) => closeFreezeItem(tx, { organisationId, by, now }, freeze.freezeId))
  }
  const adapters = (await usedAdapterIds(operator.databases.across)).map((id) => adapterOf(id))
  const fetchByHand = adapters.flatMap((each) => (each.collect?.confirm ? [each.declaration.name] : []))
  return { restored: true, lifted, aliveAt: freeze.aliveAt.toISOString(), fetchByHand, left, ...found }
}

function countsOf({ sendings, documents, drafts, strangers }: Differences) {
  return { sendings: sendings.length, documents, drafts, strangers: strangers.length }
}

/** Collecting goes on by itself; asked for now it need not wait for its turn. */
async function collectNow({ databases, client }: ReconcileDeps): Promise<void> {
  for (const { connectionId } of await mailboxPlans(databases.across))
    await client.schedule
      .getHandle(mailboxScheduleId(connectionId))
      .trigger()
      .catch(() => undefined)
}

const LOOK_EVERY_MS = 1_000
/** Claims get their workflows again in batches, one in so many looks. */
const LOOKS_PER_RECONCILE = 10

async function waitUntilCompared(
  { rows }: Operator,
  deps: ReconcileDeps,
  { organisations, seconds }: { organisations: string[]; seconds: number },
): Promise<Comparison['left']> {
  const end = Date.now() + seconds * 1_000
  for (let looks = 0; ; looks += 1) {
    if (looks % LOOKS_PER_RECONCILE === 0) await reconcile(deps)
    const left: Comparison['left'] = []
    for (const organisationId of organisations) {
      const of = await rows.within(organisationId, (tx) => leftToCompare(tx, organisationId))
      if (!nothingLeft(of)) left.push({ organisationId, ...of })
    }
    if (left.length === 0 || Date.now() > end) return left
    await pause(LOOK_EVERY_MS)
  }
}
