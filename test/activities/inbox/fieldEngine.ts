import { adapterOf } from '../../../adapters/registry.ts'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { resubmit } from '../../../db/drafts/resubmitClaim.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { newId } from '../../../platform/ids.ts'
import { doing, wish } from '../../support/claimsSeed.ts'
import { fieldFile } from '../../support/fieldFiles.ts'
import { type Engine, type Submitted, startEngine } from '../engine.ts'

/** What the practice charges for each code, cents. */
const RATES: Record<string, number> = {
  D0120: 5_000,
  D1110: 9_000,
  D0150: 12_500,
  D0274: 8_600,
  D0330: 14_800,
}

/** What each provider's documents are read with, and how they come. */
const SPEAKERS = {
  'summit-dental': {
    head: { transport: 'sftp', name: 'file.x12' },
    settings: {
      senderId: 'BRIGHTSMILE',
      receiverId: 'SUMMITDENTAL',
      payerId: 'SUM01',
      submitterName: 'Bright Smile Dental Group',
      contactPhone: '+1 (303) 555-0100',
    },
  },
  'harbor-health': {
    head: { transport: 'http', status: 200, headers: {} },
    settings: { payerId: 'HARBOR', facilityId: 'BRIGHT-01' },
  },
  'gulf-dental': {
    head: { transport: 'http', status: 200, headers: {} },
    settings: { facilityId: 'DHA-F-0001234', receiverId: 'INS026', payerId: 'INS026' },
  },
  'cordillera-dental': { head: { transport: 'sftp', name: 'file.csv' }, settings: {} },
  'laguna-care': {
    head: { transport: 'manual', name: 'list.csv', mediaType: 'text/csv' },
    settings: { accountNumber: 'BSDG-0417' },
  },
} as const
type Speaker = keyof typeof SPEAKERS

/** An engine whose provider writes X12, with the patient and prices of the field's files. */
export interface FieldEngine extends Engine {
  /** A document in the words of one provider arrives and is read. */
  hears(speaker: Speaker, text: string): Promise<string>
  /** A claim of Nora Fieldcase of 20 November 2026 that is with the provider. */
  filed(...codes: string[]): Promise<Submitted>
  /** The claim that corrects another one, sent. */
  replacing(claimId: string): Promise<Submitted>
  /**
   * A file of test/fixtures/field arrives and is read: its claims are those of these numbers, in
   * the order in which it names them; `change` writes it otherwise.
   */
  reads(name: string, numbers: string[], change?: (text: string) => string): Promise<string>
  remittances(): Promise<{ state: string; problem: unknown }[]>
  lines(claimId: string): Promise<[string, string | null, number | null][]>
  balances(claimId: string): Promise<Record<string, number>>
  items(): Promise<[string, string][]>
  events(claimId: string): Promise<{ type: string; effect: string; said: unknown }[]>
}

export async function startFieldEngine(): Promise<FieldEngine> {
  const engine = await startEngine()
  const { organisationId } = engine.db
  const { owner } = engine.db
  engine.now = new Date('2026-12-02T09:00:00Z')
  await owner.updateTable('patients').set({ family: 'Fieldcase', given: 'Nora', birth_date: '1990-05-01' }).execute()
  await owner.updateTable('enrolments').set({ member_id: 'SI-90001' }).execute()
  await owner.updateTable('connections').set({ currency: 'USD' }).execute()
  await owner.deleteFrom('rates').execute()
  for (const [code, amount] of Object.entries(RATES)) {
    const rate = { external_id: `rate-${code}`, version: 1, valid_from: '2025-01-01', currency: 'USD' }
    const values = { ...rate, id: newId(), organisation_id: organisationId, provider_id: 'harbor-health', code, amount }
    await owner.insertInto('rates').values(values).execute()
  }
  return Object.assign(engine, { ...steps(engine), ...rows(engine) })
}

