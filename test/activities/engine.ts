import type { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import { type KyselyPlugin, RawNode } from 'kysely'
import { pino } from 'pino'
import { createClaimActivities, createProviderActivities } from '../../activities/createActivities.ts'
import type { Deps } from '../../activities/deps.ts'
import { decodeDocument } from '../../activities/inbox/decodeDocument.ts'
import type { Notice } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { createDraft } from '../../db/drafts/createDraft.ts'
import { storeDocument } from '../../db/inbox/documents.ts'
import { insertManualNotice } from '../../db/inbox/notices.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Cancelled, ClaimOpening, ClaimSummary, Delivered, Escalated } from '../../workflows/activityResults.ts'
import { TWIN_ADDRESSES } from '../support/addresses.ts'
import type { DECLARATION } from '../support/claimsApi.ts'
import { doing, NOW, type Seeded, seedClaims, wish } from '../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import {
  message,
  newScript,
  ownDeclaration,
  type Script,
  scriptedAdapter,
  scriptedTransport,
} from './scriptedProvider.ts'

export { about, answered, taken } from './scriptedProvider.ts'

/** What a test changes while the engine runs. */
interface Stage extends Script {
  signalled: string[]
  now: Date
}

/**
 * The activities on a real Postgres, with a provider that a test scripts: only its transport,
 * adapter and Temporal's client are played.
 */
