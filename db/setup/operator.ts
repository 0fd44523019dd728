import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { buildName } from '../../platform/build.ts'
import type { Tx } from '../connect.ts'
import { CONFINE, confinement } from '../pooled.ts'
import type { Database } from '../schema/database.ts'

/**
 * The database as the operator's commands write it: signed in as its owner, for what no application
 * role may do.
 */
export interface OperatorDatabase {
  /** One transaction confined to an organisation: row-level security is forced on the owner too. */
  within<T>(organisationId: string, work: (tx: Tx) => Promise<T>): Promise<T>
  /** One transaction for what belongs to no organisation. */
  above<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Opens the database as its owner; `url` is the operator's DATABASE_URL. */
export function connectOperator(url: string): OperatorDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 10_000 })
  pool.on('error', () => undefined)
  const owner = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const above = <T>(work: (tx: Tx) => Promise<T>) => owner.transaction().execute(work).catch(thrownOn)
  return {
    above,
    within: (organisationId, work) =>
      above(async (tx) => {
        await tx.executeQuery(
          CompiledQuery.raw(CONFINE, confinement(organisationId, { build: buildName(), adapterVersions: {} })),
        )
        return work(tx)
      }),
    close: () => owner.destroy(),
  }
}

const NOT_THE_OWNER = ['28P01', '28000', '42501']

function thrownOn(error: Error & { code?: string }): never {
  if (error.code === 'ECONNREFUSED')
    throw new Error('no Postgres answers at DATABASE_URL: start it, or correct the address', { cause: error })
  // The driver asks for a password that the address doesn't have.
  if (NOT_THE_OWNER.includes(error.code ?? '') || error.message.includes('SASL'))
    throw new Error(
      'DATABASE_URL does not sign in as the owner of the database, as the operator’s commands do (docs/operations.md)',
      { cause: error },
    )
  throw error
}
