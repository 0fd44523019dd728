import { describe, expect, it } from 'vitest'
import { codedAdjustment } from '../../../domain/coordination/adjustmentCodes.ts'
import { decisionBesideFirst } from '../../../domain/coordination/decisionBesideFirst.ts'
import { type FirstClaim, type FirstClaimLine, firstDecision } from '../../../domain/coordination/firstDecision.ts'
import { orderProblems, type PayerBefore, payerTurn } from '../../../domain/coordination/payerOrder.ts'
import type { PositionRow } from '../../../domain/money/claimPosition.ts'
import type { Adjustment, LineDecision } from '../../../domain/money/lineDecision.ts'

const said = (code: string) => ({ list: 'CARC', code })
const row = (
  layer: PositionRow['layer'],
  account: PositionRow['account'],
  amount: number,
  lineNumber: number | null = 1,
) => ({ layer, account, amount, lineNumber }) satisfies PositionRow
const line = (over: Partial<FirstClaimLine> = {}): FirstClaimLine => ({
  lineNumber: 1,
  charge: 100,
  decision: 'approved',
  adjustments: [],
  forLine: 1,
  ...over,
})
const claim = (rows: PositionRow[], over: Partial<FirstClaim> = {}): FirstClaim => ({
  decidedOn: '2026-03-08',
  lines: [line()],
  position: { claimId: 'c', rows },
  claimAdjustments: [],
  ...over,
})

describe('what the first HMO decided', () => {
  it('K34 is paid, allowed, left and adjusted by line, with the HMO’s own codes', () => {
    const adjustments: Adjustment[] = [
      { bucket: 'contractual', amount: 20, said: said('CO-45') },
      { bucket: 'patient', amount: 20, said: said('PR-3') },
    ]
    const rows = [
      row('charge', 'open', 100),
      row('money', 'open', -100),
      row('money', 'paid', 60),
      row('money', 'contractual', 20),
      row('money', 'patient', 20),
    ]
    const decision = firstDecision(claim(rows, { lines: [line({ adjustments })] }))
    expect(decision).toMatchObject({ decidedOn: '2026-03-08', paid: 60, adjustments: [] })
    expect(decision.lines).toEqual([
      {
        lineNumber: 1,
        charge: 100,
        paid: 60,
        allowed: 80,
        left: 20,
        adjustments: [
          { bucket: 'contractual', group: 'CO', reason: '45', amount: 20 },
          { bucket: 'patient', group: 'PR', reason: '3', amount: 20 },
        ],
      },
    ])
  })

  it('K34 counts what is promised and not paid yet, and not what our own people settled', () => {
    const rows = [
      row('charge', 'open', 100),
      row('decision', 'open', -40),
      row('decision', 'denied', 40),
      row('settlement', 'denied', -40),
      row('settlement', 'patient', 40),
    ]
    const [decided] = firstDecision(claim(rows)).lines
    expect(decided).toMatchObject({ paid: 60, left: 40, adjustments: [{ group: 'OA', reason: '192', amount: 40 }] })
  })

  it('K34 keeps what was taken from the claim as a whole there, and the balance holds', () => {
    const rows = [row('charge', 'open', 100), row('money', 'paid', 90), row('money', 'patient', 10, null)]
    const claimAdjustments = [{ bucket: 'patient' as const, amount: 10, said: said('PR-1') }]
    const decision = firstDecision(claim(rows, { claimAdjustments }))
    expect(decision.paid).toBe(90)
    expect(decision.adjustments).toMatchObject([{ group: 'PR', reason: '1', amount: 10 }])
    expect(decision.lines[0]).toMatchObject({ paid: 100, left: 10 })
  })

  it('K34 shares what was taken from the whole when only some lines go on', () => {
    const rows = [row('charge', 'open', 100), row('charge', 'open', 100, 2), row('money', 'patient', 10, null)]
    const decision = firstDecision(claim(rows, { lines: [line(), line({ lineNumber: 2, forLine: null })] }))
    expect(decision.adjustments).toEqual([])
    expect(decision.lines).toMatchObject([{ paid: 95, left: 5 }])
  })

  it('K34 of a test connection, which has no ledger, is what the lines say', () => {
    const adjustments = [{ bucket: 'patient' as const, amount: 30, said: { list: 'adjudication', code: 'copay' } }]
    expect(firstDecision(claim([], { lines: [line({ adjustments })] })).lines).toMatchObject([
      { paid: 70, left: 30, adjustments: [{ group: 'PR', reason: '3' }] },
    ])
  })

  it.each([
    ['patient', 'deductible', 'PR', '1'],
    ['patient', 'coinsurance', 'PR', '2'],
    ['patient', 'member share', 'PR', '3'],
    ['patient', 'something', 'PR', '192'],
    ['contractual', 'eligible', 'CO', '45'],
    ['withheld_tax', 'withheld-tax', 'CO', '105'],
    ['denied', 'B07', 'OA', '192'],
  ] as const)('K34 without an X12 code, %s "%s" is %s-%s', (bucket, code, group, reason) => {
    expect(codedAdjustment({ bucket, amount: 1, said: { code } })).toMatchObject({ group, reason })
  })
})

