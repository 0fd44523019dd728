import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DecodeJob } from '../../../activities/inbox/decodeDocument.ts'
import type { Notice } from '../../../adapters/contract.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { newId } from '../../../platform/ids.ts'
import { isolate, siblingModule } from '../../../platform/isolate/isolate.ts'
import { breakAt, breakNowhere } from '../../chaos/breakAt.ts'
import { about, type Engine, startEngine } from '../engine.ts'
import type { FirstLine } from './hostileDecoder.ts'

const ENTRY = siblingModule('./hostileDecoder', import.meta.url)
const LIMITS = { processes: 1, seconds: 1, heapMb: 64, answerBytes: 1_000_000 }
const CANARY = /O'Canary|PF-1/

let engine: Engine
let lines: string[]
beforeEach(async () => {
  engine = await startEngine()
  lines = []
  engine.deps.log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
})
afterEach(() => engine.db.close())

const arrives = async (first: FirstLine) => {
  const { documentId } = await engine.within((tx) =>
    storeDocument(tx, {
      organisationId: engine.db.organisationId,
      connectionId: engine.seeded.connectionId,
      channel: 'push',
      dedupeKey: newId(),
      head: { transport: 'http', status: 200, headers: {} },
      mediaType: null,
      body: Buffer.from(`${JSON.stringify(first)}\n`),
      now: engine.now,
    }),
  )
  return documentId
}
const row = (documentId: string) =>
  engine.db.owner
    .selectFrom('documents')
    .select(['outcome', 'attempts'])
    .where('id', '=', documentId)
    .executeTakeFirstOrThrow()
const reasons = async () =>
  (await engine.db.owner.selectFrom('attention_items').select('because').orderBy('document_id').execute()).map(
    ({ because }) => because,
  )

describe('documents that kill their decoder', () => {
  it('G10 are broken after five tries, each by its reason in our words; the others are read', async () => {
    const apart = isolate<DecodeJob, Notice[]>(ENTRY, LIMITS)
    engine.deps.decoder = apart
    try {
      const sending = await engine.submitted()
      await engine.deliver(sending)
      const acts = ['abort', 'loop', 'throw'] as const
      const hostile = []
      for (const act of acts) hostile.push(await arrives({ act }))
      const healthy = await arrives([about(sending.submissionNumber, { type: 'received' })])
      await engine.inbox()
      expect(await row(healthy)).toEqual({ outcome: 'received', attempts: 0 })
      let passes = 1
      while ((await engine.inbox()).left) passes += 1
      expect(passes).toBe(4)
      for (const id of hostile) expect(await row(id)).toEqual({ outcome: 'broken', attempts: 5 })
      expect((await reasons()).map((because) => because.split(': ')[1])).toEqual([
        'reading it takes too much memory, or ends our reader. It is kept as it came',
        'reading it takes too long. It is kept as it came',
        'it breaks our reading. It is kept as it came',
      ])
      expect(lines.filter((line) => line.includes('TypeError'))).toHaveLength(5)
      expect(lines.length).toBe(15)
      expect(JSON.stringify([lines, await reasons()])).not.toMatch(CANARY)
    } finally {
      apart.stop()
    }
  })

  it('G10 and our process with it: the try is counted before it is made, and the sixth start passes it by', async () => {
    const fatal = await arrives({ act: 'abort' })
    const healthy = await arrives([])
    const seen: number[] = []
    engine.deps.decoder = {
      lease: (work) =>
        work(async (job) => {
          if (Buffer.from(job.message.body).toString().startsWith('[')) return { kind: 'done', answer: [] }
          seen.push((await row(fatal)).attempts)
          throw new Error('killed')
        }),
    }
    for (let start = 0; start < 5; start += 1) await expect(engine.inbox()).rejects.toThrow('killed')
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(await engine.inbox()).toEqual({ left: false })
    expect([(await row(fatal)).outcome, (await row(healthy)).outcome]).toEqual(['broken', 'says nothing'])
  })
})

describe('the worklist', () => {
  it('names a claim that nobody knows by a number, never by a name that stands in its place', async () => {
    const unknown = (value: string) => ({
      ...about('', { type: 'received' }),
      match: { references: [{ kind: 'payer', value }] },
    })
    await engine.arrives([unknown("O'Canary Zoe"), unknown('CLM-2026/17')] as Notice[])
    await engine.inbox()
    expect(await reasons()).toEqual([
      expect.stringContaining('a notice about a reference that is no number,'),
      expect.stringContaining('a notice about reference CLM-2026/17,'),
    ])
  })
})

describe('what is no fault of a document', () => {
  it('is not counted against it: claims that cannot be signalled, however often', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const documentId = await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    breakAt('before_claims_signal')
    for (let time = 0; time < 7; time += 1) await expect(engine.inbox()).rejects.toThrow('killed')
    breakNowhere()
    expect(await engine.inbox()).toEqual({ left: false })
    expect(await row(documentId)).toEqual({ outcome: 'received', attempts: 0 })
  })

  it('H8 and a database that quotes a row says it in no log', async () => {
    await engine.arrives([])
    await sql`
      create function quote() returns trigger language plpgsql as $$
        begin raise exception 'member PF-1 O''Canary'; end $$`.execute(engine.db.owner)
    await sql`
      create trigger quote before update of attempts on documents for each row when (new.attempts = 0)
        execute function quote()`.execute(engine.db.owner)
    for (let time = 0; time < 5; time += 1) await engine.inbox()
    expect(lines.length).toBe(5)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'error', code: 'P0001' })
    expect(JSON.stringify([lines, await reasons()])).not.toMatch(CANARY)
  })
})
