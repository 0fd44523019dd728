import { expect, it } from 'vitest'
import { clockFrom, clockSetting } from '../../platform/clock.ts'

const DAY_MS = 86_400_000

it('runs as fast as it is told, from where it is told', () => {
  const realEpoch = Date.now() - 1_000
  const clock = clockFrom(`${Date.parse('2026-01-01T00:00:00Z')},${realEpoch},86400`)
  // A real second ago it was New Year, and a real second is a business day. The test itself may take seconds.
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(Date.parse('2026-01-02T00:00:00Z'))
  expect(clock.now().getTime()).toBeLessThan(Date.parse('2026-06-01T00:00:00Z'))
  const hundredDays = new Date(clock.now().getTime() + 100 * DAY_MS)
  expect(clock.realMsUntil(hundredDays)).toBeLessThanOrEqual(100_000)
  expect(clock.realMsUntil(hundredDays)).toBeGreaterThan(0)
  expect(clock.realMsUntil(new Date(0))).toBe(0)
})

it('agrees between all processes that get the same setting', () => {
  const setting = clockSetting(1440, new Date('2026-03-01T00:00:00Z'))
  const [one, other] = [clockFrom(setting), clockFrom(setting)]
  const apart = Math.abs(one.now().getTime() - other.now().getTime())
  expect(apart).toBeLessThan(1440 * 1_000)
  expect(one.scale).toBe(1440)
})

it.each(['', 'x,y,z', '1,2,0', '1,2,-5'])('refuses the setting %o unless it is absent', (setting) => {
  if (setting === '') expect(clockFrom(undefined).scale).toBe(1)
  else expect(() => clockFrom(setting)).toThrow(/CLAIMHUB_CLOCK/)
})
