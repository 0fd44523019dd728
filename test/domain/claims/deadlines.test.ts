import { describe, expect, it } from 'vitest'
import { advance } from '../../../domain/claims/advance.ts'
import { type ClaimState, NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import { addDays, type Deadline, type DeadlineRules, deadlineOf, stageOf } from '../../../domain/claims/deadlines.ts'
import { LEVELS } from '../../../domain/claims/escalation.ts'

const RULES: DeadlineRules = {
  ackDays: 3,
  decisionDays: 20,
  documentsDays: 10,
  paymentDays: 15,
  resubmissionDays: 60,
  levelDays: 2,
  workingDays: false,
  holidays: [],
}
const FRIDAY = '2026-01-02T10:00:00.000Z'
const submitted: ClaimState = {
  ...NEW_CLAIM,
  status: 'SUBMITTED',
  submittedAt: FRIDAY,
  sentAt: FRIDAY,
  openAmount: 100,
}

describe('the one deadline of a claim', () => {
  it.each<[string, Partial<ClaimState>, string | null]>([
    ['submitted waits for the ack', {}, 'ack'],
    ['received waits for the decision', { status: 'RECEIVED', receivedAt: FRIDAY }, 'decision'],
    ['wanted documents are our own clock', { status: 'IN_REVIEW', documentsRequestedAt: FRIDAY }, 'documents'],
    ['approved waits for the payment', { status: 'APPROVED', decidedAt: FRIDAY }, 'payment'],
    [
      'partial with denied lines waits for us',
      { status: 'PARTIAL', decidedAt: FRIDAY, openAmount: 0, deniedAmount: 50 },
      'resubmission',
    ],
    ['rejected waits for us', { status: 'REJECTED', decidedAt: FRIDAY }, 'resubmission'],
    ['closed waits for nothing', { status: 'APPROVED', closed: 'settled' }, null],
    ['a draft waits for nothing', { status: 'DRAFT', submittedAt: null }, null],
  ])('%s', (_name, change, kind) => {
    expect(stageOf({ ...submitted, ...change })?.kind ?? null).toBe(kind)
  })

  it('climbs each level once and then waits without a date (E1)', () => {
    let deadline = deadlineOf(submitted, null, RULES)
    const due: string[] = []
    for (const _rung of LEVELS) {
      due.push(deadline?.dueAt.slice(0, 10) ?? '')
      deadline = deadlineOf(submitted, deadline && { ...deadline, level: deadline.level + 1 }, RULES)
    }
    expect(due).toEqual(['2026-01-05', '2026-01-07', '2026-01-09'])
    expect(deadline?.level).toBe(LEVELS.length)
  })

  it('starts at the foot of the ladder in a new stage', () => {
    const first = deadlineOf(submitted, null, RULES)
    const received = deadlineOf(
      { ...submitted, status: 'RECEIVED', receivedAt: FRIDAY },
      first && { ...first, level: 2 },
      RULES,
    )
    expect(received).toMatchObject({ kind: 'decision', level: 0 })
  })

  it('holds the ladder until a follow-up date that a person gave', () => {
    expect(deadlineOf({ ...submitted, followUpAt: '2026-02-01T00:00:00.000Z' }, null, RULES)?.dueAt).toBe(
      '2026-02-01T00:00:00.000Z',
    )
  })
})

describe('a follow-up date that a person gave', () => {
  const followUp = (on: string): ClaimState => ({ ...submitted, followUpAt: `${on}T00:00:00.000Z` })
  const passed = (state: ClaimState, at: string) =>
    advance(state, {
      fact: { type: 'deadline_passed', deadline: 'ack', level: 'billing' },
      at,
      said: [],
      references: [],
    }).state

  it('earlier than the ladder brings the claim to the staff on that day, then the ladder goes on where it would have been', () => {
    const state = followUp('2026-01-04')
    const first = deadlineOf(state, deadlineOf(submitted, null, RULES), RULES)
    expect(first).toMatchObject({ dueAt: '2026-01-04T00:00:00.000Z', level: LEVELS.indexOf('billing') })
    expect(deadlineOf(state, first, RULES)).toEqual(first)
    const after = passed(state, '2026-01-04T00:00:01.000Z')
    expect(after.followUpAt).toBeNull()
    expect(deadlineOf(after, first && { ...first, level: first.level + 1 }, RULES)).toMatchObject({
      dueAt: '2026-01-09T10:00:00.000Z',
      level: LEVELS.indexOf('owner'),
    })
  })

  it('after the last level brings the claim back to the staff', () => {
    const told = { ...deadlineOf(submitted, null, RULES), level: LEVELS.length } as Deadline
    expect(deadlineOf(followUp('2026-03-01'), told, RULES)).toMatchObject({
      dueAt: '2026-03-01T00:00:00.000Z',
      level: LEVELS.indexOf('billing'),
    })
  })

  it('stays while a level climbs before it', () => {
    expect(passed(followUp('2026-03-01'), '2026-02-28T23:59:59.000Z').followUpAt).toBe('2026-03-01T00:00:00.000Z')
  })
})

describe('days', () => {
  it('counts working days around weekends and holidays', () => {
    expect(addDays(FRIDAY, 1, { workingDays: true, holidays: [] })).toBe('2026-01-05T10:00:00.000Z')
    expect(addDays(FRIDAY, 1, { workingDays: true, holidays: ['2026-01-05'] })).toBe('2026-01-06T10:00:00.000Z')
    expect(addDays('2026-01-03T10:00:00.000Z', 1, { workingDays: true, holidays: [] })).toBe('2026-01-05T10:00:00.000Z')
  })

  it('counts calendar days across a leap day', () => {
    expect(addDays('2028-02-28T00:00:00.000Z', 2, { workingDays: false, holidays: [] })).toBe(
      '2028-03-01T00:00:00.000Z',
    )
  })
})
