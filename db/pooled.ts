import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'

/**
 * Marks a statement that nobody waits for; written in front of its text by db/pipelined.ts, and
 * seen in Postgres's own statistics.
 */
export const PIPELINED = '/* pipelined */ '

/**
 * Confines the transaction that has just begun to one organisation: row-level security reads the
 * setting. The other two are which program it is: what it writes to the timeline and the ledger
 * keeps that.
 */
export const CONFINE = `${PIPELINED}select set_config('app.organisation_id', $1, true), set_config('app.build', $2, true), set_config('app.adapter_versions', $3, true)`

/** Which program writes: its build, and the version of each adapter by id. */
export interface MadeBy {
  build: string
  adapterVersions: Readonly<Record<string, number>>
}

/** The values of CONFINE. */
export function confinement(organisationId: string, { build, adapterVersions }: MadeBy): string[] {
  return [organisationId, build, JSON.stringify(adapterVersions)]
}

/**
 * A pool whose connections save round trips and planning. A statement that comes up again is
 * prepared once per connection. Every statement is waited for, but `begin` and those that say
 * PIPELINED: they answer nothing. The server carries out what follows in order, and when such a
 * statement fails it has aborted the transaction, so its error is thrown by the next statement that
 * is waited for, at the latest by `commit`. Needs `pipeline: true`.
 */
export function pooled(pool: pg.Pool): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    connect: async () => {
      const client = await pool.connect()
      const sparing = known.get(client) ?? sparingClient(client)
      known.set(client, sparing)
      return sparing
    },
    end: () => pool.end(),
  }
}

function sparingClient(client: pg.PoolClient): PostgresPoolClient {
  let outdated = false
  let inTransaction = false
  let pendingError: Error | null = null
  const query = async (text: string, values: readonly unknown[]) => {
    if (text === 'begin') inTransaction = true
    if (text === 'commit' || text === 'rollback') inTransaction = false
    const answer = client.query(prepared(text, values)) as unknown as Promise<PostgresQueryResult<unknown>>
    // A migration changed a table under a prepared statement: the next user gets a new connection.
    answer.catch(({ code }: { code?: string }) => {
      outdated ||= code === CACHED_PLAN_OUTDATED
    })
    if (inTransaction && (text === 'begin' || text.startsWith(PIPELINED))) {
      answer.catch((error: Error) => {
        pendingError ??= error
      })
      return NOTHING
    }
    if (text.startsWith('rollback')) {
      // Whole or to a savepoint: what broke before it is undone.
      const undone = await answer
      pendingError = null
      return undone
    }
    const result = await answer.catch((error: Error) => {
      throw pendingError ?? error
    })
    // Postgres answers the commit of an aborted transaction without an error.
    if (pendingError !== null) throw pendingError
    return result
  }
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(outdated) }
}

const NOTHING: PostgresQueryResult<never> = { command: 'SELECT', rowCount: 0, rows: [] }
const CACHED_PLAN_OUTDATED = '0A000'

/**
 * Texts that came up once; with lists of many lengths there is no end of them, so the book is
 * finite.
 */
const seen = new Set<string>()
const names = new Map<string, string>()
const MOST = 1_000

function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  const name = names.get(text)
  if (name !== undefined) return { name, text, values: [...values] }
  if (values.length > 0 && names.size < MOST) {
    if (seen.delete(text)) names.set(text, `hub${names.size}`)
    else if (seen.size < MOST) seen.add(text)
  }
  return { text, values: [...values] }
}
