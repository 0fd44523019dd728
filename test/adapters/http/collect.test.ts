import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Context, ProviderAdapter } from '../../../adapters/contract.ts'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import type { CollectedDocument } from '../../../adapters/transports/transport.ts'
import { httpServer, type TestServer } from './scriptedServer.ts'
import { sessionTo } from './session.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const ctx: Context<unknown> = {
  settings: {},
  mode: 'test',
  currency: 'PHP',
  now: '2031-01-01T00:00:00Z',
  zone: 'UTC',
  attachment: () => new Uint8Array(),
}

/**
 * A provider whose pages are lines of text: `document` per line, the first line says whether there
 * is more.
 */
const collecting = {
  declaration: { id: 'line-hmo', settings: z.unknown() },
  collect: {
    list: (cursor: string | null) => ({
      transport: 'http',
      method: 'GET',
      path: `/box?from=${cursor ?? 0}`,
      headers: {},
      body: null,
    }),
    read: (page: { body: Uint8Array }) => {
      const [more, cursor, ...lines] = new TextDecoder().decode(page.body).split('\n')
      const documents = lines.map((line) => ({
        key: line,
        mediaType: 'text/plain',
        body: new TextEncoder().encode(line),
      }))
      return { documents, cursor: cursor ?? null, more: more === 'more' }
    },
    confirm: (key: string) => ({ transport: 'http', method: 'DELETE', path: `/box/${key}`, headers: {}, body: null }),
  },
} as unknown as ProviderAdapter

/** The same, but a page only names its documents. */
const naming = {
  ...collecting,
  collect: {
    ...collecting.collect,
    read: (page: { body: Uint8Array }) => {
      const [more, cursor, ...lines] = new TextDecoder().decode(page.body).split('\n')
      const documents = lines.map((key) => ({ key, mediaType: 'text/plain', body: null }))
      return { documents, cursor: cursor ?? null, more: more === 'more' }
    },
    fetch: {
      request: (key: string) => ({ transport: 'http', method: 'GET', path: `/get/${key}`, headers: {}, body: null }),
      read: ({ body }: { body: Uint8Array }) => ({ mediaType: 'text/fetched', body }),
    },
  },
} as unknown as ProviderAdapter

async function box(
  pages: Record<string, string>,
  fail: (what: string) => number | null = () => null,
  adapter = collecting,
) {
  const log: string[] = []
  const server = await httpServer((request, response) => {
    const what = `${request.method} ${request.url}`
    log.push(what)
    const status = fail(what)
    response
      .writeHead(status ?? 200)
      .end(pages[new URL(request.url ?? '', 'http://x').searchParams.get('from') ?? ''] ?? '')
  })
  servers.push(server)
  const stored: CollectedDocument[] = []
  const collect = (cursor: string | null, store?: (found: CollectedDocument) => Promise<void>) =>
    httpTransport.collect(
      adapter,
      { cursor, ctx },
      sessionTo(server.port),
      store ??
        (async (found) => {
          log.push(`stored ${found.key}`)
          stored.push(found)
        }),
    )
  return { log, stored, collect }
}

describe('collecting', () => {
  it('reads page after page, and confirms each document only after it is stored', async () => {
    const { log, stored, collect } = await box({ 0: 'more\n1\na\nb', 1: 'end\n2\nc' })
    expect(await collect(null)).toEqual({ cursor: '2' })
    expect(log).toEqual([
      'GET /fhir/box?from=0',
      'stored a',
      'DELETE /fhir/box/a',
      'stored b',
      'DELETE /fhir/box/b',
      'GET /fhir/box?from=1',
      'stored c',
      'DELETE /fhir/box/c',
    ])
    expect(stored[0]).toMatchObject({ key: 'a', mediaType: 'text/plain', message: { transport: 'http', status: 200 } })
  })

  it('never confirms what could not be stored', async () => {
    const { log, collect } = await box({ 0: 'end\n1\na' })
    const lost = collect(null, async () => {
      throw new Error('the database is away')
    })
    await expect(lost).rejects.toThrow('the database is away')
    expect(log).toEqual(['GET /fhir/box?from=0'])
  })

  it('a provider that is away is a breakdown: the cursor stays with the caller', async () => {
    const { collect, stored } = await box({ 0: 'more\n1\na', 1: 'end\n2\nb' }, (what) =>
      what.includes('from=1') ? 503 : null,
    )
    await expect(collect(null)).rejects.toMatchObject({ failure: 'answer', message: expect.stringContaining('503') })
    expect(stored.map((found) => found.key)).toEqual(['a'])
  })

  it('a document confirmed before a kill is confirmed again without harm', async () => {
    const { collect } = await box({ 0: 'end\n1\na' }, (what) => (what.startsWith('DELETE') ? 404 : null))
    expect(await collect(null)).toEqual({ cursor: '1' })
  })

  it('fetches what a page only names; one that cannot be had keeps none of the others back, and is asked for again', async () => {
    let wellAgain = false
    const { log, stored, collect } = await box(
      { 0: 'more\n1\na\nbad\nc', 1: 'end\n2\nd' },
      (what) => (what.endsWith('/get/bad') && !wellAgain ? 502 : null),
      naming,
    )
    await expect(collect(null)).rejects.toThrow('the provider answered 502')
    expect(log).toEqual([
      'GET /fhir/box?from=0',
      ...['GET /fhir/get/a', 'stored a', 'DELETE /fhir/box/a', 'GET /fhir/get/bad'],
      ...['GET /fhir/get/c', 'stored c', 'DELETE /fhir/box/c'],
    ])
    wellAgain = true
    expect(await collect(null)).toEqual({ cursor: '2' })
    expect(stored.map(({ key }) => key)).toEqual(['a', 'c', 'a', 'bad', 'c', 'd'])
    expect(stored[0]).toMatchObject({ mediaType: 'text/fetched', message: { transport: 'http', status: 200 } })
  })

  it('what the adapter does not take for the document is neither stored nor confirmed', async () => {
    const refusing = {
      ...naming,
      collect: {
        ...naming.collect,
        fetch: {
          ...naming.collect?.fetch,
          read: () => {
            throw new Error('a login page')
          },
        },
      },
    } as unknown as ProviderAdapter
    const { log, collect } = await box({ 0: 'end\n1\na' }, () => null, refusing)
    await expect(collect(null)).rejects.toMatchObject({ failure: 'answer', message: 'a login page' })
    expect(log).toEqual(['GET /fhir/box?from=0', 'GET /fhir/get/a'])
  })

  it('pages that go nowhere end', async () => {
    const { log, collect } = await box({ 1: 'more\n1\na' })
    await expect(collect('1')).rejects.toThrow('do not move on')
    expect(log.filter((line) => line.startsWith('GET'))).toHaveLength(1)
  })

  it('asks once more when the provider closed the kept connection in the meantime', async () => {
    let requests = 0
    const server = await httpServer((request, response) => {
      requests += 1
      if (requests === 1) request.socket.destroy()
      else response.end('end\n1')
    })
    servers.push(server)
    expect(
      await httpTransport.collect(collecting, { cursor: null, ctx }, sessionTo(server.port), async () => undefined),
    ).toEqual({ cursor: '1' })
    expect(requests).toBe(2)
  })

  it('shows that it is alive at every page', async () => {
    const server = await httpServer((_request, response) => response.end('end\n1'))
    servers.push(server)
    const beats: (string | undefined)[] = []
    const session = sessionTo(server.port, { heartbeat: (detail) => beats.push(detail) })
    await httpTransport.collect(collecting, { cursor: null, ctx }, session, async () => undefined)
    expect(beats).toEqual(['page 1'])
  })
})
