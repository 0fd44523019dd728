import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeDecisions, type KeyedDecision } from '../../../domain/claims/manualDecision.ts'

const CHARGES = new Map([
  [1, 1000],
  [2, 500],
])
const line = (over: Partial<KeyedDecision> = {}): KeyedDecision => ({
  lineNumber: 1,
  outcome: 'approved',
  payable: 1000,
  adjustments: [],
  ...over,
})
const patient = (amount: number) => ({ bucket: 'patient' as const, amount, said: {} })

describe('decisions keyed by hand', () => {
  it('what a reduced or denied line leaves unsaid is denied', () => {
    const keyed = [
      line({ outcome: 'reduced', payable: 600, adjustments: [patient(100)] }),
      line({ lineNumber: 2, outcome: 'denied', payable: 0 }),
    ]
    expect(completeDecisions('PARTIAL', keyed, CHARGES)).toMatchObject({
      kind: 'decided',
      lines: [
        {
          adjustments: [
            { bucket: 'patient', amount: 100 },
            { bucket: 'denied', amount: 300 },
          ],
        },
        { adjustments: [{ bucket: 'denied', amount: 500 }] },
      ],
    })
  })

  it.each<[string, KeyedDecision]>([
    ['unknown-line', line({ lineNumber: 3 })],
    ['wrong-amount', line({ payable: 999 })],
    ['wrong-amount', line({ payable: 1001 })],
    ['wrong-amount', line({ payable: -1 })],
    ['wrong-amount', line({ payable: 1001, adjustments: [patient(-1)] })],
    ['wrong-amount', line({ outcome: 'denied', payable: 1 })],
    ['wrong-amount', line({ outcome: 'pending', payable: 1 })],
    ['wrong-amount', line({ payable: 900, adjustments: [patient(101)] })],
  ])('refused: %s %j', (type, keyed) => {
    expect(completeDecisions('PARTIAL', [keyed], CHARGES)).toMatchObject({ kind: 'refused', type })
  })

  it('a line named twice and a line that contradicts the status are refused', () => {
    expect(completeDecisions('PARTIAL', [line(), line()], CHARGES)).toMatchObject({ type: 'unknown-line' })
    expect(completeDecisions('REJECTED', [line()], CHARGES)).toMatchObject({ type: 'wrong-amount' })
    const pending = line({ outcome: 'pending', payable: 0 })
    expect(completeDecisions('APPROVED', [pending], CHARGES)).toMatchObject({ type: 'wrong-amount' })
  })

  it('charge = payable + adjustments holds for every line that is taken', () => {
    const keyed = fc.record({
      lineNumber: fc.constantFrom(1, 2),
      outcome: fc.constantFrom('approved' as const, 'reduced' as const, 'denied' as const),
      payable: fc.integer({ min: -10, max: 1010 }),
      adjustments: fc.array(
        fc.record({
          bucket: fc.constantFrom('patient' as const, 'contractual' as const),
          amount: fc.integer({ min: -5, max: 600 }),
          said: fc.constant({}),
        }),
        { maxLength: 3 },
      ),
    })
    fc.assert(
      fc.property(keyed, (each) => {
        const settled = completeDecisions('PARTIAL', [each], CHARGES)
        if (settled.kind === 'refused') return true
        const [made] = settled.lines
        const explained =
          (made?.payable ?? 0) + (made?.adjustments ?? []).reduce((total, { amount }) => total + amount, 0)
        return explained === CHARGES.get(each.lineNumber)
      }),
    )
  })
})
