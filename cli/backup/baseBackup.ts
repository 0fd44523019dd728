import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { type BackupFile, copyOf } from './manifest.ts'

/** Where the files of the cluster are in a backup. */
export const CLUSTER = 'cluster'
const WAL = 'pg_wal'

/** Made anew by every server: their folders are kept, their contents are not. */
const EMPTIED = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label|tablespace_map|recovery\.signal|standby\.signal|current_logfiles|pg_internal\.init.*|pgsql_tmp.*)$/

/** A slot keeps the WAL that is needed while files are copied; it goes with the session. */
const SLOT = 'claimhub_backup'

/**
 * Copies a running cluster's files between pg_backup_start and pg_backup_stop, then the WAL that
 * makes them whole. `client` is a superuser's session on the same machine.
 */
export async function copyCluster(client: pg.Client, data: string, to: string): Promise<BackupFile[]> {
  if (readdirSync(path.join(data, 'pg_tblspc')).length > 0)
    throw new Error('the cluster has tablespaces, which a base backup of claimhub does not copy: use pg_dump')
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [SLOT])
  const { rows: started } = await client.query(
    `select pg_walfile_name(lsn) as wal from pg_backup_start('claimhub', true) as lsn`,
  )
  const files: BackupFile[] = []
  mkdirSync(path.join(to, CLUSTER), { mode: 0o700 })
  await copyFolder({ data, to }, '', files)
  const { rows: stopped } = await client.query(
    `select pg_walfile_name(lsn) as wal, labelfile from pg_backup_stop(wait_for_archive => false)`,
  )
  const label = path.join(to, CLUSTER, 'backup_label')
  writeFileSync(label, stopped[0].labelfile, { mode: 0o600, flush: true })
  files.push({ path: `${CLUSTER}/backup_label`, ...(await copyOf(label, null)) })
  for (const name of readdirSync(path.join(data, WAL)).sort()) {
    const needed = /^[0-9A-F]{24}$/.test(name) && name >= started[0].wal && name <= stopped[0].wal
    if (needed || name.endsWith('.history')) await copyFile({ data, to }, `${WAL}/${name}`, files)
  }
  return files
}

interface Copying {
  data: string
  to: string
}

async function copyFolder(copying: Copying, folder: string, files: BackupFile[]): Promise<void> {
  for (const entry of readdirSync(path.join(copying.data, folder), { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name)
    if (LEFT_OUT.test(entry.name)) continue
    if (entry.isDirectory()) {
      mkdirSync(path.join(copying.to, CLUSTER, name), { mode: 0o700 })
      if (!EMPTIED.includes(name)) await copyFolder(copying, name, files)
    } else if (entry.isFile()) await copyFile(copying, name, files)
  }
}

/** A table that is dropped meanwhile takes its file away: the WAL says so too. */
async function copyFile({ data, to }: Copying, name: string, files: BackupFile[]): Promise<void> {
  const place = path.posix.join(CLUSTER, name)
  try {
    files.push({ path: place, ...(await copyOf(path.join(data, name), path.join(to, place))) })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** The folder of the server's files, where it is on this machine and this session may see it. */
export async function localCluster(client: pg.Client): Promise<string | null> {
  const { rows } = await client
    .query(`select setting from pg_settings where name = 'data_directory'`)
    .catch(() => ({ rows: [] }))
  const folder: unknown = rows[0]?.setting
  if (typeof folder !== 'string' || !existsSync(path.join(folder, 'postmaster.pid'))) return null
  return statSync(path.join(folder, 'PG_VERSION'), { throwIfNoEntry: false }) === undefined ? null : folder
}
