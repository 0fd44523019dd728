import { expect, it } from 'vitest'
import { NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import { needsWorkflow, type Watched } from '../../../domain/claims/needsWorkflow.ts'

const deadline = { kind: 'ack' as const, startsAt: '2026-03-20T09:00:00Z', dueAt: '2026-03-25T09:00:00Z', level: 0 }
const before: Watched = { state: { ...NEW_CLAIM, status: 'SUBMITTED', delivery: 'SENT' }, deadline, attention: false }

it.each<[string, Partial<Watched>]>([
  ['the deadline of another stage', { deadline: { ...deadline, kind: 'decision' } }],
  ['a deadline that moved', { deadline: { ...deadline, dueAt: '2026-03-26T09:00:00Z' } }],
  ['a stage that began anew', { deadline: { ...deadline, startsAt: '2026-03-21T09:00:00Z' } }],
  ['another level', { deadline: { ...deadline, level: 1 } }],
  ['no deadline any more', { deadline: null }],
  ['another delivery', { state: { ...before.state, delivery: 'REFUSED' } }],
  ['the end', { state: { ...before.state, closed: 'settled' } }],
  ['another status', { state: { ...before.state, status: 'RECEIVED' } }],
  ['attention', { attention: true }],
])('%s is for the workflow', (_what, after) => {
  expect(needsWorkflow(before, { ...before, ...after })).toBe(true)
  expect(needsWorkflow({ ...before, ...after }, before)).toBe(true)
})

it('what leaves all that as it is, is not', () => {
  expect(needsWorkflow(before, { ...before, deadline: { ...deadline } })).toBe(false)
  expect(needsWorkflow({ ...before, deadline: null }, { ...before, deadline: null })).toBe(false)
})
