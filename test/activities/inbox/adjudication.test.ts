import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { postSettlement } from '../../../db/money/ledger.ts'
import { recordManualPayment } from '../../../db/money/payments.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import { balancedRemittance, remittanceClaim } from '../../support/remittances.ts'
import { about } from '../engine.ts'
import { type FieldEngine, payment835, startFieldEngine } from '../fieldClaims.ts'

let engine: FieldEngine
beforeAll(async () => {
  engine = await startFieldEngine()
})
afterAll(() => engine.db.close())

const LINE1 = 'SVC*AD:D0120*50'
const LINE2 = 'SVC*AD:D1110*90'
const DAY = 'DTM*472*20261120'
let number = 0
/** A payment number that no other test has. */
const trace = () => {
  number += 1
  return `T-${number}`
}

const suspense = async () => (await engine.openItems()).filter((kind) => kind === 'suspense').length

describe('K2: a second decision without a reversal', () => {
  const PAID = { status: 'APPROVED', closed: 'settled', items: [], money: { open: 0, paid: 14_000 } }

  // Source: CARC 18, X12 RFI 2143.
  it('as a duplicate denial after the payment changes nothing and is on the timeline', async () => {
    const claim = await engine.fieldClaim()
    expect(await claim.file('e2e-32a-paid.x12')).toEqual(PAID)
    expect(await claim.file('e2e-32b-duplicate-denial.x12')).toEqual(PAID)
    const events = await engine.db.owner
      .selectFrom('claim_events')
      .select(['type', 'effect'])
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(events).toContainEqual({ type: 'duplicate_denial', effect: 'noted' })
  })

  it('as a duplicate denial before the payment decides nothing; the payment does', async () => {
    const claim = await engine.fieldClaim()
    expect(await claim.file('e2e-32b-duplicate-denial.x12')).toEqual({
      status: 'IN_REVIEW',
      closed: null,
      items: ['duplicate-denial'],
      money: { open: 14_000, paid: 0 },
    })
    expect(await claim.file('e2e-32a-paid.x12')).toEqual(PAID)
  })

  it.each(['CO', 'OA', 'PI'])(
    'as a %s-18 in the same file, before the payment or behind it, changes nothing',
    async (group) => {
      for (const order of [0, 1]) {
        const claim = await engine.fieldClaim()
        const paid = ['CLP*X*1*140*140**12*P1', `${LINE1}*50**1`, DAY, 'REF*6R*1', `${LINE2}*90**1`, DAY, 'REF*6R*2']
        const copy = [
          'CLP*X*4*140*0**12*P2',
          `${LINE1}*0**1`,
          DAY,
          `CAS*${group}*18*50`,
          'REF*6R*1',
          `${LINE2}*0**1`,
          DAY,
          `CAS*${group}*18*90`,
          'REF*6R*2',
        ]
        const both = order === 0 ? [...copy, ...paid] : [...paid, ...copy]
        expect(await claim.text(payment835({ trace: trace(), amount: '140' }, both))).toEqual(PAID)
      }
    },
  )

  it('as a duplicate denial of one line, or of the claim without lines, changes nothing', async () => {
    const claim = await engine.fieldClaim()
    await claim.file('e2e-32a-paid.x12')
    const line = ['CLP*X*1*90*0**12*P2', `${LINE2}*0**1`, DAY, 'CAS*CO*18*90', 'REF*6R*2']
    expect(await claim.text(payment835({ trace: trace(), amount: '0' }, line))).toEqual(PAID)
    expect(
      await claim.text(payment835({ trace: trace(), amount: '0' }, ['CLP*X*1*140*0**12*P3', 'CAS*OA*18*140'])),
    ).toEqual(PAID)
  })

  it('as another decision is held for a person with both, and nothing of it posts', async () => {
    const claim = await engine.fieldClaim()
    await claim.file('e2e-32a-paid.x12')
    const before = await suspense()
    const again = [
      'CLP*X*1*140*50**12*P2',
      `${LINE1}*50**1`,
      DAY,
      'REF*6R*1',
      `${LINE2}*0**1`,
      DAY,
      'CAS*CO*96*90',
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '50' }, again))).toEqual(PAID)
    expect(await suspense()).toBe(before + 1)
    const item = await engine.db.owner
      .selectFrom('attention_items')
      .select('because')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    expect(item.because).toContain('again and takes nothing back: 140.00 PHP was paid before, now 50.00 PHP')
  })
})

