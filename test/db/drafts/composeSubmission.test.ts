import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { allocateInterchange } from '../../../db/delivery/interchanges.ts'
import { composeSubmission, problemsBeforeSubmit, submissionFrom } from '../../../db/drafts/composeSubmission.ts'
import { createDraft, type DraftRequest } from '../../../db/drafts/createDraft.ts'
import { resubmit } from '../../../db/drafts/resubmitClaim.ts'
import type { Purpose } from '../../../domain/claim.ts'
import type { SubmitRules } from '../../../domain/claims/requirements.ts'
import { newId } from '../../../platform/ids.ts'
import { doing, NOW, type Seeded, seedClaims, wish } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

const all: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
beforeEach(async () => {
  db = await testDatabase()
  all.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => Promise.all(all.map((each) => each.close())))

const within = <T>(work: Parameters<typeof db.databases.within<T>>[1]) => db.databases.within(db.organisationId, work)
const created = async (wanted: DraftRequest) => {
  const saved = await within((tx) => createDraft(tx, wanted, doing(db.organisationId)))
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
const compose = async (claimId: string) => {
  const composed = await within((tx) => composeSubmission(tx, db.organisationId, claimId))
  if (composed === null) throw new Error('no such claim')
  return composed
}
const RULES: SubmitRules = {
  name: 'Harbor Health',
  purposes: ['new', 'replacement'],
  diagnosisRequired: true,
  limits: { linesPerClaim: 50 },
  requirements: {
    attachments: [{ when: { codes: ['D2740'] }, kind: 'xray', per: 'tooth' }],
    authorisations: [{ when: { codes: ['D2740'] }, kinds: ['loa'] }],
    fields: [{ when: {}, field: 'practitioner_accreditation' }],
  },
}
const problems = async (claimId: string) =>
  problemsBeforeSubmit(await compose(claimId), RULES, NOW).map((problem) => problem.type)
const setStatus = (claimId: string, change: Record<string, unknown>) =>
  db.owner.updateTable('claims').set(change).where('id', '=', claimId).execute()
const giveReference = (claimId: string, value: string) =>
  db.owner
    .insertInto('claim_references')
    .values({
      organisation_id: db.organisationId,
      connection_id: seeded.connectionId,
      type: 'claim-number',
      value,
      claim_id: claimId,
      learned_at: NOW,
    })
    .execute()
const attachXray = (claimId: string) =>
  db.owner
    .insertInto('attachments')
    .values({
      organisation_id: db.organisationId,
      id: newId(),
      claim_id: claimId,
      kind: 'xray',
      media_type: 'image/png',
      file_name: 'a.png',
      sha256: Buffer.alloc(32, 7),
      size: 3,
      tooth: '14',
      captured_on: '2026-03-10',
      bytes: Buffer.from('png'),
      created_at: NOW,
    })
    .execute()

describe('a composed submission', () => {
  it('holds everything that an adapter may need, and nothing that is empty', async () => {
    const claimId = await created(wish(seeded, ['crown', 'filling'], { authorisationIds: [seeded.authorisationId] }))
    await attachXray(claimId)
    const submission = submissionFrom(await compose(claimId), { submissionId: 's-1', submissionNumber: 'N1' })
    const address = { line1: '1 Ayala Avenue', city: 'Makati', country: 'PH' }
    const patient = { family: "O'Brien", given: 'Zöe', birthDate: '1990-05-01', sex: 'female', address }
    expect(submission).toEqual({
      submissionId: 's-1',
      submissionNumber: 'N1',
      purpose: 'new',
      claimId,
      claimNumber: expect.stringMatching(/^C-2026-/),
      currency: 'PHP',
      total: 1_450_000,
      organisation: { name: 'Test Dental', taxId: '123456789', npi: '1234567893' },
      clinic: { name: 'Makati', npi: '1234567893', address },
      practitioner: { family: 'Reyes', given: 'Ana', licence: 'L-1', accreditation: 'ACC-9' },
      patient,
      enrolment: { memberId: 'HH-PF-1', plan: 'gold', relationship: 'self', subscriber: patient, priority: 'primary' },
      authorisations: [{ kind: 'loa', number: 'LOA-77', codes: ['D2700-D2799'] }],
      diagnoses: [{ system: 'icd-10', code: 'K02.1' }],
      lines: [
        {
          lineNumber: 1,
          controlNumber: '1',
          code: 'D2740',
          serviceDate: '2026-03-10',
          tooth: '14',
          quantity: 1,
          charge: 1_200_000,
        },
        {
          lineNumber: 2,
          controlNumber: '2',
          code: 'D2392',
          serviceDate: '2026-03-12',
          tooth: '30',
          surfaces: 'MO',
          quantity: 1,
          charge: 250_000,
        },
      ],
      attachments: [
        {
          attachmentId: expect.any(String),
          kind: 'xray',
          mediaType: 'image/png',
          fileName: 'a.png',
          sha256: '07'.repeat(32),
          size: 3,
          tooth: '14',
          capturedOn: '2026-03-10',
        },
      ],
    })
  })

  it('an expired authorisation beside its renewal is not sent', async () => {
    const claimId = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId] }))
    await db.owner.updateTable('authorisations').set({ valid_until: '2026-03-05' }).execute()
    expect((await compose(claimId)).submission.authorisations).toEqual([])
  })

  it('is nothing for another organisation or an unknown claim', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    expect(await db.databases.within(other, (tx) => composeSubmission(tx, other, claimId))).toBeNull()
    expect(await db.databases.within(other, (tx) => composeSubmission(tx, db.organisationId, claimId))).toBeNull()
    expect(await within((tx) => composeSubmission(tx, db.organisationId, newId()))).toBeNull()
  })
})

