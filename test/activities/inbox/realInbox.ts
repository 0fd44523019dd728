import { readFileSync } from 'node:fs'
import path from 'node:path'
import { processInbox } from '../../../activities/inbox/processInbox.ts'
import { adapterOf } from '../../../adapters/registry.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { balancesOf, postCharge } from '../../../db/money/ledger.ts'
import { listRemittances, type RemittanceSummary } from '../../../db/money/readRemittances.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW } from '../../support/claimsSeed.ts'
import { type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'
import { type Engine, startEngine } from '../engine.ts'

const PROVIDERS = path.join(import.meta.dirname, '../../../adapters/providers')

/** The message that a provider's fixture of a paid claim holds, as text. */
export function paidFixture(providerId: string, file: string): string {
  return readFileSync(path.join(PROVIDERS, providerId, 'fixtures/paid', file), 'utf8')
}

/** An inbox that reads real documents with the real adapters. */
export interface RealInbox {
  engine: Engine
  /** A production connection with the HMO as its fixtures have it. */
  connect(providerId: string, adapterId?: string): Promise<string>
  /** A submitted, charged claim. */
  claim(connectionId: string, lines: { code: string; charge: number }[], currency: string): Promise<SubmittedClaim>
  /** Stores a document, reads it, and answers its remittances, in order. */
  arrives(connectionId: string, text: string, head: Record<string, unknown>): Promise<RemittanceSummary[]>
  paid(claim: SubmittedClaim): Promise<number>
  items(): Promise<{ kind: string; because: string }[]>
  close(): Promise<void>
}

export async function startRealInbox(): Promise<RealInbox> {
  const engine = await startEngine()
  // The engine's decoder asks for the adapter when it reads.
  engine.deps.adapterOf = adapterOf
  const { db } = engine
  return {
    engine,
    connect: (providerId, adapterId = providerId) => connect(engine, providerId, adapterId),
    claim: (connectionId, lines, currency) => submitted(engine, { connectionId, lines, currency }),
    arrives: (connectionId, text, head) => arrives(engine, { connectionId, text, head }),
    paid: async ({ claimId }) => (await engine.within((tx) => balancesOf(tx, db.organisationId, claimId))).paid,
    items: () =>
      db.owner
        .selectFrom('attention_items')
        .select(['kind', 'because'])
        .where('closed_at', 'is', null)
        .orderBy('id')
        .execute(),
    close: () => db.close(),
  }
}

async function connect({ db }: Engine, providerId: string, adapterId: string): Promise<string> {
  const { organisationId, owner } = db
  const file = path.join(PROVIDERS, adapterId, 'fixtures/connection.json')
  const { settings, mode, currency, zone } = JSON.parse(readFileSync(file, 'utf8'))
  const told = { mode, currency, zone, settings: JSON.stringify(settings) }
  await owner
    .insertInto('providers')
    .values({ id: providerId, adapter_id: adapterId, name: providerId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const known = await owner
    .updateTable('connections')
    .set(told)
    .where('organisation_id', '=', organisationId)
    .where('provider_id', '=', providerId)
    .returning('id')
    .executeTakeFirst()
  if (known !== undefined) return known.id
  const id = newId()
  const row = { organisation_id: organisationId, id, provider_id: providerId, endpoint: '{}', ...told }
  await owner.insertInto('connections').values(row).execute()
  return id
}

async function submitted(
  { db, seeded, within }: Engine,
  wish: { connectionId: string; lines: { code: string; charge: number }[]; currency: string },
): Promise<SubmittedClaim> {
  const [claim] = await seedSubmitted(db.owner, seeded, [wish])
  if (claim === undefined) throw new Error('no claim')
  const lines = wish.lines.map(({ charge }, index) => ({ lineNumber: index + 1, charge }))
  const on = { organisationId: db.organisationId, claimId: claim.claimId, currency: wish.currency }
  await within((tx) => postCharge(tx, { ...on, actor: 'test', now: NOW, lines }))
  return claim
}

async function arrives(
  engine: Engine,
  { connectionId, text, head }: { connectionId: string; text: string; head: Record<string, unknown> },
): Promise<RemittanceSummary[]> {
  const { db, within, deps, now } = engine
  const { organisationId } = db
  const { documentId } = await within((tx) =>
    storeDocument(tx, {
      organisationId,
      connectionId,
      channel: 'collect',
      dedupeKey: newId(),
      head,
      mediaType: null,
      body: Buffer.from(text),
      now,
    }),
  )
  const { provider_id: providerId } = await db.owner
    .selectFrom('connections')
    .select('provider_id')
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow()
  await processInbox(deps, { organisationId, connectionId, providerId })
  const all = await within((tx) => listRemittances(tx, { organisationId, limit: 1_000 }))
  return all.filter((each) => each.documentId === documentId).reverse()
}
