import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The program `claimhub`, in a checkout as in an installed package. */
export const PROGRAM = path.join(import.meta.dirname, '../bin/claimhub.js')

/**
 * What is fetched or built once per machine: the Temporal CLI, the test server, workflow bundles.
 */
export function cacheFolder(env: NodeJS.ProcessEnv, ...parts: string[]): string {
  return path.join(env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'claimhub', ...parts)
}

/**
 * Where the embedded Postgres keeps its files for a data folder (which exists): in it. Only as
 * root, when the data folder lies below one that Postgres's own user can't enter (Postgres refuses
 * to run as root), they go to /var/lib/claimhub, named by the data folder.
 */
export function postgresFolder(dataFolder: string): string {
  const own = path.join(path.resolve(dataFolder), 'postgres')
  // The data folder itself is ours to open, for entering only: what is secret in it has its own
  // lock.
  if (process.getuid?.() === 0) chmodSync(dataFolder, statSync(dataFolder).mode | 0o011)
  if (process.getuid?.() !== 0 || existsSync(own) || shutAncestor(own) === null) return own
  const name = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 16)
  const folder = path.join('/var/lib/claimhub', name)
  mkdirSync(folder, { recursive: true })
  for (const each of ['/var/lib/claimhub', folder]) chmodSync(each, 0o755)
  return path.join(folder, 'postgres')
}

/**
 * The first folder on the way to a path that other users can't enter; null when all are open. What
 * doesn't exist yet is no obstacle.
 */
export function shutAncestor(file: string): string | null {
  const ancestors: string[] = []
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder))
    ancestors.unshift(folder)
  const shut = ancestors.find((folder) => {
    const found = statSync(folder, { throwIfNoEntry: false })
    return found !== undefined && (found.mode & 0o001) === 0
  })
  return shut ?? null
}