describe('K4: a reversal', () => {
  // Source: X12 RFI 2442. 65 paid, 75 contractual: what was posted for the first payment is gone.
  it('whose split differs takes back what was posted, and says so', async () => {
    const claim = await engine.fieldClaim()
    await claim.file('e2e-36b-original.x12')
    expect(await claim.file('e2e-36b-reversal-known-codes.x12')).toEqual({
      status: 'APPROVED',
      closed: 'settled',
      items: ['reversal-differs'],
      money: { open: 0, paid: 6_500, contractual: 7_500 },
    })
  })

  it('takes back once: what comes again waits in suspense', async () => {
    const claim = await engine.fieldClaim()
    await claim.file('e2e-36b-original.x12')
    const back = [
      'CLP*X*22*-140*-40**12*P1',
      `SVC*AD:D0120*-50*0**1`,
      DAY,
      'CAS*CO*45*-25',
      'CAS*PR*1*-25',
      'REF*6R*1',
      'SVC*AD:D1110*-90*-40**1',
      DAY,
      `CAS*CO*45*-50`,
      'REF*6R*2',
    ]
    const first = await claim.text(payment835({ trace: trace(), amount: '-40' }, back))
    expect(first.money).toEqual({ open: 14_000, paid: 0 })
    const before = await suspense()
    const second = await claim.text(payment835({ trace: trace(), amount: '-40' }, back))
    expect(second.money).toEqual({ open: 14_000, paid: 0 })
    expect(await suspense()).toBe(before + 1)
  })
})

describe('K5: negative reasons', () => {
  // Source: X12 835 TR3 1.10.2.6, RFI 626, 2551. 86 + 148 bundled into D0210: 70 paid, 164
  // contractual.
  it('of a bundle net to nothing, and the lines are decided by the net', async () => {
    const claim = await engine.fieldClaim([8_600, 14_800])
    const bundle = [
      'CLP*X*1*234*70**12*P1',
      'SVC*AD:D0210*86*70**1*AD:D0120',
      DAY,
      'CAS*OA*94*-148',
      'CAS*CO*45*164',
      'REF*6R*1',
      'SVC*AD:D0210*148*0**1*AD:D1110',
      DAY,
      'CAS*CO*97*148',
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '70' }, bundle))).toEqual({
      status: 'APPROVED',
      closed: 'settled',
      items: [],
      money: { open: 0, paid: 7_000, contractual: 16_400 },
    })
    const events = await engine.db.owner
      .selectFrom('claim_events')
      .select('said')
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(JSON.stringify(events)).toContain('D0120 paid as D0210')
  })

  it('of a bundle that pays less deny the net only', async () => {
    const claim = await engine.fieldClaim([8_600, 14_800])
    const bundle = [
      'CLP*X*1*234*70**12*P1',
      'SVC*AD:D0210*86*70**1*AD:D0120',
      DAY,
      'CAS*OA*94*-100',
      'CAS*CO*45*116',
      'REF*6R*1',
      'SVC*AD:D0210*148*0**1*AD:D1110',
      DAY,
      'CAS*CO*97*148',
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '70' }, bundle))).toMatchObject({
      status: 'PARTIAL',
      money: { open: 0, paid: 7_000, contractual: 11_600, denied: 4_800 },
    })
  })

  // Source: CARC 144; X12 RFI 2333, 2320.
  it.each(['CO*144', 'OA*94', 'CO*225', 'PI*9999'])('%s pays above the charge and denies nothing', async (reason) => {
    const claim = await engine.fieldClaim()
    const above = [
      'CLP*X*1*140*150**12*P1',
      `${LINE1}*60**1`,
      DAY,
      `CAS*${reason}*-10`,
      'REF*6R*1',
      `${LINE2}*90**1`,
      DAY,
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '150' }, above))).toMatchObject({
      status: 'APPROVED',
      closed: 'settled',
      money: { open: 0, paid: 15_000, contractual: -1_000 },
    })
  })
})

