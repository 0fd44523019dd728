import type { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import { type KyselyPlugin, RawNode } from 'kysely'
import { pino } from 'pino'
import { z } from 'zod'
import { createClaimActivities, createProviderActivities } from '../../activities/createActivities.ts'
import type { Deps } from '../../activities/deps.ts'
import { decodeDocument } from '../../activities/inbox/decodeDocument.ts'
import type { Answer, InMessage, Notice, OutMessage, ProviderAdapter } from '../../adapters/contract.ts'
import type { ArrivalCheck, SendOptions, Sent, Transport } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { createDraft } from '../../db/drafts/createDraft.ts'
import { storeDocument } from '../../db/inbox/documents.ts'
import { insertManualNotice } from '../../db/inbox/notices.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Cancelled, ClaimSummary, Delivered, Escalated, Opened } from '../../workflows/activityResults.ts'
import { TWIN_ADDRESSES } from '../support/addresses.ts'
import { DECLARATION } from '../support/claimsApi.ts'
import { doing, NOW, type Seeded, seedClaims, wish } from '../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

type Step = Sent | ((message: OutMessage, options: SendOptions) => Promise<Sent>)

/** The activities on a real Postgres, with a provider that a test scripts: only its transport, adapter and Temporal's client are played. */
export interface Engine {
  db: TestDatabase
  seeded: Seeded
  deps: Deps
  declaration: typeof DECLARATION
  /** What the provider does with each message, in order; then it answers `taken`. */
  script: Step[]
  /** What a look at the provider's folder shows, in order; empty: the transport cannot look. */
  looks: ArrivalCheck[]
  /** What an inquiry's reply says, in order. */
  replies: Notice[][]
  /** What the next collections find, and how they end. */
  collecting: Transport['collect']
  /** Claims that were asked about, each by the number of its sending and their references. */
  asked: { submissionNumber: string; references: string[] }[]
  sent: { message: OutMessage; key: string }[]
  signalled: string[]
  /** Messages per interchange. */
  messages: number
  /** The submission that `encode` can't write, or `all`. */
  poison: string | null
  now: Date
  later(hours: number): void
  /** A draft of this procedure; the same one may be claimed often. */
  draft(procedure: keyof Seeded['procedures']): Promise<string>
  submitted(procedure?: keyof Seeded['procedures']): Promise<Submitted>
  open(claimId: string): Promise<Opened>
  deliver(sending: Transmission): Promise<Delivered>
  settle(sending: Transmission): Promise<Delivered>
  news(claimId: string, asked?: string[]): Promise<ClaimSummary>
  climb(claimId: string): Promise<Escalated>
  wishToCancel(claimId: string): Promise<string>
  cancel(claimId: string, noticeId: string): Promise<Cancelled>
  /** Stores a document that says this, as the push route or the collector does; `boom` breaks the reading. */
  arrives(says: Notice[] | 'boom', key?: string): Promise<string>
  inbox(): Promise<{ left: boolean; restMs?: number }>
  collect(): Promise<number>
  ask(claimId: string): Promise<void>
  claim(
    claimId: string,
  ): Promise<{ status: string; delivery: string | null; attention: boolean; closed: string | null }>
  interchange(
    interchangeId: string,
  ): Promise<{ state: string; attempt: number; because: string | null; delivery_proof: string | null }>
  openItems(claimId?: string): Promise<string[]>
  within<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Statements since the last call, BEGIN and COMMIT not counted. */
  statements(): string[]
}

export interface Submitted extends Transmission {
  claimId: string
  submissionId: string
  submissionNumber: string
}

export const taken: Answer = { kind: 'taken', references: [], facts: [], said: [] }

/** An answer of the scripted provider, as its bytes. */
export const answered = (answer: Answer): Sent => ({ kind: 'answered', answer: message(answer) })

/** What the provider says about the claim of a submission. */
export const about = (submissionNumber: string, fact: Fact): Notice =>
  ({ kind: 'claim', match: { submissionNumber, references: [] }, fact, said: [], references: [] }) as Notice

function message(content: unknown): InMessage {
  return { transport: 'http', status: 200, headers: {}, body: Buffer.from(JSON.stringify(content)) }
}

const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())

