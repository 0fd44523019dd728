import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  beginReading,
  documentById,
  markProcessed,
  storeDocument,
  unprocessedDocuments,
} from '../../../db/inbox/documents.ts'
import { newId } from '../../../platform/ids.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => db.close())

const NOW = new Date('2026-03-20T09:00:00Z')
const store = (dedupeKey: string, body = Buffer.from([0, 1, 255]), connectionId = seeded.connectionId) =>
  db.databases.within(db.organisationId, (tx) =>
    storeDocument(tx, {
      organisationId: db.organisationId,
      connectionId,
      channel: 'collect',
      dedupeKey,
      head: { transport: 'sftp', name: 'a.x12' },
      mediaType: null,
      body,
      now: NOW,
    }),
  )
const unprocessed = (limit = 100, connectionId = seeded.connectionId) =>
  db.databases.within(db.organisationId, (tx) => unprocessedDocuments(tx, connectionId, limit))

/** Another connection of the same organisation. */
async function elsewhere(): Promise<string> {
  const id = newId()
  await db.owner
    .insertInto('connections')
    .values({
      organisation_id: db.organisationId,
      id,
      provider_id: 'summit-dental',
      mode: 'test',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
  return id
}
const begun = (documentId = '') =>
  db.databases.within(db.organisationId, (tx) => beginReading(tx, db.organisationId, documentId))

describe('documents', () => {
  it('four collectors store one document once, and all learn its id (C8)', async () => {
    const stored = await Promise.all(['a', 'a', 'a', 'a'].map((key) => store(key)))
    expect(stored.filter((each) => each.isNew)).toHaveLength(1)
    expect(new Set(stored.map((each) => each.documentId)).size).toBe(1)
  })

  it('the bytes come back as they came in, oldest first', async () => {
    await store('b', Buffer.from('second'))
    const [first, second] = await unprocessed()
    // A list of documents holds no bytes: a hundred of them may be gigabytes.
    expect(first).toEqual({ documentId: expect.any(String), receivedAt: NOW, first: 0 })
    expect(await begun(first?.documentId)).toEqual({
      head: { transport: 'sftp', name: 'a.x12' },
      body: Buffer.from([0, 1, 255]),
      attempts: 1,
    })
    expect((await begun(second?.documentId))?.body.toString()).toBe('second')
    expect((await begun(second?.documentId))?.attempts).toBe(2)
    expect(await unprocessed(1)).toHaveLength(1)
  })

  it('a processed one does not come again, also not when it is collected again', async () => {
    const [first] = await unprocessed()
    await db.databases.within(db.organisationId, (tx) =>
      markProcessed(tx, db.organisationId, [{ documentId: first?.documentId ?? '', outcome: 'received' }], NOW),
    )
    expect((await store('a')).isNew).toBe(false)
    expect(await begun(first?.documentId)).toBeNull()
    const [second, ...more] = await unprocessed()
    expect([(await begun(second?.documentId))?.body.toString(), more]).toEqual(['second', []])
    const row = await db.owner
      .selectFrom('documents')
      .select(['outcome', 'processed_at'])
      .where('dedupe_key', '=', 'a')
      .executeTakeFirst()
    expect(row).toEqual({ outcome: 'received', processed_at: NOW })
  })

  it('are their connection’s: the same key elsewhere is another document, and nobody reads it here', async () => {
    const other = await elsewhere()
    const here = await store('same-name', Buffer.from('here'))
    const there = await store('same-name', Buffer.from('there'), other)
    expect(there).toMatchObject({ isNew: true })
    expect(there.documentId).not.toBe(here.documentId)
    expect(await store('same-name', Buffer.from('here'))).toEqual({ documentId: here.documentId, isNew: false })
    expect(await store('same-name', Buffer.from('there'), other)).toEqual({ ...there, isNew: false })
    expect((await unprocessed(100, other)).map(({ documentId }) => documentId)).toEqual([there.documentId])
    expect((await unprocessed()).map(({ documentId }) => documentId)).not.toContain(there.documentId)
  })

  it('and their notices have their keys by the account, which is the connection today', async () => {
    const { documentId } = await store('by account')
    const rows = await db.owner
      .selectFrom('documents')
      .select(['account_id', 'connection_id'])
      .where('id', '=', documentId)
      .execute()
    expect(rows).toEqual([{ account_id: seeded.connectionId, connection_id: seeded.connectionId }])
    const { rows: keys } = await sql<{ table: string; columns: string }>`
      select i.indrelid::regclass::text as table, string_agg(a.attname, ' ' order by k.place) as columns
      from pg_index i cross join lateral unnest(i.indkey) with ordinality as k(attnum, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
      where i.indrelid in ('documents'::regclass, 'notices'::regclass) and i.indisunique and not i.indisprimary
      group by i.indexrelid, i.indrelid order by 1`.execute(db.owner)
    expect(keys).toEqual([
      { table: 'documents', columns: 'organisation_id account_id direction dedupe_key sequence' },
      { table: 'notices', columns: 'organisation_id account_id document_id sequence' },
    ])
  })

  it('are found by their id, each with its own bytes', async () => {
    const [one, two] = [await store('one', Buffer.from('1')), await store('two', Buffer.from('2'))]
    const bytes = (id: string) =>
      db.databases.within(db.organisationId, async (tx) =>
        (await documentById(tx, db.organisationId, id))?.bytes.toString(),
      )
    expect(await Promise.all([one, two].map(({ documentId }) => bytes(documentId)))).toEqual(['1', '2'])
    expect(await bytes(newId())).toBeUndefined()
  })

  it('that we sent are nobody’s news', async () => {
    const sent = await store('sent', Buffer.from('sent'))
    await db.owner.updateTable('documents').set({ direction: 'out' }).where('id', '=', sent.documentId).execute()
    expect((await unprocessed()).map(({ documentId }) => documentId)).not.toContain(sent.documentId)
  })
})
