import type { CollectedPage, HttpIn, HttpOut, OutMessage, ProviderAdapter } from '../../contract.ts'
import type { CollectContext, Found, Session } from '../transport.ts'
import { answerTo, call } from './call.ts'
import type { HttpEndpoint } from './endpoint.ts'

/** A provider that always has "one more page" is broken; the next collection goes on from the cursor. */
const MOST_PAGES = 2_000

/**
 * Reads page after page until nothing is new. Each document is stored before the provider is told. A page that can't be read or fetched
 * throws: the cursor stays, and the next collection reads it again.
 */
export async function collect(
  adapter: ProviderAdapter,
  context: CollectContext,
  session: Session<HttpEndpoint>,
  store: (found: Found) => Promise<void>,
): Promise<{ cursor: string | null }> {
  const { collect: steps } = adapter
  if (!steps) return { cursor: context.cursor }
  let cursor = context.cursor
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    session.heartbeat(`page ${pages + 1}`)
    const page: CollectedPage = steps.read(await fetchPage(steps.list(cursor, context.ctx), session), context.ctx)
    for (const document of page.documents) {
      await store({ key: document.key, mediaType: document.mediaType, message: asPolled(document) })
      if (steps.confirm) await confirm(steps.confirm(document.key, context.ctx), session)
    }
    if (!page.more) return { cursor: page.cursor }
    if (page.cursor === cursor) throw new Error(`${adapter.declaration.id}: the provider's pages do not move on`)
    cursor = page.cursor
  }
  return { cursor }
}

async function fetchPage(message: OutMessage, session: Session<HttpEndpoint>): Promise<HttpIn> {
  const request = httpOnly(message)
  const called = await call(request, session, {})
  if (called.kind !== 'response') throw new Error(`collecting: ${called.because}`)
  if (called.status !== 200) throw new Error(`collecting: the provider answered ${called.status}`)
  return answerTo(request, called)
}

/** The document is safe with us whatever becomes of this; the provider only offers it once more when it didn't hear. */
async function confirm(message: OutMessage, session: Session<HttpEndpoint>): Promise<void> {
  const called = await call(httpOnly(message), session, {})
  if (called.kind !== 'response') throw new Error(`confirming: ${called.because}`)
  // 404 and 410: confirmed before, by a collection that was killed right after.
  if (called.status >= 300 && called.status !== 404 && called.status !== 410) {
    throw new Error(`confirming: the provider answered ${called.status}`)
  }
}

function httpOnly(message: OutMessage): HttpOut {
  if (message.transport !== 'http')
    throw new Error(`an HTTP connection cannot carry a message for ${message.transport}`)
  return message
}

function asPolled(document: CollectedPage['documents'][number]): HttpIn {
  return { transport: 'http', status: 200, headers: { 'content-type': document.mediaType }, body: document.body }
}
