import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { InMessage } from '../../../../adapters/contract.ts'
import type { Session } from '../../../../adapters/transports/transport.ts'
import { type Check, demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import { read, someDocuments } from '../rules/reading.ts'
import { type Subject, TWIN_ADDRESSES } from '../subject.ts'
import { documentChecks, type Post } from './documents.ts'

/** What the other transports are held to, and why it has nothing to say here. */
const WITHOUT_NETWORK = (
  [
    ['timed-out', 'executed and then silent is unknown'],
    ['truncated', 'a line that breaks leaves nothing half at the provider'],
    ['expired-credentials', 'a refused sign-in stops the connection'],
    ['rate-limit', 'a provider that turns us away has nothing'],
    ['not-there', 'a provider that cannot be reached has nothing'],
  ] as const
).map(
  ([name, rule]): Check => ({
    name: `wire-${name}`,
    rule,
    unless: () => 'no network: a person carries the packet',
    run: () => undefined,
  }),
)

/**
 * Files as a person puts them in through the API: under no name of theirs, typed by a browser, the
 * same bytes once.
 */
const uploadPost: Post = {
  async carry(documents) {
    const stored = new Map<string, InMessage>()
    for (const { body } of documents) {
      const sha256 = createHash('sha256').update(body).digest('hex')
      const name = `upload-${sha256.slice(0, 12)}`
      stored.set(sha256, { transport: 'manual', name, mediaType: 'application/octet-stream', body })
    }
    return [...stored.values()]
  },
}

const NO_MARKS = { idempotencyKey: 'kit', mark: async () => undefined }

/**
 * A provider without a channel: a person files the packet and uploads the answers. Its documents
 * are held to the same scenarios as all others.
 */
export const manualChecks: Check[] = [
  {
    name: 'wire-by-hand',
    rule: 'the packet lies ready for a person: nothing of it counts as sent, and nothing is fetched from anywhere',
    run: async (on) => {
      for (const message of await on.write([claimWith(on)])) {
        const { kind } = await on.transport.send(message, session(on), NO_MARKS)
        demand(kind === 'by_hand', `a file is ${kind}`)
      }
      const found: unknown[] = []
      const context = { cursor: null, ctx: on.context() }
      await on.transport.collect(on.adapter, context, session(on), async (each) => void found.push(each))
      demand(found.length === 0, `${found.length} documents were fetched`)
    },
  },
  {
    name: 'wire-any-name',
    rule: 'a download says the same under any name and media type: people rename files',
    run: async (on) => {
      for (const message of someDocuments(on)) {
        const renamed = { ...message, name: 'Download (3)', mediaType: 'application/octet-stream' } as InMessage
        demand(isDeepStrictEqual(await read(on, message), await read(on, renamed)), 'its name changes what it says')
      }
    },
  },
  ...WITHOUT_NETWORK,
  ...documentChecks(uploadPost),
]

function session({ transport }: Subject): Session {
  return {
    connectionId: 'kit',
    endpoint: transport.endpoint.parse({}),
    secrets: {},
    auth: 'none',
    addresses: TWIN_ADDRESSES,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
  }
}