describe('K6: what is under review', () => {
  // Source: CARC 133 (X12 RFI 457): nothing is denied, the line stays open.
  it.each(['OA', 'CO', 'PI'])('of a line by %s-133 is pending', async (group) => {
    const claim = await engine.fieldClaim()
    const text = engine.textOf('e2e-20.x12').replace('CAS*OA*133', `CAS*${group}*133`)
    expect(await claim.text(text)).toEqual({
      status: 'IN_REVIEW',
      closed: null,
      items: [],
      money: { open: 9_000, paid: 5_000 },
    })
    const paid = ['CLP*X*1*90*70**12*P2', `${LINE2}*70**1`, DAY, 'CAS*CO*45*20', 'REF*6R*2']
    expect(await claim.text(payment835({ trace: trace(), amount: '70', day: '20261202' }, paid))).toEqual({
      status: 'APPROVED',
      closed: 'settled',
      items: [],
      money: { open: 0, paid: 12_000, contractual: 2_000 },
    })
  })

  // Source: CLP02 5 and 17 (X12 RFI 1733), and the other suspended ones.
  it.each(['5', '10', '13', '15', '16', '17'])(
    'of the whole claim by CLP02 %s is in review, whatever its reasons',
    async (status) => {
      const claim = await engine.fieldClaim()
      const pended = [
        `CLP*X*${status}*140*0**12*P1`,
        `${LINE1}*0**1`,
        DAY,
        'CAS*CO*16*50',
        'REF*6R*1',
        `${LINE2}*0**1`,
        DAY,
        'CAS*PR*1*90',
        'REF*6R*2',
      ]
      expect(await claim.text(payment835({ trace: trace(), amount: '0' }, pended))).toEqual({
        status: 'IN_REVIEW',
        closed: null,
        items: [],
        money: { open: 14_000, paid: 0 },
      })
    },
  )

  it('by a reason of the claim as a whole is in review', async () => {
    const claim = await engine.fieldClaim()
    expect(
      await claim.text(payment835({ trace: trace(), amount: '0' }, ['CLP*X*1*140*0**12*P1', 'CAS*OA*133*140'])),
    ).toEqual({
      status: 'IN_REVIEW',
      closed: null,
      items: [],
      money: { open: 14_000, paid: 0 },
    })
  })

  it('takes nothing back of a claim that is decided', async () => {
    const claim = await engine.fieldClaim()
    const paid = await claim.file('e2e-32a-paid.x12')
    expect(
      await claim.text(payment835({ trace: trace(), amount: '0' }, ['CLP*X*17*140*0**12*P1', 'CAS*OA*133*140'])),
    ).toEqual(paid)
  })
})

