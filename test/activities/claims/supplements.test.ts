import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { supplement } from '../../../db/claims/supplements.ts'
import { addAttachment } from '../../../db/drafts/attachments.ts'
import { about, answered, type Engine, type Submitted, startEngine, taken } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
  engine.declaration.purposes = ['new', 'replacement', 'void', 'supplement']
})
afterEach(() => engine.db.close())

const ids = () => ({ organisationId: engine.db.organisationId, now: engine.now })
const attach = (claimId: string, content = 'an X-ray') =>
  engine.within((tx) =>
    addAttachment(
      tx,
      { ...ids(), claimId },
      {
        labels: [{ kind: 'xray', tooth: '14' }],
        mediaType: 'image/png',
        fileName: 'x.png',
        capturedOn: null,
        bytes: Buffer.from(content),
      },
    ),
  )
const wish = (claimId: string) => engine.within((tx) => supplement(tx, { ...ids(), claimId }, () => engine.declaration))
async function hear(sending: Submitted, ...facts: Parameters<typeof about>[1][]) {
  await engine.arrives(facts.map((fact) => about(sending.submissionNumber, fact)))
  await engine.inbox()
  await engine.news(sending.claimId)
}

/** A claim whose X-ray the provider asks for, two days after it has the claim. */
async function asked(): Promise<Submitted> {
  const sending = await engine.submitted()
  engine.script = [answered({ ...taken, references: [{ type: 'claim-number', value: 'HH-1' }] } as typeof taken)]
  await engine.deliver(sending)
  await hear(sending, { type: 'received' })
  engine.later(48)
  await hear(sending, { type: 'documents_requested', documents: ['xray'] })
  return sending
}
async function sent(claimId: string) {
  const made = await wish(claimId)
  if (made.kind === 'refused') throw new Error(made.detail)
  return { organisationId: engine.db.organisationId, ...made }
}
const claimRow = (claimId: string) =>
  engine.db.owner
    .selectFrom('claims')
    .select(['status', 'delivery', 'waiting_for', 'deadline_kind', 'deadline_starts_at', 'attention'])
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow()

describe('a supplement', () => {
  it('carries the papers that no sending carried, answers the request and starts the provider’s clock again', async () => {
    const { claimId, submissionNumber } = await asked()
    expect(await claimRow(claimId)).toMatchObject({ deadline_kind: 'documents', attention: true })
    await attach(claimId)
    engine.later(24)
    const batch = await sent(claimId)
    expect(batch.papers).toBe(1)
    expect(await engine.deliver(batch)).toEqual({ kind: 'settled', claim: null })
    const body = JSON.parse(Buffer.from(engine.sent.at(-1)?.message.body ?? []).toString())
    expect(body).toEqual([{ submissionNumber: batch.submissionNumber, content: 'supplement' }])
    expect(batch.submissionNumber).not.toBe(submissionNumber)
    const row = await claimRow(claimId)
    expect(row).toMatchObject({ status: 'IN_REVIEW', delivery: 'SENT', deadline_kind: 'decision', attention: false })
    expect(row.deadline_starts_at).toEqual(engine.now)
    expect(row.waiting_for).toContain('Waiting for the decision')
    const frozen = await engine.db.owner
      .selectFrom('submissions')
      .select('frozen')
      .where('purpose', '=', 'supplement')
      .executeTakeFirstOrThrow()
    expect(frozen.frozen).toMatchObject({ originalReference: 'HH-1', originalSubmissionNumber: submissionNumber })
  })

  it('may be asked for again; the same request told late is stale', async () => {
    const sending = await asked()
    await attach(sending.claimId)
    await engine.deliver(await sent(sending.claimId))
    const late = about(sending.submissionNumber, { type: 'documents_requested', documents: ['photo'] })
    await engine.arrives([{ ...late, at: '2026-03-20T10:00:00.000Z' } as typeof late])
    await engine.inbox()
    await engine.news(sending.claimId)
    expect(await claimRow(sending.claimId)).toMatchObject({ deadline_kind: 'decision' })
    engine.later(24)
    await hear(sending, { type: 'documents_requested', documents: ['photo'] })
    expect(await claimRow(sending.claimId)).toMatchObject({ deadline_kind: 'documents', attention: true })
    expect(await wish(sending.claimId)).toMatchObject({ kind: 'refused', type: 'no-new-attachments' })
    await attach(sending.claimId, 'a photo')
    expect(await sent(sending.claimId)).toMatchObject({ papers: 1 })
  })

  it('that is refused leaves the claim in review, for a person', async () => {
    const { claimId } = await asked()
    await attach(claimId)
    engine.script = [answered({ kind: 'refused', said: [{ list: 'X', code: 'E1' }] })]
    await engine.deliver(await sent(claimId))
    expect(await claimRow(claimId)).toMatchObject({ status: 'IN_REVIEW', delivery: 'SENT', deadline_kind: 'documents' })
    expect(await engine.openItems(claimId)).toEqual(['documents-requested', 'unknown-notice'])
  })

  it('E10 of which nobody knows is settled by a word about its own number, and the claim’s own delivery stays', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0, unknownPolicy: 'hold' }
    const { claimId } = await asked()
    await attach(claimId)
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    const batch = await sent(claimId)
    expect(await engine.deliver(batch)).toMatchObject({ kind: 'unknown' })
    expect(await claimRow(claimId)).toMatchObject({ delivery: 'SENT', deadline_kind: 'documents' })
    await engine.arrives([about(batch.submissionNumber, { type: 'received' })])
    await engine.inbox()
    await engine.news(claimId)
    expect(await claimRow(claimId)).toMatchObject({ status: 'IN_REVIEW', deadline_kind: 'decision' })
    expect(await engine.interchange(batch.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('is refused with the reason where it cannot be carried, and nothing is made', async () => {
    const quiet = await engine.submitted('filling')
    expect(await wish(quiet.claimId)).toMatchObject({ kind: 'refused', type: 'no-documents-requested' })
    expect(await attach(quiet.claimId)).toMatchObject({ kind: 'refused', type: 'claim-not-a-draft' })
    const { claimId } = await asked()
    await attach(claimId)
    engine.declaration.purposes = ['new']
    expect(await wish(claimId)).toMatchObject({ kind: 'refused', type: 'purpose-not-supported' })
    const made = await engine.db.owner
      .selectFrom('submissions')
      .select('id')
      .where('purpose', '=', 'supplement')
      .execute()
    expect(made).toEqual([])
  })
})
