import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import { postmasterPid } from '../platform/embeddedPostgres.ts'
import { postgresFolder } from '../platform/paths.ts'
import { isFree } from '../platform/ports.ts'
import { temporalCli } from '../platform/temporalCli.ts'
import { workflowBundle } from '../platform/workflowBundle.ts'
import { SEARCH_ATTRIBUTES } from '../workflows/ids.ts'
import { type Managed, managed } from './managed.ts'
import { migrate } from './migrate.ts'
import { progress } from './progress.ts'
import { type StackOptions, type StackState, save, stackState } from './stackState.ts'

const BIN = fileURLToPath(new URL('../bin/claimhub.js', import.meta.url))

export type PartName = 'postgres' | 'temporal' | 'http-twin' | 'sftp-twin' | 'worker' | 'api'

/** How each HMO twin can be reached, as it says itself: endpoint, settings and secrets of a connection. */
export interface TwinConnection {
  endpoint: Record<string, unknown>
  settings: Record<string, unknown>
  secrets: Record<string, string>
}

export interface Stack {
  state: StackState
  folder: string
  apiUrl: string
  uiUrl: string
  ownerUrl: string
  /** The environment of every process of the stack. */
  env: NodeJS.ProcessEnv
  parts: Record<PartName, Managed>
  twins: { http: TwinConnection; sftp: TwinConnection }
  /** Effect ledgers of the twins. */
  ledgers: string[]
  temporalDatabase: string
  /** Keeps a change of the state for the next start. */
  remember(change: Partial<StackState>): void
  /** Ends every process that this stack started, in order. */
  stop(): Promise<void>
}

export interface StackWishes extends StackOptions {
  say(words: string): void
  /** More environment, per part. */
  env?: Partial<Record<PartName | 'all', Record<string, string>>>
  /** Runs between migration and the start of worker and API (the demo seed). */
  seed?(stack: Stack): Promise<void>
}

/**
 * Starts Postgres, Temporal, the twins, one worker and the API, each in a process of its own, on the folder's own ports. Whatever fails, all that
 * was started is ended again, and the error is one sentence.
 */
export async function startStack(wishes: StackWishes): Promise<Stack> {
  const state = await stackState(wishes)
  await refuseTakenPorts(state)
  const stack = assemble(wishes, state, await programs(wishes))
  const { parts } = stack
  const step = <T>(words: string, work: () => Promise<T>) => progress(wishes.say, words, work)
  try {
    await step('starting Postgres', () => parts.postgres.start())
    await step('starting Temporal', () => parts.temporal.start())
    await step('migrating', () => migrate(stack.env))
    stack.twins.http = await connectionOf(step('starting the HTTP HMO twin', () => parts['http-twin'].start()))
    stack.twins.sftp = await connectionOf(step('starting the SFTP HMO twin', () => parts['sftp-twin'].start()))
    if (wishes.seed) await step('seeding the demo organisation', () => wishes.seed?.(stack) ?? Promise.resolve())
    await step('building the workflow bundle', () => workflowBundle())
    await step('starting the worker', () => parts.worker.start())
    await step('starting the API', () => parts.api.start())
    return stack
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function connectionOf(started: Promise<Record<string, unknown>>): Promise<TwinConnection> {
  return (await started)['connection'] as TwinConnection
}

async function refuseTakenPorts(state: StackState): Promise<void> {
  for (const [name, port] of Object.entries(state.ports)) {
    if (await isFree(port)) continue
    throw new Error(
      `port ${port} (${name}) is taken: end what listens there (perhaps another claimhub on the same data), or choose another folder or port (--data, --port, --ui-port)`,
    )
  }
}

async function programs(wishes: StackWishes): Promise<{ temporal: string }> {
  return { temporal: await progress(wishes.say, 'looking for the Temporal CLI', () => temporalCli(wishes.say)) }
}

function assemble(wishes: StackWishes, state: StackState, found: { temporal: string }): Stack {
  const { folder } = wishes
  const logs = path.join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  const { ports } = state
  const apiUrl = `http://127.0.0.1:${ports.api}`
  const ownerUrl = `postgres://owner:${state.password}@127.0.0.1:${ports.postgres}/claimhub`
  const temporalDatabase = path.join(folder, 'temporal.db')
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DATABASE_URL: ownerUrl,
    CLAIMHUB_DB_PASSWORD: state.password,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    CLAIMHUB_API_PORT: String(ports.api),
    CLAIMHUB_SECRETS_KEY: state.secretsKey,
    CLAIMHUB_CLOCK: state.clock,
    CLAIMHUB_LOG_LEVEL: process.env['CLAIMHUB_LOG_LEVEL'] ?? 'warn',
    CLAIMHUB_PARENT: '1',
    ...wishes.env?.all,
  }
  const pushUrl = `${apiUrl}/v1/push/${state.ids.http}`
  const own = (name: PartName, args: string[], more: Partial<Parameters<typeof managed>[0]> = {}) =>
    managed({
      name,
      command: process.execPath,
      args: [BIN, ...args],
      env: { ...env, ...wishes.env?.[name] },
      logFile: path.join(logs, `${name}.log`),
      ...more,
    })
  const database = postgresFolder(folder)
  const twinFolder = (kind: string) => path.join(folder, `twin-${kind}`)
  const parts: Stack['parts'] = {
    postgres: own('postgres', ['postgres', '--folder', database, '--port', String(ports.postgres)], {
      companions: () => [postmasterPid(database)].filter((pid) => pid !== null),
    }),
    temporal: managed({
      name: 'temporal',
      command: found.temporal,
      args: temporalArguments(ports, temporalDatabase),
      env: process.env,
      logFile: path.join(logs, 'temporal.log'),
      ready: () => temporalAnswers(`127.0.0.1:${ports.temporal}`),
    }),
    'http-twin': own('http-twin', ['twin', 'http', '--folder', twinFolder('http'), '--port', String(ports.http)], {
      env: { ...env, TWIN_PUSH_URL: pushUrl, ...wishes.env?.['http-twin'] },
    }),
    'sftp-twin': own('sftp-twin', ['twin', 'sftp', '--folder', twinFolder('sftp'), '--port', String(ports.sftp)]),
    worker: own('worker', ['worker']),
    api: own('api', ['api']),
  }
  const stack: Stack = {
    state,
    folder,
    apiUrl,
    ownerUrl,
    env,
    parts,
    temporalDatabase,
    uiUrl: `http://127.0.0.1:${ports.ui}`,
    twins: {} as Stack['twins'],
    ledgers: ['http', 'sftp'].map((kind) => path.join(twinFolder(kind), 'effects.jsonl')),
    remember: (change) => {
      Object.assign(state, change)
      save(folder, state)
    },
    stop: async () => {
      for (const name of ['api', 'worker', 'http-twin', 'sftp-twin', 'temporal', 'postgres'] as const)
        await parts[name].stop()
    },
  }
  return stack
}

function temporalArguments(ports: StackState['ports'], database: string): string[] {
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(ports.temporal),
    '--ui-port',
    String(ports.ui),
    '--metrics-port',
    String(ports.metrics),
    '--db-filename',
    database,
    '--sqlite-pragma',
    'journal_mode=WAL',
    '--sqlite-pragma',
    'synchronous=NORMAL',
    '--log-level',
    'error',
    ...attributes,
  ]
}

async function temporalAnswers(address: string): Promise<Record<string, unknown>> {
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2 seconds' })
      await connection.workflowService.describeNamespace({ namespace: 'default' })
      await connection.close()
      return {}
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }
}
