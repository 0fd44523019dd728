import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import type { Item } from '../../../domain/worklist/itemContents.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, NOW, seedProviders, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db)
  for (let n = 0; n < 5; n += 1) await raise(n)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const idOf = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
const itemOf = (n: number): Item => {
  const provider = `item ${n}`
  if (n === 4) return { kind: 'connection-unusable', ids: { connectionId: idOf(n) }, words: { provider } }
  const ids = { documentId: idOf(n), sequence: 0 }
  if (n % 2 === 0) return { kind: 'unmatched-notice', ids, words: { provider, about: 'a claim' } }
  return { kind: 'unreadable-document', ids, words: { provider, because: 'HTML' } }
}
const raise = (n: number) =>
  db.databases.within(db.organisationId, (tx) =>
    raiseItem(tx, { organisationId: db.organisationId, now: new Date(NOW.getTime() + n * 1_000) }, itemOf(n)),
  )
const list = async (query = '') => (await api.call('GET', `/v1/attention-items${query}`)).body
const wordsOf = (page: { items: { because: string }[] }) =>
  page.items.map((item) => item.because.replace(/[: ]*(the conn|sent).*/, ''))

describe('the worklist', () => {
  it('is the open items, oldest first, page by page', async () => {
    expect(wordsOf(await list())).toEqual(['item 0', 'item 1', 'item 2', 'item 3', 'item 4'])
    const first = await list('?limit=2')
    const second = await list(`?limit=2&cursor=${first.next}`)
    const third = await list(`?limit=2&cursor=${second.next}`)
    expect([first, second, third].map(wordsOf)).toEqual([['item 0', 'item 1'], ['item 2', 'item 3'], ['item 4']])
    expect(third.next).toBeNull()
  })

  it('is filtered by kind, role, claim and provider', async () => {
    expect(wordsOf(await list('?kind=unreadable-document'))).toEqual(['item 1', 'item 3'])
    expect(wordsOf(await list('?role=owner'))).toEqual(['item 4'])
    expect(wordsOf(await list('?providerId=harbor-health'))).toEqual([])
    expect((await api.call('GET', '/v1/attention-items?state=lost')).status).toBe(422)
  })

  it('an item is closed once, with a reason; its cause may come again', async () => {
    const { itemId } = (await list()).items[0]
    const close = (json: unknown) => api.call('POST', `/v1/attention-items/${itemId}/close`, { json })
    expect((await close({ because: '  ' })).status).toBe(422)
    const closed = await close({ because: 'belongs to the branch in Cebu' })
    expect(closed.body).toMatchObject({
      closedAt: NOW.toISOString(),
      closedBy: expect.stringContaining('owner key'),
      closedBecause: 'belongs to the branch in Cebu',
    })
    const again = await close({ because: 'twice' })
    expect([again.status, wordOf(again)]).toEqual([409, 'already-closed'])
    expect(wordsOf(await list())).not.toContain('item 0')
    expect(wordsOf(await list('?state=closed'))).toEqual(['item 0'])
    await raise(0)
    await raise(0)
    expect(wordsOf(await list()).filter((words) => words === 'item 0')).toHaveLength(1)
    expect(wordsOf(await list('?state=all'))).toHaveLength(6)
    const audits = await db.owner
      .selectFrom('audit_log')
      .select('subject')
      .where('action', '=', 'attention.close')
      .execute()
    expect(audits).toEqual([{ subject: `attention item ${itemId}` }])
  })
})
