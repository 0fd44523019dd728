import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, createWriteStream, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { promisify } from 'node:util'

/** How long the site may take to answer: behind a firewall the next way must be tried soon. */
const ANSWER_WITHIN_MS = 5_000
const ARCHIVE_WITHIN_MS = 10 * 60_000

export interface TemporalArtifact {
  artifact: 'cli' | 'temporal-test-server'
  version: string
  /** Where the executable goes. */
  target: string
  /** Another site than Temporal's own, for tests. */
  site?: string | undefined
}

/**
 * Fetches an executable from Temporal's own site, as the SDK does: a description first, then the
 * archive that it names. False when the site can't be reached or has nothing for this machine;
 * nothing half-done stays at `target`.
 */
export async function temporalDownload(
  { artifact, version, target, site = 'https://temporal.download' }: TemporalArtifact,
  say: (words: string) => void,
): Promise<boolean> {
  const folder = mkdtempSync(`${target}.download-`)
  try {
    const description = await fetch(`${site}/${artifact}/${version}?${machine()}`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    if (!description.ok) return false
    const { archiveUrl, fileToExtract } = (await description.json()) as { archiveUrl: string; fileToExtract: string }
    say(`downloading ${artifact} ${version} from ${new URL(archiveUrl).host}`)
    const archive = path.join(folder, 'archive.tar.gz')
    const answer = await fetch(archiveUrl, { signal: AbortSignal.timeout(ARCHIVE_WITHIN_MS) })
    if (!answer.ok || answer.body === null) return false
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(archive))
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, fileToExtract])
    copyFileSync(path.join(folder, fileToExtract), `${target}.new`)
    chmodSync(`${target}.new`, 0o755)
    renameSync(`${target}.new`, target)
    return true
  } catch {
    // No network, no such version, a cut archive: all mean "not this way".
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function machine(): URLSearchParams {
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux'
  return new URLSearchParams({ arch, platform, format: 'tar.gz' })
}
