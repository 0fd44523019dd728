import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

let engine: Engine
let sending: Submitted
beforeEach(async () => {
  engine = await startEngine()
  sending = await engine.submitted()
  await engine.deliver(sending)
  engine.signalled = []
})
afterEach(() => engine.db.close())

const inquiries = () =>
  engine.db.owner
    .selectFrom('interchanges')
    .select(['state', 'because', 'attempt'])
    .where('kind', '=', 'inquiry')
    .orderBy('id')
    .execute()
const documents = (direction: 'in' | 'out') =>
  engine.db.owner.selectFrom('documents').select(['channel', 'body']).where('direction', '=', direction).execute()

describe('asking the provider where a claim is', () => {
  it('names the sending and their references; what it says comes back as a document, and the inbox is woken', async () => {
    const { organisationId } = engine.db
    await engine.db.owner
      .insertInto('claim_references')
      .values({
        organisation_id: organisationId,
        connection_id: engine.seeded.connectionId,
        claim_id: sending.claimId,
        type: 'claim-number',
        value: 'HH-1',
        learned_at: engine.now,
      })
      .execute()
    const says = [about(sending.submissionNumber, { type: 'in_review' })]
    engine.replies = [says]
    await engine.ask(sending.claimId)
    expect(engine.asked).toEqual([{ submissionNumber: sending.submissionNumber, references: ['HH-1'] }])
    expect(await documents('in')).toMatchObject([{ channel: 'answer', body: Buffer.from(JSON.stringify(says)) }])
    expect(engine.signalled).toEqual([expect.stringContaining(engine.seeded.connectionId)])
    expect(await inquiries()).toEqual([{ state: 'SENT', because: null, attempt: 1 }])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'IN_REVIEW' })
  })

  it('without a reply stores nothing, wakes nobody and says why it came to nothing', async () => {
    await engine.ask(sending.claimId)
    expect(await documents('in')).toEqual([])
    expect(engine.signalled).toEqual([])
    expect(await inquiries()).toEqual([{ state: 'REFUSED', because: 'no reply', attempt: 1 }])
  })

  it('twice are two inquiries, and the same reply to both is two documents', async () => {
    for (const _time of [1, 2]) {
      engine.replies = [[about(sending.submissionNumber, { type: 'received' })]]
      await engine.ask(sending.claimId)
    }
    expect(await inquiries()).toHaveLength(2)
    expect(await documents('in')).toHaveLength(2)
  })

  it('is not done on a connection that is stopped', async () => {
    await engine.db.owner.updateTable('connections').set({ stopped_because: 'sign-in refused' }).execute()
    await engine.ask(sending.claimId)
    expect([engine.asked, await inquiries()]).toEqual([[], []])
  })

  it('is not done about a claim that never left, or about another one', async () => {
    await engine.ask(await engine.draft('filling'))
    expect(engine.asked).toEqual([])
    await engine.submitted('filling')
    await engine.ask(sending.claimId)
    expect(engine.asked.map(({ submissionNumber }) => submissionNumber)).toEqual([sending.submissionNumber])
  })

  it('is about the claim, not about papers that were sent after it', async () => {
    const row = await engine.db.owner.selectFrom('submissions').selectAll().executeTakeFirstOrThrow()
    await engine.db.owner
      .insertInto('submissions')
      .values({
        ...row,
        id: newId(),
        submission_number: 'PAPERS',
        purpose: 'supplement',
        frozen: JSON.stringify({ ...row.frozen, submissionNumber: 'PAPERS' }),
      })
      .execute()
    await engine.ask(sending.claimId)
    expect(engine.asked.map(({ submissionNumber }) => submissionNumber)).toEqual([sending.submissionNumber])
  })
})
