import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { clockSetting } from '../platform/clock.ts'
import { newId } from '../platform/ids.ts'
import { freePort } from '../platform/ports.ts'

/** What a stack keeps in its data folder so that a restart is the same stack: ports, keys, the business clock. */
export interface StackState {
  ports: { postgres: number; temporal: number; ui: number; metrics: number; http: number; sftp: number; api: number }
  password: string
  secretsKey: string
  /** Ids that must be known before the rows exist: the twin pushes to its connection's address. */
  ids: { organisation: string; http: string; sftp: string }
  /** API key of the demo organisation, once it is seeded. */
  apiKey: string | null
  clock: string
}

export interface StackOptions {
  folder: string
  /** API port; 0 = any free one. */
  apiPort: number
  /** Temporal UI port; 0 = any free one. */
  uiPort: number
  /** Business days pass this many times as fast as real ones. */
  scale: number
}

/** Reads the state of a data folder, or makes one. Throws one sentence when the folder is broken. */
export async function stackState(options: StackOptions): Promise<StackState> {
  const file = path.join(options.folder, 'stack.json')
  try {
    mkdirSync(options.folder, { recursive: true })
  } catch (error) {
    throw new Error(
      `the data folder ${options.folder} cannot be made: ${(error as Error).message}; name another with --data`,
    )
  }
  if (existsSync(file)) return parse(file)
  const state: StackState = {
    ports: {
      postgres: await freePort(),
      temporal: await freePort(),
      ui: options.uiPort || (await freePort()),
      metrics: await freePort(),
      http: await freePort(),
      sftp: await freePort(),
      api: options.apiPort || (await freePort()),
    },
    password: randomBytes(24).toString('base64url'),
    secretsKey: randomBytes(32).toString('base64'),
    ids: { organisation: newId(), http: newId(), sftp: newId() },
    apiKey: null,
    clock: clockSetting(options.scale),
  }
  save(options.folder, state)
  return state
}

export function save(folder: string, state: StackState): void {
  const file = path.join(folder, 'stack.json')
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

function parse(file: string): StackState {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackState
  } catch {
    throw new Error(`${file} cannot be read: put back the file as it was, or name another folder with --data`)
  }
}
