import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerSearchAttributes } from '../../activities/worker/searchAttributes.ts'
import { type Managed, managed } from '../../cli/stack/managed.ts'
import { shutAncestor } from '../../platform/paths.ts'
import { freePort } from '../../platform/ports.ts'
import { temporalCli } from '../../platform/temporalCli.ts'
import { MAIN_QUEUE } from '../../workflows/ids.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/**
 * The image's user is not its builder. Only root can be somebody else; whoever runs this as another
 * user is stopped by the modes alone.
 */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-image-'))
const app = path.join(folder, 'app')
let test: TestDatabase
let temporal: Managed
let connection: Connection
let address: string

beforeAll(async () => {
  chmodSync(folder, 0o755)
  buildImage()
  test = await testDatabase()
  const port = await freePort()
  address = `127.0.0.1:${port}`
  temporal = managed({
    name: 'temporal',
    command: await temporalCli(() => undefined),
    args: ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
    env: process.env,
    logFile: path.join(folder, 'temporal.log'),
    ready: answers,
  })
  await temporal.start()
  connection = await Connection.connect({ address })
  await registerSearchAttributes(connection, 'default')
}, 600_000)

afterAll(async () => {
  await connection?.close()
  await temporal?.stop()
  await test?.close()
  execFileSync('chmod', ['-R', 'u+w', folder])
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** What the Dockerfile copies and builds, as its builder; then nobody may write there. */
function buildImage(): void {
  const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8')
  const copied = [...dockerfile.matchAll(/^COPY (.+) (\S+)$/gm)].flatMap(([, from = '']) => from.split(' '))
  mkdirSync(app)
  for (const name of copied) cpSync(path.join(ROOT, name), path.join(app, name), { recursive: true })
  const modules = path.join(ROOT, 'node_modules')
  if (shutAncestor(path.join(modules, 'x')) === null) symlinkSync(modules, path.join(app, 'node_modules'))
  else cpSync(modules, path.join(app, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  const [, build = ''] = /^RUN (?:\w+=\S+ )*node (bin\/claimhub\.js \w+)/m.exec(dockerfile) ?? []
  const cache = path.join(folder, 'builders-cache')
  mkdirSync(cache, { mode: 0o700 })
  execFileSync(process.execPath, build.split(' '), { cwd: app, env: { ...process.env, XDG_CACHE_HOME: cache } })
  rmSync(cache, { recursive: true })
  mkdirSync(cache, { mode: 0o000 })
  const own = readdirSync(app).filter((name) => name !== 'node_modules')
  execFileSync('chmod', ['-R', 'a-w', ...own.map((name) => path.join(app, name))])
  chmodSync(app, 0o555)
}

async function answers(aborted: AbortSignal): Promise<Record<string, unknown>> {
  while (!aborted.aborted) {
    const found = await Connection.connect({ address, connectTimeout: '2 seconds' }).catch(() => null)
    const up = await found?.workflowService.describeNamespace({ namespace: 'default' }).catch(() => null)
    await found?.close()
    if (up) return {}
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  return {}
}

function worker(env: Record<string, string>): Managed {
  const { host, port, database, password, acrossPassword } = test.address
  // Says at its end whether the compiler was loaded: webpack's index alone is part of Temporal's
  // library.
  const probe = `data:text/javascript,${encodeURIComponent(
    "import m from 'node:module'; process.on('exit', () => console.error('compilers loaded:', Object.keys(m._cache).filter((file) => /webpack\\/lib\\/Compiler\\.js|@swc\\/core/.test(file)).length))",
  )}`
  return managed({
    name: 'the worker',
    command: process.execPath,
    args: ['--import', probe, path.join(app, 'bin/claimhub.js'), 'worker'],
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      XDG_CACHE_HOME: path.join(folder, 'builders-cache'),
      DATABASE_URL: `postgres://${host}:${port}/${database}`,
      CLAIMHUB_DB_PASSWORD: password,
      CLAIMHUB_DB_ACROSS_PASSWORD: acrossPassword,
      CLAIMHUB_SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
      TEMPORAL_ADDRESS: address,
      ...env,
    },
    user: NOBODY,
    logFile: path.join(folder, 'worker.log'),
  })
}

/** The processes that ask for workflow tasks. */
async function polling(): Promise<string[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: MAIN_QUEUE },
    taskQueueType: 1,
  })
  return (pollers ?? []).map(({ identity }) => identity?.split('@')[0] ?? '')
}

it.each([
  ['without a codec key', {}],
  ['with a codec key', { CLAIMHUB_CODEC_KEY: Buffer.alloc(32, 2).toString('base64') }],
])(
  'starts as a user who can write nowhere, and polls: %s',
  async (_how, env) => {
    const running = worker(env)
    try {
      await running.start()
      await expect.poll(polling, { timeout: 30_000 }).toContain(String(running.pid()))
    } finally {
      await running.stop()
    }
    expect(readFileSync(path.join(folder, 'worker.log'), 'utf8')).toContain('compilers loaded: 0')
  },
  120_000,
)