describe('whose turn it is', () => {
  const payer = (over: Partial<NonNullable<PayerBefore['claim']>>): PayerBefore => ({
    name: 'Harbor Health',
    claim: { claimNumber: 'C-1', status: 'APPROVED', rejectedAt: null, lineDecided: true, left: 20, ...over },
  })

  it.each<[PayerBefore | null, string]>([
    [null, 'first'],
    [{ name: 'Harbor Health', claim: null }, 'waits'],
    [payer({ status: 'DRAFT' }), 'waits'],
    [payer({ status: 'IN_REVIEW' }), 'waits'],
    [payer({ status: 'REJECTED', rejectedAt: 'front_end' }), 'waits'],
    [payer({ status: 'PARTIAL', lineDecided: false }), 'waits'],
    [payer({ left: 0 }), 'nothing-left'],
    [payer({}), 'second'],
    [payer({ status: 'REJECTED', rejectedAt: 'adjudicated', left: 100 }), 'second'],
  ])('K34 %j: %s', (before, kind) => {
    expect(payerTurn(before).kind).toBe(kind)
  })

  it('K34 a person may say that it does not wait, but never that the amounts differ', () => {
    const waits = {
      lineNumber: 1,
      code: 'D1110',
      charge: 100,
      before: payer({ status: 'IN_REVIEW' }),
      firstCharge: null,
    }
    const differs = { lineNumber: 2, code: 'D0120', charge: 90, before: payer({}), firstCharge: 100 }
    expect(orderProblems([waits, differs], false).map(({ type }) => type)).toEqual([
      'other-hmo-first',
      'differs-from-first',
    ])
    expect(orderProblems([waits, differs], true).map(({ type }) => type)).toEqual(['differs-from-first'])
  })
})

describe('a decision of the second HMO', () => {
  const decision = (over: Partial<LineDecision>): LineDecision => ({
    lineNumber: 1,
    outcome: 'approved',
    payable: 0,
    adjustments: [],
    ...over,
  })
  const bucketsOf = ({ adjustments }: LineDecision) => adjustments.map(({ bucket, amount }) => [bucket, amount])

  it('K34 about what was left says nothing of what the first took: that is the other payer’s', () => {
    const patient = { bucket: 'patient' as const, amount: 5, said: {} }
    expect(bucketsOf(decisionBesideFirst(decision({ payable: 15, adjustments: [patient] }), 100, 80))).toEqual([
      ['patient', 5],
      ['other_payer', 80],
    ])
  })

  it('K34 that denies the whole charge denies only what was left', () => {
    const denied = { bucket: 'denied' as const, amount: 100, said: {} }
    expect(bucketsOf(decisionBesideFirst(decision({ outcome: 'denied', adjustments: [denied] }), 100, 80))).toEqual([
      ['denied', 20],
      ['other_payer', 80],
    ])
  })

  it('stays as it is where it names the other payer itself, or nobody pays before', () => {
    const other = { bucket: 'other_payer' as const, amount: 80, said: {} }
    const named = decision({ payable: 20, adjustments: [other] })
    expect(decisionBesideFirst(named, 100, 80)).toBe(named)
    const alone = decision({ payable: 20 })
    expect(decisionBesideFirst(alone, 100, 0)).toBe(alone)
  })
})
