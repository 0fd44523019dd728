import { describe, expect, it } from 'vitest'
import { dayIn, instantOf, minuteIn, someTimeOn, startOf } from '../../domain/zones.ts'

describe('days in a zone', () => {
  it.each<[string, string, string]>([
    // 03:00 in Manila is 19:00 of the day before in UTC.
    ['Asia/Manila', '2026-03-19T19:00:00.000Z', '2026-03-20'],
    ['UTC', '2026-03-19T19:00:00.000Z', '2026-03-19'],
    ['America/New_York', '2026-03-20T03:59:59.999Z', '2026-03-19'],
    ['Pacific/Kiritimati', '2026-03-20T10:00:00.000Z', '2026-03-21'],
    ['Pacific/Niue', '2026-03-20T10:00:00.000Z', '2026-03-19'],
  ])('in %s it is at %s the day %s', (zone, instant, day) => {
    expect(dayIn(zone, instant)).toBe(day)
    expect(startOf(day, zone) <= instant).toBe(true)
  })

  it('some time on a day is its noon there, and never later than now', () => {
    const now = '2026-03-20T20:00:00.000Z'
    expect(someTimeOn('2026-03-19', 'Asia/Manila', now)).toBe('2026-03-19T04:00:00.000Z')
    expect(someTimeOn('2026-03-20', 'America/Los_Angeles', '2026-03-20T15:00:00.000Z')).toBe('2026-03-20T15:00:00.000Z')
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Niue', 'Asia/Kathmandu'])
      expect(dayIn(zone, someTimeOn('2026-03-18', zone, now))).toBe('2026-03-18')
  })

  it('E14 a time that the clocks skip is the moment after the gap, one that comes twice the first of the two', () => {
    expect(instantOf('2026-03-08T02:30:00', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z')
    expect(instantOf('2026-11-01T01:30:00', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z')
    expect(minuteIn('America/New_York', '2026-11-01T05:30:00.000Z')).toBe('2026-11-01 01:30')
  })
})
