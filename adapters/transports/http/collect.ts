import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { CollectedPage, Context, HttpIn, HttpOut, OutMessage, ProviderAdapter } from '../../contract.ts'
import { CollectError, orCollectError } from '../collectError.ts'
import type { CollectContext, CollectedDocument, Session } from '../transport.ts'
import { answerTo, type Called, call } from './call.ts'
import type { HttpEndpoint } from './endpoint.ts'

const CONFIRM = durableEffect({
  name: 'confirm',
  in: 'worker',
  channels: ['http'],
  after: 'one document is confirmed, and the cursor stands where it was',
})

/**
 * A provider that always has "one more page" is broken; the next collection goes on from the
 * cursor.
 */
const MOST_PAGES = 2_000

type Steps = NonNullable<ProviderAdapter['collect']>
type Listed = CollectedPage['documents'][number]

/**
 * Reads page after page until nothing is new. Each document is stored before the provider is told.
 * A page that can't be read or fetched throws: the cursor stays, and the next collection reads it
 * again. A document that can't be fetched keeps none of the others back; it throws at the end of
 * its page.
 */
export async function collect(
  adapter: ProviderAdapter,
  context: CollectContext,
  session: Session<HttpEndpoint>,
  store: (found: CollectedDocument) => Promise<void>,
): Promise<{ cursor: string | null }> {
  const { collect: steps } = adapter
  if (!steps) return { cursor: context.cursor }
  let cursor = context.cursor
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    session.heartbeat(`page ${pages + 1}`)
    const answer = await fetchOne(steps.list(cursor, context.ctx), session)
    const page: CollectedPage = await orCollectError('answer', () => steps.read(answer, context.ctx))
    const failures: unknown[] = []
    for (const listed of page.documents) {
      const document = await whole(steps, listed, context.ctx, session).catch((error: unknown) => {
        failures.push(error)
        return null
      })
      if (document === null) continue
      await store({ key: listed.key, mediaType: document.mediaType, message: asPolled(document) })
      if (!steps.confirm) continue
      await confirm(steps.confirm(listed.key, context.ctx), session)
      CONFIRM.after('http')
    }
    if (failures.length > 0) throw failures[0]
    if (!page.more) return { cursor: page.cursor }
    if (page.cursor === cursor)
      throw new CollectError('answer', `${adapter.declaration.id}: the provider's pages do not move on`)
    cursor = page.cursor
  }
  return { cursor }
}

interface Whole {
  mediaType: string
  body: Uint8Array
}

/** The document as the page has it, or fetched where the page only names it. */
async function whole(
  { fetch }: Steps,
  { key, mediaType, body }: Listed,
  ctx: Context<unknown>,
  session: Session<HttpEndpoint>,
): Promise<Whole> {
  if (body !== null) return { mediaType, body }
  if (!fetch)
    throw new CollectError('answer', 'collecting: a page only names its documents, and the adapter cannot fetch one')
  const answer = await fetchOne(fetch.request(key, ctx), session)
  return orCollectError('answer', () => fetch.read(answer, ctx))
}

async function fetchOne(message: OutMessage, session: Session<HttpEndpoint>): Promise<HttpIn> {
  const request = httpOnly(message)
  const called = await call(request, session, {})
  if (called.kind !== 'response') throw notCalled('collecting', called)
  if (called.status !== 200) throw refused('collecting', called.status)
  return answerTo(request, called)
}

/**
 * A failed confirmation loses nothing: the document is stored, and the provider only offers it
 * again.
 */
async function confirm(message: OutMessage, session: Session<HttpEndpoint>): Promise<void> {
  const called = await call(httpOnly(message), session, {})
  if (called.kind !== 'response') throw notCalled('confirming', called)
  // 404 and 410: confirmed before, by a collection that was killed right after.
  if (called.status >= 300 && called.status !== 404 && called.status !== 410) {
    throw refused('confirming', called.status)
  }
}

function notCalled(what: string, { kind, because }: Exclude<Called, { kind: 'response' }>): CollectError {
  return new CollectError(kind === 'refused' ? 'sign-in' : 'unreachable', `${what}: ${because}`)
}

function refused(what: string, status: number): CollectError {
  const failure = status === 401 || status === 403 ? 'sign-in' : 'answer'
  return new CollectError(failure, `${what}: the provider answered ${status}`)
}

function httpOnly(message: OutMessage): HttpOut {
  if (message.transport !== 'http')
    throw new Error(`an HTTP connection cannot carry a message for ${message.transport}`)
  return message
}

function asPolled({ mediaType, body }: Whole): HttpIn {
  return { transport: 'http', status: 200, headers: { 'content-type': mediaType }, body }
}
