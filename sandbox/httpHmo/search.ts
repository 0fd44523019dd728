import type { Clock } from '../../platform/clock.ts'
import type { HarborBook } from './book.ts'
import type { Published } from './bookTypes.ts'
import { outcome } from './intake.ts'

/** A submission can be found this long after it came (business time). */
const LOOKUP_LAG_MS = 60_000
const LARGEST_PAGE = 200

/**
 * What changed since an instant, oldest change first, as a searchset with a next link. The
 * resources are written as published.
 */
export function searchChanges(book: HarborBook, types: string[], query: URLSearchParams, base: string): string {
  const since = query.get('_lastUpdated')?.replace(/^ge/, '')
  const from = since ? Date.parse(since) : Number.NEGATIVE_INFINITY
  const count = Math.min(Number(query.get('_count') ?? 50) || 50, LARGEST_PAGE)
  const offset = Number(query.get('_offset') ?? 0) || 0
  const matches = changesSince(book, from).filter((doc) => types.includes(doc.type) && book.current(doc.id) === doc)
  const page = matches.slice(offset, offset + count)
  const more = matches.length > offset + count
  const next = new URLSearchParams(query)
  next.set('_offset', String(offset + count))
  const links = more ? [{ relation: 'next', url: `${base}/?${next.toString()}` }] : []
  return bundle(page, links)
}

/** One submission's answer; when there is none, an outcome says whether the claim is on file. */
export function searchByNumber(book: HarborBook, clock: Clock, identifier: string): string {
  const number = identifier.split('|').at(-1)?.toUpperCase() ?? ''
  const papers = book.papers.get(number)
  if (papers && clock.now().getTime() - papers.at >= LOOKUP_LAG_MS) return onFileBundle()
  const claim = book.claims.get(number)
  if (!claim || clock.now().getTime() - claim.at < LOOKUP_LAG_MS) return bundle([], [])
  const found = book.current(`ClaimResponse/CR-${claim.claimNumber}`)
  if (found) return bundle([found], [])
  return onFileBundle()
}

function onFileBundle(): string {
  const onFile = outcome(200, {
    code: 'informational',
    own: 'claim-on-file',
    text: 'The claim is on file; there is no response yet',
    severity: 'information',
  })
  return `{"resourceType":"Bundle","type":"searchset","total":0,"entry":[{"resource":${JSON.stringify(onFile.body)},"search":{"mode":"outcome"}}]}`
}

/**
 * Publications are in the order of their time: the first of the wanted ones is found by halving.
 */
function changesSince(book: HarborBook, from: number): Published[] {
  let low = 0
  let high = book.published.length
  while (low < high) {
    const middle = (low + high) >> 1
    const doc = book.published[middle]
    if (doc && Date.parse(doc.lastUpdated) < from) low = middle + 1
    else high = middle
  }
  return book.published.slice(low)
}

function bundle(docs: Published[], link: { relation: string; url: string }[]): string {
  const entries = docs.map((doc) => `{"fullUrl":"${doc.id}","resource":${doc.json},"search":{"mode":"match"}}`)
  return `{"resourceType":"Bundle","type":"searchset","total":${docs.length},"link":${JSON.stringify(link)},"entry":[${entries.join(',')}]}`
}
