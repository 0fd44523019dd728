import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { addAttachment, attachmentBytes, attachmentsOf, removeAttachment } from '../../../db/drafts/attachments.ts'
import { billableProcedures } from '../../../db/drafts/billableProcedures.ts'
import { composeSubmission, problemsBeforeSubmit } from '../../../db/drafts/composeSubmission.ts'
import { createDraft, type DraftRequest } from '../../../db/drafts/createDraft.ts'
import { deleteDraft, editDraft } from '../../../db/drafts/editDraft.ts'
import { newId } from '../../../platform/ids.ts'
import { DECLARATION } from '../../support/claimsApi.ts'
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

const create = (wanted: DraftRequest) =>
  db.databases.within(db.organisationId, (tx) => createDraft(tx, wanted, doing(db.organisationId)))
const created = async (wanted: DraftRequest) => {
  const saved = await create(wanted)
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
const edit = (claimId: string, change: Partial<Parameters<typeof editDraft>[2]>) =>
  db.databases.within(db.organisationId, (tx) =>
    editDraft(
      tx,
      claimId,
      { version: 1, overrideDuplicate: null, overrideFilingLimit: null, overrideOrder: null, ...change },
      doing(db.organisationId),
    ),
  )
const linesOf = (claimId: string) =>
  db.owner.selectFrom('claim_lines').selectAll().where('claim_id', '=', claimId).orderBy('line_number').execute()
const claimOf = (claimId: string) =>
  db.owner.selectFrom('claims').selectAll().where('id', '=', claimId).executeTakeFirstOrThrow()
const audited = () => db.owner.selectFrom('audit_log').select(['action', 'actor', 'detail']).execute()

describe('a draft', () => {
  it('has a readable number, the negotiated amounts and all that the visits say', async () => {
    const claimId = await created(
      wish(seeded, ['crown', 'cleaning'], { note: 'n', authorisationIds: [seeded.authorisationId] }),
    )
    expect(await claimOf(claimId)).toMatchObject({
      claim_number: expect.stringMatching(/^C-2026-\d{6}$/),
      status: 'DRAFT',
      version: 1,
      currency: 'PHP',
      total: 1_360_000,
      service_from: '2026-03-10',
      service_to: '2026-03-12',
      clinic_id: seeded.clinicId,
      practitioner_id: seeded.practitionerId,
      enrolment_id: seeded.enrolmentId,
      connection_id: seeded.connectionId,
      lineage_id: claimId,
      diagnoses: [{ system: 'icd-10', code: 'K02.1' }],
      created_by: 'Test Key',
    })
    expect(await linesOf(claimId)).toMatchObject([
      { line_number: 1, code: 'D2740', tooth: '14', amount: 1_200_000, rate_amount: 1_200_000, priced_by: 'rate' },
      {
        line_number: 2,
        code: 'D1110',
        tooth: null,
        quantity: 2,
        amount: 160_000,
        rate_amount: 160_000,
        priced_by: 'rate',
      },
    ])
    expect(await audited()).toEqual([])
  })

  it('numbers are never given twice (B19)', async () => {
    const ids = await Promise.all([
      created(wish(seeded, ['crown'])),
      created(wish(seeded, ['cleaning'])),
      created(wish(seeded, ['filling'])),
    ])
    const numbers = await Promise.all(ids.map(async (id) => (await claimOf(id)).claim_number))
    expect(new Set(numbers).size).toBe(3)
  })

  it('an amount that a person sets is kept with its reason and audited', async () => {
    const claimId = await created(
      wish(seeded, [], {
        ticked: [
          { procedureId: seeded.procedures.crown, override: { amount: 1_000_000, currency: 'PHP', reason: 'agreed' } },
        ],
      }),
    )
    expect(await linesOf(claimId)).toMatchObject([
      { amount: 1_000_000, rate_amount: 1_200_000, priced_by: 'override', price_reason: 'agreed' },
    ])
    expect(await audited()).toEqual([
      {
        action: 'claim.override-price',
        actor: 'Test Key',
        detail: { lines: [{ lineNumber: 1, code: 'D2740', amount: 1_000_000, rate: 1_200_000, reason: 'agreed' }] },
      },
    ])
  })

  it('a line without a rate waits for its price and counts nothing', async () => {
    const claimId = await created(wish(seeded, ['unpriced', 'cleaning']))
    expect((await claimOf(claimId)).total).toBe(160_000)
    expect((await linesOf(claimId))[0]).toMatchObject({ amount: 0, rate_amount: null, priced_by: 'rate' })
  })

  it.each<[string, (seed: Seeded) => DraftRequest]>([
    ['unknown-patient', (seed) => wish(seed, ['crown'], { patientId: newId() })],
    ['unknown-provider', (seed) => wish(seed, ['crown'], { providerId: 'nobody' })],
    ['no-connection', (seed) => wish(seed, ['crown'], { providerId: 'summit-dental' })],
    ['no-connection', (seed) => wish(seed, ['crown'], { mode: 'test' })],
    ['unknown-procedure', (seed) => wish(seed, [], { ticked: [{ procedureId: newId(), override: null }] })],
    ['procedure-twice', (seed) => wish(seed, ['crown', 'crown'])],
    ['visit-not-completed', (seed) => wish(seed, ['planned'])],
    ['different-clinics', (seed) => wish(seed, ['crown', 'elsewhere'])],
    ['wrong-currency', (seed) => wish(seed, ['dollars'])],
    ['filing-limit-passed', (seed) => wish(seed, ['old'])],
    ['not-enrolled', (seed) => wish(seed, ['crown'], { enrolmentId: newId() })],
    ['unknown-authorisation', (seed) => wish(seed, ['crown'], { authorisationIds: [newId()] })],
    ['unknown-practitioner', (seed) => wish(seed, ['crown'], { practitionerId: newId() })],
    [
      'wrong-currency',
      (seed) =>
        wish(seed, [], {
          ticked: [{ procedureId: seed.procedures.crown, override: { amount: 1, currency: 'USD', reason: 'r' } }],
        }),
    ],
  ])('is refused: %s', async (type, wanted) => {
    expect(await create(wanted(seeded))).toMatchObject({ kind: 'refused', type })
    expect(await db.owner.selectFrom('claims').select('id').execute()).toEqual([])
  })

  it('is refused when the enrolment does not hold on the service date', async () => {
    await db.owner.updateTable('enrolments').set({ valid_to: '2026-03-09' }).execute()
    expect(await create(wish(seeded, ['crown']))).toMatchObject({
      type: 'not-enrolled',
      detail: expect.stringContaining('2026-03-10'),
    })
  })

  it('another organisation sees none of it', async () => {
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    const stolen = await db.databases.within(other, (tx) => createDraft(tx, wish(seeded, ['crown']), doing(other)))
    expect(stolen).toMatchObject({ kind: 'refused', type: 'no-connection' })
  })

  it('past the filing limit only with a reason that is audited', async () => {
    await created(wish(seeded, ['old'], { overrideFilingLimit: 'granted by phone' }))
    expect(await audited()).toMatchObject([
      { action: 'claim.override-filing-limit', detail: { reason: 'granted by phone' } },
    ])
  })
})

describe('the same service twice', () => {
  it('is refused with the claim that has it, and taken with a reason that is audited', async () => {
    const first = await created(wish(seeded, ['crown']))
    expect(await create(wish(seeded, ['crown']))).toMatchObject({
      type: 'procedure-already-claimed',
      more: { claims: [{ claimId: first }] },
    })
    await created(wish(seeded, ['crown'], { overrideDuplicate: 'second opinion' }))
    expect(await audited()).toMatchObject([
      { action: 'claim.override-duplicate', detail: { reason: 'second opinion', claims: [{ claimId: first }] } },
    ])
  })

  it('counts by patient, day, tooth and code too, also under another key', async () => {
    await created(wish(seeded, ['crown']))
    const visit = await db.owner
      .selectFrom('visit_procedures')
      .selectAll()
      .where('id', '=', seeded.procedures.crown)
      .executeTakeFirstOrThrow()
    const again = newId()
    await db.owner
      .insertInto('visit_procedures')
      .values({ ...visit, id: again, external_id: 'again' })
      .execute()
    const ticked = [{ procedureId: again, override: null }]
    expect(await create(wish(seeded, [], { ticked }))).toMatchObject({ type: 'procedure-already-claimed' })
    await db.owner.updateTable('visit_procedures').set({ tooth: '15' }).where('id', '=', again).execute()
    expect(await create(wish(seeded, [], { ticked }))).toMatchObject({ kind: 'saved' })
  })

  it.each([
    ['another quadrant', { tooth: null, area: '10' }, { area: '20' }],
    ['other surfaces', { surfaces: 'MO' }, { surfaces: 'DO' }],
  ])('counts by surfaces and area too: the same code of %s is another service', async (_what, first, other) => {
    const procedure = await db.owner
      .updateTable('visit_procedures')
      .set(first)
      .where('id', '=', seeded.procedures.crown)
      .returningAll()
      .executeTakeFirstOrThrow()
    await created(wish(seeded, ['crown']))
    const again = newId()
    await db.owner
      .insertInto('visit_procedures')
      .values({ ...procedure, id: again, external_id: 'again' })
      .execute()
    const ticked = [{ procedureId: again, override: null }]
    expect(await create(wish(seeded, [], { ticked }))).toMatchObject({ type: 'procedure-already-claimed' })
    await db.owner.updateTable('visit_procedures').set(other).where('id', '=', again).execute()
    expect(await create(wish(seeded, [], { ticked }))).toMatchObject({ kind: 'saved' })
  })

  it('a cancelled or replaced claim does not stand in the way', async () => {
    const first = await created(wish(seeded, ['crown']))
    await db.owner.updateTable('claims').set({ status: 'CANCELLED' }).where('id', '=', first).execute()
    const second = await created(wish(seeded, ['crown']))
    await db.owner.updateTable('claims').set({ closed_because: 'replaced' }).where('id', '=', second).execute()
    expect(await create(wish(seeded, ['crown']))).toMatchObject({ kind: 'saved' })
  })

  it('of eight drafts at once one is made (A11)', async () => {
    const results = await Promise.all(Array.from({ length: 8 }, () => create(wish(seeded, ['crown']))))
    expect(results.filter((result) => result.kind === 'saved')).toHaveLength(1)
    expect(results.filter((result) => result.kind === 'refused')).toHaveLength(7)
  })
})

describe('an edit', () => {
  it('changes what it names, prices again and raises the version', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    const ticked = [{ procedureId: seeded.procedures.cleaning, override: null }]
    expect(await edit(claimId, { ticked, note: 'changed' })).toEqual({ kind: 'saved', claimId })
    expect(await claimOf(claimId)).toMatchObject({ version: 2, total: 160_000, note: 'changed' })
    expect(await linesOf(claimId)).toMatchObject([{ line_number: 1, code: 'D1110' }])
  })

  it('of two editors who saw the same version, one is refused (A5)', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    const results = await Promise.all([edit(claimId, { note: 'a' }), edit(claimId, { note: 'b' })])
    expect(results.map((result) => result.kind).sort()).toEqual(['refused', 'saved'])
    expect(results.find((result) => result.kind === 'refused')).toMatchObject({
      type: 'stale-version',
      more: { version: 2 },
    })
  })

  it('a refused edit changes nothing', async () => {
    const claimId = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId] }))
    const ticked = [{ procedureId: seeded.procedures.planned, override: null }]
    expect(await edit(claimId, { ticked, note: 'x' })).toMatchObject({ type: 'visit-not-completed' })
    expect(await edit(claimId, { authorisationIds: [newId()] })).toMatchObject({ type: 'unknown-authorisation' })
    expect(await claimOf(claimId)).toMatchObject({ version: 1, note: null, total: 1_200_000 })
    expect(await db.owner.selectFrom('claim_authorisations').selectAll().execute()).toHaveLength(1)
  })

  it('after submit nothing changes, nothing is deleted and nothing is attached (A6)', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    await db.owner.updateTable('claims').set({ status: 'SUBMITTED' }).where('id', '=', claimId).execute()
    const gone = { kind: 'refused', type: 'claim-not-a-draft', more: { claimStatus: 'SUBMITTED' } }
    expect(await edit(claimId, { note: 'late' })).toMatchObject(gone)
    const { within } = db.databases
    expect(await within(db.organisationId, (tx) => deleteDraft(tx, claimId, doing(db.organisationId)))).toMatchObject(
      gone,
    )
    expect(await attach(claimId, Buffer.from('x'))).toMatchObject(gone)
    expect(await linesOf(claimId)).toHaveLength(1)
  })

  it('a deleted draft is gone with its lines and papers', async () => {
    const claimId = await created(wish(seeded, ['crown'], { authorisationIds: [seeded.authorisationId] }))
    await attach(claimId, Buffer.from('x'))
    await db.databases.within(db.organisationId, (tx) => deleteDraft(tx, claimId, doing(db.organisationId)))
    for (const table of ['claims', 'claim_lines', 'attachments', 'claim_authorisations'] as const) {
      expect(await db.owner.selectFrom(table).selectAll().execute()).toEqual([])
    }
  })
})