export async function startEngine(): Promise<Engine> {
  const db = await testDatabase()
  const { organisationId } = db
  const seeded = await seedClaims(db.owner, organisationId)
  const declaration = {
    ...structuredClone({ ...DECLARATION, settings: undefined }),
    settings: z.unknown(),
    purposes: ['new', 'replacement', 'void'],
  } as typeof DECLARATION
  const adapter = {
    declaration,
    encode: (submission) => {
      if (engine.poison === submission.submissionNumber || engine.poison === 'all')
        throw new Error("cannot write O'Brien")
      return { submissionNumber: submission.submissionNumber, content: submission.purpose }
    },
    assemble: (parts, { controlNumber }) =>
      Array.from({ length: engine.messages }, (_, index) => ({
        transport: 'http' as const,
        method: 'POST' as const,
        path: `/claims/${controlNumber}/${index}`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(parts)),
      })),
    readAnswer: (answer) => read(answer.body),
    decode: (incoming) => {
      const said = read(incoming.body)
      if (said === 'boom') throw new Error('boom')
      return said
    },
    ask: (claims) => {
      for (const { submission, references } of claims)
        engine.asked.push({
          submissionNumber: submission.submissionNumber,
          references: references.map(({ value }) => value),
        })
      return [{ transport: 'http', method: 'GET', path: '/status', headers: {}, body: null }]
    },
  } as ProviderAdapter
  const transport = (): Transport => ({
    endpoint: z.object({ broken: z.undefined().optional() }),
    destinations: () => [],
    secrets: () => [],
    send: async (out, _session, options) => {
      if (out.transport === 'http' && out.path === '/status') {
        const reply = engine.replies.shift()
        return reply ? { kind: 'answered', answer: message(reply) } : { kind: 'unknown', because: 'no reply' }
      }
      engine.sent.push({ message: out, key: options.idempotencyKey })
      const step = engine.script.shift() ?? answered(taken)
      return typeof step === 'function' ? step(out, options) : step
    },
    ...(engine.looks.length > 0 ? { checkArrival: async () => engine.looks.shift() ?? 'cannot_tell' } : {}),
    collect: (...call) => engine.collecting(...call),
    check: async () => [],
  })
  let log: string[] = []
  const counting: KyselyPlugin = {
    transformQuery: ({ node, queryId: _id }) => {
      log.push(
        node.kind === 'RawNode' ? (RawNode.is(node) ? node.sqlFragments.join('?').trim().slice(0, 60) : '') : node.kind,
      )
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const clock = {
    scale: 1,
    now: () => engine.now,
    realMsUntil: (at: Date) => Math.max(0, at.getTime() - engine.now.getTime()),
  }
  const client = {
    workflow: {
      signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => {
        engine.signalled.push(workflowId)
      },
    },
  } as unknown as Client
  const deps: Deps = {
    databases: {
      ...db.databases,
      within: (organisation, work) =>
        db.databases.within(organisation, (tx) => {
          log.push('set_config')
          return work(tx.withPlugin(counting) as Tx)
        }),
    },
    client,
    clock,
    log: pino({ level: 'silent' }),
    adapterOf: () => adapter,
    // In this process, for the adapter is a test's own; test/activities/decoder.test.ts reads in another one.
    decoder: {
      lease: (work) =>
        work(async (job) => {
          try {
            return { kind: 'done', answer: await decodeDocument(engine.deps.adapterOf(job.adapterId), job) }
          } catch {
            return { kind: 'threw', error: 'Error' }
          }
        }),
    },
    transportOf: transport,
    addresses: TWIN_ADDRESSES,
    unseal: () => ({}),
    timings: { deliverMs: 30_000, heartbeatMs: 30_000 },
    leaseMs: 60_000,
    collectFailures: 3,
    unsentAlertMs: 1_800_000,
    failpoint: () => undefined,
  }
  const ours = createClaimActivities(deps)
  const theirs = createProviderActivities(deps)
  const env = new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 })
  const input = (claimId: string) => ({ organisationId, claimId, providerId: 'harbor-health' })
  const engine: Engine = {
    db,
    seeded,
    deps,
    declaration,
    script: [],
    looks: [],
    replies: [],
    collecting: async () => ({ cursor: null }),
    asked: [],
    sent: [],
    signalled: [],
    messages: 1,
    poison: null,
    now: NOW,
    later: (hours) => {
      engine.now = new Date(engine.now.getTime() + hours * 3_600_000)
    },
    draft: async (procedure) => {
      const wanted = wish(seeded, [procedure], { overrideDuplicate: 'test' })
      const saved = await engine.within((tx) => createDraft(tx, wanted, doing(organisationId)))
      if (saved.kind === 'refused') throw new Error(saved.detail)
      return saved.claimId
    },
    submitted: async (procedure = 'cleaning') => {
      const saved = { claimId: await engine.draft(procedure) }
      const opened = await engine.open(saved.claimId)
      if (opened.kind !== 'open' || opened.submitted === null || opened.interchangeId === null)
        throw new Error(`not submitted: ${JSON.stringify(opened)}`)
      return { ...input(saved.claimId), interchangeId: opened.interchangeId, ...opened.submitted }
    },
    open: (claimId) => ours.openClaim(input(claimId)),
    deliver: (sending) => env.run(theirs.deliver, sending) as Promise<Delivered>,
    settle: (sending) => env.run(theirs.resolveDelivery, sending) as Promise<Delivered>,
    news: (claimId, asked = []) => ours.recordNotices(input(claimId), asked),
    climb: (claimId) => ours.escalate(input(claimId)),
    wishToCancel: (claimId) =>
      engine.within((tx) =>
        insertManualNotice(tx, {
          organisationId,
          claimId,
          actor: 'Ana',
          event: { fact: { type: 'cancelled', voided: false }, at: engine.now.toISOString(), said: [], references: [] },
          act: { kind: 'cancel', reason: 'patient asked' },
        }),
      ),
    cancel: (claimId, noticeId) => ours.cancelClaim(input(claimId), noticeId),
    arrives: async (says, key = crypto.randomUUID()) => {
      const { body, ...head } = message(says)
      const stored = await engine.within((tx) =>
        storeDocument(tx, {
          organisationId,
          connectionId: seeded.connectionId,
          channel: 'push',
          dedupeKey: key,
          head: { ...head },
          mediaType: 'application/json',
          body: Buffer.from(body),
          now: engine.now,
        }),
      )
      return stored.documentId
    },
    inbox: () =>
      env.run(ours.processInbox, {
        organisationId,
        connectionId: seeded.connectionId,
        providerId: 'harbor-health',
      }) as ReturnType<Engine['inbox']>,
    ask: (claimId) => env.run(theirs.askProvider, input(claimId)) as Promise<void>,
    collect: () =>
      env.run(theirs.collect, {
        organisationId,
        connectionId: seeded.connectionId,
        providerId: 'harbor-health',
      }) as Promise<number>,
    claim: (claimId) =>
      db.owner
        .selectFrom('claims')
        .select(['status', 'delivery', 'attention', 'closed_because as closed'])
        .where('id', '=', claimId)
        .executeTakeFirstOrThrow(),
    interchange: (interchangeId) =>
      db.owner
        .selectFrom('interchanges')
        .select(['state', 'attempt', 'because', 'delivery_proof'])
        .where('id', '=', interchangeId)
        .executeTakeFirstOrThrow(),
    openItems: async (claimId) => {
      let query = db.owner.selectFrom('attention_items').select('kind').where('closed_at', 'is', null).orderBy('kind')
      if (claimId !== undefined) query = query.where('claim_id', '=', claimId)
      return (await query.execute()).map((row) => row.kind)
    },
    within: (work) => db.databases.within(organisationId, work),
    statements: () => {
      const counted = log
      log = []
      return counted
    },
  }
  return engine
}
