import { z } from 'zod'
import type { Answer, Carries, InMessage, Notice, OutMessage, ProviderAdapter } from '../../adapters/contract.ts'
import type { ArrivalCheck, SendOptions, Sent, Transport } from '../../adapters/transports/transport.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { DECLARATION } from '../support/claimsApi.ts'

type Step = Sent | ((message: OutMessage, options: SendOptions) => Promise<Sent>)

/** What a test scripts of the provider, and what the provider saw. */
export interface Script {
  /** What the provider does with each message, in order; then it answers `taken`. */
  script: Step[]
  /** What a look at the provider's folder shows, in order; empty: the transport cannot look. */
  looks: ArrivalCheck[]
  /** What an inquiry's reply says, in order. */
  replies: Notice[][]
  /** What the provider does with each collection, in order; then it has nothing. */
  collecting: Transport['collect'][]
  /** Claims that were asked about, each by the number of its sending and their references. */
  asked: { submissionNumber: string; references: string[] }[]
  sent: { message: OutMessage; key: string }[]
  /** Messages per interchange. */
  messages: number
  /** What each message carries, in order; else every claim. */
  carries: Carries[]
  /** The transport marks by itself, so that a message without a mark has not left. */
  marks: boolean
  /** The submission that `encode` can't write, or `all`. */
  poison: string | null
  /** The submission with which `assemble` can't write a file. */
  poisonInBatch: string | null
  /** How many claims `assemble` can put into one file. */
  mostInBatch: number
}

/** A provider that takes everything and says nothing. */
export const newScript = (): Script => ({
  script: [],
  looks: [],
  replies: [],
  collecting: [],
  asked: [],
  sent: [],
  messages: 1,
  carries: [],
  marks: false,
  poison: null,
  poisonInBatch: null,
  mostInBatch: 1_000,
})

export const taken: Answer = { kind: 'taken', references: [], facts: [], said: [] }

/** An answer of the scripted provider, as its bytes. */
export const answered = (answer: Answer): Sent => ({ kind: 'answered', answer: message(answer) })

/** What the provider says about the claim of a submission. */
export const about = (submissionNumber: string, fact: Fact): Notice =>
  ({ kind: 'claim', match: { submissionNumber, references: [] }, fact, said: [], references: [] }) as Notice

/** Any content as a message of the scripted provider. */
export function message(content: unknown): InMessage {
  return { transport: 'http', status: 200, headers: {}, body: Buffer.from(JSON.stringify(content)) }
}

const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())

/** An own copy of the claims API's declaration, which a test may change. */
export const ownDeclaration = () =>
  ({
    ...structuredClone({ ...DECLARATION, settings: undefined }),
    settings: z.unknown(),
    purposes: ['new', 'replacement', 'void'],
  }) as typeof DECLARATION

export function scriptedAdapter(script: Script, declaration: typeof DECLARATION): ProviderAdapter {
  return {
    declaration,
    encode: (submission) => {
      if (script.poison === submission.submissionNumber || script.poison === 'all')
        throw new Error("cannot write O'Brien")
      return { submissionNumber: submission.submissionNumber, content: submission.purpose }
    },
    assemble: (parts, { controlNumber }) => {
      if (parts.some(({ submissionNumber }) => submissionNumber === script.poisonInBatch))
        throw new Error("cannot write O'Brien")
      if (parts.length > script.mostInBatch) throw new Error('too large')
      return Array.from({ length: script.messages }, (_, index) => ({
        transport: 'http' as const,
        method: 'POST' as const,
        path: `/claims/${controlNumber}/${index}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(parts)),
        ...(script.carries[index] ? { carries: script.carries[index] } : {}),
      }))
    },
    readAnswer: (answer) => read(answer.body),
    decode: (incoming) => {
      const said = read(incoming.body)
      if (said === 'boom') throw new Error('boom')
      return said
    },
    ask: (claims) => {
      for (const { submission, references } of claims)
        script.asked.push({
          submissionNumber: submission.submissionNumber,
          references: references.map(({ value }) => value),
        })
      return [{ transport: 'http', method: 'GET', path: '/status', headers: {}, body: null }]
    },
  } as ProviderAdapter
}

export function scriptedTransport(script: Script): Transport {
  return {
    endpoint: z.object({ broken: z.undefined().optional(), at: z.string().default('its desk') }),
    destinations: () => [],
    address: (endpoint) => (endpoint as { at: string }).at,
    secrets: () => [],
    marks: script.marks,
    send: async (out, _session, options) => {
      if (out.transport === 'http' && out.path === '/status') {
        const reply = script.replies.shift()
        return reply ? { kind: 'answered', answer: message(reply) } : { kind: 'unknown', because: 'no reply' }
      }
      script.sent.push({ message: out, key: options.idempotencyKey })
      const step = script.script.shift() ?? answered(taken)
      return typeof step === 'function' ? step(out, options) : step
    },
    ...(script.looks.length > 0 ? { checkArrival: async () => script.looks.shift() ?? 'cannot_tell' } : {}),
    collect: async (...asked) => (await script.collecting.shift()?.(...asked)) ?? { cursor: null },
    check: async () => [],
  }
}
