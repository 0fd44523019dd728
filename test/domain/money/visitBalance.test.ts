import { describe, expect, it } from 'vitest'
import { shares } from '../../../domain/money/shares.ts'
import { type VisitClaim, visitBalance } from '../../../domain/money/visitBalance.ts'

const claim = (over: Partial<VisitClaim>): VisitClaim => ({
  live: true,
  decided: true,
  lines: [{ lineNumber: 1, amount: 100, ofVisit: true }],
  entries: [],
  ...over,
})
const entry = (account: VisitClaim['entries'][number]['account'], amount: number, lineNumber: number | null = 1) => ({
  account,
  amount,
  lineNumber,
})

describe('the balance of a visit', () => {
  it('is its fees less receipts when nothing is claimed', () => {
    expect(
      visitBalance(
        [
          { fee: 70, claimed: null },
          { fee: 30, claimed: null },
        ],
        40,
        [],
      ),
    ).toMatchObject({
      fees: 100,
      balance: 60,
      patientOwes: 0,
    })
  })

  it('counts the claimed amount, and falls by what was paid and what is contractual', () => {
    const entries = [entry('paid', 80), entry('contractual', 15), entry('patient', 5)]
    const balance = visitBalance([{ fee: 120, claimed: { amount: 100 } }], 0, [claim({ entries })])
    expect(balance).toMatchObject({ fees: 100, paid: 80, contractual: 15, balance: 5, patientShare: 5, patientOwes: 5 })
  })

  it('M1: money of a claim that was cancelled or replaced counts, its charge and reasons do not', () => {
    const first = claim({ live: false, entries: [entry('paid', 60, null), entry('contractual', 10)] })
    const second = claim({ entries: [entry('paid', 40, null), entry('patient', 5)] })
    const procedures = [{ fee: 120, claimed: { amount: 105 } }]
    expect(visitBalance(procedures, 0, [first, second])).toMatchObject({
      fees: 105,
      paid: 100,
      contractual: 0,
      balance: 5,
    })
    expect(visitBalance([{ fee: 120, claimed: null }], 0, [first])).toMatchObject({ fees: 120, paid: 60, balance: 60 })
  })

  it('bills the patient neither what is denied nor anything before the decision', () => {
    const denied = visitBalance([{ fee: 100, claimed: { amount: 100 } }], 0, [
      claim({ entries: [entry('paid', 60), entry('denied', 40)] }),
    ])
    expect(denied).toMatchObject({ balance: 40, denied: 40, patientOwes: 0 })
    const undecided = visitBalance([{ fee: 100, claimed: { amount: 100 } }], 0, [
      claim({ decided: false, entries: [entry('patient', 40)] }),
    ])
    expect(undecided).toMatchObject({ balance: 100, patientOwes: 0 })
  })

  it('gives up what tax, discount and write-off took', () => {
    const entries = [entry('paid', 80), entry('withheld_tax', 2), entry('discount', 3), entry('write_off', 15)]
    expect(visitBalance([{ fee: 100, claimed: { amount: 100 } }], 0, [claim({ entries })])).toMatchObject({
      givenUp: 20,
      balance: 0,
    })
  })

  it('takes receipts for what was never claimed first', () => {
    const procedures = [
      { fee: 50, claimed: null },
      { fee: 100, claimed: { amount: 100 } },
    ]
    const claims = [claim({ entries: [entry('paid', 80), entry('patient', 20)] })]
    expect(visitBalance(procedures, 50, claims)).toMatchObject({ balance: 20, patientOwes: 20 })
    expect(visitBalance(procedures, 65, claims)).toMatchObject({ balance: 5, patientOwes: 5 })
    expect(visitBalance(procedures, 90, claims)).toMatchObject({ balance: -20, patientOwes: 0 })
  })

  it("leaves other visits' lines of the claim alone, and shares what stands on the claim by what is open of each line", () => {
    const lines = [
      { lineNumber: 1, amount: 60, ofVisit: true },
      { lineNumber: 2, amount: 40, ofVisit: false },
    ]
    const onLines = claim({ lines, entries: [entry('paid', 50, 1), entry('paid', 40, 2)] })
    expect(visitBalance([{ fee: 60, claimed: { amount: 60 } }], 0, [onLines])).toMatchObject({ paid: 50, balance: 10 })
    const whole = claim({ lines, entries: [entry('denied', 40, 2), entry('paid', 60, null)] })
    expect(visitBalance([{ fee: 60, claimed: { amount: 60 } }], 0, [whole])).toMatchObject({ paid: 60, balance: 0 })
    const unknown = claim({ lines, entries: [entry('paid', 50, null)] })
    expect(visitBalance([{ fee: 60, claimed: { amount: 60 } }], 0, [unknown])).toMatchObject({ paid: 30 })
  })

  it('counts two insurers', () => {
    const first = claim({ entries: [entry('paid', 60), entry('other_payer', 40)] })
    const second = claim({ entries: [entry('other_payer', 60), entry('paid', 40)] })
    expect(visitBalance([{ fee: 100, claimed: { amount: 100 } }], 0, [first])).toMatchObject({ balance: 40 })
    expect(visitBalance([{ fee: 100, claimed: { amount: 100 } }], 0, [first, second])).toMatchObject({ balance: 0 })
  })
})

describe('shares', () => {
  it.each([
    [10, [1, 1, 1], [4, 3, 3]],
    [-10, [1, 1, 1], [-4, -3, -3]],
    [5, [0, 3, 0], [0, 5, 0]],
    [7, [0, 0], [7, 0]],
  ])('of %i by %j are %j', (amount, weights, parts) => {
    expect(shares(amount, weights)).toEqual(parts)
  })
})
