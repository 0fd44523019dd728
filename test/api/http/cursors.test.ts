import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../../api/routes/all.ts'
import { SHOWN_STATUSES } from '../../../domain/claim.ts'
import { ITEM_ROLES } from '../../../domain/worklist/itemContents.ts'
import { KINDS } from '../../../domain/worklist/itemKinds.ts'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, walked as JSON
let document: any
beforeAll(async () => {
  db = await testDatabase()
  api = await startApi(db)
  document = (await api.call('GET', '/openapi.json', { key: null })).body
})
afterAll(async () => {
  await api.close()
  await db.close()
})

interface Parameter {
  name: string
  in: string
  schema: { type?: string; enum?: string[]; items?: { enum?: string[] } }
  explode?: boolean
}

/** Every read with a parameter of the query that `wanted` picks. */
const reads = (wanted: (parameter: Parameter) => boolean) =>
  ROUTES.filter(({ method }) => method === 'get').flatMap((route) =>
    ((document.paths[route.path].get.parameters ?? []) as Parameter[])
      .filter((parameter) => parameter.in === 'query' && wanted(parameter))
      .map((parameter) => ({ path: route.path.replaceAll(/\{\w+\}/g, newId()), parameter })),
  )

const OF_A_CLIENTS_MAKING = [
  ...['', '0', '-1', '08', '08.1', '1.08', '010.1', '0x1.1', '1.0x1', '1', '1.', '.1', '1.1.1', '1e3', '1e3.1'],
  ...[' 1.1', '1.1 ', '+1.1', '1.-1', '99999999999999999999.1', '1.99999999999999999999', 'null', 'undefined'],
  ...['Infinity', "1.1'", '١.١', '1.1\n', '-1.1', `${'9'.repeat(400)}.1`, `${newId()}.07`, `${newId()}.-1`],
  ...[newId().slice(1), `${newId()}x`, `{${newId()}}`],
]

describe('a cursor of a client’s making', () => {
  it('is a 422 on every list that takes one, never a 500', async () => {
    const lists = reads(({ name }) => name === 'cursor' || name === 'after')
    expect(lists.length).toBeGreaterThan(6)
    for (const { path, parameter } of lists) {
      for (const made of OF_A_CLIENTS_MAKING) {
        const whole = path.startsWith('/v1/remittances/') && (made === '0' || made === '1')
        const answer = await api.call('GET', `${path}?${parameter.name}=${encodeURIComponent(made)}`)
        expect([path, made, answer.status]).toEqual([path, made, whole ? 404 : 422])
      }
    }
  })
})

describe('a filter with a word that it does not know', () => {
  it('is refused by a problem that names the known words, never an empty list', async () => {
    const filters = reads(({ schema }) => schema.enum !== undefined || schema.items?.enum !== undefined)
    expect(filters.length).toBeGreaterThan(6)
    for (const { path, parameter } of filters) {
      const known = parameter.schema.enum ?? parameter.schema.items?.enum ?? []
      for (const bogus of ['bogus', '', known[0]?.toLowerCase() === known[0] ? 'OPEN' : known[0]?.toLowerCase()]) {
        const answer = await api.call('GET', `${path}?${parameter.name}=${bogus}`)
        expect([path, parameter.name, answer.status, wordOf(answer)]).toEqual([
          path,
          parameter.name,
          422,
          'invalid-request',
        ])
        const said = answer.body.errors
          .filter(({ pointer }: { pointer: string }) => pointer.startsWith(`?${parameter.name}`))
          .map(({ detail }: { detail: string }) => detail)
          .join()
        for (const word of known) expect(said).toContain(word)
      }
    }
  })

  it('has its words in the OpenAPI document, a list of statuses as an array with commas', () => {
    const of = (path: string, name: string): Parameter =>
      document.paths[path].get.parameters.find((each: Parameter) => each.name === name)
    expect(of('/v1/claims', 'status')).toMatchObject({
      explode: false,
      schema: { type: 'array', items: { enum: [...SHOWN_STATUSES] } },
    })
    expect(of('/v1/attention-items', 'kind').schema.enum).toEqual([...KINDS])
    expect(of('/v1/attention-items', 'role').schema.enum).toEqual([...ITEM_ROLES])
  })
})
