import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listHeldMatches } from '../../../db/inbox/heldMatches.ts'
import { type Resolution, resolveHeld } from '../../../db/inbox/resolveHeld.ts'
import { type FieldEngine, startFieldEngine } from './fieldEngine.ts'

let engine: FieldEngine
beforeEach(async () => {
  engine = await startFieldEngine()
})
afterEach(() => engine.db.close())

const held = () =>
  engine.within((tx) =>
    listHeldMatches(tx, { organisationId: engine.db.organisationId, state: 'held', after: null, limit: 10 }),
  )
const decides = async (resolution: Resolution) => {
  const [first] = await held()
  const act = { organisationId: engine.db.organisationId, actor: 'Ana', reason: 'asked by phone', now: engine.now }
  const resolved = await engine.within((tx) => resolveHeld(tx, { ...act, heldId: first?.heldId ?? '' }, resolution))
  if (resolved.kind === 'resolved') for (const claimId of resolved.claimIds) await engine.news(claimId)
  return resolved
}
const OTHER = 'e2e-72b-other-patient-other-services.x12'

describe('K37: a claim found by its number, against patient, services and charge', () => {
  it('is held whole with the evidence: nothing posts, nothing is on the claim', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    const before = await engine.balances(claim.claimId)
    await engine.reads(OTHER, [claim.submissionNumber])
    expect(await engine.remittances()).toEqual([
      { state: 'quarantined', problem: { rule: 'claim-evidence', where: 'claim 1', difference: null } },
    ])
    expect(await engine.balances(claim.claimId)).toEqual(before)
    expect(await engine.claim(claim.claimId)).toMatchObject({ status: 'SUBMITTED', attention: false })
    expect(await engine.items()).toEqual([
      [
        'match-in-doubt',
        expect.stringMatching(
          /^Remittance U72097876, with reference [0-9A-Z]{16}, from Harbor Health is held: it names claim C-\d{4}-\d{6}, and the patient’s name, the member number, the service dates, the procedures, the charge, the payee contradict that/,
        ),
      ],
    ])
    expect(await held()).toMatchObject([
      {
        what: 'remittance',
        doubts: [
          {
            place: 0,
            verdict: 'contradicted',
            named: { claimId: claim.claimId },
            candidates: [
              { claimId: claim.claimId, for: ['number'], against: expect.arrayContaining(['name', 'codes', 'charge']) },
            ],
          },
        ],
      },
    ])
  })

  it('is released as it is: posted whole on the claim that it names', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads(OTHER, [claim.submissionNumber])
    expect(await decides({ kind: 'released' })).toMatchObject({ kind: 'resolved', claimIds: [claim.claimId] })
    expect(await engine.remittances()).toEqual([{ state: 'posted', problem: null }])
    expect(await engine.balances(claim.claimId)).toMatchObject({ paid: 70_000 })
    expect((await engine.items()).map(([kind]) => kind)).not.toContain('match-in-doubt')
    expect(await held()).toEqual([])
  })

  it('is matched otherwise: posted on the claim that a person names, or in suspense', async () => {
    const [named, meant] = [await engine.filed('D0120'), await engine.filed('D1110')]
    await engine.reads(OTHER, [named.submissionNumber])
    const claims = [{ place: 0, claimId: meant.claimId }]
    expect(await decides({ kind: 'matched', claims })).toMatchObject({ claimIds: [meant.claimId] })
    expect((await engine.balances(named.claimId)).paid).toBeUndefined()
    expect(await engine.balances(meant.claimId)).toMatchObject({ paid: 70_000 })
  })

  it('is refused: nothing of it is ever posted, and the same document again asks nobody', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    const documentId = await engine.reads(OTHER, [claim.submissionNumber])
    expect(await decides({ kind: 'refused' })).toMatchObject({ kind: 'resolved', claimIds: [] })
    await engine.db.owner.updateTable('documents').set({ processed_at: null }).where('id', '=', documentId).execute()
    await engine.inbox()
    expect(await engine.remittances()).toMatchObject([{ state: 'superseded' }])
    expect(await engine.items()).toEqual([])
    const audited = await engine.db.owner.selectFrom('audit_log').select(['action', 'actor', 'detail']).execute()
    expect(audited).toContainEqual(
      expect.objectContaining({
        action: 'held.refused',
        actor: 'Ana',
        detail: expect.objectContaining({ reason: 'asked by phone' }),
      }),
    )
  })

  it.each([
    [
      'another patient, the same services',
      /FIELDCASE\*NORA\*\*\*\*MI\*SI-90001/,
      'SMITH*JOHN****MI*SI-77777',
      'contradicted',
    ],
    ['another of the family', /FIELDCASE\*NORA/, 'FIELDCASE*OSCAR', 'contradicted'],
    ['only another member number', /FIELDCASE\*NORA\*\*\*\*MI\*SI-90001/, '*****MI*SI-77777', 'contradicted'],
    ['other services', /AD:D0120|AD:D1110/g, 'AD:D2740', 'contradicted'],
    ['another year', /DTM\*472\*20261120/g, 'DTM*472*20250301', 'contradicted'],
  ])('holds %s', async (_name, from, to, verdict) => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-10-original-denied.x12', [claim.submissionNumber], (text) =>
      text.replaceAll(new RegExp(from, 'g'), to),
    )
    expect((await held()).flatMap(({ doubts }) => doubts.map((doubt) => doubt.verdict))).toEqual([verdict])
    expect(await engine.claim(claim.claimId)).toMatchObject({ status: 'SUBMITTED' })
  })

  it.each([
    ['a name in another spelling', /FIELDCASE\*NORA/, 'Field-Case*Nóra M'],
    ['the names the other way round', /FIELDCASE\*NORA/, 'NORA*FIELDCASE'],
    ['an initial and a new card', /FIELDCASE\*NORA\*\*\*\*MI\*SI-90001/, 'FIELDCASE*N****MI*NEW-4711'],
    ['a dependant’s suffix', /SI-90001/, 'SI-90001-02'],
    ['no patient at all', /NM1\*QC[^~]*~/, ''],
    ['a range of days on the claim', /DTM\*472\*20261120~/g, 'DTM*150*20261119~DTM*151*20261121~'],
  ])('believes %s', async (_name, from, to) => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-10-original-denied.x12', [claim.submissionNumber], (text) => {
      const changed = text.replaceAll(new RegExp(from, 'g'), to)
      const count = changed.split('~').findIndex((segment) => segment.trim().startsWith('SE*'))
      return changed.replace(/SE\*\d+/, `SE*${count - 1}`)
    })
    expect(await held()).toEqual([])
    expect(await engine.lines(claim.claimId)).toEqual([
      ['D0120', 'approved', 5_000],
      ['D1110', 'denied', 0],
    ])
  })
})

