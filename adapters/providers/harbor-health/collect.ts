import type { CollectedPage, Context, HttpOut, InMessage } from '../../contract.ts'
import { readBundle } from '../../formats/fhir/bundle.ts'
import { isObject, type JsonObject, readJson, sourceOf } from '../../formats/fhir/readJson.ts'
import type { HarborSettings } from './declaration.ts'

const FHIR_JSON = 'application/fhir+json'
const PAGE = 50
/**
 * What a server stamped a moment before it became visible would be missed: the last minute is read
 * again; it is stored once.
 */
const OVERLAP_MS = 60_000

/**
 * Everything that changed, of any claim. The cursor is the last change seen; while pages follow it
 * is `<change>+<offset>`: the search goes on from the last change of the page (pages by number
 * would skip what moves while we read), and by offset only inside one same instant.
 */
export function list(cursor: string | null, _ctx: Context<HarborSettings>): HttpOut {
  const { since, offset, resting } = readCursor(cursor)
  const from = since !== null && resting ? new Date(Date.parse(since) - OVERLAP_MS).toISOString() : since
  const query = [
    '_type=ClaimResponse,PaymentReconciliation,CommunicationRequest',
    ...(from === null ? [] : [`_lastUpdated=ge${encodeURIComponent(from)}`]),
    '_sort=_lastUpdated',
    `_count=${PAGE}`,
    ...(offset > 0 ? [`_offset=${offset}`] : []),
  ]
  return {
    transport: 'http',
    method: 'GET',
    path: `/?${query.join('&')}`,
    headers: { accept: FHIR_JSON },
    body: null,
    about: cursor ?? '',
  }
}

/**
 * Splits a page into its resources, character by character as they came. A page that is no FHIR is
 * kept whole for a person.
 */
export function read(page: InMessage, _ctx: Context<HarborSettings>): CollectedPage {
  if (page.transport !== 'http') throw new Error('a page of Harbor Health comes over HTTP')
  const asked = page.about ? page.about : null
  // A login or maintenance page: nothing to keep, the next collection asks again.
  if (!page.headers['content-type']?.includes('json')) throw new Error('collecting: the answer is not JSON')
  const parsed = readJson(page.body)
  const bundle = parsed.ok ? readBundle(parsed.value) : null
  if (bundle === null) {
    return { documents: [{ key: 'page', mediaType: FHIR_JSON, body: page.body }], cursor: asked, more: false }
  }
  const documents = bundle.resources.map((resource) => ({
    key: keyOf(resource),
    mediaType: FHIR_JSON,
    body: new TextEncoder().encode(sourceOf(resource)),
  }))
  return { documents, ...whereNext(asked, bundle.resources, bundle.hasNext) }
}

function whereNext(
  asked: string | null,
  resources: JsonObject[],
  hasNext: boolean,
): { cursor: string | null; more: boolean } {
  const before = readCursor(asked)
  const changes = resources.map(lastUpdatedOf).filter((change) => change !== null)
  const last = changes.reduce<string | null>(
    (latest, change) => (latest === null || change > latest ? change : latest),
    null,
  )
  if (last === null) return { cursor: before.since, more: false }
  if (!hasNext) return { cursor: before.since !== null && before.since > last ? before.since : last, more: false }
  const stuck = last === before.since && !before.resting
  return { cursor: `${last}+${stuck ? before.offset + resources.length : 0}`, more: true }
}

function readCursor(cursor: string | null): { since: string | null; offset: number; resting: boolean } {
  const [since = '', offset] = (cursor ?? '').split('+')
  if (Number.isNaN(Date.parse(since))) return { since: null, offset: 0, resting: true }
  return { since, offset: Number(offset ?? 0) || 0, resting: offset === undefined }
}

function lastUpdatedOf({ meta }: JsonObject): string | null {
  const change = isObject(meta) && typeof meta.lastUpdated === 'string' ? Date.parse(meta.lastUpdated) : Number.NaN
  return Number.isNaN(change) ? null : new Date(change).toISOString()
}

/**
 * Type, id and version name a document for ever. Without them its bytes do (the hub's own key has
 * their hash).
 */
function keyOf({ resourceType, id, meta }: JsonObject): string {
  const version = isObject(meta) ? meta.versionId : undefined
  return [resourceType, id, '_history', version].map((part) => (typeof part === 'string' ? part : '')).join('/')
}
