import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Which program this is: CLAIMHUB_BUILD where a release has one, else the package's version. Events
 * and postings keep it, and so do backups.
 */
export function buildName(env: NodeJS.ProcessEnv = process.env): string {
  return env['CLAIMHUB_BUILD'] || packageVersion()
}

function packageVersion(): string {
  const file = path.join(import.meta.dirname, '../package.json')
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string }
    return version ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