describe('K9, K10, K33, M14: who owes what', () => {
  // Source: CLP05, X12 RFI 2548: 20.00 stated, nothing of the group PR.
  it('K9: a patient’s figure that is not the sum of its reasons is told to a person', async () => {
    const claim = await engine.fieldClaim()
    expect(await claim.file('e2e-18.x12')).toEqual({
      status: 'APPROVED',
      closed: 'settled',
      items: ['patient-balance'],
      money: { open: 0, paid: 12_000, contractual: 2_000 },
    })
  })

  it('K10: PR with whatever reason is the patient’s; one of no list is flagged', async () => {
    const claim = await engine.fieldClaim()
    const patient = { status: 'APPROVED', money: { open: 0, paid: 5_000, patient: 9_000 } }
    expect(await claim.file('e2e-62-pr-35.x12')).toMatchObject({ ...patient, items: [] })
    const other = await engine.fieldClaim()
    const text = engine.textOf('e2e-62-pr-35.x12').replace('CAS*PR*35', 'CAS*PR*987').replace('TRN*1*T62', 'TRN*1*T62B')
    expect(await other.text(text)).toMatchObject({ ...patient, items: ['unknown-notice'] })
  })

  // Source: CARC 22: another payer pays first; nobody owes it yet.
  it.each(['OA', 'CO', 'PI'])('K33: %s-22 leaves the claim open until somebody acts', async (group) => {
    const claim = await engine.fieldClaim()
    const text = engine
      .textOf('e2e-69b-other-payer-first.x12')
      .replaceAll('CAS*OA*22', `CAS*${group}*22`)
      .replace('V69787061', trace())
    expect(await claim.text(text)).toEqual({
      status: 'REJECTED',
      closed: null,
      items: ['other-payer-first'],
      money: { open: 0, paid: 0, otherPayer: 14_000 },
    })
  })

  it('K33: another payer first for one line, or for the claim without lines', async () => {
    const claim = await engine.fieldClaim()
    const line = [
      'CLP*X*1*140*50**12*P1',
      `${LINE1}*50**1`,
      DAY,
      'REF*6R*1',
      `${LINE2}*0**1`,
      DAY,
      'CAS*OA*22*90',
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '50' }, line))).toEqual({
      status: 'PARTIAL',
      closed: null,
      items: ['other-payer-first'],
      money: { open: 0, paid: 5_000, otherPayer: 9_000 },
    })
    const whole = await engine.fieldClaim()
    expect(
      await whole.text(payment835({ trace: trace(), amount: '0' }, ['CLP*X*2*140*0**12*P1', 'CAS*OA*22*140'])),
    ).toMatchObject({
      status: 'REJECTED',
      closed: null,
      items: ['other-payer-first'],
    })
  })

  // Source: K33, open until somebody bills the other payer, the patient, or corrects the enrolment.
  it.each([
    ['bill_other_payer', { otherPayer: 14_000 }],
    ['bill_patient', { patient: 14_000 }],
    ['write_off', { writeOff: 14_000 }],
  ] as const)('K33: %s of each line closes the claim and its item', async (action, buckets) => {
    const claim = await engine.fieldClaim()
    await claim.text(engine.textOf('e2e-69b-other-payer-first.x12').replace('V69787061', trace()))
    const { organisationId } = engine.db
    const on = { organisationId, claimId: claim.claimId }
    for (const lineNumber of [1, 2]) {
      const amount = await engine.within((tx) =>
        postSettlement(tx, {
          ...on,
          currency: 'PHP',
          actor: 'Ana',
          now: engine.now,
          lineNumber,
          action,
          rejected: true,
          reason: 'agreed',
          idempotencyKey: trace(),
        }),
      )
      expect(amount).toBe(lineNumber === 1 ? 5_000 : 9_000)
      const fact = { type: 'line_settled' as const, lineNumber, action, amount: amount ?? 0 }
      const event = { fact, at: engine.now.toISOString(), said: [], references: [] }
      await engine.within((tx) => insertManualNotice(tx, { ...on, actor: 'Ana', event, act: { kind: 'settlement' } }))
      await engine.news(claim.claimId)
    }
    expect(await claim.state()).toEqual({
      status: 'REJECTED',
      closed: 'settled',
      items: [],
      money: { open: 0, paid: 0, ...buckets },
    })
  })

  it.each(['104', '105'])('M14: CO-%s is withheld, and nothing is denied', async (reason) => {
    const claim = await engine.fieldClaim()
    const withheld = [
      'CLP*X*1*140*130**12*P1',
      `${LINE1}*50**1`,
      DAY,
      'REF*6R*1',
      `${LINE2}*80**1`,
      DAY,
      `CAS*CO*${reason}*10`,
      'REF*6R*2',
    ]
    expect(await claim.text(payment835({ trace: trace(), amount: '130' }, withheld))).toMatchObject({
      status: 'APPROVED',
      money: { open: 0, paid: 13_000, withheldTax: 1_000 },
    })
  })
})