const attach = (claimId: string, bytes: Buffer) =>
  db.databases.within(db.organisationId, (tx) =>
    addAttachment(
      tx,
      { organisationId: db.organisationId, claimId, now: NOW },
      {
        labels: [{ kind: 'xray', tooth: '14' }],
        mediaType: 'image/png',
        fileName: 'a.png',
        capturedOn: '2026-03-10',
        bytes,
      },
    ),
  )

describe('attachments', () => {
  it('the same file twice is one (A9)', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    const first = await attach(claimId, Buffer.from('picture'))
    const second = await attach(claimId, Buffer.from('picture'))
    if (first.kind === 'refused' || second.kind === 'refused') throw new Error('refused')
    expect([first.isNew, second.isNew]).toEqual([true, false])
    expect(second.attachment).toEqual(first.attachment)
    const read = await db.databases.within(db.organisationId, (tx) =>
      attachmentBytes(tx, db.organisationId, claimId, first.attachment.attachmentId),
    )
    expect(read?.bytes.toString()).toBe('picture')
  })

  it('can be taken off, once', async () => {
    const claimId = await created(wish(seeded, ['crown']))
    const added = await attach(claimId, Buffer.from('picture'))
    if (added.kind === 'refused') throw new Error('refused')
    const remove = () =>
      db.databases.within(db.organisationId, (tx) =>
        removeAttachment(tx, { organisationId: db.organisationId, claimId }, added.attachment.attachmentId),
      )
    expect(await remove()).toEqual({ kind: 'removed' })
    expect(await remove()).toMatchObject({ type: 'attachment-not-found' })
    expect(await db.databases.within(db.organisationId, (tx) => attachmentsOf(tx, db.organisationId, claimId))).toEqual(
      [],
    )
  })
})

