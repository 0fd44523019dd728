import { describe, expect, it } from 'vitest'
import { type BatchCalendar, nextCutOff } from '../../../domain/delivery/batchCalendar.ts'

const daily: BatchCalendar = { every: 'day', at: '17:00' }

describe('the next cut-off', () => {
  it.each([
    ['daily, before it', daily, 'UTC', '2026-03-02T16:59:59.999Z', '2026-03-02T17:00:00.000Z'],
    ['daily, at the moment itself', daily, 'UTC', '2026-03-02T17:00:00.000Z', '2026-03-03T17:00:00.000Z'],
    ['daily, over a year’s end', daily, 'UTC', '2026-12-31T18:00:00.000Z', '2027-01-01T17:00:00.000Z'],
    [
      'in a zone where it is tomorrow already',
      daily,
      'Asia/Manila',
      '2026-03-02T20:00:00.000Z',
      '2026-03-03T09:00:00.000Z',
    ],
    [
      'weekly on Friday',
      { every: 'week', at: '17:00', weekday: 5 },
      'UTC',
      '2026-03-02T10:00:00.000Z',
      '2026-03-06T17:00:00.000Z',
    ],
    [
      'weekly on Friday, after it',
      { every: 'week', at: '17:00', weekday: 5 },
      'UTC',
      '2026-03-06T17:00:01.000Z',
      '2026-03-13T17:00:00.000Z',
    ],
    [
      'weekly on Sunday',
      { every: 'week', at: '08:00', weekday: 7 },
      'UTC',
      '2026-03-02T10:00:00.000Z',
      '2026-03-08T08:00:00.000Z',
    ],
    [
      'monthly on the 15th',
      { every: 'month', at: '09:30', day: 15 },
      'UTC',
      '2026-03-15T10:00:00.000Z',
      '2026-04-15T09:30:00.000Z',
    ],
    [
      'monthly on the 31st, in February',
      { every: 'month', at: '09:30', day: 31 },
      'UTC',
      '2026-01-31T10:00:00.000Z',
      '2026-02-28T09:30:00.000Z',
    ],
    [
      'monthly on the 31st, in a leap year',
      { every: 'month', at: '09:30', day: 31 },
      'UTC',
      '2028-02-01T10:00:00.000Z',
      '2028-02-29T09:30:00.000Z',
    ],
  ] as [string, BatchCalendar, string, string, string][])('%s', (...[, calendar, zone, after, expected]) => {
    expect(nextCutOff(calendar, zone, after)).toBe(expected)
  })

  it('keeps the wall clock when the clocks change (E14)', () => {
    // Berlin goes from UTC+1 to UTC+2 on 2026-03-29 and back on 2026-10-25.
    expect(nextCutOff(daily, 'Europe/Berlin', '2026-03-28T12:00:00.000Z')).toBe('2026-03-28T16:00:00.000Z')
    expect(nextCutOff(daily, 'Europe/Berlin', '2026-03-28T16:00:00.000Z')).toBe('2026-03-29T15:00:00.000Z')
    expect(nextCutOff(daily, 'Europe/Berlin', '2026-10-24T15:00:00.000Z')).toBe('2026-10-25T16:00:00.000Z')
  })

  it('takes the moment behind the gap for a time that is skipped, and the first of one that comes twice (E14)', () => {
    const nightly: BatchCalendar = { every: 'day', at: '02:30' }
    expect(nextCutOff(nightly, 'Europe/Berlin', '2026-03-28T12:00:00.000Z')).toBe('2026-03-29T01:30:00.000Z')
    expect(nextCutOff(nightly, 'Europe/Berlin', '2026-10-24T12:00:00.000Z')).toBe('2026-10-25T00:30:00.000Z')
    expect(nextCutOff(nightly, 'Europe/Berlin', '2026-10-25T00:30:00.000Z')).toBe('2026-10-26T01:30:00.000Z')
    expect(nextCutOff({ every: 'day', at: '02:30' }, 'America/New_York', '2026-03-08T00:00:00.000Z')).toBe(
      '2026-03-08T07:30:00.000Z',
    )
  })

  it('comes once a day through a whole year of each zone', () => {
    for (const zone of ['America/New_York', 'Australia/Lord_Howe']) {
      let at = '2026-01-01T00:00:00.000Z'
      for (let days = 0; days < 365; days += 1) {
        const next = nextCutOff(daily, zone, at)
        const hours = (Date.parse(next) - Date.parse(at)) / 3_600_000
        expect(hours, `${zone} after ${at}`).toBeGreaterThan(0)
        expect(hours, `${zone} after ${at}`).toBeLessThanOrEqual(25)
        at = next
      }
    }
  })
})
