import { expect, it } from 'vitest'
import { filingWarning } from '../../../domain/claims/filingLimit.ts'

it.each([
  ['2026-03-16', null],
  ['2026-03-15', null],
  ['2026-03-14', 14],
  ['2026-03-08', 14],
  ['2026-03-07', 7],
  ['2026-03-02', 7],
  ['2026-03-01', 1],
  ['2026-02-28', 1],
  ['2026-02-27', null],
])('with a last day of %s, 28 February warns at %s days', (lastDay, warning) => {
  expect(filingWarning(lastDay, '2026-02-28')).toBe(warning)
})
