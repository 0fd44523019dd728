import { describe, expect, it } from 'vitest'
import { advance } from '../../../domain/claims/advance.ts'
import type { ClaimEvent, Fact } from '../../../domain/claims/claimEvents.ts'
import { type ClaimState, isBackwards, NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import type { Effect } from '../../../domain/claims/step.ts'

const hour = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours)).toISOString()
const NOW = hour(10)
const event = (fact: Fact, at = NOW): ClaimEvent => ({ fact, at, said: [], references: [] })
const DRAFT: ClaimState = { ...NEW_CLAIM, lineCount: 1, openAmount: 100 }
const READY: ClaimState = { ...DRAFT, status: 'SUBMITTED', delivery: 'READY', submittedAt: hour(0) }
const SENT: ClaimState = { ...READY, delivery: 'SENT', sentAt: hour(1) }
const RECEIVED: ClaimState = { ...SENT, status: 'RECEIVED', receivedAt: hour(2) }
const REVIEWED: ClaimState = { ...RECEIVED, status: 'IN_REVIEW' }
const APPROVED: ClaimState = {
  ...REVIEWED,
  status: 'APPROVED',
  decidedAt: hour(5),
  lines: { 1: { outcome: 'approved', payable: 100 } },
}
const FRONT_END: ClaimState = { ...SENT, status: 'REJECTED', rejectedAt: 'front_end', decidedAt: hour(3) }
const DENIED: ClaimState = {
  ...REVIEWED,
  status: 'REJECTED',
  rejectedAt: 'adjudicated',
  decidedAt: hour(5),
  lines: { 1: { outcome: 'denied', payable: 0 } },
}
const CANCELLED: ClaimState = { ...SENT, status: 'CANCELLED' }
const STATES = { DRAFT, READY, SENT, RECEIVED, REVIEWED, APPROVED, FRONT_END, DENIED, CANCELLED }
type Name = keyof typeof STATES

const decision = (outcome: 'approved' | 'denied' | 'reduced' | 'pending', payable = 0): Fact => ({
  type: 'decided',
  lines: [{ lineNumber: 1, outcome, payable, adjustments: [] }],
})
const money = (over: Partial<Extract<Fact, { type: 'money_posted' }>> = {}): Fact => ({
  type: 'money_posted',
  payment: 'PART_PAID',
  paid: 40,
  openAmount: 60,
  deniedAmount: 0,
  reversal: false,
  ...over,
})