export interface Engine extends Stage {
  db: TestDatabase
  seeded: Seeded
  deps: Deps
  declaration: typeof DECLARATION
  later(hours: number): void
  /** A draft of this procedure; the same one may be claimed often. */
  draft(procedure: keyof Seeded['procedures']): Promise<string>
  submitted(procedure?: keyof Seeded['procedures']): Promise<Submitted>
  open(claimId: string): Promise<ClaimOpening>
  deliver(sending: Transmission): Promise<Delivered>
  settle(sending: Transmission): Promise<Delivered>
  news(claimId: string, asked?: string[]): Promise<ClaimSummary>
  climb(claimId: string): Promise<Escalated>
  wishToCancel(claimId: string): Promise<string>
  cancel(claimId: string, noticeId: string): Promise<Cancelled>
  /**
   * Stores a document that says this, as the push route or the collector does; `boom` breaks the
   * reading.
   */
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

/** `on`: a database of the test's own, with the practice that is in it already. */
export async function startEngine(on?: { db: TestDatabase; seeded?: Seeded }): Promise<Engine> {
  const db = on?.db ?? (await testDatabase())
  const seeded = on?.seeded ?? (await seedClaims(db.owner, db.organisationId))
  const declaration = ownDeclaration()
  const stage: Stage = { ...newScript(), signalled: [], now: NOW }
  const counter = statementCounter()
  const deps = scriptedDeps(db, stage, declaration, counter)
  const given: Given = {
    db,
    seeded,
    deps,
    stage,
    input: (claimId) => ({ organisationId: db.organisationId, claimId, providerId: 'harbor-health' }),
  }
  const steps = { ...claimSteps(given), ...providerSteps(given), ...inboxSteps(given), ...rowsOf(given) }
  return Object.assign(stage, { db, seeded, deps, declaration, ...steps, statements: counter.counted })
}

interface Given {
  db: TestDatabase
  seeded: Seeded
  deps: Deps
  stage: Stage
  input(claimId: string): { organisationId: string; claimId: string; providerId: string }
}

/** Notes every statement that an activity sends. */
function statementCounter() {
  let log: string[] = []
  const plugin: KyselyPlugin = {
    transformQuery: ({ node, queryId: _id }) => {
      log.push(
        node.kind === 'RawNode' ? (RawNode.is(node) ? node.sqlFragments.join('?').trim().slice(0, 60) : '') : node.kind,
      )
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return {
    plugin,
    note: (statement: string) => log.push(statement),
    counted: () => {
      const counted = log
      log = []
      return counted
    },
  }
}

function scriptedDeps(
  db: TestDatabase,
  stage: Stage,
  declaration: typeof DECLARATION,
  counter: ReturnType<typeof statementCounter>,
): Deps {
  const adapter = scriptedAdapter(stage, declaration)
  const client = {
    workflow: {
      signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => {
        stage.signalled.push(workflowId)
      },
    },
  } as unknown as Client
  const deps: Deps = {
    databases: {
      ...db.databases,
      within: (organisation, work) =>
        db.databases.within(organisation, (tx) => {
          counter.note('set_config')
          return work(tx.withPlugin(counter.plugin) as Tx)
        }),
    },
    client,
    clock: {
      scale: 1,
      now: () => stage.now,
      realMsUntil: (at: Date) => Math.max(0, at.getTime() - stage.now.getTime()),
    },
    log: pino({ level: 'silent' }),
    adapterOf: () => adapter,
    // In this process, for the adapter is a test's own; decoder.test.ts reads in another one.
    decoder: {
      lease: (work) =>
        work(async (job) => {
          try {
            return { kind: 'done', answer: await decodeDocument(deps.adapterOf(job.adapterId), job) }
          } catch {
            return { kind: 'threw', error: 'Error' }
          }
        }),
    },
    transportOf: () => scriptedTransport(stage),
    addresses: TWIN_ADDRESSES,
    unseal: () => ({}),
    timings: { deliverMs: 30_000, heartbeatMs: 30_000 },
    leaseMs: 60_000,
    collectFailures: 3,
    restoreNumbersADay: 100,
    unsentAlertMs: 1_800_000,
  }
  return deps
}

const activityEnvironment = () => new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 })

/** A claim's own steps, from its draft on. */
function claimSteps({ db, seeded, deps, stage, input }: Given) {
  const { organisationId } = db
  const ours = createClaimActivities(deps)
  const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(organisationId, work)
  const draft: Engine['draft'] = async (procedure) => {
    const wanted = wish(seeded, [procedure], { overrideDuplicate: 'test' })
    const saved = await within((tx) => createDraft(tx, wanted, doing(organisationId)))
    if (saved.kind === 'refused') throw new Error(saved.detail)
    return saved.claimId
  }
  const open: Engine['open'] = (claimId) => ours.openClaim(input(claimId))
  const steps: Pick<Engine, 'later' | 'draft' | 'submitted' | 'open' | 'news' | 'climb' | 'wishToCancel' | 'cancel'> = {
    later: (hours) => {
      stage.now = new Date(stage.now.getTime() + hours * 3_600_000)
    },
    draft,
    open,
    submitted: async (procedure = 'cleaning') => {
      const claimId = await draft(procedure)
      const opened = await open(claimId)
      if (opened.kind !== 'open' || opened.submitted === null || opened.interchangeId === null)
        throw new Error(`not submitted: ${JSON.stringify(opened)}`)
      return { ...input(claimId), interchangeId: opened.interchangeId, ...opened.submitted }
    },
    news: (claimId, asked = []) => ours.recordNotices(input(claimId), asked),
    climb: (claimId) => ours.escalate(input(claimId)),
    wishToCancel: (claimId) =>
      within((tx) =>
        insertManualNotice(tx, {
          organisationId,
          claimId,
          actor: 'Ana',
          event: { fact: { type: 'cancelled', voided: false }, at: stage.now.toISOString(), said: [], references: [] },
          act: { kind: 'cancel', reason: 'patient asked' },
        }),
      ),
    cancel: (claimId, noticeId) => ours.cancelClaim(input(claimId), noticeId),
  }
  return steps
}

/** What is done with the provider. */
function providerSteps({ db, seeded, deps, input }: Given): Pick<Engine, 'deliver' | 'settle' | 'ask' | 'collect'> {
  const env = activityEnvironment()
  const theirs = createProviderActivities(deps)
  const { organisationId } = db
  const { connectionId } = seeded
  return {
    deliver: (sending) => env.run(theirs.deliver, sending) as Promise<Delivered>,
    settle: (sending) => env.run(theirs.resolveDelivery, sending) as Promise<Delivered>,
    ask: (claimId) => env.run(theirs.askProvider, input(claimId)) as Promise<void>,
    collect: () =>
      env.run(theirs.collect, { organisationId, connectionId, providerId: 'harbor-health' }) as Promise<number>,
  }
}

/** What comes in. */
function inboxSteps({ db, seeded, deps, stage }: Given): Pick<Engine, 'arrives' | 'inbox'> {
  const env = activityEnvironment()
  const ours = createClaimActivities(deps)
  const { organisationId } = db
  const { connectionId } = seeded
  return {
    arrives: async (says, key = crypto.randomUUID()) => {
      const { body, ...head } = message(says)
      const stored = await db.databases.within(organisationId, (tx) =>
        storeDocument(tx, {
          organisationId,
          connectionId,
          channel: 'push',
          dedupeKey: key,
          head: { ...head },
          mediaType: 'application/json',
          body: Buffer.from(body),
          now: stage.now,
        }),
      )
      return stored.documentId
    },
    inbox: () =>
      env.run(ours.processInbox, { organisationId, connectionId, providerId: 'harbor-health' }) as ReturnType<
        Engine['inbox']
      >,
  }
}

/** The rows as they stand. */
function rowsOf({ db }: Given): Pick<Engine, 'claim' | 'interchange' | 'openItems' | 'within'> {
  return {
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
    within: (work) => db.databases.within(db.organisationId, work),
  }
}
