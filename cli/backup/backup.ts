import { existsSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { sum } from '../../domain/amounts.ts'
import { buildName } from '../../platform/build.ts'
import { print } from '../operator/operator.ts'
import { copyCluster, localCluster } from './baseBackup.ts'
import { dumpTo, programFor } from './dump.ts'
import { type BackupFile, copyOf, emptyFolder, type Manifest, writeManifest } from './manifest.ts'
import { ownerUrl, withClient } from './target.ts'

/**
 * `claimhub backup`: everything of the database while it works, with a manifest. Where the server's
 * files are on this machine they are copied with their WAL; elsewhere pg_dump is used. A backup is
 * there whole or not at all.
 */
export async function backup(options: { to: string; data?: string; json?: boolean }): Promise<void> {
  const to = path.resolve(options.to)
  if (existsSync(to)) emptyFolder(to)
  const half = `${to}.part`
  rmSync(half, { recursive: true, force: true })
  emptyFolder(half)
  const url = ownerUrl(options.data)
  try {
    const written = await withClient(url, (client) => backUp(client, url, half))
    if (existsSync(to)) rmSync(to, { recursive: true })
    renameSync(half, to)
    const bytes = sum(written.files.map(({ size }) => size))
    const { files, ...told } = written
    const words = `${written.method} backup of ${files.length} files, ${bytes} bytes, in ${to}: schema ${written.schema}, build ${written.build}`
    print(options.json, { ok: true, to, ...told, files: files.length, bytes }, words)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    throw error
  }
}

async function backUp(client: pg.Client, url: string, folder: string): Promise<Manifest> {
  const startedAt = new Date().toISOString()
  const about = await describe(client)
  const cluster = await localCluster(client)
  const { method, files } =
    cluster === null
      ? await dumped(url, folder, Number.parseInt(about.postgres, 10))
      : { method: 'base' as const, files: await copyCluster(client, cluster, folder) }
  const written: Manifest = {
    format: 1,
    method,
    build: buildName(),
    ...about,
    startedAt,
    finishedAt: new Date().toISOString(),
    files,
  }
  writeManifest(folder, written)
  return written
}

async function dumped(url: string, folder: string, major: number): Promise<{ method: 'dump'; files: BackupFile[] }> {
  const program = await programFor('pg_dump', major)
  if (program === null)
    throw new Error(
      `the server's files are not on this machine, and there is no pg_dump of Postgres ${major} or newer on PATH: install it, or run this beside the server`,
    )
  const name = await dumpTo(program, url, folder)
  return { method: 'dump', files: [{ path: name, ...(await copyOf(path.join(folder, name), null)) }] }
}

async function describe(client: pg.Client) {
  const { rows } = await client.query(`
    select current_setting('server_version') as postgres, current_database() as database, n.system_identifier as "systemIdentifier",
      n.timeline, n.database_oid::integer as "databaseOid", (select max(name) from kysely_migration) as schema
    from database_identity_now() n`)
  return rows[0] as Pick<Manifest, 'postgres' | 'database' | 'systemIdentifier' | 'timeline' | 'databaseOid' | 'schema'>
}