describe('M10: files that overtake one another', () => {
  const lines = (first: string, second: string, sign = '') => [
    `SVC*AD:D0120*${sign}50*${first}**1`,
    DAY,
    'REF*6R*1',
    `SVC*AD:D1110*${sign}90*${second}**1`,
    DAY,
    'REF*6R*2',
  ]
  const original = [
    'CLP*X*1*140*80**12*P1',
    ...lines('30', '50').toSpliced(2, 0, 'CAS*CO*45*20').toSpliced(6, 0, 'CAS*CO*45*40'),
  ]
  const reversal = [
    'CLP*X*22*-140*-80**12*P1',
    ...lines('-30', '-50', '-').toSpliced(2, 0, 'CAS*CO*45*-20').toSpliced(6, 0, 'CAS*CO*45*-40'),
  ]
  const correction = [
    'CLP*X*1*140*65**12*P2',
    ...lines('25', '40').toSpliced(2, 0, 'CAS*CO*45*25').toSpliced(6, 0, 'CAS*CO*45*50'),
  ]
  const FILES = {
    original: [original, '80'],
    reversal: [reversal, '-80'],
    correction: [correction, '65'],
    both: [[...reversal, ...correction], '-15'],
  } as const

  it.each([
    ['original', 'reversal', 'correction'],
    ['original', 'correction', 'reversal'],
    ['reversal', 'original', 'correction'],
    ['reversal', 'correction', 'original'],
    ['correction', 'original', 'reversal'],
    ['correction', 'reversal', 'original'],
    ['original', 'both'],
    ['both', 'original'],
  ] as const)('%s, then %s, then the rest: 65 are paid, nothing waits', async (...order) => {
    const claim = await engine.fieldClaim()
    const before = await suspense()
    for (const name of order) {
      const [segments, amount] = FILES[name]
      await claim.text(payment835({ trace: trace(), amount }, [...segments]))
    }
    expect(await claim.state()).toEqual({
      status: 'APPROVED',
      closed: 'settled',
      items: [],
      money: { open: 0, paid: 6_500, contractual: 7_500 },
    })
    expect(await suspense()).toBe(before)
  })
})

describe('K11: items close themselves when their cause is gone', () => {
  it('of a claim that was replaced: its money is taken back under the old number', async () => {
    const claim = await engine.fieldClaim()
    await claim.file('e2e-10-original-denied.x12')
    const replaced = { fact: { type: 'replaced' as const, byClaimId: claim.claimId }, at: '2026-12-02T08:00:00.000Z' }
    await engine.within((tx) =>
      insertManualNotice(tx, {
        organisationId: engine.db.organisationId,
        claimId: claim.claimId,
        actor: 'hub',
        event: { ...replaced, said: [], references: [] },
        act: { kind: 'replaced' },
      }),
    )
    await engine.news(claim.claimId)
    expect((await claim.state()).items).toContain('overpaid')
    const other = await engine.fieldClaim()
    const text = engine.textOf('e2e-10b-replacement-own-number.x12')
    await other.text(text, [claim.submissionNumber, other.submissionNumber])
    await engine.news(claim.claimId)
    expect(await claim.state()).toEqual({
      status: 'PARTIAL',
      closed: 'replaced',
      items: [],
      money: { open: 0, paid: 0 },
    })
    expect(await other.state()).toMatchObject({
      status: 'APPROVED',
      closed: 'settled',
      items: [],
      money: { paid: 14_000 },
    })
  })

  it('of a claim that was paid too much, when the rest is taken back', async () => {
    const claim = await engine.fieldClaim()
    const { submissionNumber } = claim
    const money = (paid: number, kind: 'payment' | 'reversal') =>
      balancedRemittance([remittanceClaim({ submissionNumber, kind, itemised: false, paid })], {
        traceNumber: trace(),
        paidOn: '2026-12-01',
      })
    expect(await claim.says([{ kind: 'remittance', remittance: money(15_000, 'payment') }])).toMatchObject({
      items: ['overpaid'],
    })
    expect(await claim.says([{ kind: 'remittance', remittance: money(-1_000, 'reversal') }])).toMatchObject({
      items: [],
      money: { open: 0, paid: 14_000 },
    })
  })
})

