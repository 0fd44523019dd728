import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { cacheFolder } from '../../platform/paths.ts'

export const ROOT = path.join(import.meta.dirname, '../..')
/** What one run keeps for the next, of every checkout: what is known already is not run again. */
export const KEPT = cacheFolder(process.env, 'mutate')

/** Every file that is in version control or about to be, by its path from the root. */
export function filesOfCheckout(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  const deleted = execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT })
  const gone = new Set(deleted.toString().split('\0'))
  return [...new Set(listed.toString().split('\0'))].filter((file) => file !== '' && !gone.has(file))
}

/**
 * A copy of the checkout in a folder of its own, where defects are planted; the dependencies are
 * shared by a link.
 */
export function scratchCopy(files: string[]): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-mutate-'))
  for (const file of files) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true })
    cpSync(path.join(ROOT, file), path.join(folder, file))
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  process.once('exit', remove)
  return { folder, remove }
}
