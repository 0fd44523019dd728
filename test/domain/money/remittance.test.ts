import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRemittance, placeOf, type Remittance, type RemittanceClaim } from '../../../domain/money/remittance.ts'
import { decisionFromRemittanceClaim } from '../../../domain/money/remittanceDecision.ts'
import { placeClaim } from '../../../domain/money/remittanceLines.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const one = (claim: Partial<RemittanceClaim>, over: Partial<Remittance> = {}): Remittance =>
  balancedRemittance([remittanceClaim(claim)], over)

describe('the balance of a remittance', () => {
  const line = remittanceLine({ charged: 100, paid: 80, adjustments: { contractual: 15, patient: 5 } })

  it('holds when line, claim and payment add up', () => {
    expect(checkRemittance(one({ charged: 100, paid: 80, lines: [line] }))).toEqual([])
  })

  it.each<[string, Remittance, ReturnType<typeof checkRemittance>]>([
    [
      'a line that pays more than its charge less adjustments',
      one({ charged: 100, paid: 81, lines: [{ ...line, paid: 81 }] }),
      [
        { rule: 'line-balance', claim: 0, line: 0, difference: 1 },
        { rule: 'claim-balance', claim: 0, difference: 1 },
      ],
    ],
    [
      'a claim that pays less than its lines',
      one({ charged: 100, paid: 79, lines: [line] }),
      [{ rule: 'claim-balance', claim: 0, difference: -1 }],
    ],
    [
      'a claim that charges more than its lines',
      one({ charged: 110, paid: 90, lines: [line] }),
      [{ rule: 'claim-balance', claim: 0, difference: 10 }],
    ],
    [
      'a claim without lines whose adjustments are off',
      one({ charged: 100, paid: 80, adjustments: [{ bucket: 'patient', amount: 19, said: {} }] }),
      [{ rule: 'claim-balance', claim: 0, difference: -1 }],
    ],
    [
      'a payment that is not the sum of its claims',
      one({ charged: 100, paid: 80, lines: [line] }, { amount: 81 }),
      [{ rule: 'payment-balance', difference: 1 }],
    ],
    [
      'a claim that is not theirs but pays',
      one({ kind: 'not_ours', charged: 100, paid: 5 }),
      [{ rule: 'claim-balance', claim: 0, difference: 5 }],
    ],
  ])('names rule, place and difference of %s', (_name, remittance, problems) => {
    expect(checkRemittance(remittance)).toEqual(problems)
  })

  it('takes provider adjustments away from the payment: positive takes, negative gives', () => {
    const claims = [remittanceClaim({ charged: 100, paid: 100, itemised: true })]
    const adjusted = (amount: number) => [{ reason: { code: 'WO' }, reference: 'x', amount }]
    const check = (taken: number, amount: number) =>
      checkRemittance(balancedRemittance(claims, { amount, providerAdjustments: adjusted(taken) }))
    expect(check(30, 70)).toEqual([])
    expect(check(-30, 130)).toEqual([])
    expect(check(30, 130)).toEqual([{ rule: 'payment-balance', difference: 60 }])
  })

  it('lets claim-level adjustments come out of what the lines pay', () => {
    const adjustments = [{ bucket: 'patient' as const, amount: 20, said: {} }]
    expect(checkRemittance(one({ charged: 100, paid: 60, lines: [line], adjustments }))).toEqual([])
  })

  it('asks no more of a claim that gives no adjustments than that the payment adds up', () => {
    expect(checkRemittance(one({ itemised: false, charged: 0, paid: 77 }))).toEqual([])
  })

  it('names amounts that nobody can add up, instead of breaking', () => {
    const huge = remittanceLine({ charged: Number.MAX_SAFE_INTEGER, paid: Number.MAX_SAFE_INTEGER })
    const claims = [remittanceClaim({ lines: [line] }), remittanceClaim({ lines: [huge, huge] })]
    expect(checkRemittance(balancedRemittance(claims))).toEqual([{ rule: 'amount-range', claim: 1, difference: null }])
    const many = Array.from({ length: 1_500 }, () => remittanceClaim({ charged: 10 ** 12, paid: 0, itemised: false }))
    expect(checkRemittance(balancedRemittance(many))).toEqual([{ rule: 'amount-range', difference: null }])
  })

  it('says the place as a person counts', () => {
    expect(placeOf({ rule: 'line-balance', claim: 2, line: 0, difference: 1 })).toBe('claim 3, line 1')
    expect(placeOf({ rule: 'claim-balance', claim: 0, difference: 1 })).toBe('claim 1')
    expect(placeOf({ rule: 'payment-balance', difference: 1 })).toBe('the payment as a whole')
  })

  it('finds one cent off anywhere (F3)', () => {
    const cents = fc.integer({ min: 0, max: 100_000 })
    const lines = fc.array(fc.record({ paid: cents, contractual: cents, denied: cents }), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(
        fc.array(lines, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: -500, max: 500 }),
        fc.nat(),
        fc.constantFrom(1, -1),
        (claims, taken, pick, cent) => {
          const remittance = balancedRemittance(
            claims.map((each) =>
              remittanceClaim({
                lines: each.map(({ paid, contractual, denied }) =>
                  remittanceLine({ charged: paid + contractual + denied, paid, adjustments: { contractual, denied } }),
                ),
              }),
            ),
            { providerAdjustments: [{ reason: {}, reference: '', amount: taken }] },
          )
          expect(checkRemittance(remittance)).toEqual([])
          const amounts = amountsOf(remittance)
          amounts[pick % amounts.length]?.(cent)
          expect(checkRemittance(remittance)).not.toEqual([])
        },
      ),
    )
  })
})

