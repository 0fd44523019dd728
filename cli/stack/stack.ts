import { existsSync } from 'node:fs'
import path from 'node:path'
import { holdPort } from '../../platform/ports.ts'
import { temporalCli } from '../../platform/temporalCli.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import { migrate } from '../migrate.ts'
import { TWIN_KINDS, type TwinKind } from '../seed/hmos.ts'
import { type Interrupt, onInterrupt } from './interrupt.ts'
import type { Managed } from './managed.ts'
import { progress } from './progress.ts'
import { type StackLock, takeFolder } from './stackLock.ts'
import {
  anotherPart,
  PART_NAMES,
  type PartName,
  type StackPlan,
  stackParts,
  twinFolder,
  twinName,
} from './stackParts.ts'
import { type StackOptions, type StackState, save, stackState } from './stackState.ts'

/** Where the twins of a stack listen. */
const TWIN_HOST = '127.0.0.1'

/**
 * How each HMO twin can be reached, as it says itself: endpoint, settings and secrets of a
 * connection.
 */
export interface TwinConnection {
  endpoint: Record<string, unknown>
  settings: Record<string, unknown>
  secrets: Record<string, string>
}

export interface Stack {
  state: StackState
  folder: string
  apiUrl: string
  /** Temporal UI; null when the Temporal service is somebody else's. */
  uiUrl: string | null
  ownerUrl: string
  /** The environment of every process of the stack. */
  env: NodeJS.ProcessEnv
  parts: Record<PartName, Managed>
  /**
   * One more worker or API beside the stack's own, not started yet; ended with the stack. An API
   * needs a port of its own in `env`.
   */
  another(kind: 'worker' | 'api', name: string, env: Record<string, string>): Managed
  /** By kind. */
  twins: Partial<Record<TwinKind, TwinConnection>>
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
  /**
   * Services of yours instead of the embedded ones (environment of `up`: DATABASE_URL,
   * TEMPORAL_ADDRESS); absent = embedded.
   */
  external?: { databaseUrl?: string; temporal?: boolean }
  /** The program that worker and API are started with; absent: claimhub itself. */
  program?: string
  /**
   * The caller itself ends the stack on Ctrl-C; else the stack ends itself and then the process.
   */
  ownInterrupt?: boolean
  /** Runs between migration and the start of worker and API (the demo seed). */
  seed?(stack: Stack): Promise<void>
}

/**
 * Starts Postgres, Temporal, the twins, one worker and the API, each in a process of its own, on
 * the folder's own ports. Whatever fails, all that was started is ended again, and the error is one
 * sentence.
 */
export async function startStack(wishes: StackWishes): Promise<Stack> {
  const state = await stackState(wishes)
  const lock = await takeFolder(wishes.folder, wishes.say)
  const interrupt = wishes.ownInterrupt ? null : onInterrupt(() => stack?.stop())
  let stack: Stack | null = null
  try {
    stack = await assemble(wishes, state, lock, interrupt)
    await start(stack, wishes, interrupt)
    return stack
  } catch (error) {
    await stack?.stop()
    interrupt?.forget()
    lock.release()
    throw error
  }
}

async function start(stack: Stack, wishes: StackWishes, interrupt: Interrupt | null): Promise<void> {
  const { parts } = stack
  const step = <T>(words: string, work: () => Promise<T>) => {
    // After an interrupt nothing more may be started.
    if (interrupt?.happened()) throw new Error('interrupted')
    return progress(wishes.say, words, work)
  }
  await step('starting Postgres', () => parts.postgres.start())
  await step('starting Temporal', () => parts.temporal.start())
  await step('migrating', () => migrate(stack.env))
  for (const kind of TWIN_KINDS)
    stack.twins[kind] = await connectionOf(step(`starting the ${kind} HMO twin`, () => parts[twinName(kind)].start()))
  if (wishes.seed) await step('seeding the demo organisation', async () => wishes.seed?.(stack))
  await step('building the workflow bundle', () => workflowBundle())
  await step('starting the worker', () => parts.worker.start())
  await step('starting the API', () => parts.api.start())
}

async function connectionOf(started: Promise<Record<string, unknown>>): Promise<TwinConnection> {
  return (await started)['connection'] as TwinConnection
}

