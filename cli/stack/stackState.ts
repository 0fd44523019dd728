import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { clockFrom, clockSetting } from '../../platform/clock.ts'
import { newId } from '../../platform/ids.ts'
import { freePort } from '../../platform/ports.ts'
import { DEMO_HMOS } from '../seed/hmos.ts'

const port = z.int().min(1).max(65_535)
const stateSchema = z.object({
  ports: z.object({ postgres: port, temporal: port, ui: port, metrics: port, api: port }),
  /** Ports of each twin, by its kind. */
  twinPorts: z.record(z.string(), z.array(port)),
  /** Of the role `claimhub_app`, and of the embedded Postgres's owner. */
  password: z.string().min(1),
  /** Of the role `claimhub_across`. */
  acrossPassword: z.string().min(1),
  secretsKey: z.base64(),
  /**
   * Ids that must be known before the rows exist: a twin pushes to its connection's address.
   * Connections by provider.
   */
  ids: z.object({ organisation: z.uuid(), connections: z.record(z.string(), z.uuid()) }),
  /** API key of the demo organisation. */
  apiKey: z.string().nullable(),
  clock: z.string(),
})

/**
 * What a stack keeps in its data folder so that a restart is the same stack: ports, keys, the
 * business clock.
 */
export type StackState = z.infer<typeof stateSchema>

export interface StackOptions {
  folder: string
  /** API port; 0 = any free one; undefined = the folder's own, at first 8080. */
  apiPort?: number | undefined
  /** Temporal UI port; 0 = any free one; undefined = the folder's own, at first 8233. */
  uiPort?: number | undefined
  /**
   * Business time passes this many times as fast as real time; undefined = as before in this
   * folder, at first 1440 (a day a minute).
   */
  scale?: number | undefined
}

const API_PORT = 8080
const UI_PORT = 8233
const SCALE = 1440

/**
 * Reads the state of a data folder, or makes one. Throws one sentence when the folder is broken.
 */
export async function stackState(options: StackOptions): Promise<StackState> {
  const { folder } = options
  try {
    mkdirSync(folder, { recursive: true })
    const state = await completed(existsSync(fileIn(folder)) ? changed(parse(folder), options) : await fresh(options))
    save(folder, state)
    return state
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw new Error(`the data folder ${folder} cannot be used (${error.message}): name another with --data`, {
      cause: error,
    })
  }
}

export function save(folder: string, state: StackState): void {
  const half = `${fileIn(folder)}.new`
  writeFileSync(half, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  chmodSync(half, 0o600)
  renameSync(half, fileIn(folder))
}

function fileIn(folder: string): string {
  return path.join(folder, 'stack.json')
}

async function fresh({ apiPort = API_PORT, uiPort = UI_PORT, scale = SCALE }: StackOptions): Promise<StackState> {
  return {
    ports: {
      postgres: await freePort(),
      temporal: await freePort(),
      ui: uiPort || (await freePort()),
      metrics: await freePort(),
      api: apiPort || (await freePort()),
    },
    password: randomBytes(24).toString('base64url'),
    acrossPassword: randomBytes(24).toString('base64url'),
    secretsKey: randomBytes(32).toString('base64'),
    twinPorts: {},
    ids: { organisation: newId(), connections: {} },
    apiKey: null,
    clock: clockSetting(scale),
  }
}

/** Ports and ids for every HMO of the demo that the folder doesn't know yet. */
async function completed(state: StackState): Promise<StackState> {
  const twinPorts = { ...state.twinPorts }
  const connections = { ...state.ids.connections }
  for (const { provider, twin } of DEMO_HMOS) {
    connections[provider] ??= newId()
    if (twin === null) continue
    const ports = [...(twinPorts[twin.kind] ?? [])]
    while (ports.length < twin.ports) ports.push(await freePort())
    twinPorts[twin.kind] = ports
  }
  return { ...state, twinPorts, ids: { ...state.ids, connections } }
}

/**
 * What was asked for this time wins over what was kept. Another scale goes on from the same
 * business time: it never goes back.
 */
function changed(state: StackState, { apiPort, uiPort, scale }: StackOptions): StackState {
  const clock = clockFrom(state.clock)
  return {
    ...state,
    ports: { ...state.ports, api: apiPort || state.ports.api, ui: uiPort || state.ports.ui },
    clock: scale === undefined || scale === clock.scale ? state.clock : clockSetting(scale, clock.now()),
  }
}

function parse(folder: string): StackState {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))
  } catch (error) {
    throw new Error(
      `${fileIn(folder)} is damaged: put it back as it was, delete the whole folder to begin anew, or name another with --data`,
      { cause: error },
    )
  }
}
