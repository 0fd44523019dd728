import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEvidence } from '../../../db/claims/evidence.ts'
import type { Tx } from '../../../db/connect.ts'
import { addAttachment, attachmentBytes, attachmentsOf, removeAttachment } from '../../../db/drafts/attachments.ts'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { newId } from '../../../platform/ids.ts'
import { doing, NOW, type Seeded, seedClaims, wish } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { seedSubmitted } from '../../support/moneySeed.ts'

let db: TestDatabase
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => db.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(db.organisationId, work)
async function submitted(): Promise<string> {
  const [claim] = await seedSubmitted(db.owner, seeded, [{ lines: [{ charge: 100 }] }])
  return claim?.claimId ?? ''
}
async function draft(procedure: 'crown' | 'filling'): Promise<string> {
  const saved = await within((tx) => createDraft(tx, wish(seeded, [procedure]), doing(db.organisationId)))
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}

describe('a file that is kept as evidence', () => {
  const keep = (claimId: string, text: string, fileName: string) =>
    within((tx) =>
      addEvidence(
        tx,
        { organisationId: db.organisationId, claimId, actor: 'Ana', now: NOW },
        { mediaType: 'application/pdf', fileName, bytes: Buffer.from(text) },
      ),
    )

  it('is known again by its bytes, on its own claim', async () => {
    const [claim, other] = [await submitted(), await submitted()]
    const first = await keep(claim, 'letter', 'a.pdf')
    expect(first).toMatchObject({ isNew: true, evidence: { fileName: 'a.pdf', size: 6 } })
    expect(await keep(claim, 'letter', 'b.pdf')).toEqual({ ...first, isNew: false })
    const second = await keep(claim, 'another', 'b.pdf')
    expect(second).toMatchObject({ isNew: true, evidence: { fileName: 'b.pdf', size: 7 } })
    expect(second.evidence.sha256).not.toBe(first.evidence.sha256)
    const elsewhere = await keep(other, 'letter', 'c.pdf')
    expect(elsewhere).toMatchObject({ isNew: true, evidence: { fileName: 'c.pdf' } })
    expect(elsewhere.evidence.evidenceId).not.toBe(first.evidence.evidenceId)
  })
})

describe('an attachment of a draft', () => {
  const attach = async (claimId: string, text: string, fileName: string) => {
    const added = await within((tx) =>
      addAttachment(
        tx,
        { organisationId: db.organisationId, claimId, now: NOW },
        {
          labels: [{ kind: 'xray', tooth: '14' }],
          mediaType: 'image/png',
          fileName,
          capturedOn: null,
          bytes: Buffer.from(text),
        },
      ),
    )
    if (added.kind === 'refused') throw new Error(added.detail)
    return added
  }
  const names = async (claimId: string) =>
    (await within((tx) => attachmentsOf(tx, db.organisationId, claimId))).map(({ fileName }) => fileName)
  const bytes = (claimId: string, id: string) => within((tx) => attachmentBytes(tx, db.organisationId, claimId, id))
  const remove = (claimId: string, id: string) =>
    within((tx) => removeAttachment(tx, { organisationId: db.organisationId, claimId }, id))

  it('is known again by its bytes, read and removed by its id, and belongs to its claim', async () => {
    const [claim, other] = [await draft('crown'), await draft('filling')]
    const [first, second] = [await attach(claim, 'one', 'a.png'), await attach(claim, 'two', 'b.png')]
    expect(await attach(claim, 'one', 'c.png')).toEqual({ ...first, isNew: false })
    const foreign = await attach(other, 'one', 'd.png')
    expect(foreign).toMatchObject({ isNew: true, attachment: { fileName: 'd.png' } })
    expect([await names(claim), await names(other)]).toEqual([['a.png', 'b.png'], ['d.png']])
    const { attachmentId } = second.attachment
    expect(await bytes(claim, attachmentId)).toMatchObject({ fileName: 'b.png', bytes: Buffer.from('two') })
    expect(await bytes(other, attachmentId)).toBeNull()
    for (const id of [foreign.attachment.attachmentId, newId()])
      expect(await remove(claim, id)).toMatchObject({ kind: 'refused', type: 'attachment-not-found' })
    expect(await remove(claim, attachmentId)).toEqual({ kind: 'removed' })
    expect([await names(claim), await names(other)]).toEqual([['a.png'], ['d.png']])
  })

  it('is not taken once the claim has left, unless its provider asks for papers', async () => {
    const claimId = await submitted()
    await expect(attach(claimId, 'late', 'late.png')).rejects.toThrow()
    const state = JSON.stringify({ documentsRequestedAt: NOW.toISOString() })
    await db.owner.updateTable('claims').set({ state }).where('id', '=', claimId).execute()
    expect(await attach(claimId, 'asked', 'asked.png')).toMatchObject({ isNew: true })
    await db.owner.updateTable('claims').set({ closed_because: 'settled' }).where('id', '=', claimId).execute()
    await expect(attach(claimId, 'over', 'over.png')).rejects.toThrow()
  })
})
