import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { allocateInterchange } from '../../../db/delivery/interchanges.ts'
import { composeSubmission, submissionFrom } from '../../../db/drafts/composeSubmission.ts'
import { createDraft, type DraftRequest } from '../../../db/drafts/createDraft.ts'
import { editDraft } from '../../../db/drafts/editDraft.ts'
import { resubmit } from '../../../db/drafts/resubmitClaim.ts'
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
const draft = (wanted: DraftRequest) => within((tx) => createDraft(tx, wanted, doing(db.organisationId)))
const created = async (wanted: DraftRequest) => {
  const saved = await draft(wanted)
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
const compose = async (claimId: string) => {
  const composed = await within((tx) => composeSubmission(tx, db.organisationId, claimId))
  if (composed === null) throw new Error('no such claim')
  return composed
}
const charted = (procedure: keyof Seeded['procedures'], details: object) =>
  db.owner
    .updateTable('visit_procedures')
    .set({ details: JSON.stringify(details) })
    .where('id', '=', seeded.procedures[procedure])
    .execute()
const visited = async (procedure: keyof Seeded['procedures'], details: object) => {
  const { visit_id } = await db.owner
    .selectFrom('visit_procedures')
    .select('visit_id')
    .where('id', '=', seeded.procedures[procedure])
    .executeTakeFirstOrThrow()
  await db.owner
    .updateTable('visits')
    .set({ details: JSON.stringify(details) })
    .where('id', '=', visit_id)
    .execute()
}
const accident = { kind: 'employment', on: '2026-03-01' }

describe('K32: what dentistry says of a claim', () => {
  it('comes from visits, procedures, patient, enrolment, clinic and dentists into the submission', async () => {
    const bands = { bandedOn: '2026-02-01', months: 24, remainingMonths: 20 }
    await charted('crown', { placement: 'replacement', priorPlacedOn: '2015-06-01', diagnoses: ['K02.1'] })
    await visited('crown', {
      accident,
      orthodontics: bands,
      placeOfService: '22',
      referringDentist: { family: 'Okafor', given: 'Ngozi' },
    })
    const missingTeeth = [{ tooth: 'AS', status: 'missing' as const }]
    const payee = { name: 'Smile Holdings', bank: { name: 'First Bank', account: '1' } }
    await db.owner
      .updateTable('patients')
      .set({ missing_teeth: JSON.stringify(missingTeeth) })
      .execute()
    await db.owner.updateTable('enrolments').set({ assignment: 'patient', signed_on: '2026-01-02' }).execute()
    await db.owner.updateTable('practitioners').set({ signature_on_file: true }).execute()
    await db.owner
      .updateTable('clinics')
      .set({ payee: JSON.stringify(payee) })
      .execute()
    const { id } = await db.owner.selectFrom('practitioners').select('id').executeTakeFirstOrThrow()
    await db.owner.updateTable('visits').set({ billing_practitioner_id: id }).execute()
    const { submission, checked } = await compose(await created(wish(seeded, ['crown'])))
    expect(submission).toMatchObject({
      accident,
      orthodontics: bands,
      referringDentist: { family: 'Okafor', given: 'Ngozi' },
      missingTeeth,
      payee,
      assignment: 'patient',
      signatures: { patientOn: '2026-01-02', dentist: true },
      billingDentist: { family: 'Reyes', given: 'Ana', licence: 'L-1' },
      lines: [{ placement: 'replacement', priorPlacedOn: '2015-06-01', placeOfService: '22', diagnosisPointers: [1] }],
    })
    expect(submission.lines[0]).not.toHaveProperty('diagnoses')
    expect(checked.lines[0]).toMatchObject({ placement: 'replacement', diagnosisPointers: [1] })
  })

  it('a person says in the draft what the visit does not, or says it otherwise', async () => {
    await charted('crown', { placement: 'initial', description: 'Crown' })
    await visited('crown', { accident })
    const ticked = [
      { procedureId: seeded.procedures.crown, override: null, details: { description: 'Zirconia crown' } },
    ]
    const claimId = await created({ ...wish(seeded, ['crown']), ticked })
    expect((await compose(claimId)).submission).toMatchObject({
      accident,
      lines: [{ placement: 'initial', description: 'Zirconia crown' }],
    })
    const change = { version: 1, details: {}, overrideDuplicate: null, overrideFilingLimit: null, overrideOrder: null }
    expect(await within((tx) => editDraft(tx, claimId, change, doing(db.organisationId)))).toMatchObject({
      kind: 'saved',
    })
    expect((await compose(claimId)).submission).not.toHaveProperty('accident')
  })

  it('two visits with two accidents are two claims; the same accident twice is one', async () => {
    await visited('crown', { accident })
    await visited('filling', { accident: { ...accident, on: '2026-02-01' } })
    expect(await draft(wish(seeded, ['crown', 'filling']))).toMatchObject({
      kind: 'refused',
      type: 'different-visit-details',
      detail: 'the visits name two accidents: make one claim for each',
    })
    await visited('filling', { accident })
    expect(await draft(wish(seeded, ['crown', 'filling']))).toMatchObject({ kind: 'saved' })
  })

  it('a diagnosis that the claim does not have is no pointer that may leave', async () => {
    await charted('crown', { diagnoses: ['Z99.9'] })
    const { checked } = await compose(await created(wish(seeded, ['crown'])))
    expect(checked.lines[0]).toMatchObject({ diagnosisPointers: [0] })
  })
})

describe('K26: a correction knows the lines of the claim that it corrects', () => {
  it('by their places in the first sending, whatever place they have now', async () => {
    const claimId = await created(wish(seeded, ['cleaning', 'filling']))
    const { submission } = await compose(claimId)
    expect(submission.lines[1]).not.toHaveProperty('openingControlNumber')
    const numbers = { submissionId: newId(), submissionNumber: 'AAAA1111BBBB2222' }
    await within((tx) =>
      allocateInterchange(tx, {
        organisationId: db.organisationId,
        connectionId: seeded.connectionId,
        kind: 'submission',
        adapterVersion: 1,
        submissions: [submissionFrom({ submission } as never, numbers)],
        now: NOW,
      }),
    )
    await db.owner.updateTable('claims').set({ status: 'PARTIAL' }).where('id', '=', claimId).execute()
    await db.owner
      .updateTable('claim_lines')
      .set({ decision: 'denied', payable: 0, adjustments: JSON.stringify([{ bucket: 'denied', amount: 1, said: {} }]) })
      .where('claim_id', '=', claimId)
      .where('line_number', '=', 2)
      .execute()
    await db.owner
      .insertInto('claim_references')
      .values({
        organisation_id: db.organisationId,
        connection_id: seeded.connectionId,
        type: 'claim-number',
        value: 'GD-1',
        claim_id: claimId,
        learned_at: NOW,
      })
      .execute()
    const declaration = { name: 'Gulf', purposes: ['new', 'appeal'] as const, appeals: 'disputed-lines' as const }
    const appeal = await within((tx) =>
      resubmit(tx, claimId, 'appeal', { ...doing(db.organisationId), declarationOf: () => declaration }),
    )
    if (appeal.kind === 'refused') throw new Error(appeal.detail)
    const composed = await compose(appeal.claimId)
    expect(composed.submission).toMatchObject({
      openingSubmissionNumber: 'AAAA1111BBBB2222',
      lines: [{ lineNumber: 1, controlNumber: '1', openingControlNumber: '2', code: 'D2392' }],
    })
  })
})