describe('billable procedures', () => {
  const billables = (over: { recentDays?: number; now?: Date } = {}) =>
    db.databases.within(db.organisationId, async (tx) => {
      const result = await billableProcedures(tx, {
        organisationId: db.organisationId,
        patientId: seeded.patientId,
        providerId: 'harbor-health',
        mode: null,
        recentDays: 90,
        now: NOW,
        filingLimitDays: () => 90,
        ...over,
      })
      if (result.kind === 'refused') throw new Error(result.detail)
      const name = Object.fromEntries(Object.entries(seeded.procedures).map(([key, id]) => [id, key]))
      return Object.fromEntries(result.procedures.map((each) => [name[each.procedureId], each.billable.kind]))
    })

  it('shows what may be ticked, what waits for a price and what is too late', async () => {
    expect(await billables()).toEqual({
      crown: 'billable',
      cleaning: 'billable',
      filling: 'billable',
      elsewhere: 'billable',
      unpriced: 'blocked',
      old: 'disabled',
      dollars: 'disabled',
    })
  })
  it('a visit of today at the clinic is billable, creatable and ready: 03:00 in Manila is not the future', async () => {
    const inManila = new Date('2026-03-19T19:00:00Z')
    const { cleaning } = seeded.procedures
    await db.owner.updateTable('visits').set({ visited_on: '2026-03-20' }).where('status', '=', 'completed').execute()
    await db.owner.updateTable('clinics').set({ zone: 'UTC' }).execute()
    expect(await billables({ now: inManila })).toMatchObject({ cleaning: 'disabled' })
    const today = () =>
      db.databases.within(db.organisationId, (tx) =>
        createDraft(tx, wish(seeded, ['cleaning']), doing(db.organisationId, inManila)),
      )
    expect(await today()).toMatchObject({ kind: 'refused', type: 'visit-not-completed' })
    await db.owner.updateTable('clinics').set({ zone: 'Asia/Manila' }).execute()
    expect(await billables({ now: inManila })).toMatchObject({ cleaning: 'billable' })
    const saved = await today()
    expect([saved.kind, cleaning]).toEqual(['saved', expect.any(String)])
    if (saved.kind !== 'saved') return
    const composed = await db.databases.within(db.organisationId, (tx) =>
      composeSubmission(tx, db.organisationId, saved.claimId),
    )
    if (composed === null) throw new Error('no such claim')
    const types = problemsBeforeSubmit(composed, DECLARATION, inManila).map(({ type }) => type)
    expect(types).not.toContain('service-in-future')
  })
  it('what the other HMO of the patient has been claimed from is shown disabled, with its claim', async () => {
    await created(wish(seeded, ['cleaning']))
    await db.owner.updateTable('claims').set({ provider_id: 'summit-dental' }).execute()
    expect(await billables()).toMatchObject({ cleaning: 'disabled', filling: 'billable' })
  })
  it('recent is what is asked for', async () => {
    expect(await billables({ recentDays: 8 })).toEqual({
      cleaning: 'billable',
      filling: 'billable',
      elsewhere: 'billable',
      unpriced: 'blocked',
      dollars: 'disabled',
    })
  })
  it('what is on a claim is gone, what is not covered too', async () => {
    await created(wish(seeded, ['crown', 'cleaning']))
    expect(Object.keys(await billables()).sort()).toEqual(['dollars', 'elsewhere', 'filling', 'old', 'unpriced'])
    await db.owner.updateTable('enrolments').set({ valid_from: '2026-03-13' }).execute()
    expect(await billables()).toEqual({ elsewhere: 'billable', dollars: 'disabled' })
  })
})