/** Every amount of a remittance, as something that moves it by a cent. */
function amountsOf(remittance: Remittance): ((cent: number) => void)[] {
  const adjustment = (each: { amount: number }) => (cent: number) => {
    each.amount += cent
  }
  return [
    (cent) => {
      remittance.amount += cent
    },
    ...remittance.providerAdjustments.map(adjustment),
    ...remittance.claims.flatMap((claim) => [
      (cent: number) => {
        claim.charged += cent
      },
      (cent: number) => {
        claim.paid += cent
      },
      ...claim.lines.flatMap((line) => [
        (cent: number) => {
          line.charged += cent
        },
        (cent: number) => {
          line.paid += cent
        },
        ...line.adjustments.map(adjustment),
      ]),
    ]),
  ]
}

describe('the decision that a remittance states', () => {
  const sent = [
    { lineNumber: 1, controlNumber: '1', code: 'D1110', charge: 100 },
    { lineNumber: 2, controlNumber: '2', code: 'D2740', charge: 200 },
  ]
  const decided = (claim: RemittanceClaim, lines = sent) =>
    decisionFromRemittanceClaim(claim, placeClaim(claim, 'claim', lines))

  it('is approved, reduced or denied line by line, and posted already', () => {
    const claim = remittanceClaim({
      lines: [
        remittanceLine({ controlNumber: '2', code: 'D2740', charged: 200, paid: 0, adjustments: { denied: 200 } }),
        remittanceLine({ controlNumber: '1', charged: 100, paid: 60, adjustments: { contractual: 10, denied: 30 } }),
      ],
    })
    expect(decided(claim)).toMatchObject({
      type: 'decided',
      posted: true,
      lines: [
        { lineNumber: 2, outcome: 'denied', payable: 0 },
        { lineNumber: 1, outcome: 'reduced', payable: 60 },
      ],
    })
  })

  it('approves a line that only a deductible or the contract took', () => {
    const claim = remittanceClaim({
      lines: [
        remittanceLine({ controlNumber: '1', charged: 100, paid: 0, adjustments: { patient: 90, contractual: 10 } }),
      ],
    })
    expect(decided(claim)).toMatchObject({ lines: [{ lineNumber: 1, outcome: 'approved', payable: 0 }] })
  })

  it('joins the parts of a split line, and finds a line without control number by its code', () => {
    const part = (paid: number) =>
      remittanceLine({ controlNumber: null, code: 'D1110', charged: 50, paid, adjustments: { contractual: 50 - paid } })
    expect(decided(remittanceClaim({ lines: [part(50), part(20)] }))).toMatchObject({
      lines: [{ lineNumber: 1, outcome: 'approved', payable: 70 }],
    })
  })

  it('K7: the same code and charge twice without a number of ours goes by order, and the payer’s own REF*6R is ignored', () => {
    const twice = [...sent, { lineNumber: 3, controlNumber: '3', code: 'D1110', charge: 100 }]
    const unknown = remittanceLine({ controlNumber: null, code: 'D1110', charged: 100, paid: 100 })
    const foreign = remittanceLine({ controlNumber: '9', code: 'D2740', charged: 100, paid: 100 })
    const claim = remittanceClaim({ lines: [unknown, foreign] })
    expect(placeClaim(claim, 'claim', twice).lineNumbers).toEqual([1, 2])
  })

  it('says what the claim as a whole says on its only line', () => {
    const claim = remittanceClaim({ charged: 100, paid: 70, adjustments: [{ bucket: 'denied', amount: 30, said: {} }] })
    expect(decided(claim, sent.slice(0, 1))).toMatchObject({
      lines: [{ lineNumber: 1, outcome: 'reduced', payable: 70 }],
    })
    expect(decided(claim)).toEqual({ type: 'decided', outcome: 'partial', lines: [], posted: true })
  })

  it.each<[string, Partial<RemittanceClaim>, unknown]>([
    ['a reversal', { kind: 'reversal', charged: -100, paid: -100 }, null],
    ['a claim that is not theirs', { kind: 'not_ours', charged: 100, paid: 0 }, null],
    ['a bare payment', { itemised: false, paid: 100 }, null],
    [
      'a bare denial',
      { itemised: false, paid: 0, outcome: 'denied' },
      { type: 'decided', outcome: 'denied', lines: [] },
    ],
    [
      'a whole claim paid',
      { charged: 300, paid: 300 },
      { type: 'decided', outcome: 'approved', lines: [], posted: true },
    ],
  ])('of %s', (_name, claim, fact) => {
    expect(decided(remittanceClaim(claim))).toEqual(fact)
  })
})
