import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clockFrom, clockSetting } from '../../platform/clock.ts'

const REAL = Date.parse('2026-11-24T08:00:00Z')
const SECOND_A_DAY = 86_400

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: REAL })
})
afterEach(() => {
  vi.useRealTimers()
})

it('runs as fast as it is told, from where it is told', () => {
  const clock = clockFrom(clockSetting(SECOND_A_DAY, new Date('2026-01-01T00:00:00Z')))
  vi.setSystemTime(REAL + 10_000)
  expect(clock.now()).toEqual(new Date('2026-01-11T00:00:00Z'))
  expect(clock.realMsUntil(new Date('2026-01-12T12:00:00Z'))).toBe(1_500)
  expect(clock.realMsUntil(new Date('2026-01-10T00:00:00Z'))).toBe(0)
})

it('agrees between all processes that get the same setting, whenever they start', () => {
  const setting = clockSetting(1440, new Date('2026-03-01T00:00:00Z'))
  const early = clockFrom(setting)
  vi.setSystemTime(REAL + 3_600_000)
  expect(clockFrom(setting).now()).toEqual(early.now())
})

it('is real time without a setting', () => {
  expect(clockFrom(undefined).now()).toEqual(new Date(REAL))
  expect(clockFrom(undefined).scale).toBe(1)
})

it.each(['x,y,z', '1,2,0', '1,2,-5', '1,2,Infinity'])('refuses the setting %o', (setting) => {
  expect(() => clockFrom(setting)).toThrow(/CLAIMHUB_CLOCK/)
})