describe('M4: who spoke last, line by line', () => {
  const denied = (lineNumber: number, amount: number): LineDecision => ({
    lineNumber,
    outcome: 'denied',
    payable: 0,
    adjustments: [{ bucket: 'denied', amount, said: {} }],
  })
  const LINE1_PAID = ['CLP*X*1*50*50**12*P1', `${LINE1}*50**1`, DAY, 'REF*6R*1']

  it.each(['2026-12-01T09:00:00.000Z', '2026-11-28T09:00:00.000Z'])(
    'line 1 is paid, and the word of %s denies line 2: both hold (E8)',
    async (at) => {
      const claim = await engine.fieldClaim()
      await claim.text(payment835({ trace: trace(), amount: '50' }, LINE1_PAID))
      const notice = about(claim.submissionNumber, { type: 'decided', lines: [denied(2, 9_000)] })
      expect(await claim.says([{ ...notice, at } as Notice])).toEqual({
        status: 'PARTIAL',
        closed: null,
        items: ['lines-denied'],
        money: { open: 0, paid: 5_000, denied: 9_000 },
      })
    },
  )

  it('a word received later with an earlier day is a conflict, of its line only', async () => {
    const claim = await engine.fieldClaim()
    await claim.text(payment835({ trace: trace(), amount: '50' }, LINE1_PAID))
    const lines = [denied(1, 5_000), denied(2, 9_000)]
    const notice = about(claim.submissionNumber, { type: 'decided', lines })
    expect(await claim.says([{ ...notice, at: '2026-11-28T09:00:00.000Z' } as Notice])).toEqual({
      status: 'PARTIAL',
      closed: null,
      items: ['decision-conflict', 'lines-denied'],
      money: { open: 0, paid: 5_000, denied: 9_000 },
    })
  })

  it('E13 a word keyed by hand with an earlier day is a conflict too', async () => {
    const claim = await engine.fieldClaim()
    const paid = await claim.file('e2e-32a-paid.x12')
    const keyed = (at: string) =>
      engine.within((tx) =>
        insertManualNotice(tx, {
          organisationId: engine.db.organisationId,
          claimId: claim.claimId,
          actor: 'Ana',
          event: {
            fact: { type: 'status_by_hand', status: 'PARTIAL', lines: [denied(2, 9_000)] },
            at,
            said: [],
            references: [],
          },
          act: { kind: 'status' },
        }),
      )
    await keyed('2026-11-28T09:00:00.000Z')
    await engine.news(claim.claimId)
    expect(await claim.state()).toEqual({ ...paid, items: ['decision-conflict'] })
  })
})

describe('M5: 80 paid and 20 cut by hand, then the 835 takes that back and says 70 and 30', () => {
  const LINES = (paid: string, cut: string, sign = '') => [
    `SVC*AD:D0120*${sign}50*${sign}0**1`,
    DAY,
    `CAS*CO*96*${sign}50`,
    'REF*6R*1',
    `SVC*AD:D1110*${sign}90*${paid}**1`,
    DAY,
    `CAS*CO*45*${cut}`,
    'REF*6R*2',
  ]
  const both = ['CLP*X*22*-140*-80**12*P1', ...LINES('-80', '-10', '-'), 'CLP*X*1*140*70**12*P2', ...LINES('70', '20')]

  it('once, whether the cut was keyed with the payment or decided before it', async () => {
    for (const withLines of [true, false]) {
      const claim = await engine.fieldClaim()
      const adjust = (bucket: 'contractual' | 'denied', amount: number) => [{ bucket, amount, said: {} }]
      if (!withLines) {
        const lines: LineDecision[] = [
          { lineNumber: 1, outcome: 'denied', payable: 0, adjustments: adjust('denied', 5_000) },
          { lineNumber: 2, outcome: 'approved', payable: 8_000, adjustments: adjust('contractual', 1_000) },
        ]
        const notice = about(claim.submissionNumber, { type: 'decided', lines })
        await claim.says([{ ...notice, at: '2026-11-25T09:00:00.000Z' } as Notice])
      }
      const lines = [
        { lineNumber: 1, paid: 0, adjustments: adjust('denied', 5_000) },
        { lineNumber: 2, paid: 8_000, adjustments: adjust('contractual', 1_000) },
      ]
      const { organisationId } = engine.db
      const keyed = {
        organisationId,
        claimId: claim.claimId,
        amount: 8_000,
        currency: 'PHP',
        paidOn: '2026-11-26',
        actor: 'Ana',
        now: engine.now,
      }
      await engine.within((tx) =>
        recordManualPayment(tx, { ...keyed, ...(withLines ? { lines } : {}), idempotencyKey: trace() }),
      )
      expect(await claim.text(payment835({ trace: trace(), amount: '-10' }, both))).toMatchObject({
        money: { open: 0, paid: 7_000, contractual: 2_000, denied: 5_000 },
      })
    }
  })
})