/** From a state, a fact: what it does and what then stands. What is not named stays as it was. */
const TABLE: [Name, Fact, Effect, Partial<ClaimState>][] = [
  ['DRAFT', { type: 'submitted' }, 'applied', { status: 'SUBMITTED', delivery: 'READY', submittedAt: NOW }],
  ['READY', { type: 'submitted' }, 'repeat', {}],
  ['READY', { type: 'sent' }, 'applied', { delivery: 'SENT', sentAt: NOW }],
  ['SENT', { type: 'sent' }, 'repeat', {}],
  ['READY', { type: 'waits', for: 'person' }, 'applied', { delivery: 'WAITING', waits: { for: 'person' } }],
  ['READY', { type: 'waits', for: 'cut_off', until: 'u' }, 'applied', { waits: { for: 'cut_off', until: 'u' } }],
  ['SENT', { type: 'waits', for: 'person' }, 'stale', {}],
  ['RECEIVED', { type: 'waits', for: 'person' }, 'stale', {}],
  ['READY', { type: 'delivery_unknown', because: 'b' }, 'applied', { delivery: 'UNKNOWN' }],
  ['SENT', { type: 'delivery_unknown', because: 'b' }, 'stale', {}],
  ['READY', { type: 'not_arrived' }, 'stale', {}],
  [
    'READY',
    { type: 'delivery_refused' },
    'applied',
    { status: 'REJECTED', rejectedAt: 'front_end', delivery: 'REFUSED', decidedAt: NOW },
  ],
  ['RECEIVED', { type: 'delivery_refused' }, 'conflict', {}],
  ['SENT', { type: 'forwarded' }, 'applied', { forwarded: true }],
  ['RECEIVED', { type: 'forwarded' }, 'stale', { forwarded: true }],
  ['DRAFT', { type: 'received' }, 'conflict', {}],
  ['READY', { type: 'received' }, 'applied', { status: 'RECEIVED', delivery: 'SENT', sentAt: NOW, receivedAt: NOW }],
  ['RECEIVED', { type: 'received' }, 'repeat', {}],
  ['REVIEWED', { type: 'received' }, 'stale', {}],
  ['FRONT_END', { type: 'received' }, 'conflict', {}],
  ['CANCELLED', { type: 'received' }, 'conflict', {}],
  ['SENT', { type: 'in_review' }, 'applied', { status: 'IN_REVIEW', receivedAt: NOW }],
  ['RECEIVED', { type: 'in_review' }, 'applied', { status: 'IN_REVIEW' }],
  ['REVIEWED', { type: 'in_review' }, 'repeat', {}],
  ['APPROVED', { type: 'in_review' }, 'stale', {}],
  ['FRONT_END', { type: 'in_review' }, 'conflict', {}],
  [
    'SENT',
    { type: 'documents_requested', documents: ['xray', 'photo', 'xray'] },
    'applied',
    { status: 'IN_REVIEW', receivedAt: NOW, documentsRequested: ['photo', 'xray'], documentsRequestedAt: NOW },
  ],
  ['APPROVED', { type: 'documents_requested', documents: ['xray'] }, 'stale', {}],
  ['SENT', { type: 'documents_sent' }, 'repeat', {}],
  [
    'REVIEWED',
    { type: 'rejected_front_end' },
    'applied',
    { status: 'REJECTED', rejectedAt: 'front_end', decidedAt: NOW },
  ],
  ['FRONT_END', { type: 'rejected_front_end' }, 'repeat', {}],
  ['APPROVED', { type: 'rejected_front_end' }, 'conflict', {}],
  ['DENIED', { type: 'rejected_front_end' }, 'conflict', {}],
  ['CANCELLED', { type: 'rejected_front_end' }, 'conflict', {}],
  ['DRAFT', decision('approved', 100), 'conflict', {}],
  ['CANCELLED', decision('approved', 100), 'conflict', {}],
  ['FRONT_END', decision('approved', 100), 'conflict', { status: 'APPROVED', rejectedAt: null, decidedAt: NOW }],
  ['APPROVED', decision('approved', 100), 'repeat', {}],
  [
    'APPROVED',
    decision('denied'),
    'applied',
    { status: 'REJECTED', rejectedAt: 'adjudicated', decidedAt: NOW, lines: { 1: { outcome: 'denied', payable: 0 } } },
  ],
  ['DENIED', decision('reduced', 40), 'applied', { status: 'PARTIAL', rejectedAt: null, decidedAt: NOW }],
  ['RECEIVED', decision('pending'), 'applied', { status: 'IN_REVIEW' }],
  ['SENT', money(), 'applied', { status: 'IN_REVIEW', payment: 'PART_PAID', openAmount: 60, receivedAt: NOW }],
  [
    'SENT',
    money({ payment: 'PAID', paid: 100, openAmount: 0 }),
    'applied',
    { status: 'APPROVED', decisionImplied: true, decidedAt: NOW, receivedAt: NOW, closed: 'settled', openAmount: 0 },
  ],
  [
    'SENT',
    money({ payment: 'PAID', paid: 60, openAmount: 0, deniedAmount: 40 }),
    'applied',
    { status: 'IN_REVIEW', decidedAt: null, decisionImplied: false },
  ],
  ['SENT', money({ payment: 'UNPAID', paid: 0, openAmount: 90 }), 'applied', { status: 'SUBMITTED', openAmount: 90 }],
  ['APPROVED', money(), 'applied', { status: 'APPROVED', openAmount: 60, decidedAt: hour(5) }],
  ['SENT', money({ payment: 'UNPAID', paid: 0, openAmount: 100 }), 'repeat', {}],
  ['DENIED', money(), 'conflict', { payment: 'PART_PAID', openAmount: 60 }],
  ['DENIED', money({ payment: 'UNPAID', paid: 0, openAmount: 0, deniedAmount: 100 }), 'applied', { deniedAmount: 100 }],
  ['CANCELLED', money(), 'conflict', { payment: 'PART_PAID', openAmount: 60 }],
  ['SENT', { type: 'cancelled', voided: false }, 'applied', { status: 'CANCELLED' }],
  ['CANCELLED', { type: 'cancelled', voided: false }, 'repeat', {}],
  ['DENIED', { type: 'replaced', byClaimId: 'x' }, 'applied', { closed: 'replaced' }],
  [
    'DENIED',
    { type: 'line_settled', lineNumber: 1, action: 'write_off', amount: 1 },
    'applied',
    { lines: { 1: { outcome: 'denied', payable: 0, settlement: 'write_off' } } },
  ],
  [
    'SENT',
    { type: 'line_settled', lineNumber: 2, action: 'appeal', amount: 1 },
    'applied',
    { lines: { 2: { outcome: 'denied', payable: 0, settlement: 'appeal' } } },
  ],
  ['SENT', { type: 'not_found' }, 'noted', {}],
  ['SENT', { type: 'asked' }, 'noted', {}],
  ['SENT', { type: 'other' }, 'noted', {}],
  ['SENT', { type: 'void_sent' }, 'noted', {}],
  ['SENT', { type: 'inquiry_failed' }, 'noted', {}],
  ['DRAFT', { type: 'status_by_hand', status: 'APPROVED', lines: [] }, 'conflict', {}],
  ['RECEIVED', { type: 'status_by_hand', status: 'RECEIVED', lines: [] }, 'repeat', {}],
  [
    'RECEIVED',
    { type: 'status_by_hand', status: 'RECEIVED', lines: [], followUpAt: '2026-02-01T00:00:00.000Z' },
    'applied',
    { followUpAt: '2026-02-01T00:00:00.000Z' },
  ],
  [
    'READY',
    { type: 'status_by_hand', status: 'RECEIVED', lines: [] },
    'applied',
    { status: 'RECEIVED', delivery: 'SENT', sentAt: NOW, receivedAt: NOW },
  ],
  ['READY', { type: 'status_by_hand', status: 'CANCELLED', lines: [] }, 'applied', { status: 'CANCELLED' }],
  [
    'SENT',
    { type: 'status_by_hand', status: 'REJECTED', lines: [] },
    'applied',
    { status: 'REJECTED', rejectedAt: 'front_end', decidedAt: NOW },
  ],
  [
    'REVIEWED',
    { type: 'status_by_hand', status: 'REJECTED', lines: [] },
    'applied',
    { status: 'REJECTED', rejectedAt: 'adjudicated', lines: { 1: { outcome: 'denied', payable: 0 } } },
  ],
  [
    'REVIEWED',
    { type: 'status_by_hand', status: 'APPROVED', lines: [] },
    'applied',
    { status: 'APPROVED', rejectedAt: null, decidedAt: NOW, receivedAt: hour(2) },
  ],
  [
    'DENIED',
    { type: 'status_by_hand', status: 'SUBMITTED', lines: [] },
    'applied',
    { status: 'SUBMITTED', rejectedAt: null, decidedAt: null, receivedAt: hour(2), lines: DENIED.lines },
  ],
]

