import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { after, type ClaimPosition, emptyPosition } from '../../../domain/money/claimPosition.ts'
import { decisionEntries } from '../../../domain/money/decisionEntries.ts'
import { chargeEntries, claimBalances, type Entry, type LedgerAccount } from '../../../domain/money/ledger.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import { remittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { checkRemittance } from '../../../domain/money/remittance.ts'
import { placeClaim } from '../../../domain/money/remittanceLines.ts'
import { excessSettlement, settleable, settlementEntries } from '../../../domain/money/settlementEntries.ts'
import { shares } from '../../../domain/money/shares.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const CLAIMS = ['claim-a', 'claim-b']
const SENT = [
  { lineNumber: 1, controlNumber: '1', code: 'D1110', charge: 10_000 },
  { lineNumber: 2, controlNumber: '2', code: 'D2740', charge: 25_001 },
]

const cents = fc.integer({ min: 0, max: 30_000 })
const outcome = fc.constantFrom<LineDecision['outcome']>('approved', 'reduced', 'denied', 'pending')
const which = fc.constantFrom(0, 1)
/** A claim of a remittance; `target` 2 is nobody's. */
const part = fc.record({
  target: fc.constantFrom(0, 1, 2),
  reversal: fc.boolean(),
  itemised: fc.boolean(),
  paid: cents,
  contractual: cents,
  denied: cents,
  onClaim: fc.boolean(),
  line: fc.constantFrom('1', '2', 'unknown'),
})
const step = fc.oneof(
  fc.record({
    kind: fc.constant('decision' as const),
    which,
    lines: fc.array(
      fc.record({
        lineNumber: fc.constantFrom(1, 2),
        outcome,
        payable: cents,
        contractual: cents,
        denied: cents,
        patient: cents,
      }),
      {
        maxLength: 3,
      },
    ),
  }),
  fc.record({
    kind: fc.constant('remittance' as const),
    parts: fc.array(part, { maxLength: 4 }),
    taken: fc.integer({ min: -900, max: 900 }),
  }),
  fc.record({
    kind: fc.constant('settlement' as const),
    which,
    lineNumber: fc.constantFrom(1, 2),
    action: fc.constantFrom('bill_patient' as const, 'write_off' as const, 'appeal' as const),
    rejected: fc.boolean(),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never

interface Books {
  positions: Map<string, ClaimPosition>
  transactions: Entry[][]
}

function post(books: Books, layer: 'charge' | 'decision' | 'money' | 'settlement', entries: Entry[]): void {
  books.transactions.push(entries)
  for (const [claimId, position] of books.positions) books.positions.set(claimId, after(position, layer, entries))
}

function play(books: Books, each: Step): void {
  switch (each.kind) {
    case 'decision': {
      const position = positionOf(books, each.which)
      const lines = each.lines.map(({ lineNumber, outcome: said, payable, ...buckets }) => ({
        lineNumber,
        outcome: said,
        payable,
        adjustments: (['contractual', 'denied', 'patient'] as const).map((bucket) => ({
          bucket,
          amount: buckets[bucket],
          said: {},
        })),
      }))
      post(books, 'decision', decisionEntries(position, lines))
      post(books, 'settlement', excessSettlement(positionOf(books, each.which)))
      break
    }
    case 'remittance': {
      const claims = each.parts.map(claimOf)
      const remittance = balancedRemittance(claims, {
        providerAdjustments: [{ reason: {}, reference: '', amount: each.taken }],
      })
      expect(checkRemittance(remittance)).toEqual([])
      const placed = each.parts.map(({ target }, index) => {
        const claimId = CLAIMS[target]
        const claim = claims[index]
        return claimId === undefined || claim === undefined ? null : placeClaim(claim, claimId, SENT)
      })
      const plan = remittancePlan(remittance, placed, books.positions)
      post(books, 'decision', plan.reversal)
      post(books, 'money', plan.posting)
      post(books, 'settlement', plan.settlement)
      break
    }
    case 'settlement': {
      const position = positionOf(books, each.which)
      const what = settleable(position, each.lineNumber, each.rejected)
      if (what === null) break
      expect(what.amount).toBeGreaterThan(0)
      post(books, 'settlement', settlementEntries(position.claimId, what, each.action))
      break
    }
  }
}

function positionOf(books: Books, index: number): ClaimPosition {
  return books.positions.get(CLAIMS[index] ?? '') ?? emptyPosition('none')
}

function claimOf({ reversal, itemised, paid, contractual, denied, onClaim, line }: Part): RemittanceClaim {
  const sign = reversal ? -1 : 1
  const kind = reversal ? ('reversal' as const) : ('payment' as const)
  const given = remittanceLine({
    controlNumber: line,
    charged: sign * (paid + contractual + denied),
    paid: sign * paid,
    adjustments: { contractual: sign * contractual, denied: sign * denied },
  })
  const { adjustments, ...rest } = given
  return onClaim
    ? remittanceClaim({ kind, itemised, charged: rest.charged, paid: rest.paid, adjustments })
    : remittanceClaim({ kind, itemised, lines: [given] })
}

const total = (entries: Entry[], ...accounts: LedgerAccount[]) =>
  entries.reduce((sum, { account, amount }) => sum + (accounts.includes(account) ? amount : 0), 0)

describe('whatever happens in whatever order', () => {
  it('every transaction, every claim and every remittance sums to zero', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const books: Books = { positions: new Map(CLAIMS.map((id) => [id, emptyPosition(id)])), transactions: [] }
        for (const claimId of CLAIMS) post(books, 'charge', chargeEntries(claimId, SENT))
        for (const each of steps) play(books, each)
        const all = books.transactions.flat()
        for (const entries of books.transactions) {
          expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
          expect(entries.every(({ amount }) => amount !== 0)).toBe(true)
        }
        expect(total(all, 'remitted', 'allocated', 'suspense', 'provider_adjustment')).toBe(0)
        for (const claimId of CLAIMS) {
          const own = all.filter((entry) => entry.claimId === claimId)
          expect(total(own, 'allocated')).toBe(total(own, 'paid'))
          const { charged, paymentStatus: _status, ...rest } = claimBalances(own)
          expect(Object.values(rest).reduce((sum, amount) => sum + amount, 0)).toBe(charged)
          expect(charged).toBe(35_001)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('a decision said twice moves nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), step, (steps, last) => {
        const books: Books = { positions: new Map(CLAIMS.map((id) => [id, emptyPosition(id)])), transactions: [] }
        for (const claimId of CLAIMS) post(books, 'charge', chargeEntries(claimId, SENT))
        for (const each of steps) play(books, each)
        if (last.kind !== 'decision') return
        play(books, last)
        const before = books.transactions.length
        play(books, last)
        expect(books.transactions.slice(before).flat()).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('shares never lose a unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 9 }),
        (amount, weights) => {
          const parts = shares(amount, weights)
          expect(parts.reduce((sum, each) => sum + each, 0)).toBe(amount)
          if (weights.some((weight) => weight > 0)) {
            parts.forEach((each, index) => {
              if (weights[index] === 0) expect(each).toBe(0)
            })
          }
        },
      ),
    )
  })
})
