import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

/** The machine that the tests are to run on, and how it gets what it lacks. */
export interface Machine {
  env: NodeJS.ProcessEnv
  /** Progress, a line at a time. */
  say(words: string): void
  /**
   * Installs Debian packages; null where this process may not (no root, no apt-get). Throws with
   * apt-get's last words.
   */
  install: ((packages: string[], say: (words: string) => void) => Promise<void>) | null
  /**
   * A server that a package brings is started by the package: only a machine without a service
   * manager, such as a container, doesn't notice.
   */
  startsServices: boolean
  /** Where programs for administrators are, which many a PATH leaves out. */
  systemFolders: string[]
  /** Temporal's download site, when it is not the usual one. */
  site?: string
}

export const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin']

export function thisMachine(say: (words: string) => void): Machine {
  const { env } = process
  const mayInstall = process.getuid?.() === 0 && programIn(env, 'apt-get') !== null
  return {
    env,
    say,
    install: mayInstall ? aptGet(env) : null,
    startsServices: existsSync('/run/systemd/system'),
    systemFolders: SYSTEM_FOLDERS,
  }
}

/** The path of a program, or null. `more` are folders beyond PATH. */
export function programIn(env: NodeJS.ProcessEnv, name: string, more: string[] = []): string | null {
  const folders = [...(env['PATH'] ?? '').split(path.delimiter), ...more].filter((folder) => folder !== '')
  return folders.map((folder) => path.join(folder, name)).find(executable) ?? null
}

export function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What a command prints on both streams; null when it fails. */
export async function printed(env: NodeJS.ProcessEnv, command: string, args: string[]): Promise<string | null> {
  return promisify(execFile)(command, args, { env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => null,
  )
}

/** Runs a command to its end. Throws one sentence with its last words. */
export async function mustRun(env: NodeJS.ProcessEnv, command: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { env, maxBuffer: 50_000_000 })
  } catch (error) {
    const words = ((error as { stderr?: string }).stderr || (error as Error).message).trim().split('\n').slice(-3)
    throw new Error(`\`${[command, ...args].join(' ')}\` failed (${words.join(' ')})`, { cause: error })
  }
}

/** One call at a time: apt-get locks its lists. The lists are fetched once. */
export function aptGet(env: NodeJS.ProcessEnv): NonNullable<Machine['install']> {
  const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
  let updated = false
  let last: Promise<unknown> = Promise.resolve()
  return (packages, say) => {
    const next = last.then(async () => {
      say(`installing ${packages.join(', ')} with apt-get`)
      if (!updated) await mustRun(quiet, 'apt-get', ['update', '-qq'])
      updated = true
      await mustRun(quiet, 'apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])
    })
    last = next.catch(() => undefined)
    return next
  }
}
