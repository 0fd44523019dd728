import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** What is fetched or built once per machine: the Temporal CLI, the test server, workflow bundles. */
export function cacheFolder(...parts: string[]): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'claimhub', ...parts)
}

/**
 * Where the embedded Postgres keeps its files for a data folder. Postgres refuses to run as root and its own user can't enter root's folders: as root
 * the files go to /var/lib/claimhub, named by the data folder.
 */
export function postgresFolder(dataFolder: string): string {
  if (process.getuid?.() !== 0) return path.join(dataFolder, 'postgres')
  const name = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 16)
  const folder = path.join('/var/lib/claimhub', name)
  mkdirSync(folder, { recursive: true })
  for (const each of ['/var/lib/claimhub', folder]) chmodSync(each, 0o755)
  return path.join(folder, 'postgres')
}
