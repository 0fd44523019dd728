import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { PostgresProgram } from './postgresProgram.ts'

/** The embedded Postgres's superuser and owner of the database. */
export const OWNER = 'owner'
const DATABASE = 'claimhub'

export interface Cluster {
  folder: string
  password: string
}

/**
 * Makes a new cluster in the folder unless there is one. Made beside it and renamed, so that a
 * cluster is there whole or not at all. Throws one sentence with Postgres's own last words.
 */
export async function ensureCluster(program: PostgresProgram, { folder, password }: Cluster, flags: string[] = []) {
  if (existsSync(path.join(folder, 'PG_VERSION'))) return
  if (existsSync(folder)) {
    throw new Error(`${folder} is there and is no Postgres cluster: move it away, or name another folder with --data`)
  }
  mkdirSync(path.dirname(folder), { recursive: true })
  const half = mkdtempSync(`${folder}.new-`)
  const passwordFile = `${half}.password`
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 })
    const { uid, gid } = program.user ?? {}
    if (uid !== undefined && gid !== undefined) for (const file of [half, passwordFile]) chownSync(file, uid, gid)
    const settings = ['--auth=scram-sha-256', `--username=${OWNER}`, '--encoding=UTF8', '--locale=C.UTF-8', ...flags]
    await promisify(execFile)(program.initdb, [`--pgdata=${half}`, `--pwfile=${passwordFile}`, ...settings], {
      ...program.user,
      cwd: '/',
    })
    renameSync(half, folder)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    const words = ((error as { stderr?: string }).stderr || (error as Error).message).trim().split('\n').slice(-3)
    throw new Error(`the embedded Postgres cannot make its files in ${folder}: ${words.join(' ')}`, { cause: error })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** Arguments of a server on 127.0.0.1 only, by TCP only. */
export function serverArguments(
  folder: string,
  port: number,
  settings: Record<string, string | number> = {},
): string[] {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 100, ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', folder, '-p', String(port), ...flags]
}

/** Waits until the server takes connections and makes the database when it isn't there. */
export async function ensureDatabase(port: number, password: string, aborted: AbortSignal): Promise<void> {
  while (!aborted.aborted) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: OWNER, password, database: 'postgres' })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
      if (rowCount === 0) await client.query(`create database ${DATABASE}`)
      return
    } catch (error) {
      if (PERMANENT.has((error as { code?: string }).code ?? '')) throw wrongPassword(error)
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

/** invalid_authorization_specification, invalid_password: waiting doesn't help. */
const PERMANENT = new Set(['28000', '28P01'])

function wrongPassword(cause: unknown): Error {
  return new Error(
    'the embedded Postgres refuses the password of stack.json: both belong together, put back the one that was changed',
    { cause },
  )
}

/** The process id of the server that a cluster says is running; null when it says none. */
export function postmasterPid(folder: string): number | null {
  try {
    return Number(readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}
