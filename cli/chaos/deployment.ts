import { freePort } from '../../platform/ports.ts'
import { TWIN_KINDS } from '../seed/hmos.ts'
import { seedDemo } from '../seed/seedDemo.ts'
import type { Managed } from '../stack/managed.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { twinName } from '../stack/stackParts.ts'
import { stackState } from '../stack/stackState.ts'
import { withOwner } from './audit.ts'
import { waitForCutOffs } from './batchCalendars.ts'
import type { Link } from './links/links.ts'
import { placesOf, processLinks, type Services, throughLinks, twinLinks } from './links/ways.ts'
import { PROGRAM } from './program.ts'

/** Of whom a report counts kills and recoveries. */
export type Counted = 'worker' | 'api' | 'postgres' | 'temporal' | 'twin'

/** A process that may be killed: it is one that we have started. */
export interface KillTarget {
  counts: Counted
  part: Managed
}

/** A stack, a second worker and API, and a link of ours on every way between its processes. */
export interface Deployment {
  stack: Stack
  /** Every API, by its address. */
  apiUrls: readonly string[]
  targets: readonly KillTarget[]
  links: readonly Link[]
  /** Ends every process and every link. */
  stop(): Promise<void>
}

export interface DeploymentWishes extends Services {
  folder: string
  /** Business time passes this many times as fast as real time. */
  scale: number
  /** Patients of each scenario and HMO. */
  patients: number
  /** More environment of every process. */
  env: Record<string, string>
  /** Workers, and APIs. */
  copies: 1 | 2
  /** Claims to some HMOs wait for a daily cut-off. */
  batches: boolean
  say(words: string): void
}

/**
 * Starts it. Throws one sentence when a given database has claims already: chaos takes every row
 * for its own.
 */
export async function deploy(wishes: DeploymentWishes): Promise<Deployment> {
  const state = await stackState({ folder: wishes.folder, apiPort: 0, uiPort: 0, scale: wishes.scale })
  const places = placesOf(state, wishes)
  const worker = await processLinks('worker', places)
  const api = await processLinks('api', places)
  const twins = await twinLinks(state)
  const links = [...worker.links, ...api.links, ...twins.map(({ link }) => link)]
  let stack: Stack | null = null
  const stop = async () => {
    await stack?.stop()
    await Promise.all(links.map((link) => link.close()))
  }
  try {
    stack = await startStack({
      ...{ folder: wishes.folder, apiPort: 0, uiPort: 0, scale: wishes.scale, say: wishes.say, program: PROGRAM },
      env: {
        all: { ...wishes.env, ...places.environment },
        worker: worker.environment,
        api: api.environment,
      },
      external: {
        ...(wishes.databaseUrl === undefined ? {} : { databaseUrl: wishes.databaseUrl }),
        temporal: wishes.temporalAddress !== undefined,
      },
      seed: async (started) => {
        await refuseClaims(started)
        throughLinks(started, twins)
        await seedDemo(started, wishes.patients)
        if (wishes.batches) await waitForCutOffs(started)
      },
    })
    const second = wishes.copies === 2 ? await startSecond(stack) : null
    const apiUrls = [stack.apiUrl, ...(second === null ? [] : [second.apiUrl])]
    return { stack, apiUrls, targets: targetsOf(stack, wishes, second), links, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Second {
  worker: Managed
  api: Managed
  apiUrl: string
}

async function startSecond(stack: Stack): Promise<Second> {
  const port = await freePort()
  const worker = stack.another('worker', 'worker-2', {})
  const api = stack.another('api', 'api-2', { CLAIMHUB_API_PORT: String(port) })
  await worker.start()
  await api.start()
  return { worker, api, apiUrl: `http://127.0.0.1:${port}` }
}

/** Somebody else's Postgres and Temporal are left alone. */
function targetsOf({ parts }: Stack, services: Services, second: Second | null): KillTarget[] {
  return [
    { counts: 'worker', part: parts.worker },
    { counts: 'api', part: parts.api },
    ...(second === null
      ? []
      : [
          { counts: 'worker' as const, part: second.worker },
          { counts: 'api' as const, part: second.api },
        ]),
    ...(services.databaseUrl === undefined ? [{ counts: 'postgres' as const, part: parts.postgres }] : []),
    ...(services.temporalAddress === undefined ? [{ counts: 'temporal' as const, part: parts.temporal }] : []),
    ...TWIN_KINDS.map((kind) => ({ counts: 'twin' as const, part: parts[twinName(kind)] })),
  ]
}

async function refuseClaims(stack: Stack): Promise<void> {
  const known = await withOwner(stack, (owner) => owner.selectFrom('organisations').select('id').limit(1).execute())
  if (known.length > 0)
    throw new Error('the database is somebody’s already: give chaos an empty one, since it takes every row for its own')
}
