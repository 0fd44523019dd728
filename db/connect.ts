import { CompiledQuery, Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { buildName } from '../platform/build.ts'
import type { DatabaseAddress } from '../platform/databaseAddress.ts'
import { CONFINE, confinement, type MadeBy, pooled } from './pooled.ts'
import type { Database } from './schema/database.ts'

/** A database transaction that sees one organisation only. */
export type Tx = Transaction<Database>

export interface Databases {
  /**
   * Runs `work` in one transaction as `claimhub_app`, confined to `organisationId` by row-level
   * security.
   */
  within<T>(organisationId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Role `claimhub_across`: the reads across tenants of db/acrossTenants.ts and nothing else. */
  across: Kysely<Database>
  close(): Promise<void>
}

export type { DatabaseAddress }

const INT8 = 20
const DATE = 1082
/**
 * int8 as a safe integer, date as its YYYY-MM-DD text: a date has no zone, and money no fraction.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return safeInteger
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format as 'text')
  }) as typeof pg.types.getTypeParser,
}

/**
 * Opens the two pools; `madeBy` is kept with every event and posting. A connection that breaks,
 * idle or at work, is dropped and replaced, never an uncaught error.
 */
export function connect(
  address: DatabaseAddress,
  madeBy: MadeBy = { build: buildName(), adapterVersions: {} },
): Databases {
  const app = open(address, { user: 'claimhub_app', password: address.password, max: address.poolSize ?? 10 })
  const across = open(address, { user: 'claimhub_across', password: address.acrossPassword, max: 4 })
  return {
    within: (organisationId, work) =>
      app.transaction().execute(async (tx) => {
        await tx.executeQuery(CompiledQuery.raw(CONFINE, confinement(organisationId, madeBy)))
        return work(tx)
      }),
    across,
    close: async () => {
      await app.destroy()
      await across.destroy()
    },
  }
}

type Role = Pick<pg.PoolConfig, 'user' | 'password' | 'max'>

function open(address: DatabaseAddress, role: Role): Kysely<Database> {
  const { host, port, database, tls = false } = address
  const pool = new pg.Pool({
    host,
    port,
    database,
    ...role,
    types,
    ssl: tls,
    pipeline: true,
    connectionTimeoutMillis: 10_000,
  })
  pool.on('error', () => undefined)
  // A connection that breaks fails its query and also emits an `error` event, which would end the
  // process without a listener.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: pooled(pool) }) })
}

function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a database number is beyond the safe range')
  return value
}
