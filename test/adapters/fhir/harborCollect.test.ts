import { describe, expect, it } from 'vitest'
import type { HttpIn } from '../../../adapters/contract.ts'
import { list, read } from '../../../adapters/providers/harbor-health/collect.ts'
import { context } from './context.ts'

interface Stored {
  id: string
  version: number
  at: number
}

const START = Date.parse('2026-11-24T10:00:00.000Z')
const iso = (at: number) => new Date(START + at).toISOString()

/**
 * A server as FHIR describes it: newest version of each resource, in the order of change, pages of
 * 50, a next link.
 */
function serverOf(resources: () => Stored[]) {
  return (cursor: string | null): HttpIn => {
    const out = list(cursor, context())
    const query = new URL(out.path, 'http://x').searchParams
    const since = query.get('_lastUpdated')
    const from = since ? Date.parse(since.slice(2)) : 0
    const matches = resources()
      .filter(({ at }) => START + at >= from)
      .sort((a, b) => a.at - b.at)
    const offset = Number(query.get('_offset') ?? 0)
    const page = matches.slice(offset, offset + 50)
    const bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      link: matches.length > offset + 50 ? [{ relation: 'next', url: 'http://elsewhere/' }] : [],
      entry: page.map(({ id, version, at }) => ({
        resource: { resourceType: 'ClaimResponse', id, meta: { versionId: String(version), lastUpdated: iso(at) } },
      })),
    }
    return {
      transport: 'http',
      status: 200,
      headers: { 'content-type': 'application/fhir+json' },
      body: new TextEncoder().encode(JSON.stringify(bundle)),
      about: cursor ?? '',
    }
  }
}

/** Collects as the transport does; `between` happens after each page. */
function collect(
  page: (cursor: string | null) => HttpIn,
  start: string | null,
  between: (pages: number) => void = () => undefined,
) {
  const keys: string[] = []
  let cursor = start
  for (let pages = 1; pages < 100; pages += 1) {
    const result = read(page(cursor), context())
    keys.push(...result.documents.map((document) => document.key))
    if (!result.more) return { keys: new Set(keys), cursor: result.cursor, pages }
    expect(result.cursor).not.toBe(cursor)
    cursor = result.cursor
    between(pages)
  }
  throw new Error('it never ends')
}

const many = (count: number, at: (index: number) => number): Stored[] =>
  Array.from({ length: count }, (_, index) => ({ id: `CR-${index}`, version: 1, at: at(index) }))

describe('collecting what changed', () => {
  it('sees every resource over several pages, and then nothing new', () => {
    const stored = many(175, (index) => index * 120_000)
    const first = collect(
      serverOf(() => stored),
      null,
    )
    expect(first.keys.size).toBe(175)
    expect(first.cursor).toBe(iso(174 * 120_000))
    const second = collect(
      serverOf(() => stored),
      first.cursor,
    )
    expect([...second.keys]).toEqual(['ClaimResponse/CR-174/_history/1'])
    expect(second.cursor).toBe(first.cursor)
  })

  it('misses nothing that moves to the end while it reads', () => {
    const stored = many(150, (index) => index * 1_000)
    const { keys } = collect(
      serverOf(() => stored),
      null,
      (pages) => {
        const moved = stored[pages]
        if (moved) Object.assign(moved, { version: 2, at: 1_000_000 + pages })
      },
    )
    for (const { id } of stored)
      expect(
        [...keys].some((key) => key.startsWith(`ClaimResponse/${id}/`)),
        id,
      ).toBe(true)
  })

  it('gets through more changes in one instant than a page holds', () => {
    const stored = many(180, () => 5_000)
    expect(
      collect(
        serverOf(() => stored),
        null,
      ).keys.size,
    ).toBe(180)
    expect(
      collect(
        serverOf(() => stored),
        iso(5_000),
      ).keys.size,
    ).toBe(180)
  })

  it('finds what became visible late, with a stamp from before the cursor', () => {
    const stored = many(3, (index) => index * 1_000)
    const { cursor } = collect(
      serverOf(() => stored),
      null,
    )
    stored.push({ id: 'late', version: 1, at: 1_500 })
    expect(
      collect(
        serverOf(() => stored),
        cursor,
      ).keys,
    ).toContain('ClaimResponse/late/_history/1')
  })

  it('keeps the exact characters of each resource', () => {
    const body =
      '{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{ "resourceType":"PaymentReconciliation", "paymentAmount":{"value":136.00} }}]}'
    const page: HttpIn = {
      transport: 'http',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(body),
      about: '',
    }
    const [document] = read(page, context()).documents
    expect(new TextDecoder().decode(document?.body ?? undefined)).toBe(
      '{ "resourceType":"PaymentReconciliation", "paymentAmount":{"value":136.00} }',
    )
  })

  it('a page that is no FHIR is kept for a person, and the cursor stays', () => {
    const page = (body: string, type = 'application/fhir+json'): HttpIn => ({
      transport: 'http',
      status: 200,
      headers: { 'content-type': type },
      body: new TextEncoder().encode(body),
      about: iso(0),
    })
    for (const body of [
      '',
      '{"resourceType":"Bundle"',
      '[]',
      '{"resourceType":"Bundle","type":"searchset","entry":[{}]}',
    ]) {
      expect(read(page(body), context()), body).toMatchObject({
        documents: [{ key: 'page' }],
        cursor: iso(0),
        more: false,
      })
    }
    expect(() => read(page('<html>', 'text/html'), context())).toThrow('not JSON')
  })

  it('a hostile cursor goes nowhere', () => {
    for (const cursor of ['&_type=Patient', '2026-11-24T10:00:00.000Z+5&x=1', '+', 'null']) {
      const query = new URL(list(cursor, context()).path, 'http://x').searchParams
      expect(query.get('_type'), cursor).toBe('ClaimResponse,PaymentReconciliation,CommunicationRequest')
      expect(query.has('x'), cursor).toBe(false)
    }
  })
})
