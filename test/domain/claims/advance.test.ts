import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance } from '../../../domain/claims/advance.ts'
import type { ClaimEvent, Fact } from '../../../domain/claims/claimEvents.ts'
import { type ClaimState, NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import type { Effect } from '../../../domain/claims/step.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
const event = (fact: Fact, hour = 0): ClaimEvent => ({ fact, at: at(hour), said: [], references: [] })
const line = (lineNumber: number, outcome: LineDecision['outcome'], payable = 0): LineDecision => ({
  lineNumber,
  outcome,
  payable,
  adjustments: [],
})

/** A claim of two lines over 100.00 that has been submitted and sent. */
function sent(): ClaimState {
  return play({ ...NEW_CLAIM, lineCount: 2, openAmount: 10_000 }, [{ type: 'submitted' }, { type: 'sent' }]).state
}

function play(from: ClaimState, facts: Fact[]): { state: ClaimState; effects: Effect[]; implied: string[] } {
  let state = from
  const effects: Effect[] = []
  const implied: string[] = []
  for (const [index, fact] of facts.entries()) {
    const next = advance(state, event(fact, index + 1))
    state = next.state
    effects.push(next.effect)
    implied.push(...next.implied)
  }
  return { state, effects, implied }
}

const approved: Fact = { type: 'decided', lines: [line(1, 'approved', 6_000), line(2, 'approved', 4_000)] }
const partial: Fact = { type: 'decided', lines: [line(1, 'approved', 6_000), line(2, 'denied')] }
const denied: Fact = { type: 'decided', lines: [line(1, 'denied'), line(2, 'denied')] }
const money = (paid: number, openAmount: number, deniedAmount = 0): Fact => ({
  type: 'money_posted',
  payment: openAmount === 0 ? 'PAID' : openAmount < 0 ? 'OVERPAID' : paid === 0 ? 'UNPAID' : 'PART_PAID',
  paid,
  openAmount,
  deniedAmount,
  reversal: false,
})

describe('the way of a claim', () => {
  it.each<[string, Fact[], Partial<ClaimState>]>([
    ['is received', [{ type: 'received' }], { status: 'RECEIVED' }],
    [
      'taken by a clearinghouse is still only submitted',
      [{ type: 'forwarded' }],
      { status: 'SUBMITTED', forwarded: true },
    ],
    ['goes into review', [{ type: 'received' }, { type: 'in_review' }], { status: 'IN_REVIEW' }],
    ['is approved when no line is denied', [approved], { status: 'APPROVED', rejectedAt: null }],
    ['is partial with one denied line', [partial], { status: 'PARTIAL' }],
    [
      'is partial with one reduced line',
      [{ type: 'decided', lines: [line(1, 'approved', 1), line(2, 'reduced', 1)] }],
      { status: 'PARTIAL' },
    ],
    ['is rejected after review when all lines are denied', [denied], { status: 'REJECTED', rejectedAt: 'adjudicated' }],
    ['is rejected at the front end', [{ type: 'rejected_front_end' }], { status: 'REJECTED', rejectedAt: 'front_end' }],
    [
      'decided as a whole',
      [{ type: 'decided', outcome: 'denied', lines: [] }],
      { status: 'REJECTED', rejectedAt: 'adjudicated' },
    ],
    [
      'stays in review while a line is pending',
      [{ type: 'decided', lines: [line(1, 'approved', 1), line(2, 'pending')] }],
      { status: 'IN_REVIEW' },
    ],
    [
      'shows wanted documents inside the review',
      [{ type: 'documents_requested', documents: ['xray'] }],
      { status: 'IN_REVIEW', documentsRequested: ['xray'] },
    ],
    [
      'forgets wanted documents when decided',
      [{ type: 'documents_requested', documents: ['xray'] }, approved],
      { documentsRequested: [], status: 'APPROVED' },
    ],
    [
      'refused at once never reached adjudication',
      [{ type: 'delivery_refused' }],
      { status: 'REJECTED', rejectedAt: 'front_end', delivery: 'REFUSED' },
    ],
    [
      'paid in full before any word is approved',
      [money(10_000, 0)],
      { status: 'APPROVED', payment: 'PAID', closed: 'settled' },
    ],
    ['closes when decided and settled', [approved, money(10_000, 0)], { closed: 'settled', payment: 'PAID' }],
    ['stays open while overpaid', [approved, money(12_000, -2_000)], { closed: null, payment: 'OVERPAID' }],
    ['stays open with denied lines', [partial, money(6_000, 0, 4_000)], { closed: null, status: 'PARTIAL' }],
    ['unknown news changes nothing', [{ type: 'received' }, { type: 'other' }], { status: 'RECEIVED' }],
    ['not found is never a state', [{ type: 'not_found' }], { status: 'SUBMITTED' }],
    ['a replaced claim is closed', [denied, { type: 'replaced', byClaimId: 'x' }], { closed: 'replaced' }],
  ])('%s', (_name, facts, expected) => {
    expect(play(sent(), facts).state).toMatchObject(expected)
  })

  it('names the steps that a forward jump implies', () => {
    expect(play(sent(), [approved]).implied).toEqual(['RECEIVED', 'IN_REVIEW'])
  })

  it('keeps the newer of two decisions, also when the older one comes last', () => {
    const decidedAt5 = advance(sent(), event(approved, 5)).state
    const older = advance(decidedAt5, event(partial, 4))
    expect(older).toMatchObject({ effect: 'stale', state: decidedAt5 })
    expect(advance(decidedAt5, event(partial, 5)).state).toMatchObject({ status: 'PARTIAL', decidedAt: at(5) })
    expect(advance(decidedAt5, event(denied, 6)).state).toMatchObject({ status: 'REJECTED', decidedAt: at(6) })
  })

  it('never moves a decided claim back by automatic news', () => {
    const late: Fact[] = [
      { type: 'received' },
      { type: 'in_review' },
      { type: 'forwarded' },
      { type: 'rejected_front_end' },
      { type: 'documents_requested', documents: ['x'] },
    ]
    for (const fact of late) {
      const { state, effects } = play(sent(), [approved, fact])
      expect(state.status).toBe('APPROVED')
      expect(['stale', 'conflict']).toContain(effects[1])
    }
  })

  it('keeps the decision in force when one of an earlier time comes later, whatever that says', () => {
    const inForce = play(sent(), [{ type: 'received' }, { type: 'in_review' }, denied]).state
    expect(advance(inForce, event(approved, 2))).toMatchObject({ state: { status: 'REJECTED' }, effect: 'stale' })
    expect(advance(inForce, event(denied, 2))).toMatchObject({ state: { status: 'REJECTED' }, effect: 'repeat' })
    expect(advance(inForce, event(approved, 9))).toMatchObject({ state: { status: 'APPROVED' }, effect: 'applied' })
  })

  it('takes an ack as proof of the sending that our record does not know yet', () => {
    const unsure = play({ ...NEW_CLAIM, lineCount: 2 }, [
      { type: 'submitted' },
      { type: 'delivery_unknown', because: 'timed out' },
    ]).state
    expect(unsure.delivery).toBe('UNKNOWN')
    expect(advance(unsure, event({ type: 'forwarded' }, 5)).state).toMatchObject({ delivery: 'SENT', sentAt: at(5) })
  })

  it('lets a person move a claim anywhere, with the rest of the state following', () => {
    const { state } = play(sent(), [{ type: 'status_by_hand', status: 'APPROVED', lines: [] }])
    expect(state).toMatchObject({ status: 'APPROVED', rejectedAt: null })
    expect(play(state, [{ type: 'status_by_hand', status: 'IN_REVIEW', lines: [] }]).state).toMatchObject({
      status: 'IN_REVIEW',
      decidedAt: null,
    })
  })

  it('answers every fact from every state', () => {
    const facts: Fact[] = [
      { type: 'submitted' },
      { type: 'sent' },
      { type: 'delivery_unknown', because: 'x' },
      { type: 'delivery_refused' },
      { type: 'not_arrived' },
      { type: 'forwarded' },
      { type: 'received' },
      { type: 'in_review' },
      { type: 'documents_requested', documents: ['x'] },
      { type: 'rejected_front_end' },
      approved,
      partial,
      denied,
      money(10_000, 0),
      { type: 'status_by_hand', status: 'RECEIVED', lines: [] },
      { type: 'line_settled', lineNumber: 2, action: 'write_off', amount: 1 },
      { type: 'cancelled', voided: true },
      { type: 'replaced', byClaimId: 'x' },
      { type: 'deadline_passed', deadline: 'ack', level: 'ask' },
      { type: 'asked' },
      { type: 'void_sent' },
      { type: 'not_found' },
      { type: 'inquiry_failed' },
      { type: 'other' },
    ]
    for (const first of facts) {
      for (const second of facts) {
        const before = play(sent(), [first]).state
        const after = advance(before, event(second, 9))
        expect(after.state).toBeDefined()
        expect(advance(after.state, event(second, 9)).state, `${first.type}, twice ${second.type}`).toEqual(after.state)
      }
    }
  })
})

describe('order and repetition', () => {
  const news: Fact[] = [
    { type: 'forwarded' },
    { type: 'received' },
    { type: 'in_review' },
    partial,
    money(6_000, 0, 4_000),
    { type: 'documents_requested', documents: ['xray'] },
    { type: 'rejected_front_end' },
  ]

  it('reaches one final status from any order of the same news, each said once or more', () => {
    fc.assert(
      fc.property(
        fc
          .subarray(news, { minLength: 1 })
          .chain((facts) =>
            fc.tuple(
              fc.constant(facts),
              fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2, maxLength: facts.length * 2 }),
            ),
          ),
        ([facts, shuffled]) => {
          const inOrder = facts.reduce((state, fact, index) => advance(state, event(fact, index + 1)).state, sent())
          const stamped = (fact: Fact) => event(fact, facts.indexOf(fact) + 1)
          const anyOrder = shuffled.reduce((state, fact) => advance(state, stamped(fact)).state, sent())
          expect({ status: anyOrder.status, payment: anyOrder.payment, closed: anyOrder.closed }).toEqual({
            status: inOrder.status,
            payment: inOrder.payment,
            closed: inOrder.closed,
          })
        },
      ),
      { numRuns: 500 },
    )
  })
})