describe('K36: a line found by its number, against code and charge', () => {
  it('is the line of its code and charge, whatever REF*6R says', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-72d-line-numbers-of-their-own-order.x12', [claim.submissionNumber])
    expect(await engine.lines(claim.claimId)).toEqual([
      ['D0120', 'approved', 5_000],
      ['D1110', 'denied', 0],
    ])
    expect(await engine.balances(claim.claimId)).toMatchObject({ paid: 5_000, denied: 9_000 })
  })
})

describe('K7: decided, but the lines cannot be told', () => {
  it('no SVC at all: the claim is decided in part, and a person is asked for the lines', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-22.x12', [claim.submissionNumber])
    expect(await engine.claim(claim.claimId)).toMatchObject({ status: 'PARTIAL', attention: true })
    expect(await engine.balances(claim.claimId)).toMatchObject({ paid: 5_000, denied: 9_000, open: 0 })
    expect((await engine.items()).map(([kind]) => kind)).toEqual(['lines-denied', 'lines-unclear'])
  })
})

describe('K8: the charge of the document is not ours', () => {
  it('is an item with both figures, and the lines that the payer added are shown as added', async () => {
    const claim = await engine.filed('D0150', 'D0274', 'D0330')
    await engine.reads('e2e-08-added-line.x12', [claim.submissionNumber])
    expect(await engine.remittances()).toMatchObject([{ state: 'posted' }])
    const items = await engine.items()
    expect(items.map(([kind]) => kind)).not.toContain('overpaid')
    expect(items.find(([kind]) => kind === 'charge-differs')?.[1]).toMatch(
      /a charge of 593\.00 USD, we charged 359\.00 USD; the provider added D0210/,
    )
    expect(await engine.balances(claim.claimId)).toMatchObject({ paid: 12_564, contractual: 7_000, open: 0 })
    const [line] = await engine.db.owner.selectFrom('remittance_lines').select('detail').execute()
    expect(line?.detail).toMatchObject({ lines: [{}, {}, {}, { code: 'D0210', added: true }] })
  })
})

