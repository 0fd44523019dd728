import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'

/** Confines the transaction that has just begun to one organisation: row-level security reads the setting. */
export const CONFINE = "select set_config('app.organisation_id', $1, true)"

/**
 * A pool whose connections save Postgres work. A statement that comes up again is prepared once per connection, so that it isn't planned anew each
 * time; and what opens a transaction travels together with its first real statement. Were `begin` or CONFINE to fail, so would that statement: the
 * transaction would be aborted, and without the setting row-level security shows nothing. Needs `pipeline: true`.
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
  const query = async (text: string, values: readonly unknown[]) => {
    const answer = client.query(prepared(text, values)) as unknown as Promise<PostgresQueryResult<unknown>>
    if (text === 'begin' || text === CONFINE) {
      answer.catch(() => undefined)
      return NOTHING
    }
    return answer.catch((error: { code?: string }) => {
      // A migration changed a table under a prepared statement: the next user gets a new connection.
      outdated ||= error.code === CACHED_PLAN_OUTDATED
      throw error
    })
  }
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(outdated) }
}

const NOTHING: PostgresQueryResult<never> = { command: 'SELECT', rowCount: 0, rows: [] }
const CACHED_PLAN_OUTDATED = '0A000'

/** Texts that came up once; with lists of many lengths there is no end of them, so the book is finite. */
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
