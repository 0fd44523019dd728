import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClaimStatus, Said } from '../../../domain/claim.ts'
import {
  completeDecisions,
  judgeKeyed,
  type KeyedDecision,
  type KeyedStatus,
  keyedAdjustment,
} from '../../../domain/claims/manualDecision.ts'

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
/** With a reason for the claim as a whole, which lines without one of their own take. */
const completed = (status: ClaimStatus, lines: KeyedDecision[], said: Said[] = [{ text: 'not covered' }]) =>
  completeDecisions({ status, lines, said }, CHARGES, 'PHP')
const patient = (amount: number) => ({ bucket: 'patient' as const, amount, said: {} })

describe('decisions keyed by hand', () => {
  it('what a reduced or denied line leaves unsaid is denied', () => {
    const keyed = [
      line({ outcome: 'reduced', payable: 600, adjustments: [patient(100)] }),
      line({ lineNumber: 2, outcome: 'denied', payable: 0 }),
    ]
    expect(completed('PARTIAL', keyed)).toMatchObject({
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
    expect(completed('PARTIAL', [keyed])).toMatchObject({ kind: 'refused', type })
  })

  it('a line named twice and a line that contradicts the status are refused', () => {
    expect(completed('PARTIAL', [line(), line()])).toMatchObject({ type: 'unknown-line' })
    expect(completed('REJECTED', [line()])).toMatchObject({ type: 'wrong-amount' })
    const pending = line({ outcome: 'pending', payable: 0 })
    expect(completed('APPROVED', [pending])).toMatchObject({ type: 'wrong-amount' })
  })

  it.each<[string, ClaimStatus, KeyedDecision[]]>([
    ['there is no line 3, or it is named twice', 'PARTIAL', [line({ lineNumber: 3 })]],
    ['there is no line 1, or it is named twice', 'PARTIAL', [line(), line()]],
    ['line 1: amounts may not be below zero', 'PARTIAL', [line({ outcome: 'reduced', payable: -1 })]],
    ['line 1: amounts may not be below zero', 'PARTIAL', [line({ payable: 1001, adjustments: [patient(-1)] })]],
    ['line 1: a pending line has no amounts yet', 'PARTIAL', [line({ outcome: 'pending', payable: 1 })]],
    [
      'line 1: a pending line has no amounts yet',
      'PARTIAL',
      [line({ outcome: 'pending', payable: 0, adjustments: [patient(1)] })],
    ],
    ['line 1: a denied line pays nothing', 'PARTIAL', [line({ outcome: 'denied', payable: 1 })]],
    [
      'line 1: payable and adjustments come to 0.01 PHP more than the charge of 10.00 PHP',
      'PARTIAL',
      [line({ outcome: 'reduced', payable: 900, adjustments: [patient(101)] })],
    ],
    ['line 1: of the charge of 10.00 PHP, 0.01 PHP is unexplained: who bears it?', 'PARTIAL', [line({ payable: 999 })]],
    [
      'line 1: an approved claim has no reduced line',
      'APPROVED',
      [line({ outcome: 'reduced', payable: 900, adjustments: [patient(100)] })],
    ],
    ['line 1: a rejected claim has no approved line', 'REJECTED', [line()]],
  ])('refused: %s', (detail, status, keyed) => {
    expect(completed(status, keyed)).toMatchObject({ kind: 'refused', detail })
  })

  it.each<[ClaimStatus, KeyedDecision]>([
    ['APPROVED', line()],
    ['APPROVED', line({ payable: 900, adjustments: [patient(100), patient(0)] })],
    ['PARTIAL', line({ outcome: 'pending', payable: 0 })],
    ['PARTIAL', line({ outcome: 'reduced', payable: 900, adjustments: [patient(100)] })],
  ])('of a claim that is %s is taken as it was keyed: %j', (status, keyed) => {
    expect(completed(status, [keyed])).toEqual({ kind: 'decided', lines: [keyed] })
  })

  it('a rejected claim takes a denied line, and says who denied the rest of it', () => {
    const denied = line({ outcome: 'denied', payable: 0, adjustments: [patient(400)] })
    expect(completed('REJECTED', [denied])).toEqual({
      kind: 'decided',
      lines: [
        { ...denied, adjustments: [patient(400), { bucket: 'denied', amount: 600, said: { text: 'not covered' } }] },
      ],
    })
  })

  it('what is denied without a reason is asked for one; its own reason stays, and one of the claim serves the rest', () => {
    const denied = line({ outcome: 'denied', payable: 0 })
    const own = { bucket: 'denied' as const, amount: 400, said: { list: 'CARC', code: '119' } }
    expect(completed('PARTIAL', [denied], [])).toMatchObject({ kind: 'refused', type: 'reason-missing' })
    expect(completed('PARTIAL', [{ ...denied, adjustments: [own] }], [])).toMatchObject({ type: 'reason-missing' })
    expect(completed('PARTIAL', [{ ...denied, adjustments: [own] }])).toMatchObject({
      lines: [{ adjustments: [own, { amount: 600, said: { text: 'not covered' } }] }],
    })
  })

  it('the words of a reason are kept as far as there are any', () => {
    const said = { list: 'CARC', code: undefined, text: undefined }
    expect(keyedAdjustment({ bucket: 'denied', amount: 1, said }).said).toStrictEqual({ list: 'CARC' })
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
        const settled = completed('PARTIAL', [each])
        if (settled.kind === 'refused') return true
        const [made] = settled.lines
        const explained =
          (made?.payable ?? 0) + (made?.adjustments ?? []).reduce((total, { amount }) => total + amount, 0)
        return explained === CHARGES.get(each.lineNumber)
      }),
    )
  })
})

describe('what a decision keyed by hand must say', () => {
  const keyed = (over: Partial<KeyedStatus>): KeyedStatus => ({
    status: 'REJECTED',
    lines: [],
    said: [{ text: 'not covered' }],
    rejectedAt: null,
    reference: null,
    ...over,
  })
  const unknown = { receivedByProvider: false }

  it.each<[string, Partial<KeyedStatus>, boolean, string]>([
    ['PARTIAL without lines asks for them', { status: 'PARTIAL' }, false, 'lines-missing'],
    ['REJECTED is asked which it was', {}, false, 'rejection-unclear'],
    ['REJECTED without a reason is asked why', { rejectedAt: 'front_end', said: [] }, false, 'reason-missing'],
    [
      'a front-end rejection decides no lines',
      { rejectedAt: 'front_end', lines: [line()] },
      false,
      'rejection-unclear',
    ],
  ])('%s', (_what, over, receivedByProvider, type) => {
    expect(judgeKeyed(keyed(over), { receivedByProvider })).toMatchObject({ kind: 'refused', type })
  })

  it.each<[string, Partial<KeyedStatus>, boolean, string]>([
    ['the number of the HMO means that it was reviewed', { reference: 'LC-77' }, false, 'adjudicated'],
    ['so does an earlier receipt', {}, true, 'adjudicated'],
    ['so do decided lines', { lines: [line()], said: [] }, false, 'adjudicated'],
    ['what the person says outweighs both', { reference: 'LC-77', rejectedAt: 'front_end' }, true, 'front_end'],
  ])('%s', (_what, over, receivedByProvider, rejectedAt) => {
    expect(judgeKeyed(keyed(over), { receivedByProvider })).toEqual({ kind: 'clear', rejectedAt })
  })

  it('other statuses say nothing of a rejection', () => {
    expect(judgeKeyed(keyed({ status: 'APPROVED', said: [] }), unknown)).toEqual({ kind: 'clear', rejectedAt: null })
  })
})
