import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import type { Clinic } from './clinic.ts'
import type { Stage } from './stage.ts'

/** What a cell's drive works with. */
export interface Play {
  clinic: Clinic
  stage: Stage
  /** Sees every row. */
  owner: Kysely<Database>
  temporal: Client
  /** The cell's own place. */
  point: string
  /** From now on the next process dies that passes it. */
  arm(): void
  /** Waits for that death, and has the process again; `meanwhile` runs in between. */
  died(meanwhile?: () => Promise<void>): Promise<void>
}

const PATIENCE_MS = 120_000
const LOOK_MS = 200

/** Asks until the answer is true. Throws, naming what was waited for, when patience ends. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await holds()); await pause(LOOK_MS))
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`)
}