describe('a fact in a state', () => {
  it.each(TABLE.map(([from, fact, effect, change]) => ({ from, fact, effect, change })))(
    '$from, $fact.type: $effect',
    ({ from, fact, effect, change }) => {
      const before = STATES[from]
      const after = advance(before, event(fact))
      expect(after.effect).toBe(effect)
      expect(after.state).toMatchObject(change)
      if (effect !== 'applied' && Object.keys(change).length === 0) expect(after.state).toEqual(before)
    },
  )

  it.each<[Name, Fact, string[]]>([
    ['SENT', { type: 'received' }, []],
    ['SENT', { type: 'in_review' }, ['RECEIVED']],
    ['RECEIVED', { type: 'in_review' }, []],
    ['SENT', decision('approved', 100), ['RECEIVED', 'IN_REVIEW']],
    ['RECEIVED', decision('approved', 100), ['IN_REVIEW']],
    ['REVIEWED', decision('approved', 100), []],
    ['SENT', money(), ['RECEIVED']],
    ['SENT', money({ paid: 100, openAmount: 0 }), ['RECEIVED', 'IN_REVIEW']],
    ['SENT', { type: 'status_by_hand', status: 'IN_REVIEW', lines: [] }, ['RECEIVED']],
    ['APPROVED', { type: 'status_by_hand', status: 'RECEIVED', lines: [] }, []],
  ])('%s, %o implies %o', (from, fact, implied) => {
    expect(advance(STATES[from], event(fact)).implied).toEqual(implied)
  })
})

