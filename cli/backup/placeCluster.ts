import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { postmasterPid } from '../../platform/embeddedPostgres.ts'
import { postgresProgram } from '../../platform/postgresProgram.ts'
import { markOf } from '../../platform/processes.ts'
import { CLUSTER } from './baseBackup.ts'
import { copyOf, type Manifest } from './manifest.ts'

/** Empty folders that a server wants to find. */
const FOLDERS = [
  'pg_wal/archive_status',
  'pg_wal/summaries',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_stat',
  'pg_subtrans',
  'pg_tblspc',
  'pg_twophase',
  'pg_commit_ts',
  'pg_logical/snapshots',
  'pg_logical/mappings',
]

/**
 * The server recovers to the end of the backup's own WAL and goes on in a new timeline, by which
 * the database notices that it was restored. Nobody may read it before.
 */
const RECOVERY = `
# written by claimhub restore
restore_command = 'false'
hot_standby = off
`

/** Refuses a target on which a server runs. */
export function requireStopped(target: string): void {
  const pid = postmasterPid(target)
  if (pid !== null && markOf(pid) !== null)
    throw new Error(`a server (process ${pid}) runs on ${target}: end it first; nothing was restored`)
}

/** Copies a verified backup beside the target and then into its place. */
export async function placeCluster(
  from: string,
  manifest: Manifest,
  target: string,
  moveAside: () => void,
): Promise<void> {
  const half = `${target}.restoring`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { recursive: true, mode: 0o700 })
  for (const { path: name, sha256 } of manifest.files) {
    const to = path.join(half, path.posix.relative(CLUSTER, name))
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 })
    const copied = await copyOf(path.join(from, name), to)
    if (copied.sha256 !== sha256) throw new Error(`${name} changed while it was restored: nothing was restored`)
  }
  for (const folder of FOLDERS) mkdirSync(path.join(half, folder), { recursive: true, mode: 0o700 })
  appendFileSync(path.join(half, 'postgresql.auto.conf'), RECOVERY)
  writeFileSync(path.join(half, 'recovery.signal'), '')
  giveTo(half, ownerOf(target))
  chmodSync(half, 0o700)
  moveAside()
  renameSync(half, target)
}

/**
 * As root the server runs as another user: the one of the files that are there, or Postgres's own.
 */
function ownerOf(target: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  return existsSync(target) ? statSync(target) : postgresProgram().user
}

function giveTo(file: string, user: { uid: number; gid: number } | undefined): void {
  if (user === undefined) return
  chownSync(file, user.uid, user.gid)
  if (!statSync(file).isDirectory()) return
  for (const name of readdirSync(file)) giveTo(path.join(file, name), user)
}
