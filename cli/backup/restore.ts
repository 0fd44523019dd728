import { existsSync, renameSync } from 'node:fs'
import path from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { ensureRoles } from '../../db/migrate.ts'
import { ownerFrom } from '../../platform/databaseSettings.ts'
import { postgresFolder } from '../../platform/paths.ts'
import { print } from '../operator/operator.ts'
import { programFor, restoreDump } from './dump.ts'
import { type Manifest, readManifest, verifyFiles } from './manifest.ts'
import { placeCluster, requireStopped } from './placeCluster.ts'
import { ownerUrl, withClient } from './target.ts'

interface RestoreOptions {
  from: string
  /** A data folder of `claimhub up`. */
  data?: string
  /** The folder of a Postgres of your own. */
  cluster?: string
  json?: boolean
}

/**
 * `claimhub restore`: verifies a backup and puts it where no server runs. What was there is moved
 * aside, never deleted. The restored database freezes all sending by itself until `claimhub
 * reconcile --after-restore`.
 */
export async function restore(options: RestoreOptions): Promise<void> {
  const from = path.resolve(options.from)
  const manifest = readManifest(from)
  const target = manifest.method === 'base' ? clusterOf(options) : null
  if (target !== null) requireStopped(target)
  await verifyFiles(from, manifest)
  const aside = target === null ? [] : await restoreBase(from, manifest, { ...options, target })
  if (target === null) await intoEmptyDatabase(from, manifest)
  const { method, build, schema, finishedAt } = manifest
  const words = [
    `restored the ${method} backup of ${finishedAt} (schema ${schema}, build ${build})`,
    ...aside.map((name) => `what was there is in ${name}`),
    'start it; sending is frozen until `claimhub reconcile --after-restore`',
  ]
  print(options.json, { ok: true, from, method, build, schema, finishedAt, aside }, words.join('\n'))
}

function clusterOf({ data, cluster }: RestoreOptions): string {
  if ((data === undefined) === (cluster === undefined))
    throw new Error('this backup is a cluster’s files: say --data FOLDER of `claimhub up`, or --cluster FOLDER')
  if (cluster !== undefined) return path.resolve(cluster)
  if (!existsSync(path.join(data ?? '', 'stack.json')))
    throw new Error(`${data} has no stack.json: put back the one that belongs to the backup, with its keys`)
  return postgresFolder(path.resolve(data ?? ''))
}

async function restoreBase(
  from: string,
  manifest: Manifest,
  { data, target }: RestoreOptions & { target: string },
): Promise<string[]> {
  const mark = `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
  const aside: string[] = []
  const moveAside = (file: string) => {
    if (!existsSync(file)) return
    renameSync(file, `${file}.${mark}`)
    aside.push(`${file}.${mark}`)
  }
  await placeCluster(from, manifest, target, () => moveAside(target))
  // Temporal remembers more than the database now: every workflow starts again from its row.
  if (data !== undefined)
    for (const name of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm']) moveAside(path.join(data, name))
  return aside
}

async function intoEmptyDatabase(from: string, { postgres }: Manifest): Promise<void> {
  const url = ownerUrl(undefined)
  const program = await programFor('pg_restore', Number.parseInt(postgres, 10))
  if (program === null) throw new Error('there is no pg_restore of the backup’s Postgres or a newer one on PATH')
  await withClient(url, async (client) => {
    const { rows } = await client.query(`
      select (select count(*)::integer from pg_tables where schemaname = 'public') as tables,
        (select count(*)::integer from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as sessions`)
    const { tables, sessions } = rows[0]
    if (sessions > 0) throw new Error(`the database of DATABASE_URL is in use by ${sessions} sessions: end what runs`)
    if (tables > 0) throw new Error('the database of DATABASE_URL is not empty: make a new one and name that')
  })
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { roles } = ownerFrom(process.env)
    await owner.transaction().execute((tx) => ensureRoles(tx, roles))
  } finally {
    await owner.destroy()
  }
  await restoreDump(program, url, from)
}