function steps(engine: Engine): Pick<FieldEngine, 'filed' | 'replacing' | 'hears' | 'reads'> {
  const { organisationId } = engine.db
  const scripted = engine.deps.adapterOf('harbor-health')
  const hears: FieldEngine['hears'] = async (speaker, text) => {
    const { head, settings } = SPEAKERS[speaker]
    const { decode } = adapterOf(speaker)
    engine.deps.adapterOf = () => ({ ...scripted, decode: (message, ctx) => decode(message, { ...ctx, settings }) })
    const { documentId } = await engine.within((tx) =>
      storeDocument(tx, {
        organisationId,
        connectionId: engine.seeded.connectionId,
        channel: 'collect',
        dedupeKey: newId(),
        head,
        mediaType: null,
        body: Buffer.from(text),
        now: engine.now,
      }),
    )
    await engine.inbox()
    const claims = await engine.db.owner.selectFrom('claims').select('id').where('status', '<>', 'DRAFT').execute()
    for (const { id } of claims) await engine.news(id)
    return documentId
  }
  const sent = async (claimId: string): Promise<Submitted> => {
    const opened = await engine.open(claimId)
    if (opened.kind !== 'open' || opened.submitted === null || opened.interchangeId === null)
      throw new Error(`not submitted: ${JSON.stringify(opened)}`)
    const input = { organisationId, claimId, providerId: 'harbor-health' }
    const sending = { ...input, interchangeId: opened.interchangeId, ...opened.submitted }
    await engine.deliver(sending)
    return sending
  }
  return {
    filed: async (...codes) => {
      const procedures = await performed(engine, codes)
      const wanted = wish(engine.seeded, [], { overrideDuplicate: 'test' })
      const ticked = procedures.map((procedureId) => ({ procedureId, override: null }))
      const saved = await engine.within((tx) =>
        createDraft(tx, { ...wanted, ticked }, doing(organisationId, engine.now)),
      )
      if (saved.kind === 'refused') throw new Error(saved.detail)
      return sent(saved.claimId)
    },
    replacing: async (claimId) => {
      const context = { ...doing(organisationId, engine.now), declarationOf: () => engine.declaration }
      const saved = await engine.within((tx) => resubmit(tx, claimId, 'replacement', context))
      if (saved.kind === 'refused') throw new Error(saved.detail)
      const sending = await sent(saved.claimId)
      await engine.news(claimId)
      return sending
    },
    hears,
    reads: async (name, numbers, change = (text) => text) => {
      let place = 0
      const numbered = fieldFile(name).replace(/(?<=CLP\*)[^*]+/g, () => numbers[place++] ?? numbers.at(-1) ?? '')
      return hears('summit-dental', change(numbered))
    },
  }
}

async function performed(engine: Engine, codes: string[]): Promise<string[]> {
  const { owner, organisationId } = engine.db
  const { patientId, clinicId, practitionerId } = engine.seeded
  const visitId = newId()
  await owner
    .insertInto('visits')
    .values({
      organisation_id: organisationId,
      id: visitId,
      external_id: visitId,
      version: 1,
      patient_id: patientId,
      clinic_id: clinicId,
      practitioner_id: practitionerId,
      visited_on: '2026-11-20',
      status: 'completed',
      currency: 'USD',
      diagnoses: JSON.stringify([{ system: 'icd-10', code: 'K02.1' }]),
    })
    .execute()
  const ids: string[] = []
  for (const code of codes) {
    const id = newId()
    const procedure = { id, external_id: id, visit_id: visitId, organisation_id: organisationId, code, fee: 50_000 }
    await owner.insertInto('visit_procedures').values(procedure).execute()
    ids.push(id)
  }
  return ids
}

function rows(engine: Engine): Pick<FieldEngine, 'remittances' | 'lines' | 'balances' | 'items' | 'events'> {
  const { owner } = engine.db
  return {
    remittances: () => owner.selectFrom('remittances').select(['state', 'problem']).orderBy('id').execute(),
    lines: async (claimId) =>
      (
        await owner
          .selectFrom('claim_lines')
          .select(['code', 'decision', 'payable'])
          .where('claim_id', '=', claimId)
          .orderBy('line_number')
          .execute()
      ).map(({ code, decision, payable }) => [code, decision, payable === null ? null : Number(payable)]),
    balances: async (claimId) => {
      const found = await owner
        .selectFrom('ledger_entries')
        .select((eb) => ['account', eb.fn.sum('amount').as('amount')])
        .where('claim_id', '=', claimId)
        .groupBy('account')
        .execute()
      return Object.fromEntries(found.map(({ account, amount }) => [account, Number(amount)]))
    },
    items: async () =>
      (
        await owner
          .selectFrom('attention_items')
          .select(['kind', 'because'])
          .where('closed_at', 'is', null)
          .orderBy('kind')
          .execute()
      ).map(({ kind, because }) => [kind, because]),
    events: (claimId) =>
      owner
        .selectFrom('claim_events')
        .select(['type', 'effect', 'said'])
        .where('claim_id', '=', claimId)
        .orderBy('feed')
        .execute(),
  }
}