async function assemble(
  wishes: StackWishes,
  state: StackState,
  lock: StackLock,
  interrupt: Interrupt | null,
): Promise<Stack> {
  const { folder, external = {} } = wishes
  const { ports } = state
  const plan: StackPlan = {
    folder,
    state,
    env: environment(wishes, state),
    more: wishes.env ?? {},
    postgres: external.databaseUrl === undefined,
    temporal: external.temporal
      ? null
      : await progress(wishes.say, 'looking for the Temporal CLI', (busyWith) => temporalCli(busyWith)),
    onStarted: lock.note,
    program: wishes.program,
  }
  await holdPorts(plan)
  const parts = stackParts(plan)
  const others: Managed[] = []
  return {
    state,
    folder,
    parts,
    another: (kind, name, env) => {
      const other = anotherPart(plan, kind, name, env)
      others.push(other)
      return other
    },
    env: plan.env,
    apiUrl: `http://127.0.0.1:${ports.api}`,
    uiUrl: plan.temporal === null ? null : `http://127.0.0.1:${ports.ui}`,
    ownerUrl: plan.env['DATABASE_URL'] ?? '',
    temporalDatabase: path.join(folder, 'temporal.db'),
    twins: {},
    ledgers: TWIN_KINDS.map((kind) => path.join(twinFolder(folder, kind), 'effects.jsonl')),
    remember: (change) => {
      Object.assign(state, change)
      save(folder, state)
    },
    stop: async () => {
      for (const other of others) await other.stop()
      for (const name of [...PART_NAMES].reverse()) await parts[name].stop()
      interrupt?.forget()
      // The data folder may have been removed on purpose: it is not made again for the lock.
      if (existsSync(folder)) lock.release()
    },
  }
}

function environment(wishes: StackWishes, state: StackState): NodeJS.ProcessEnv {
  const { ports } = state
  const { databaseUrl, temporal } = wishes.external ?? {}
  // Embedded: nothing of Temporal's environment configuration (TLS, keys) may reach our own server.
  const inherited = Object.entries(process.env).filter(([name]) => temporal || !name.startsWith('TEMPORAL_'))
  return {
    ...Object.fromEntries(inherited),
    DATABASE_URL: databaseUrl ?? `postgres://owner:${state.password}@127.0.0.1:${ports.postgres}/claimhub`,
    CLAIMHUB_DB_PASSWORD: state.password,
    CLAIMHUB_DB_ACROSS_PASSWORD: state.acrossPassword,
    ...(temporal ? {} : { TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`, TEMPORAL_NAMESPACE: 'default' }),
    CLAIMHUB_API_PORT: String(ports.api),
    CLAIMHUB_SECRETS_KEY: state.secretsKey,
    CLAIMHUB_CLOCK: state.clock,
    // The twins listen on this machine.
    CLAIMHUB_ALLOWED_ADDRESSES: [TWIN_HOST, process.env['CLAIMHUB_ALLOWED_ADDRESSES'] ?? ''].join(','),
    CLAIMHUB_LOG_LEVEL: process.env['CLAIMHUB_LOG_LEVEL'] ?? 'warn',
    CLAIMHUB_PARENT: '1',
    ...wishes.env?.all,
  }
}

/** The ports are this process's from here on: nobody else chooses them until it ends. */
async function holdPorts({ state, postgres, temporal }: StackPlan): Promise<void> {
  const { postgres: database, temporal: frontend, ui, metrics, ...own } = state.ports
  const twins = TWIN_KINDS.flatMap((kind) =>
    (state.twinPorts[kind] ?? []).map((port, index) => [
      index === 0 ? twinName(kind) : `${twinName(kind)} ${index + 1}`,
      port,
    ]),
  )
  const needed: Record<string, number> = {
    ...own,
    ...Object.fromEntries(twins),
    ...(postgres ? { postgres: database } : {}),
    ...(temporal === null ? {} : { temporal: frontend, 'Temporal UI': ui, 'Temporal metrics': metrics }),
  }
  for (const [name, port] of Object.entries(needed)) {
    if (await holdPort(port)) continue
    throw new Error(
      `port ${port} (${name}) is taken: end what listens there, or choose another port (--port, --ui-port) or data folder (--data)`,
    )
  }
}
