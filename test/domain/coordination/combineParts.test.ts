import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combineParts, type ServicePart } from '../../../domain/coordination/combineParts.ts'
import { type VisitClaim, visitBalance } from '../../../domain/money/visitBalance.ts'

const part = (over: Partial<ServicePart>): ServicePart => ({
  charge: 100,
  decided: true,
  paid: 0,
  contractual: 0,
  withheld: 0,
  writeOff: 0,
  patient: 0,
  denied: 0,
  open: 0,
  ...over,
})
/** 60 paid, 20 cut by contract, 20 the patient's. */
const FIRST = part({ paid: 60, contractual: 20, patient: 20 })

describe('one service claimed from two HMOs', () => {
  it.each<[what: string, second: Partial<ServicePart>, both: Partial<ServicePart>]>([
    [
      'M7 the second pays 15 and leaves 5 to the patient',
      { paid: 15, patient: 5 },
      { paid: 75, contractual: 20, patient: 5 },
    ],
    [
      'M7 the second repeats the first’s cut',
      { paid: 15, contractual: 20, patient: 5 },
      { contractual: 20, patient: 5 },
    ],
    [
      'M7 the second repeats cut and payment as its own cut',
      { paid: 15, contractual: 80, patient: 5 },
      { contractual: 20, patient: 5 },
    ],
    ['the second cuts more of what is left', { paid: 10, contractual: 5, patient: 5 }, { contractual: 25, patient: 5 }],
    ['the second pays all that is left', { paid: 20 }, { paid: 80, patient: 0 }],
    ['the second pays nothing: the first paid enough', {}, { paid: 60, contractual: 20, patient: 20 }],
    ['the second says that all of the charge is the patient’s', { patient: 100 }, { contractual: 20, patient: 20 }],
    ['the second denies the whole charge', { denied: 100 }, { contractual: 20, patient: 20, denied: 0 }],
    ['a denial of the second is written off', { writeOff: 100 }, { writeOff: 20, patient: 0 }],
    ['the second pays more than is left', { paid: 30 }, { paid: 90, patient: 0, contractual: 20 }],
    ['the second has not decided', { decided: false, open: 100 }, { decided: false, paid: 60, patient: 0, open: 20 }],
  ])('%s', (_what, second, both) => {
    expect(combineParts(FIRST, part(second))).toMatchObject(both)
  })

  it('K34 what the first denied is the second’s to pay', () => {
    const denied = part({ denied: 100 })
    expect(combineParts(denied, part({ paid: 80, patient: 20 }))).toMatchObject({ paid: 80, patient: 20, denied: 0 })
    expect(combineParts(denied, part({ paid: 50, contractual: 30, patient: 20 }))).toMatchObject({
      contractual: 30,
      patient: 20,
      denied: 0,
    })
    expect(combineParts(denied, part({ denied: 100 }))).toMatchObject({ patient: 0, denied: 100 })
  })

  it('K34 never makes more of a service than its charge, whatever both say', () => {
    fc.assert(
      fc.property(anyPart, anyPart, (first, second) => {
        const both = combineParts(first, second)
        const left = 100 - both.paid - both.withheld - both.contractual - both.writeOff
        expect(both.patient).toBeGreaterThanOrEqual(0)
        expect(both.denied).toBeGreaterThanOrEqual(0)
        expect(both.patient + both.denied).toBeLessThanOrEqual(Math.max(0, left))
      }),
      { numRuns: 2_000 },
    )
  })
})

/** A breakdown of a charge of 100 in which everything is explained or open. */
const anyPart = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 6 }), fc.boolean())
  .map(([cuts, decided]): ServicePart => {
    const at = [0, ...cuts.sort((a, b) => a - b), 100]
    const share = (index: number) => (at[index + 1] ?? 0) - (at[index] ?? 0)
    const [paid, contractual, withheld, writeOff, patient, denied, open] = [0, 1, 2, 3, 4, 5, 6].map(share)
    return part({ decided, paid, contractual, withheld, writeOff, patient, denied, open } as Partial<ServicePart>)
  })

describe('the balance of a visit with two HMOs', () => {
  const claim = (
    payer: string,
    entries: Partial<Record<VisitClaim['entries'][number]['account'], number>>,
  ): VisitClaim => ({
    live: true,
    payer,
    decided: true,
    lines: [{ lineNumber: 1, amount: 100, ofVisit: true, service: 'p-1' }],
    entries: Object.entries({ charged: -100, ...entries }).map(([account, amount]) => ({
      account: account as VisitClaim['entries'][number]['account'],
      amount,
      lineNumber: 1,
    })),
  })
  const procedures = [{ fee: 120, claimed: { amount: 100 } }]

  it.each([
    ['the second’s OA-23 is what the first took', { paid: 15, patient: 5, other_payer: 80 }],
    ['the second repeats the first’s cut', { paid: 15, contractual: 20, patient: 5, other_payer: 60 }],
  ])('M7 the patient owes what both leave: %s', (_what, second) => {
    const first = claim('a', { paid: 60, contractual: 20, patient: 20 })
    expect(visitBalance(procedures, 0, [first, claim('b', second)])).toMatchObject({
      fees: 100,
      paid: 75,
      contractual: 20,
      balance: 5,
      patientShare: 5,
      patientOwes: 5,
    })
  })

  it('M7 the patient never owes more than the balance', () => {
    const first = claim('a', { paid: 60, contractual: 20, patient: 20 })
    expect(visitBalance(procedures, 90, [first])).toMatchObject({ balance: -70, patientOwes: 0 })
    expect(
      visitBalance(procedures, 0, [
        { ...first, entries: [...first.entries, { account: 'paid', amount: 15, lineNumber: 1 }] },
      ]),
    ).toMatchObject({
      balance: 5,
      patientOwes: 5,
    })
  })
})
