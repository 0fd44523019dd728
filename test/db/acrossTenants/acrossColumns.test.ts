import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test.close())

const WHOSE = 'says whose row it is: all that follows is done within that organisation'
const ADDRESS = 'the address of a claim’s workflow'
const JOINED = 'joined on'

/**
 * Every column that the role which sees all tenants may read, and why it must. Whoever grants
 * another one says why here.
 */
const READABLE: Record<string, Record<string, string>> = {
  organisations: { id: 'filing limits are looked at per organisation' },
  providers: {
    id: 'a worker serves the queue of every provider',
    adapter_id: 'whose declarations matter here',
    name: 'worklist items name the HMO',
  },
  api_keys: {
    organisation_id: WHOSE,
    id: 'names the caller in events and the audit log',
    name: 'names the caller in events and the audit log',
    role: 'says what the caller may do',
    key_hash: 'finds the key; SHA-256 of 256 random bits gives nothing back',
    revoked_at: 'a revoked key finds nobody',
  },
  connections: {
    organisation_id: WHOSE,
    id: 'names the mailbox, and is what a push is sent to',
    provider_id: 'the queue that serves it',
    poll_seconds: 'how often its Schedule collects',
    enabled: 'one that is switched off has no Schedule and takes no push',
  },
  claims: {
    organisation_id: WHOSE,
    id: ADDRESS,
    provider_id: ADDRESS,
    claim_number: 'the worklist names the claim by it',
    status: 'a draft has no workflow',
    closed_because: 'a closed claim needs no workflow',
    connection_id: 'the item about an overdue claim names its connection',
    deadline_kind: 'an overdue claim has an open item; the item names the stage',
    deadline_due_at: 'finds overdue claims without their workflows',
    deadline_level: 'says whom the stage was escalated to',
    submit_asked_at: 'a submit of which nothing came is started again',
  },
  notices: {
    organisation_id: WHOSE,
    claim_id: JOINED,
    created_at: 'how long the news has lain',
    recorded_at: 'whether the news was recorded',
    held_at: 'one that a person holds is not tried again',
  },
  claim_wakes: {
    organisation_id: WHOSE,
    claim_id: JOINED,
    since: 'how long its workflow has not been woken',
  },
  documents: {
    organisation_id: WHOSE,
    connection_id: 'whose inbox must be woken',
    interchange_id: JOINED,
    direction: 'only what came in waits to be read',
    stored_at: 'how long it has lain',
    processed_at: 'whether it was read',
  },
  interchanges: {
    organisation_id: WHOSE,
    id: JOINED,
    connection_id: JOINED,
    kind: 'tells inquiries from sendings',
    state: 'which of them somebody must look at',
    attempt: 'a batch that has tried to leave is its sender’s',
    leaves_at: 'whether the cut-off has come',
    lease_until: 'whether its sender is alive',
  },
  submissions: { organisation_id: WHOSE, claim_id: JOINED, interchange_id: JOINED },
  attention_items: {
    organisation_id: WHOSE,
    claim_id: JOINED,
    connection_id: 'an item about documents that lie closes once they are read',
    interchange_id: 'an item about a batch that lies closes once it has left',
    kind: 'no second item for what an open one says',
    closed_at: 'no second item for what an open one says',
  },
}

describe('what claimhub_across may read', () => {
  it('is this list of columns and nothing else, by whatever grant', async () => {
    const { rows } = await sql<{ place: string }>`
      select c.relname || '.' || a.attname as place from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'f', 'S')
        and has_column_privilege('claimhub_across', c.oid, a.attnum, 'select')
      order by 1`.execute(test.owner)
    const listed = Object.entries(READABLE).flatMap(([table, columns]) =>
      Object.keys(columns).map((column) => `${table}.${column}`),
    )
    expect(rows.map(({ place }) => place)).toEqual(listed.toSorted())
  })

  it('is not widened by functions that run with their owner’s rights', async () => {
    const { rows } = await sql`
      select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
        and has_function_privilege('claimhub_across', oid, 'execute')`.execute(test.owner)
    expect(rows).toEqual([])
  })
})
