import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, items, seedProviders, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
// biome-ignore lint/suspicious/noExplicitAny: the document has many shapes
let document: any
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db)
  document = (await api.call('GET', '/openapi.json', { key: null })).body
})
afterAll(async () => {
  await api.close()
  await db.close()
})

/** A member's schema as the document has it; a nullable one is the branch that is not null. */
function member(schema: string, path: string[]) {
  let node = document.components.schemas[schema]
  for (const name of path) {
    node = name === '[]' ? node.items : node.properties[name]
    if (node.$ref !== undefined) node = document.components.schemas[node.$ref.split('/').at(-1)]
    node = (node.anyOf ?? [node]).find((each: { type?: string }) => each.type !== 'null')
  }
  return node
}

describe('the document says the rules by which a request is refused', () => {
  it.each<[string, string[], string[], string[]]>([
    ['SyncVisit', ['procedures', '[]', 'code'], ['D0120', 'd2392'], ['0120', 'D012', 'DX120']],
    ['SyncVisit', ['procedures', '[]', 'tooth'], ['14', '#8', 'a', '48', 'AS'], ['39', '86', 'Z', '0']],
    ['SyncVisit', ['procedures', '[]', 'surfaces'], ['MOD', 'om'], ['X', 'M-O']],
    ['SyncVisit', ['procedures', '[]', 'area'], ['10'], ['11', 'upper']],
    ['SyncVisit', ['currency'], ['PHP'], ['XXX', 'php']],
    ['SyncVisit', ['diagnoses', '[]', 'code'], ['K02.1'], ['caries']],
    ['SyncVisit', ['visitedOn'], ['2026-03-10'], ['1800-01-01', '10.03.2026']],
    ['SyncClinic', ['zone'], ['Asia/Manila', 'UTC'], ['not a zone', '+08:00']],
    ['SyncClinic', ['name'], ['Makati'], ['   ']],
    ['SyncAuthorisation', ['codes', '[]'], ['D2700', 'D2700-D2799'], ['2700', 'D2700-']],
  ])('%s %j', (schema, path, right, wrong) => {
    const { pattern, enum: words } = member(schema, path)
    expect(pattern ?? words).toBeDefined()
    const takes = (text: string) =>
      (pattern === undefined || new RegExp(pattern, 'u').test(text)) && (words === undefined || words.includes(text))
    expect([right.filter((text) => !takes(text)), wrong.filter(takes)]).toEqual([[], []])
  })

  it('the characters of an Idempotency-Key', async () => {
    const { parameters } = document.paths['/v1/claims'].post
    const { schema } = parameters.find((each: { name: string }) => each.name === 'idempotency-key')
    expect(new RegExp(schema.pattern).test('a key with spaces')).toBe(false)
    expect(new RegExp(schema.pattern).test('5f0c2b9e-1f7b')).toBe(true)
  })

  it.each([
    ['SyncEnrolment', /subscriber/],
    ['SyncAuthorisation', /amount.*currency/],
    ['SyncRate', /validTo/],
    ['Payment', /add up/],
    ['StatusByHand', /PARTIAL needs `lines`/],
    ['Filed', /before the packet/],
  ])('%s: the rules between its members, in words', (schema, words) => {
    expect(document.components.schemas[schema].description).toMatch(words)
  })

  it('that an item of a sync may be rejected by itself', () => {
    expect(document.paths['/v1/sync/visits'].post.description).toMatch(/rejected/)
    expect(document.components.schemas.SyncResult.properties.result.enum).toContain('rejected')
  })
})

describe('the ids of an answer', () => {
  it('lead to the addresses that need them', () => {
    const { links } = document.paths['/v1/claims'].post.responses['201']
    expect(links.postV1ClaimsClaimIdSubmit).toEqual({
      operationId: 'postV1ClaimsClaimIdSubmit',
      parameters: { claimId: '$response.body#/claimId' },
    })
    expect(Object.keys(links)).toEqual(
      expect.arrayContaining(['getV1ClaimsClaimIdTimeline', 'getV1ClaimsClaimIdLedger']),
    )
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(Object.keys(links).filter((link) => !ids.includes(link))).toEqual([])
  })
})

describe('well-formed JSON that is refused', () => {
  it.each([
    ['NUL', 'a\\u0000b', /text must not hold NUL or half a character/],
    ['half a surrogate pair', 'a\\ud800b', /text must not hold NUL or half a character/],
  ])('%s: 400 with what is wrong, not that the JSON is malformed', async (_what, text, detail) => {
    const raw = JSON.stringify({ ...items.clinic(1), name: 'NAME' }).replace('NAME', text)
    const answer = await api.call('PUT', '/v1/clinics/clinic-1', { raw })
    expect([answer.status, wordOf(answer)]).toEqual([400, 'malformed-body'])
    expect(answer.body.detail).toMatch(detail)
    expect(answer.body.detail).not.toMatch(/well-formed/)
  })

  it('a cut body is still said to be malformed', async () => {
    const answer = await api.call('PUT', '/v1/clinics/clinic-1', { raw: '{"externalId":' })
    expect(answer.body.detail).toMatch(/well-formed JSON/)
  })
})