describe('problems before submit', () => {
  it('are those of the row as it is now', async () => {
    const claimId = await created(wish(seeded, ['crown', 'unpriced']))
    expect(await problems(claimId)).toEqual(['line-not-priced', 'missing-attachment', 'authorisation-required'])
    await attachXray(claimId)
    await db.owner.updateTable('visits').set({ status: 'cancelled' }).execute()
    await db.owner.updateTable('practitioners').set({ accreditations: '{}' }).execute()
    await db.owner.updateTable('claims').set({ diagnoses: '[]' }).execute()
    expect(await problems(claimId)).toEqual([
      'visit-not-completed',
      'visit-not-completed',
      'line-not-priced',
      'missing-diagnosis',
      'missing-field',
      'authorisation-required',
    ])
  })

  it('nothing is missing once all is there', async () => {
    const claimId = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId] }))
    await attachXray(claimId)
    expect(await problems(claimId)).toEqual([])
  })

  it('an authorisation is used up by other claims that have left, not by drafts, cancelled or refused ones', async () => {
    const claimId = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId] }))
    await attachXray(claimId)
    const other = await created(
      wish(seeded, ['crown', 'filling'], { authorisationIds: [seeded.authorisationId], overrideDuplicate: 'test' }),
    )
    expect(await problems(claimId)).toEqual([])
    await setStatus(other, { status: 'SUBMITTED' })
    expect(await problems(claimId)).toEqual(['authorisation-exceeded'])
    await setStatus(other, { status: 'REJECTED', rejected_at: 'front_end' })
    expect(await problems(claimId)).toEqual([])
    await setStatus(other, { status: 'PARTIAL', rejected_at: null })
    await db.owner.updateTable('claim_lines').set({ decision: 'denied' }).where('claim_id', '=', other).execute()
    expect(await problems(claimId)).toEqual([])
  })
})

