import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { postgresProgram } from '../../../platform/postgresProgram.ts'
import type { Stack } from '../../stack/stack.ts'
import { withOwner } from '../audit.ts'

/** What a claim on its way writes to, and every request that changes something. */
const GROWING = [
  ...['claims', 'claim_lines', 'claim_events', 'submissions', 'interchanges', 'documents', 'notices'],
  ...['ledger_transactions', 'ledger_entries', 'idempotency_keys', 'audit_log'],
]

const SIZE = '20m'
const DISK_FULL = '53100'

/**
 * Lays the tables that grow on a small file system of their own and fills it; answers how the space
 * comes back. Only root can mount one.
 */
export async function fillDisk(stack: Stack): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-small-disk-'))
  mount(folder)
  await withOwner(stack, async (owner) => {
    await sql`create tablespace small location ${sql.lit(folder)}`.execute(owner)
    await moveTables(owner, 'small')
    await sql`create table filler (bytes text) tablespace small`.execute(owner)
    await sql`alter table filler alter column bytes set storage plain`.execute(owner)
    await fill(owner)
  })
  return async () => {
    await withOwner(stack, async (owner) => {
      await sql`drop table filler`.execute(owner)
      await moveTables(owner, 'pg_default')
      await sql`drop tablespace small`.execute(owner)
    })
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

function mount(folder: string): void {
  const { user } = postgresProgram()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch (cause) {
    throw new Error('a small file system to fill cannot be mounted: that takes root', { cause })
  }
  chmodSync(folder, 0o700)
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
}

async function moveTables(owner: Kysely<Database>, to: string): Promise<void> {
  for (const table of GROWING) await sql`alter table ${sql.table(table)} set tablespace ${sql.id(to)}`.execute(owner)
}

/** Big pieces first, then small ones, until not even a page is left. */
async function fill(owner: Kysely<Database>): Promise<void> {
  for (const rows of [1_000, 100, 1]) {
    for (let isFull = false; !isFull; ) {
      const one = sql`insert into filler select repeat('x', 7000) from generate_series(1, ${rows})`
      isFull = await one.execute(owner).then(
        () => false,
        (error: { code?: string }) => {
          if (error.code === DISK_FULL) return true
          throw error
        },
      )
    }
  }
}