describe('K3: the answer to a replacement comes under the original’s number', () => {
  it('goes to the claim that is open, with its money, and is shown on both', async () => {
    const original = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-10-original-denied.x12', [original.submissionNumber])
    expect(await engine.claim(original.claimId)).toMatchObject({ status: 'PARTIAL' })
    const replacement = await engine.replacing(original.claimId)
    expect(await engine.claim(original.claimId)).toMatchObject({ closed: 'replaced' })
    await engine.reads('e2e-10-correction-under-original-number.x12', [
      original.submissionNumber,
      original.submissionNumber,
    ])
    expect(await engine.remittances()).toMatchObject([{ state: 'posted' }, { state: 'posted' }])
    expect(await engine.claim(replacement.claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await engine.balances(replacement.claimId)).toMatchObject({ paid: 14_000, open: 0 })
    expect(await engine.balances(original.claimId)).toMatchObject({ paid: 0, open: 0, denied: 0 })
    expect((await engine.events(original.claimId)).map(({ type }) => type)).toContain('answered_on_successor')
    expect((await engine.events(replacement.claimId)).map(({ type }) => type)).toContain('decided')
    const kinds = await engine.db.owner
      .selectFrom('attention_items')
      .select('kind')
      .where('closed_at', 'is', null)
      .where('claim_id', '=', replacement.claimId)
      .execute()
    expect(kinds).toEqual([])
  })

  it('is taken back from the claim that it was paid on, also under the original’s number', async () => {
    const original = await engine.filed('D0120', 'D1110')
    const { submissionNumber } = original
    await engine.reads('e2e-10-original-denied.x12', [submissionNumber])
    const replacement = await engine.replacing(original.claimId)
    await engine.reads('e2e-10-correction-under-original-number.x12', [submissionNumber])
    await engine.reads('e2e-72c-corrected-patient.x12', [submissionNumber], (text) =>
      text
        .replaceAll('*1*140*140**', '*22*-140*-140**')
        .replaceAll('*50*50**1', '*-50*-50**1')
        .replaceAll('*90*90**1', '*-90*-90**1')
        .replace('BPR*I*140*', 'BPR*I*0*')
        .replace('~SE*21*', '~PLB*1093817462*20261231*FB:1*-140~SE*22*')
        .replace(/~\s*SE\*21/, '~PLB*1093817462*20261231*FB:1*-140~SE*22'),
    )
    expect(await engine.remittances()).toMatchObject([{ state: 'posted' }, { state: 'posted' }, { state: 'posted' }])
    expect(await engine.balances(replacement.claimId)).toMatchObject({ paid: 0, open: 14_000 })
    expect(await engine.balances(original.claimId)).toMatchObject({ paid: 0, open: 0 })
  })

  it('and one under its own number goes to it as before', async () => {
    const original = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-10-original-denied.x12', [original.submissionNumber])
    const replacement = await engine.replacing(original.claimId)
    await engine.reads('e2e-10b-replacement-own-number.x12', [original.submissionNumber, replacement.submissionNumber])
    expect(await engine.balances(replacement.claimId)).toMatchObject({ paid: 14_000, open: 0 })
    expect(await engine.balances(original.claimId)).toMatchObject({ paid: 0, denied: 0 })
  })
})

describe('K38: the payer corrects the member', () => {
  it('is on the timeline and on the worklist, and the payment is posted', async () => {
    const claim = await engine.filed('D0120', 'D1110')
    await engine.reads('e2e-72c-corrected-patient.x12', [claim.submissionNumber])
    expect(await engine.balances(claim.claimId)).toMatchObject({ paid: 14_000, open: 0 })
    const events = await engine.events(claim.claimId)
    expect(events.find(({ type }) => type === 'member_corrected')).toMatchObject({
      effect: 'noted',
      said: [{ text: 'FIELDCASEY, NORA; SI-90001-02' }],
    })
    expect(await engine.items()).toEqual([
      [
        'member-corrected',
        expect.stringMatching(
          /^Claim C-\d{4}-\d{6}: Harbor Health knows the member by another name and member number$/,
        ),
      ],
    ])
  })
})
