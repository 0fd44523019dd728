import { expect, it } from 'vitest'
import { overdueForMs, retryDelayMs, unwritableDelayMs } from '../../../domain/delivery/retryDelays.ts'

it('tries rest longer each time, to five minutes, and a quarter of an hour once a person knows, an hour a day later', () => {
  const rests = [1, 2, 3, 9, 10, 11, 500].map((attempt) => retryDelayMs({ attempt, overdueForMs: null }, 1))
  expect(rests).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000, 300_000])
  expect(retryDelayMs({ attempt: 500, overdueForMs: 0 }, 1)).toBe(900_000)
  expect(retryDelayMs({ attempt: 500, overdueForMs: 0 }, 0)).toBe(450_000)
  expect(retryDelayMs({ attempt: 500, overdueForMs: 86_399_999 }, 1)).toBe(900_000)
  expect(retryDelayMs({ attempt: 500, overdueForMs: 86_400_000 }, 1)).toBe(3_600_000)
})

it('what the provider asks for is the least, up to a day', () => {
  expect(retryDelayMs({ attempt: 1, overdueForMs: null, retryAfterMs: 7_000 }, 1)).toBe(7_000)
  expect(retryDelayMs({ attempt: 10, overdueForMs: null, retryAfterMs: 7_000 }, 1)).toBe(300_000)
  expect(retryDelayMs({ attempt: 1, overdueForMs: null, retryAfterMs: 1e12 }, 1)).toBe(86_400_000)
})

it('what cannot be written rests up to a day', () => {
  expect([1, 2, 11, 12, 99].map(unwritableDelayMs)).toEqual([60_000, 120_000, 61_440_000, 86_400_000, 86_400_000])
})

it('is overdue after the time that the deployment allows, in real time', () => {
  const since = new Date(0)
  expect(overdueForMs(null, new Date(1e12), 1, 1)).toBeNull()
  expect(overdueForMs(since, new Date(59_999), 1, 60_000)).toBeNull()
  expect(overdueForMs(since, new Date(60_000), 1, 60_000)).toBe(0)
  // An hour of business time that took a second.
  expect(overdueForMs(since, new Date(3_600_000), 3_600, 60_000)).toBeNull()
})
