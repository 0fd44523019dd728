import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { reconcile } from '../../activities/upkeep/reconcile.ts'
import { adapterOf } from '../../adapters/registry.ts'
import { connect } from '../../db/connect.ts'
import type { Database } from '../../db/schema/database.ts'
import { clockFrom } from '../../platform/clock.ts'
import { settingsFrom } from '../../platform/settings.ts'
import { connectionOptions } from '../../platform/temporalAddress.ts'
import { runningClaims } from '../../workflows/client/wakeClaims.ts'
import type { Stack } from '../stack/stack.ts'
import { claims, gatherEvidence, gatherProgress, type RunPlaces } from './oracle/gather.ts'
import { judge, type RunVerdict } from './oracle/judge.ts'
import { unevenWorkflows, unfinished } from './oracle/promises.ts'

const PATIENCE_SECONDS = 240

/** Between two looks at what is still under way. */
const LOOK_MS = 1_000
/** Every so many looks the reconciliation mends what it finds. */
const MEND_AFTER_LOOKS = 20

/**
 * Waits until nothing is under way any more: every claim closed or on the worklist, every document
 * processed, every payment posted. Mends by `reconcile` on the way. Answers what is still
 * unfinished when patience ends.
 */
export async function waitUntilFinished(
  stack: Stack,
  promised: string[],
  say: (words: string) => void,
  patienceSeconds = PATIENCE_SECONDS,
): Promise<string[]> {
  const end = Date.now() + patienceSeconds * 1_000
  return withOwner(stack, async (owner) => {
    for (let look = 1; ; look += 1) {
      const left = unfinished(await gatherProgress(placesOf(stack, owner, promised)))
      if (left.length === 0) return left
      const shown = left.slice(0, 10).join('; ')
      if (Date.now() > end) {
        say(`  ${left.length} things are still under way after ${patienceSeconds} s: ${shown}`)
        return left
      }
      if (look % MEND_AFTER_LOOKS === 0) {
        say(`  waiting for ${left.length} things, for example ${left[0]}`)
        await reconcileNow(stack)
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  })
}

/** Looks at everything that the run has left behind and judges it. */
export async function audit(stack: Stack, promised: string[]): Promise<RunVerdict> {
  await reconcileNow(stack)
  const running = await steadyWorkflows(stack)
  const logs = readdirSync(path.join(stack.folder, 'logs')).map((name) => path.join(stack.folder, 'logs', name))
  const temporal = [stack.temporalDatabase, `${stack.temporalDatabase}-wal`].filter((file) => existsSync(file))
  const read = { running, mustNotNamePatients: [...logs, ...temporal] }
  return withOwner(stack, async (owner) => judge(await gatherEvidence(placesOf(stack, owner, promised), read)))
}

function placesOf(stack: Stack, owner: Kysely<Database>, promised: string[]): RunPlaces {
  const ledgers = stack.ledgers.map((file) => ({ file, keyed: file.includes('twin-http') }))
  return { ledgers, owner, promised }
}

/**
 * A closed claim's workflow ends with its next turn, and Temporal may make it wait for that: what
 * is still uneven after a minute is wrong.
 */
const STEADY_AFTER_MS = 60_000

async function steadyWorkflows(stack: Stack): Promise<Set<string>> {
  const end = Date.now() + STEADY_AFTER_MS
  for (;;) {
    const running = await withTemporal(stack, runningClaims)
    const uneven = await withOwner(stack, async (owner) => unevenWorkflows({ claims: await claims(owner), running }))
    if (uneven.length === 0 || Date.now() > end) return running
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
}

async function reconcileNow(stack: Stack): Promise<void> {
  const settings = settingsFrom(stack.env)
  const databases = connect(settings.database)
  const clock = clockFrom(settings.clock)
  try {
    await withTemporal(stack, (client) => reconcile({ databases, client, clock, adapterOf }))
    // Visibility follows a moment later.
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  } finally {
    await databases.close()
  }
}

async function withTemporal<T>(stack: Stack, work: (client: Client) => Promise<T>): Promise<T> {
  const { temporal } = settingsFrom(stack.env)
  const connection = await Connection.connect(connectionOptions(temporal))
  try {
    return await work(new Client({ connection, namespace: temporal.namespace }))
  } finally {
    await connection.close()
  }
}

export async function withOwner<T>(stack: Stack, work: (owner: Kysely<Database>) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({
    connectionString: stack.ownerUrl,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  pool.on('error', () => undefined)
  const owner = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await work(owner)
  } finally {
    await owner.destroy()
  }
}
