import { type Kysely, sql } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { clockFrom, clockSetting } from '../../../platform/clock.ts'
import { withOwner } from '../audit.ts'
import type { Deployment } from '../deployment.ts'
import { fillDisk } from './fullDisk.ts'

/** Something that is away or wrong for a while; answers how it is put right again. */
export type Outage = (deployment: Deployment) => Promise<() => Promise<void>>

const HOUR_MS = 3_600_000

export const OUTAGES: Readonly<Record<string, Outage>> = {
  temporal: ended('temporal'),
  postgres: ended('postgres'),
  /** Every session may read and none may write, as after a failover to a standby. */
  'read-only': ({ stack }) =>
    withOwner(stack, async (owner) => {
      await setReadOnly(owner, 'on')
      return () => withOwner(stack, (again) => setReadOnly(again, 'off'))
    }),
  /** The tables that grow lie on 20 MB, and those are full. */
  'disk-full': ({ stack }) => fillDisk(stack),
  /** Nobody reaches any HMO: its ports answer nothing. */
  hmo: async ({ links }) => {
    const ways = links.filter(({ name }) => name.includes('twin'))
    for (const way of ways) way.disturb('cut')
    return async () => {
      for (const way of ways) way.heal()
    }
  },
  /** One worker's and one API's business clock is an hour ahead, the others' an hour behind. */
  clock: async ({ stack, targets }) => {
    const clock = clockFrom(stack.state.clock)
    const jump = async (env: (index: number) => Record<string, string>) => {
      for (const [index, { counts, part }] of targets.entries()) {
        if (counts !== 'worker' && counts !== 'api') continue
        await part.kill()
        await part.start(env(index))
      }
    }
    await jump((index) => {
      const ahead = clock.now().getTime() + (index % 2 === 0 ? HOUR_MS : -HOUR_MS)
      return { CLAIMHUB_CLOCK: clockSetting(clock.scale, new Date(ahead)) }
    })
    return () => jump(() => ({}))
  },
}

function ended(name: 'temporal' | 'postgres'): Outage {
  return async ({ stack }) => {
    await stack.parts[name].kill()
    return async () => {
      await stack.parts[name].start()
    }
  }
}

/** Postgres calls ALTER SYSTEM reading: it can be taken back too. */
async function setReadOnly(owner: Kysely<Database>, to: 'on' | 'off'): Promise<void> {
  await sql`alter system set default_transaction_read_only = ${sql.raw(to)}`.execute(owner)
  await sql`select pg_reload_conf()`.execute(owner)
}
