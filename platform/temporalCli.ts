import { execFile, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './paths.ts'
import { temporalDownload } from './temporalDownload.ts'

const VERSION = '1.5.1'

/**
 * Path of a Temporal CLI, in this order: TEMPORAL_CLI, `temporal` on PATH, the cache, the download
 * of Temporal's own site, a build with Go. `say` hears, once each, what it turns to that takes
 * long. Throws one sentence that names the ways when none works.
 */
export async function temporalCli(
  say: (words: string) => void,
  env: NodeJS.ProcessEnv = process.env,
  site?: string,
): Promise<string> {
  const given = env['TEMPORAL_CLI']
  if (given) {
    if (executable(given)) return given
    throw new Error(
      `TEMPORAL_CLI names ${given}, which is no program: correct it, or unset it to have the CLI looked for`,
    )
  }
  const onPath = (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'temporal'))
    .find(executable)
  if (onPath) return onPath
  const cached = cacheFolder(env, 'bin', `temporal-${VERSION}`)
  if (executable(cached)) return cached
  mkdirSync(path.dirname(cached), { recursive: true })
  if (await temporalDownload({ artifact: 'cli', version: `v${VERSION}`, target: cached, site }, say)) return cached
  if (await built(cached, say, env)) return cached
  throw new Error(
    'no Temporal CLI: put `temporal` on PATH, name one in TEMPORAL_CLI, use a server of yours with TEMPORAL_ADDRESS, or install Go ≥ 1.24 so that it can be built',
  )
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return existsSync(file)
  } catch {
    return false
  }
}

async function built(target: string, say: (words: string) => void, env: NodeJS.ProcessEnv): Promise<boolean> {
  const hasGo = await promisify(execFile)('go', ['version'], { env }).then(
    () => true,
    () => false,
  )
  if (!hasGo) return false
  const folder = `${target}-build-${process.pid}`
  say(`building the Temporal CLI ${VERSION} with Go, once per machine (about 4 minutes on 2 cores)`)
  try {
    await goInstall({ ...env, GOBIN: folder })
    renameSync(path.join(folder, 'temporal'), target)
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function goInstall(env: NodeJS.ProcessEnv): Promise<void> {
  const log: string[] = []
  const code = await new Promise<number | null>((resolve, reject) => {
    const go = spawn('go', ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    go.stderr.on('data', (bytes) => log.push(String(bytes)))
    go.once('error', reject)
    go.once('exit', resolve)
  })
  if (code === 0) return
  const words = log.join('').trim().split('\n').slice(-3).join(' ')
  throw new Error(
    `building the Temporal CLI with Go failed (${words}): see to Go ≥ 1.24 and its module proxy, or name a CLI in TEMPORAL_CLI`,
  )
}
