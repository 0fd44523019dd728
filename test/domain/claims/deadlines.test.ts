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

  it.each<[string, Partial<ClaimState>, string]>([
    ['a sending, from when it left', { sentAt: '2026-01-02T12:00:00.000Z' }, '2026-01-02T12:00:00.000Z'],
    ['one that did not leave, from when it was submitted', { sentAt: null }, FRIDAY],
    [
      'one that waits for its cut-off, from the cut-off',
      { sentAt: null, delivery: 'WAITING', waits: { for: 'cut_off', until: '2026-01-05T17:00:00.000Z' } },
      '2026-01-05T17:00:00.000Z',
    ],
    [
      'one that has left after its cut-off, from when it left',
      { delivery: 'SENT', waits: { for: 'cut_off', until: '2026-01-05T17:00:00.000Z' } },
      FRIDAY,
    ],
    [
      'one that was taken out of its batch, from when it was submitted',
      { sentAt: null, delivery: 'READY', waits: { for: 'cut_off', until: '2026-01-05T17:00:00.000Z' } },
      FRIDAY,
    ],
    [
      'one that a person files, from when it was submitted',
      { sentAt: null, delivery: 'WAITING', waits: { for: 'person', until: '2026-01-05T17:00:00.000Z' } },
      FRIDAY,
    ],
    [
      'a review, from when it was received',
      { status: 'IN_REVIEW', receivedAt: '2026-01-03T10:00:00.000Z' },
      '2026-01-03T10:00:00.000Z',
    ],
    [
      'a review that got its papers, from when they were sent',
      { status: 'IN_REVIEW', receivedAt: FRIDAY, documentsSentAt: '2026-01-09T10:00:00.000Z' },
      '2026-01-09T10:00:00.000Z',
    ],
    [
      'papers, from when they were asked for',
      { status: 'IN_REVIEW', receivedAt: FRIDAY, documentsRequestedAt: '2026-01-08T10:00:00.000Z' },
      '2026-01-08T10:00:00.000Z',
    ],
    [
      'a payment, from the decision',
      { status: 'APPROVED', decidedAt: '2026-01-12T10:00:00.000Z' },
      '2026-01-12T10:00:00.000Z',
    ],
  ])('runs for %s', (_name, change, startsAt) => {
    expect(stageOf({ ...submitted, ...change })?.startsAt).toBe(startsAt)
  })

  it.each([
    [{ status: 'APPROVED' as const, openAmount: 0, deniedAmount: 0 }],
    [{ status: 'PARTIAL' as const, openAmount: -5, deniedAmount: 0 }],
    [{ status: 'CANCELLED' as const }],
  ])('nobody owes anything by a date: %o', (change) => {
    expect(stageOf({ ...submitted, ...change })).toBeNull()
    expect(deadlineOf({ ...submitted, ...change }, null, RULES)).toBeNull()
  })

  it.each<[Partial<ClaimState>, string]>([
    [{}, '2026-01-05'],
    [{ status: 'RECEIVED', receivedAt: FRIDAY }, '2026-01-22'],
    [{ status: 'IN_REVIEW', documentsRequestedAt: FRIDAY }, '2026-01-12'],
    [{ status: 'APPROVED', decidedAt: FRIDAY }, '2026-01-17'],
    [{ status: 'REJECTED', decidedAt: FRIDAY }, '2026-03-03'],
  ])('is due after the days of its stage: %o', (change, on) => {
    expect(deadlineOf({ ...submitted, ...change }, null, RULES)?.dueAt.slice(0, 10)).toBe(on)
  })

  it('K33: an amount for which another payer comes first is never without a deadline', () => {
    const other = { outcome: 'reduced' as const, payable: 5, otherPayerFirst: true as const }
    const state = { ...submitted, status: 'PARTIAL' as const, decidedAt: FRIDAY, openAmount: 0, deniedAmount: 0 }
    expect(stageOf({ ...state, lines: { 1: other } })?.kind).toBe('resubmission')
    expect(stageOf({ ...state, lines: { 1: { ...other, settlement: 'bill_other_payer' } } })).toBeNull()
  })

  it('climbs each level once and then waits without a date (E1)', () => {
    let deadline = deadlineOf(submitted, null, RULES)
    const due: string[] = []
    for (const _level of LEVELS) {
      due.push(deadline?.dueAt.slice(0, 10) ?? '')
      deadline = deadlineOf(submitted, deadline && { ...deadline, level: deadline.level + 1 }, RULES)
    }
    expect(due).toEqual(['2026-01-05', '2026-01-07', '2026-01-09'])
    expect(deadline?.level).toBe(LEVELS.length)
  })

  it('starts at the first level in a new stage', () => {
    const first = deadlineOf(submitted, null, RULES)
    const received = deadlineOf(
      { ...submitted, status: 'RECEIVED', receivedAt: FRIDAY },
      first && { ...first, level: 2 },
      RULES,
    )
    expect(received).toMatchObject({ kind: 'decision', level: 0 })
  })

  it('starts at the first level when the same stage begins once more', () => {
    const asked = (at: string): ClaimState => ({ ...submitted, status: 'IN_REVIEW', documentsRequestedAt: at })
    const before = deadlineOf(asked(FRIDAY), null, RULES)
    expect(deadlineOf(asked(FRIDAY), before && { ...before, level: 1 }, RULES)?.level).toBe(1)
    expect(deadlineOf(asked('2026-01-20T10:00:00.000Z'), before && { ...before, level: 1 }, RULES)?.level).toBe(0)
  })

  it('after its last level keeps the day on which it was due', () => {
    const told: Deadline = { kind: 'ack', startsAt: FRIDAY, dueAt: '2026-01-09T10:00:00.000Z', level: LEVELS.length }
    expect(deadlineOf(submitted, told, RULES)).toEqual(told)
  })

  it('holds the escalation until a follow-up date that a person gave', () => {
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

  it('earlier than the next level brings the claim to the staff on that day, then the escalation goes on where it would have been', () => {
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

  it('on the very day of the escalation, or after it, leaves it where it is', () => {
    const due = deadlineOf(submitted, null, RULES)?.dueAt ?? ''
    expect(deadlineOf({ ...submitted, followUpAt: due }, null, RULES)).toMatchObject({ dueAt: due, level: 0 })
    expect(deadlineOf(followUp('2026-02-01'), null, RULES)).toMatchObject({ level: 0 })
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

  it('counts a part of a day as a working day, and no day as none', () => {
    expect(addDays(FRIDAY, 0.5, { workingDays: true, holidays: [] })).toBe('2026-01-05T10:00:00.000Z')
    expect(addDays(FRIDAY, 0, { workingDays: true, holidays: [] })).toBe(FRIDAY)
    expect(addDays(FRIDAY, 0.5, { workingDays: false, holidays: [] })).toBe('2026-01-02T22:00:00.000Z')
    expect(addDays(FRIDAY, 5, { workingDays: true, holidays: [] })).toBe('2026-01-09T10:00:00.000Z')
  })

  it('counts calendar days across a leap day', () => {
    expect(addDays('2028-02-28T00:00:00.000Z', 2, { workingDays: false, holidays: [] })).toBe(
      '2028-03-01T00:00:00.000Z',
    )
  })
})

describe('working days in the zone of the clinic', () => {
  it('03:00 on a Monday in Manila is no Sunday', () => {
    // Sunday 19:00 UTC is Monday 03:00 in Manila.
    const start = '2026-03-22T19:00:00.000Z'
    const rules = { workingDays: true, holidays: ['2026-03-24'] }
    expect(addDays(start, 1, { ...rules, zone: 'Asia/Manila' })).toBe('2026-03-24T19:00:00.000Z')
    expect(addDays(start, 1, rules)).toBe('2026-03-23T19:00:00.000Z')
  })
})