describe('a correction', () => {
  const again = (
    claimId: string,
    asked: 'replacement' | 'appeal' | null = null,
    purposes: Purpose[] = ['new', 'replacement'],
  ) =>
    within((tx) =>
      resubmit(tx, claimId, asked, {
        ...doing(db.organisationId),
        declarationOf: () => ({ name: 'Harbor Health', purposes }),
      }),
    )
  const corrected = async (claimId: string) => {
    const saved = await again(claimId)
    if (saved.kind === 'refused') throw new Error(saved.detail)
    return saved.claimId
  }
  const row = (claimId: string) =>
    db.owner.selectFrom('claims').selectAll().where('id', '=', claimId).executeTakeFirstOrThrow()

  it('of a front-end rejection is a new original with what the clinic corrected, its papers and a reference to the first', async () => {
    const first = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId], note: 'n' }))
    await attachXray(first)
    await setStatus(first, { status: 'REJECTED', rejected_at: 'front_end' })
    await db.owner
      .updateTable('visit_procedures')
      .set({ tooth: '15' })
      .where('id', '=', seeded.procedures.crown)
      .execute()
    const second = await corrected(first)
    expect(await row(second)).toMatchObject({
      status: 'DRAFT',
      purpose: 'new',
      replaces_claim_id: first,
      lineage_id: first,
      note: 'n',
    })
    const { submission } = await compose(second)
    expect(submission.lines).toMatchObject([{ code: 'D2740', tooth: '15', charge: 1_200_000 }])
    expect(submission.attachments).toMatchObject([{ kind: 'xray', tooth: '14' }])
    expect(submission.authorisations).toHaveLength(1)
    expect(submission).not.toHaveProperty('originalReference')
  })

  it('of a denial is a replacement that carries the number the provider gave', async () => {
    const first = await created(wish(seeded, ['crown']))
    await setStatus(first, { status: 'REJECTED', rejected_at: 'adjudicated' })
    expect(await again(first)).toMatchObject({ type: 'provider-reference-missing' })
    await giveReference(first, 'HH-000777')
    const second = await corrected(first)
    expect((await compose(second)).submission).toMatchObject({ purpose: 'replacement', originalReference: 'HH-000777' })
  })

  it('of a replacement that fell at the front end still names the adjudicated claim', async () => {
    const first = await created(wish(seeded, ['crown']))
    await setStatus(first, { status: 'PARTIAL' })
    await giveReference(first, 'HH-1')
    const second = await corrected(first)
    await setStatus(first, { closed_because: 'replaced' })
    await setStatus(second, { status: 'REJECTED', rejected_at: 'front_end' })
    const third = await corrected(second)
    expect(await row(third)).toMatchObject({ purpose: 'replacement', replaces_claim_id: second, lineage_id: first })
    expect((await compose(third)).submission.originalReference).toBe('HH-1')
  })

  it('after a cancelled correction names the claim that was adjudicated, not the cancelled one', async () => {
    const first = await created(wish(seeded, ['crown']))
    await setStatus(first, { status: 'PARTIAL' })
    await giveReference(first, 'HH-1')
    const withdrawn = await corrected(first)
    await giveReference(withdrawn, 'HH-2')
    await setStatus(withdrawn, { status: 'CANCELLED', closed_because: 'cancelled' })
    const third = await corrected(first)
    expect((await compose(third)).submission.originalReference).toBe('HH-1')
  })

  it('is refused when only a cancelled correction has a number', async () => {
    const first = await created(wish(seeded, ['crown']))
    await setStatus(first, { status: 'REJECTED', rejected_at: 'front_end' })
    const withdrawn = await corrected(first)
    await giveReference(withdrawn, 'HH-2')
    await setStatus(withdrawn, { status: 'CANCELLED', closed_because: 'cancelled' })
    await setStatus(first, { rejected_at: 'adjudicated' })
    expect(await again(first)).toMatchObject({ type: 'provider-reference-missing' })
  })

  it('names the sending that opened the claim at the provider: the last original, however many corrections follow', async () => {
    const left = async (claimId: string, submissionNumber: string) => {
      const submission = submissionFrom(await compose(claimId), { submissionId: newId(), submissionNumber })
      const { connectionId } = seeded
      const sending = { organisationId: db.organisationId, connectionId, adapterVersion: 1, now: NOW }
      await within((tx) => allocateInterchange(tx, { ...sending, kind: 'submission', submissions: [submission] }))
      return submission
    }
    const first = await created(wish(seeded, ['crown']))
    expect(await left(first, 'A1A1A1A1A1A1A1A1')).not.toHaveProperty('openingSubmissionNumber')
    await setStatus(first, { status: 'REJECTED', rejected_at: 'front_end' })
    const second = await corrected(first)
    await left(second, 'B2B2B2B2B2B2B2B2')
    await giveReference(second, 'GD-1')
    await setStatus(second, { status: 'REJECTED', rejected_at: 'adjudicated' })
    const third = await corrected(second)
    expect(await left(third, 'C3C3C3C3C3C3C3C3')).toMatchObject({ openingSubmissionNumber: 'B2B2B2B2B2B2B2B2' })
    await setStatus(third, { status: 'PARTIAL' })
    const fourth = await corrected(third)
    expect((await compose(fourth)).submission).toMatchObject({
      purpose: 'replacement',
      openingSubmissionNumber: 'B2B2B2B2B2B2B2B2',
    })
  })

  it('asked for eight times at once is one draft (B18)', async () => {
    const first = await created(wish(seeded, ['crown']))
    await setStatus(first, { status: 'REJECTED', rejected_at: 'front_end' })
    const results = await Promise.all(Array.from({ length: 8 }, () => again(first)))
    const saved = results.flatMap((result) => (result.kind === 'saved' ? [result.claimId] : []))
    expect(saved).toHaveLength(1)
    const refused = results.filter((result) => result.kind === 'refused')
    expect(refused.every((each) => each.type === 'already-resubmitted' && each.more?.claimId === saved[0])).toBe(true)
  })

  it.each<[string, Record<string, unknown>, 'appeal' | 'replacement' | null]>([
    ['cannot-resubmit', { status: 'DRAFT' }, null],
    ['cannot-resubmit', { status: 'SUBMITTED' }, null],
    ['cannot-resubmit', { status: 'IN_REVIEW' }, null],
    ['cannot-resubmit', { status: 'CANCELLED' }, null],
    ['cannot-resubmit', { status: 'REJECTED', rejected_at: 'front_end' }, 'replacement'],
    ['already-resubmitted', { status: 'REJECTED', closed_because: 'replaced' }, null],
    ['purpose-not-supported', { status: 'REJECTED', rejected_at: 'adjudicated' }, 'appeal'],
  ])('is refused: %s %j %s', async (type, state, asked) => {
    const first = await created(wish(seeded, ['crown']))
    await giveReference(first, 'HH-1')
    await setStatus(first, state)
    expect(await again(first, asked)).toMatchObject({ kind: 'refused', type })
    expect(await db.owner.selectFrom('claims').select('id').execute()).toHaveLength(1)
  })

  it('an appeal goes where the provider takes appeals', async () => {
    const first = await created(wish(seeded, ['crown']))
    await giveReference(first, 'HH-1')
    await setStatus(first, { status: 'REJECTED', rejected_at: 'adjudicated' })
    const saved = await again(first, 'appeal', ['new', 'appeal'])
    expect(saved.kind === 'saved' ? await row(saved.claimId) : saved).toMatchObject({ purpose: 'appeal' })
  })
})
