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
import { readEffects } from '../../sandbox/effectLedger.ts'
import { runningClaims } from '../../workflows/client/wakeClaims.ts'
import type { Stack } from '../stack/stack.ts'
import { centsDifference, judge, type RunVerdict, unevenWorkflows } from './oracle.ts'

const PATIENCE_MS = 240_000

/**
 * Waits until nothing is under way any more: every claim closed or on the worklist, every document
 * processed. Mends by `reconcile` on the way. Answers what is still unfinished when patience ends.
 */
export async function waitUntilFinished(
  stack: Stack,
  promised: string[],
  say: (words: string) => void,
): Promise<string[]> {
  const end = Date.now() + PATIENCE_MS
  return withOwner(stack, async (owner) => {
    for (let look = 0; ; look += 1) {
      const left = await unfinished(stack, owner, promised)
      if (left.length === 0) return left
      if (Date.now() > end) {
        say(
          `  ${left.length} things are still under way after ${PATIENCE_MS / 1000} s: ${left.slice(0, 10).join('; ')}`,
        )
        return left
      }
      if (look % 20 === 19) {
        say(`  waiting for ${left.length} claims and documents, for example ${left[0]}`)
        await reconcileNow(stack)
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  })
}

export async function audit(stack: Stack, promised: string[]): Promise<RunVerdict> {
  await reconcileNow(stack)
  const running = await steadyWorkflows(stack)
  const logs = readdirSync(path.join(stack.folder, 'logs')).map((name) => path.join(stack.folder, 'logs', name))
  const temporal = [stack.temporalDatabase, `${stack.temporalDatabase}-wal`].filter((file) => existsSync(file))
  return withOwner(stack, (owner) =>
    judge({
      ledgers: stack.ledgers
        .filter((file) => existsSync(file))
        .map((file) => ({ file, keyed: file.includes('twin-http') })),
      owner,
      running,
      promised,
      mustNotNamePatients: [...logs, ...temporal],
    }),
  )
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
    const uneven = await withOwner(stack, (owner) => unevenWorkflows({ owner, running }))
    if (uneven.length === 0 || Date.now() > end) return running
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
}

async function unfinished(stack: Stack, owner: Kysely<Database>, promised: string[]): Promise<string[]> {
  const claims = await owner
    .selectFrom('claims')
    .select(['claim_number', 'status', 'payment_status', 'delivery', 'provider_id', 'waiting_for'])
    .where('id', 'in', promised)
    .where('closed_because', 'is', null)
    .where('attention', '=', false)
    .execute()
  const documents = await owner
    .selectFrom('documents')
    .select('id')
    .where('direction', '=', 'in')
    .where('processed_at', 'is', null)
    .execute()
  const entries = stack.ledgers.filter((file) => existsSync(file)).flatMap((file) => readEffects(file))
  const cents = await centsDifference(owner, entries)
  return [
    // What an HMO has paid and we have not read yet is on its way, not missing.
    ...(cents === 0 ? [] : [`${cents} cents that an HMO has paid`]),
    ...claims.map(
      (claim) =>
        `${claim.claim_number} (${claim.provider_id}) ${claim.status} ${claim.payment_status} ${claim.delivery}: ${claim.waiting_for}`,
    ),
    ...documents.map((document) => `document ${document.id}`),
  ]
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

export async function withTemporal<T>(stack: Stack, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: settingsFrom(stack.env).temporal.address })
  try {
    return await work(new Client({ connection }))
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
