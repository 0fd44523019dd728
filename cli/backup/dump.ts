import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const DUMP = 'claimhub.dump'
const run = promisify(execFile)

/**
 * A program of Postgres's on PATH that is not older than the server; null: there is none. An older
 * pg_dump refuses the server.
 */
export async function programFor(name: 'pg_dump' | 'pg_restore', serverMajor: number): Promise<string | null> {
  const answer = await run(name, ['--version']).catch(() => null)
  const major = Number(/\s(\d+)(\.\d+|\s|$|\w)/.exec(answer?.stdout ?? '')?.[1] ?? 0)
  return major >= serverMajor ? name : null
}

/** The dump of the database that `url` names, as one file; its name. */
export async function dumpTo(program: string, url: string, folder: string): Promise<string> {
  await postgresProgram(program, url, ['--format=custom', `--file=${path.join(folder, DUMP)}`])
  return DUMP
}

/** Fills an empty database from a dump. */
export async function restoreDump(program: string, url: string, folder: string): Promise<void> {
  const { pathname } = new URL(url)
  const database = `--dbname=${decodeURIComponent(pathname.slice(1))}`
  await postgresProgram(program, url, ['--exit-on-error', '--no-owner', database, path.join(folder, DUMP)])
}

/** The password goes by the environment: arguments can be read by every process. */
async function postgresProgram(program: string, url: string, args: string[]): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url)
  const env = {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  }
  try {
    await run(program, args, { env, maxBuffer: 10_000_000 })
  } catch (error) {
    const words = ((error as { stderr?: string }).stderr ?? '').trim().split('\n').slice(-3).join(' ')
    throw new Error(`${program} failed: ${words || (error as Error).message}`, { cause: error })
  }
}
