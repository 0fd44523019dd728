import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './paths.ts'

const VERSION = '1.5.1'
const run = promisify(execFile)

/**
 * Path of a Temporal CLI, in this order: TEMPORAL_CLI, `temporal` on PATH, the cache, the download of Temporal's own site, a build with Go.
 * `say` hears what takes long. Throws one sentence that names the ways when none works.
 */
export async function temporalCli(say: (words: string) => void): Promise<string> {
  const given = process.env['TEMPORAL_CLI']
  if (given) {
    if (existsSync(given)) return given
    throw new Error(`TEMPORAL_CLI names ${given}, which does not exist`)
  }
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'temporal'))
    .find((file) => existsSync(file))
  if (onPath) return onPath
  const cached = cacheFolder('bin', `temporal-${VERSION}`)
  if (existsSync(cached)) return cached
  mkdirSync(path.dirname(cached), { recursive: true })
  if (await downloaded(cached, say)) return cached
  if (await built(cached, say)) return cached
  throw new Error(
    `no Temporal CLI: put \`temporal\` on PATH, name one in TEMPORAL_CLI, use a server of yours with TEMPORAL_ADDRESS, or install Go ≥ 1.24 so that it can be built`,
  )
}

async function downloaded(target: string, say: (words: string) => void): Promise<boolean> {
  const platform = process.platform === 'darwin' ? 'darwin' : process.platform === 'win32' ? 'windows' : 'linux'
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const url = `https://temporal.download/cli/archive/v${VERSION}?platform=${platform}&arch=${arch}`
  const archive = `${target}.tar.gz`
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    if (!answer.ok) return false
    say('downloading the Temporal CLI')
    const { writeFile } = await import('node:fs/promises')
    await writeFile(archive, Buffer.from(await answer.arrayBuffer()))
    await run('tar', ['-xzf', archive, '-C', path.dirname(target), 'temporal'])
    renameSync(path.join(path.dirname(target), 'temporal'), target)
    return true
  } catch {
    return false
  } finally {
    rmSync(archive, { force: true })
  }
}

async function built(target: string, say: (words: string) => void): Promise<boolean> {
  const hasGo = await run('go', ['version']).then(
    () => true,
    () => false,
  )
  if (!hasGo) return false
  const folder = cacheFolder('bin', `build-${process.pid}`)
  const started = Date.now()
  const tell = () =>
    say(
      `building the Temporal CLI ${VERSION} with Go, once per machine (about 4 minutes on 2 cores): ${Math.round((Date.now() - started) / 1000)} s`,
    )
  tell()
  const timer = setInterval(tell, 15_000)
  try {
    const log: string[] = []
    const code = await new Promise<number | null>((resolve, reject) => {
      const go = spawn('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
        env: { ...process.env, GOBIN: folder },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      go.stderr.on('data', (bytes) => log.push(String(bytes)))
      go.once('error', reject)
      go.once('exit', resolve)
    })
    if (code !== 0)
      throw new Error(
        `building the Temporal CLI with Go failed: ${log.join('').trim().split('\n').slice(-3).join(' ')}`,
      )
    renameSync(path.join(folder, 'temporal'), target)
    return true
  } finally {
    clearInterval(timer)
    rmSync(folder, { recursive: true, force: true })
  }
}
