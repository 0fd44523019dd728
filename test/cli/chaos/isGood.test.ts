import { describe, expect, it } from 'vitest'
import { isGood, type RunVerdict } from '../../../cli/chaos/oracle.ts'

const GOOD: RunVerdict = {
  submitted: 2,
  effects: 2,
  lost: 0,
  doubled: 0,
  unknown: { resolved: 0, worklist: 0 },
  centsDifference: 0,
  invariants: { I1: true, I2: true },
  findings: [],
}

describe('a chaos run', () => {
  it('is good when nothing is lost, doubled, off or unfinished', () => {
    expect(isGood(GOOD, [])).toBe(true)
  })

  it.each([
    ['lost', { lost: 1 }],
    ['doubled', { doubled: 1 }],
    ['off by a cent', { centsDifference: -1 }],
    ['with a broken invariant', { invariants: { I1: true, I2: false } }],
  ])('is bad with something %s', (_what, change) => {
    expect(isGood({ ...GOOD, ...change }, [])).toBe(false)
  })

  it('is bad while a promised claim is still under way', () => {
    expect(isGood(GOOD, ['C-7 (harbor-health) SUBMITTED UNPAID SENT: overdue'])).toBe(false)
  })
})