describe('papers', () => {
  const asked = advance(REVIEWED, event({ type: 'documents_requested', documents: ['xray'] }, hour(6))).state
  const answered = advance(asked, event({ type: 'documents_sent' }, hour(8))).state

  it('that are sent answer what was asked for before, and nothing later', () => {
    expect(answered).toMatchObject({ documentsRequested: [], documentsRequestedAt: null, documentsSentAt: hour(8) })
    const again = (at: string) => advance(answered, event({ type: 'documents_requested', documents: ['xray'] }, at))
    expect(again(hour(7)).effect).toBe('stale')
    expect(again(hour(8))).toMatchObject({ effect: 'applied', state: { documentsRequestedAt: hour(8) } })
  })

  it('asked for again are a repeat, and more of them join from the first time on', () => {
    const more = (...documents: string[]) => advance(asked, event({ type: 'documents_requested', documents }, hour(9)))
    expect(more('xray')).toMatchObject({ effect: 'repeat', state: asked })
    expect(more('photo').state).toMatchObject({ documentsRequested: ['photo', 'xray'], documentsRequestedAt: hour(6) })
  })
})

describe('a claim is closed', () => {
  const closed = (state: ClaimState) => advance(state, event({ type: 'other' })).state.closed
  it.each<[string, Partial<ClaimState>, ClaimState['closed']]>([
    ['decided with nothing open or denied', { ...APPROVED, openAmount: 0 }, 'settled'],
    ['decided in part with nothing open', { ...APPROVED, status: 'PARTIAL', openAmount: 0 }, 'settled'],
    ['decided with money open', { ...APPROVED, openAmount: 1 }, null],
    ['decided with money denied', { ...APPROVED, openAmount: 0, deniedAmount: 1 }, null],
    ['in review, though nothing is open', { ...REVIEWED, openAmount: 0 }, null],
    ['rejected at the front end, though nothing is open', { ...FRONT_END, openAmount: 0 }, null],
    [
      'rejected at the front end and written off',
      { ...FRONT_END, openAmount: 0, lines: { 1: { outcome: 'denied', payable: 0, settlement: 'write_off' } } },
      'settled',
    ],
    [
      'rejected at the front end and written off in part',
      { ...FRONT_END, openAmount: 1, lines: { 1: { outcome: 'denied', payable: 0, settlement: 'write_off' } } },
      null,
    ],
    ['cancelled with nothing open', { ...CANCELLED, openAmount: 0 }, 'cancelled'],
    ['cancelled with money open', { ...CANCELLED, openAmount: 1 }, null],
    ['replaced, whatever is open', { ...DENIED, closed: 'replaced' }, 'replaced'],
  ])('%s: %s', (_name, state, expected) => {
    expect(closed({ ...NEW_CLAIM, ...state })).toBe(expected)
  })
})

describe('the way of a claim', () => {
  it('goes back only to what lies before it: decisions lie side by side', () => {
    expect(isBackwards('IN_REVIEW', 'RECEIVED')).toBe(true)
    expect(isBackwards('RECEIVED', 'IN_REVIEW')).toBe(false)
    expect(isBackwards('APPROVED', 'REJECTED')).toBe(false)
    expect(isBackwards('CANCELLED', 'PARTIAL')).toBe(true)
  })

  it('lets an unknown sending be sent again only while it is unknown', () => {
    const unknown: ClaimState = { ...READY, delivery: 'UNKNOWN' }
    expect(advance(unknown, event({ type: 'not_arrived' }))).toMatchObject({
      effect: 'applied',
      state: { delivery: 'RESEND' },
    })
    expect(advance(unknown, event(money({ paid: 0, payment: 'UNPAID', openAmount: 90 }))).state.delivery).toBe(
      'UNKNOWN',
    )
    expect(advance(unknown, event(money())).state).toMatchObject({ delivery: 'SENT', sentAt: NOW })
  })

  it('waits for one thing at a time: the same again is a repeat, another cut-off is not', () => {
    const cutOff = (until: string): Fact => ({ type: 'waits', for: 'cut_off', until })
    const waiting = advance(READY, event(cutOff('a'))).state
    expect(advance(waiting, event(cutOff('a'))).effect).toBe('repeat')
    expect(advance(waiting, event(cutOff('b')))).toMatchObject({ effect: 'applied', state: { waits: { until: 'b' } } })
    expect(advance(waiting, event({ type: 'waits', for: 'person' })).effect).toBe('applied')
  })
})
