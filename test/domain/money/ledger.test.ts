import { describe, expect, it } from 'vitest'
import { after, type ClaimPosition, emptyPosition } from '../../../domain/money/claimPosition.ts'
import { decisionEntries, wholeDecision } from '../../../domain/money/decisionEntries.ts'
import {
  type ClaimBalances,
  chargeEntries,
  claimBalances,
  type Entry,
  paymentStatus,
} from '../../../domain/money/ledger.ts'
import type { AdjustmentBucket, LineDecision } from '../../../domain/money/lineDecision.ts'
import { claimPlan } from '../../../domain/money/plan/claimPlan.ts'
import { remittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { placeClaim } from '../../../domain/money/remittanceLines.ts'
import { excessSettlement, settleable, settlementEntries } from '../../../domain/money/settlementEntries.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const CLAIM = 'claim-1'
const SENT = [
  { lineNumber: 1, controlNumber: '1', code: 'D1110', charge: 100 },
  { lineNumber: 2, controlNumber: '2', code: 'D2740', charge: 200 },
]
const charged = after(emptyPosition(CLAIM), 'charge', chargeEntries(CLAIM, SENT))

function decision(
  lineNumber: number,
  outcome: LineDecision['outcome'],
  payable: number,
  buckets: Partial<Record<AdjustmentBucket, number>> = {},
): LineDecision {
  const adjustments = Object.entries(buckets).map(([bucket, amount]) => ({
    bucket: bucket as AdjustmentBucket,
    amount,
    said: {},
  }))
  return { lineNumber, outcome, payable, adjustments }
}

function decide(position: ClaimPosition, ...lines: LineDecision[]): ClaimPosition {
  const decided = after(position, 'decision', decisionEntries(position, lines))
  return after(decided, 'settlement', excessSettlement(decided))
}

function pay(position: ClaimPosition, ...claims: RemittanceClaim[]): ClaimPosition {
  const parts = claims.map((claim) => ({ claim, place: placeClaim(claim, CLAIM, SENT) }))
  return claimPlan(position, parts).posted.reduce(
    (now, { reversal, settlement, posting }) =>
      after(after(after(now, 'decision', reversal), 'settlement', settlement), 'money', posting),
    position,
  )
}

function settle(
  position: ClaimPosition,
  lineNumber: number,
  action: 'bill_patient' | 'write_off' | 'appeal',
  rejected = false,
) {
  const what = settleable(position, lineNumber, rejected)
  return what === null ? null : after(position, 'settlement', settlementEntries(CLAIM, what, action))
}

const standing = (position: ClaimPosition | null): ClaimBalances => claimBalances(position?.rows ?? [])

const eob = [
  remittanceLine({ controlNumber: '1', charged: 100, paid: 80, adjustments: { contractual: 15, patient: 5 } }),
  remittanceLine({ controlNumber: '2', code: 'D2740', charged: 200, paid: 0, adjustments: { denied: 200 } }),
]

describe('payment status', () => {
  it.each([
    [{ open: 100, paid: 0, denied: 0 }, 'UNPAID'],
    [{ open: 0, paid: 0, denied: 100 }, 'UNPAID'],
    [{ open: 20, paid: 80, denied: 0 }, 'PART_PAID'],
    [{ open: 0, paid: 80, denied: 20 }, 'PART_PAID'],
    [{ open: 0, paid: 80, denied: 0 }, 'PAID'],
    [{ open: -1, paid: 101, denied: 0 }, 'OVERPAID'],
    [{ open: 180, paid: -80, denied: 0 }, 'UNPAID'],
  ])('of %o is %s', (balances, status) => {
    expect(paymentStatus(balances)).toBe(status)
  })
})

describe('a decision', () => {
  it('moves what it says from open into its buckets, and nothing when it is said again', () => {
    const lines = [
      decision(1, 'approved', 80, { contractual: 15, patient: 5 }),
      decision(2, 'denied', 0, { denied: 200 }),
    ]
    const decided = decide(charged, ...lines)
    expect(standing(decided)).toMatchObject({ open: 80, contractual: 15, patient: 5, denied: 200, charged: 300 })
    expect(decisionEntries(decided, lines)).toEqual([])
  })

  it('that changes moves only the difference', () => {
    const decided = decide(charged, decision(1, 'denied', 0, { denied: 100 }))
    expect(standing(decide(decided, decision(1, 'approved', 95, { patient: 5 })))).toMatchObject({
      open: 295,
      patient: 5,
      denied: 0,
    })
  })

  it('without a reason leaves the rest of a denied or reduced line in denied, of an approved one open', () => {
    expect(standing(decide(charged, decision(1, 'denied', 0)))).toMatchObject({ denied: 100, open: 200 })
    expect(standing(decide(charged, decision(1, 'reduced', 70, { patient: 5 })))).toMatchObject({
      denied: 25,
      patient: 5,
    })
    expect(standing(decide(charged, decision(1, 'approved', 70)))).toMatchObject({ denied: 0, open: 300 })
    expect(decisionEntries(charged, [decision(1, 'pending', 0, { denied: 100 })])).toEqual([])
    expect(decisionEntries(charged, [decision(9, 'denied', 0, { denied: 100 })])).toEqual([])
  })

  it('of the whole claim denies each line, or takes back every denial and nothing else', () => {
    const denied = decide(charged, ...wholeDecision(charged, 'denied'))
    expect(standing(denied)).toMatchObject({ denied: 300, open: 0 })
    const mixed = pay(
      decide(charged, decision(1, 'reduced', 60, { contractual: 15, denied: 25 }), decision(2, 'denied', 0)),
      remittanceClaim({ itemised: false, paid: 60 }),
    )
    expect(standing(mixed)).toMatchObject({ denied: 225, open: 0 })
    const approved = decide(mixed, ...wholeDecision(mixed, 'approved'))
    expect(standing(approved)).toMatchObject({ denied: 0, contractual: 15, paid: 60, open: 225 })
    const adjustments = [
      { bucket: 'contractual' as const, amount: 20, said: {} },
      { bucket: 'denied' as const, amount: 30, said: {} },
    ]
    const whole = pay(charged, remittanceClaim({ charged: 300, paid: 250, adjustments }))
    const overturned = decide(whole, ...wholeDecision(whole, 'approved'))
    expect(standing(overturned)).toMatchObject({ denied: 0, contractual: 20, paid: 250, open: 30 })
  })

  it('after a payment that gave the same reasons, on the lines or on the claim as a whole, moves nothing', () => {
    const paid = pay(
      charged,
      remittanceClaim({ charged: 300, paid: 280, adjustments: [{ bucket: 'contractual', amount: 20, said: {} }] }),
    )
    const same = decide(
      paid,
      decision(1, 'approved', 85, { contractual: 15 }),
      decision(2, 'approved', 195, { contractual: 5 }),
    )
    expect(standing(same)).toMatchObject({ open: 0, contractual: 20, paid: 280, paymentStatus: 'PAID' })
  })

  it('says nothing about tax that was withheld from a payment', () => {
    const lines = [remittanceLine({ controlNumber: '1', charged: 100, paid: 98, adjustments: { withheld_tax: 2 } })]
    const paid = pay(charged, remittanceClaim({ lines }))
    expect(standing(decide(paid, decision(1, 'approved', 100)))).toMatchObject({ withheldTax: 2, open: 200 })
  })
})

describe('a payment', () => {
  it('of an itemised claim posts paid and buckets, once, also after the decision said the same', () => {
    const decided = decide(
      charged,
      decision(1, 'approved', 80, { contractual: 15, patient: 5 }),
      decision(2, 'denied', 0, { denied: 200 }),
    )
    const expected = {
      charged: 300,
      open: 0,
      paid: 80,
      contractual: 15,
      patient: 5,
      denied: 200,
      paymentStatus: 'PART_PAID',
    }
    expect(standing(pay(charged, remittanceClaim({ lines: eob })))).toMatchObject(expected)
    expect(standing(pay(decided, remittanceClaim({ lines: eob })))).toMatchObject(expected)
  })

  it('that is not itemised pays, and leaves the decision as it is', () => {
    const decided = decide(charged, decision(1, 'approved', 80, { contractual: 20 }), decision(2, 'approved', 200))
    const half = remittanceClaim({ itemised: false, paid: 140 })
    expect(standing(pay(decided, half))).toMatchObject({ open: 140, paid: 140, paymentStatus: 'PART_PAID' })
    expect(standing(pay(pay(decided, half), half))).toMatchObject({
      open: 0,
      paid: 280,
      contractual: 20,
      paymentStatus: 'PAID',
    })
  })

  it('that is itemised for one line only leaves what was decided of the other', () => {
    const decided = decide(
      charged,
      decision(1, 'approved', 85, { contractual: 15 }),
      decision(2, 'approved', 190, { patient: 10 }),
    )
    const lines = [remittanceLine({ controlNumber: '1', charged: 100, paid: 80, adjustments: { contractual: 20 } })]
    expect(standing(pay(decided, remittanceClaim({ lines })))).toMatchObject({
      contractual: 20,
      patient: 10,
      paid: 80,
      open: 190,
    })
  })

  it('takes claim-level adjustments out of what the lines pay', () => {
    const lines = [
      remittanceLine({ controlNumber: '1', charged: 100, paid: 100 }),
      remittanceLine({ controlNumber: '2', code: 'D2740', charged: 200, paid: 200 }),
    ]
    const claim = remittanceClaim({ lines, paid: 250, adjustments: [{ bucket: 'patient', amount: 50, said: {} }] })
    expect(standing(pay(charged, claim))).toMatchObject({ open: 0, paid: 250, patient: 50, paymentStatus: 'PAID' })
  })

  it('of too much makes open negative and is never clipped (F6)', () => {
    expect(standing(pay(charged, remittanceClaim({ itemised: false, paid: 350 })))).toMatchObject({
      open: -50,
      paid: 350,
      paymentStatus: 'OVERPAID',
    })
  })

  it('F4 taken back and corrected, in one document or two, is net right', () => {
    const first = remittanceClaim({ lines: eob })
    const back = remittanceClaim({
      kind: 'reversal',
      lines: [
        remittanceLine({
          controlNumber: '1',
          charged: -100,
          paid: -80,
          adjustments: { contractual: -15, patient: -5 },
        }),
        remittanceLine({ controlNumber: '2', code: 'D2740', charged: -200, paid: 0, adjustments: { denied: -200 } }),
      ],
    })
    const corrected = remittanceClaim({
      lines: [
        remittanceLine({ controlNumber: '1', charged: 100, paid: 100 }),
        remittanceLine({ controlNumber: '2', code: 'D2740', charged: 200, paid: 150, adjustments: { patient: 50 } }),
      ],
    })
    const paid = pay(charged, first)
    const right = { open: 0, paid: 250, patient: 50, denied: 0, contractual: 0, paymentStatus: 'PAID' }
    expect(standing(pay(paid, back))).toMatchObject({ open: 300, paid: 0, denied: 0 })
    expect(standing(pay(pay(paid, back), corrected))).toMatchObject(right)
    expect(standing(pay(paid, corrected, back))).toMatchObject(right)
  })
})

describe('a settlement', () => {
  const denied = pay(charged, remittanceClaim({ lines: eob }))

  it('bills the patient or writes off what was denied of the line; an appeal moves nothing', () => {
    expect(standing(settle(denied, 2, 'bill_patient'))).toMatchObject({
      denied: 0,
      patient: 205,
      paymentStatus: 'PAID',
    })
    expect(standing(settle(denied, 2, 'write_off'))).toMatchObject({ denied: 0, writeOff: 200, paymentStatus: 'PAID' })
    expect(standing(settle(denied, 2, 'appeal'))).toMatchObject({ denied: 200 })
    expect(settle(denied, 1, 'write_off')).toBeNull()
  })

  it('of a claim rejected as a whole takes what is open of the line', () => {
    expect(settle(charged, 2, 'write_off')).toBeNull()
    expect(standing(settle(charged, 2, 'write_off', true))).toMatchObject({ open: 100, writeOff: 200 })
  })

  it('never settles an amount denied of the whole claim twice', () => {
    const whole = pay(
      charged,
      remittanceClaim({ charged: 300, paid: 150, adjustments: [{ bucket: 'denied', amount: 150, said: {} }] }),
    )
    const first = settle(whole, 1, 'bill_patient')
    expect(standing(first)).toMatchObject({ patient: 100, denied: 50 })
    const second = first && settle(first, 2, 'bill_patient')
    expect(standing(second)).toMatchObject({ patient: 150, denied: 0 })
    expect(second && settle(second, 2, 'bill_patient')).toBeNull()
  })

  it('never takes more of a line than is open on the whole claim: a payment may have named no line', () => {
    const paid = pay(charged, remittanceClaim({ itemised: false, paid: 250 }))
    expect(settleable(paid, 2, true)).toEqual({ from: 'open', lineNumber: 2, amount: 50 })
    expect(settleable(pay(charged, remittanceClaim({ itemised: false, paid: 300 })), 2, true)).toBeNull()
  })

  it('never takes more of an amount denied of the whole claim than the line was charged', () => {
    const taken = remittanceClaim({
      charged: 300,
      paid: -50,
      adjustments: [{ bucket: 'denied', amount: 350, said: {} }],
    })
    expect(settleable(pay(charged, taken), 1, false)).toEqual({ from: 'denied', lineNumber: null, amount: 100 })
  })

  it('stands as long as the denial does', () => {
    const decided = decide(charged, decision(1, 'approved', 100), decision(2, 'denied', 0, { denied: 200 }))
    const billed = settle(decided, 2, 'bill_patient')
    if (billed === null) throw new Error('nothing to settle')
    expect(standing(pay(billed, remittanceClaim({ lines: eob })))).toMatchObject({ denied: 0, patient: 205 })
    const overturned = [
      remittanceLine({ controlNumber: '1', charged: 100, paid: 100 }),
      remittanceLine({ controlNumber: '2', code: 'D2740', charged: 200, paid: 140, adjustments: { denied: 60 } }),
    ]
    expect(standing(pay(billed, remittanceClaim({ lines: overturned })))).toMatchObject({
      denied: 0,
      patient: 60,
      paid: 240,
    })
    expect(standing(decide(billed, decision(2, 'approved', 200)))).toMatchObject({ denied: 0, patient: 0, open: 300 })
  })
})

describe('a remittance', () => {
  const other = placeClaim(remittanceClaim({}), 'claim-2', SENT)
  const total = (entries: Entry[], account: Entry['account']) =>
    entries.filter((entry) => entry.account === account).reduce((sum, entry) => sum + entry.amount, 0)

  it('stands on its own side with what was allocated, in suspense and taken by the provider', () => {
    const remittance = balancedRemittance(
      [
        remittanceClaim({ itemised: false, paid: 100 }),
        remittanceClaim({ itemised: false, paid: 40 }),
        remittanceClaim({ kind: 'not_ours', charged: 7, paid: 0 }),
      ],
      { providerAdjustments: [{ reason: {}, reference: 'r', amount: 30 }] },
    )
    const plan = remittancePlan(remittance, [other, null, null], new Map())
    expect(plan.suspended).toEqual([1])
    expect(
      (['remitted', 'allocated', 'suspense', 'provider_adjustment', 'paid'] as const).map((account) =>
        total(plan.posting, account),
      ),
    ).toEqual([-110, 100, 40, -30, 100])
  })

  it('puts a reversal of what was never posted into suspense, and one of what stands beside it not (F5)', () => {
    const reversal = remittanceClaim({ kind: 'reversal', itemised: false, paid: -80 })
    const payment = remittanceClaim({ itemised: false, paid: 80 })
    expect(remittancePlan(balancedRemittance([reversal]), [other], new Map()).suspended).toEqual([0])
    const both = remittancePlan(balancedRemittance([reversal, payment]), [other, other], new Map())
    expect(both.suspended).toEqual([])
    const twice = remittancePlan(balancedRemittance([reversal, payment, reversal]), [other, other, other], new Map())
    expect(twice.suspended).toEqual([2])
  })

  it.each<[string, number, number]>([
    ['more than was paid, though it was explained', -80, -20],
    ['more than was explained, though it was paid', -50, -51],
  ])('suspends a reversal that takes back %s', (_name, paid, contractual) => {
    const lines = [remittanceLine({ controlNumber: '1', charged: 100, paid: 50, adjustments: { contractual: 50 } })]
    const position = pay(charged, remittanceClaim({ lines }))
    const reversal = (amount: number, cut: number) => {
      const back = remittanceLine({ controlNumber: '1', charged: amount + cut, paid: amount })
      const adjustments = [{ bucket: 'contractual' as const, amount: cut, said: {} }]
      const claim = remittanceClaim({ kind: 'reversal', lines: [{ ...back, adjustments }] })
      const places = [placeClaim(claim, CLAIM, SENT)]
      return remittancePlan(balancedRemittance([claim]), places, new Map([[CLAIM, position]]))
    }
    const plan = reversal(paid, contractual)
    expect(plan.suspended).toEqual([0])
    expect(standing(after(position, 'money', plan.posting))).toMatchObject({ paid: 50, contractual: 50, open: 200 })
    expect(reversal(-50, -50).suspended).toEqual([])
  })
})
