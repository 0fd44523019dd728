import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { Connection } from '@temporalio/client'
import { ensureCluster, ensureDatabase, postmasterPid, serverArguments } from '../../platform/embeddedPostgres.ts'
import { PROGRAM, postgresFolder } from '../../platform/paths.ts'
import { postgresProgram } from '../../platform/postgresProgram.ts'
import { commandOf, endProcess, markOf } from '../../platform/processes.ts'
import { SEARCH_ATTRIBUTES } from '../../workflows/ids.ts'
import { DEMO_HMOS, TWIN_KINDS, type TwinKind } from '../seed/hmos.ts'
import { type Managed, type ManagedOptions, managed } from './managed.ts'
import type { StackState } from './stackState.ts'

const LEFTOVER_GRACE_MS = 20_000

/** In the order of their start. */
export const PART_NAMES = ['postgres', 'temporal', ...TWIN_KINDS.map(twinName), 'worker', 'api'] as const
type TwinName = `${TwinKind}-twin`
export type PartName = 'postgres' | 'temporal' | TwinName | 'worker' | 'api'

/** The part that runs a twin. */
export function twinName(kind: TwinKind): TwinName {
  return `${kind}-twin`
}

export interface StackPlan {
  folder: string
  state: StackState
  /** Of every part. */
  env: NodeJS.ProcessEnv
  more: Partial<Record<PartName | 'all', Record<string, string>>>
  /** False: the database is somebody else's. */
  postgres: boolean
  /** The Temporal CLI; null: the service is somebody else's. */
  temporal: string | null
  onStarted(name: string, pid: number): void
  /** The program of worker and API; absent: claimhub itself. */
  program?: string | undefined
}

/** The processes of a stack, none started yet. */
export function stackParts(plan: StackPlan): Record<PartName, Managed> {
  return {
    postgres: plan.postgres ? postgres(plan) : external('postgres'),
    temporal: plan.temporal === null ? external('temporal') : temporal(plan, plan.temporal),
    ...twinParts(plan),
    worker: part(plan, 'worker', { args: ['worker'] }, plan.program),
    api: part(plan, 'api', { args: ['api'] }, plan.program),
  }
}

/**
 * One more worker or API beside the stack's own, as `name`; `more` is its own environment. An API
 * needs a port of its own.
 */
export function anotherPart(plan: StackPlan, kind: 'worker' | 'api', name: string, more: NodeJS.ProcessEnv): Managed {
  const env = { ...plan.env, ...plan.more[kind], ...more }
  return part(plan, name, { args: [kind], env }, plan.program)
}

function twinParts(plan: StackPlan): Record<TwinName, Managed> {
  const parts = DEMO_HMOS.flatMap(({ provider, twin }) =>
    twin === null ? [] : [[twinName(twin.kind), twinPart(plan, provider, twin.kind)] as const],
  )
  return Object.fromEntries(parts) as Record<TwinName, Managed>
}

/** A twin is told where its pushes go, whether it pushes or not. */
function twinPart(plan: StackPlan, provider: string, kind: TwinKind): Managed {
  const { folder, state, env } = plan
  const pushUrl = `http://127.0.0.1:${state.ports.api}/v1/push/${state.ids.connections[provider]}`
  const ports = (state.twinPorts[kind] ?? []).join(',')
  return part(plan, twinName(kind), {
    args: ['twin', kind, '--folder', twinFolder(folder, kind), '--port', ports],
    env: { ...env, TWIN_PUSH_URL: pushUrl },
  })
}

/** Where a twin keeps its effect ledger. */
export function twinFolder(folder: string, kind: string): string {
  return path.join(folder, `twin-${kind}`)
}

function part(
  plan: StackPlan,
  name: string,
  more: { args: string[] } & Partial<ManagedOptions>,
  program = PROGRAM,
): Managed {
  const logs = path.join(plan.folder, 'logs')
  mkdirSync(logs, { recursive: true })
  return managed({
    name,
    command: process.execPath,
    logFile: path.join(logs, `${name}.log`),
    onStarted: (pid) => plan.onStarted(name, pid),
    ...more,
    args: more.command === undefined ? [program, ...more.args] : more.args,
    env: { ...(more.env ?? plan.env), ...plan.more[name as PartName] },
  })
}

/** Durable: fsync stays on. Its SIGINT is the fast way to stop; SIGTERM waits for every client. */
function postgres(plan: StackPlan): Managed {
  const folder = postgresFolder(plan.folder)
  const { password, ports } = plan.state
  const program = postgresProgram()
  return part(plan, 'postgres', {
    command: program.postgres,
    args: serverArguments(folder, ports.postgres),
    user: program.user,
    stopSignal: 'SIGINT',
    prepare: async () => {
      await endLeftover(folder)
      await ensureCluster(program, { folder, password })
    },
    ready: async (aborted) => {
      await ensureDatabase(ports.postgres, password, aborted)
      return {}
    },
  })
}

/** A Postgres whose claimhub was killed still runs on the data folder. */
async function endLeftover(folder: string): Promise<void> {
  const pid = postmasterPid(folder)
  const mark = pid === null ? null : markOf(pid)
  if (mark !== null && commandOf(mark.pid).includes(folder)) await endProcess(mark, LEFTOVER_GRACE_MS, 'SIGINT')
}

function temporal(plan: StackPlan, command: string): Managed {
  const { ports } = plan.state
  const settings: Record<string, string> = {
    '--ip': '127.0.0.1',
    '--port': String(ports.temporal),
    '--ui-port': String(ports.ui),
    '--metrics-port': String(ports.metrics),
    '--db-filename': path.join(plan.folder, 'temporal.db'),
    '--log-level': 'error',
  }
  // Without these two, half as many claims a second; with them it still survives a kill -9.
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma])
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  return part(plan, 'temporal', {
    command,
    args: ['server', 'start-dev', ...Object.entries(settings).flat(), ...pragmas, ...attributes],
    ready: (aborted) => temporalAnswers(`127.0.0.1:${ports.temporal}`, aborted),
  })
}

async function temporalAnswers(address: string, aborted: AbortSignal): Promise<Record<string, unknown>> {
  while (!aborted.aborted) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '2 seconds' })
      try {
        await connection.workflowService.describeNamespace({ namespace: 'default' })
        return {}
      } finally {
        await connection.close()
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
  }
  return {}
}

/** A service that this stack uses and doesn't own: nothing is started, nothing ended. */
function external(name: string): Managed {
  return {
    name,
    start: async () => ({}),
    stop: async () => undefined,
    kill: async () => {
      throw new Error(`${name} is not a process of this stack`)
    },
    pid: () => undefined,
    onUnexpectedEnd: () => undefined,
    lastWords: () => '',
  }
}
