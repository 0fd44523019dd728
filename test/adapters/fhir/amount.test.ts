import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalOf, minorOf } from '../../../adapters/formats/fhir/amount.ts'
import { readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { writeJson } from '../../../adapters/formats/fhir/writeJson.ts'

/** Through the bytes and back, as an amount travels. */
function travelled(minor: number, currency: string): number | null {
  const result = readJson(new TextEncoder().encode(writeJson([decimalOf(minor, currency)])))
  const digits = result.ok && Array.isArray(result.value) ? result.value[0] : null
  return typeof digits === 'string' ? minorOf(digits, currency) : null
}

describe('amounts', () => {
  it('travel to the cent, up to 90,000,000,000.00 and beyond', () => {
    for (const minor of [
      0,
      1,
      -1,
      10,
      99,
      100,
      8_999_999_999_999,
      9_000_000_000_000,
      -9_000_000_000_000,
      Number.MAX_SAFE_INTEGER,
    ]) {
      expect(travelled(minor, 'PHP'), String(minor)).toBe(minor)
    }
    fc.assert(
      fc.property(
        fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 }),
        fc.constantFrom('PHP', 'JPY', 'KWD'),
        (minor, currency) => {
          expect(travelled(minor, currency)).toBe(minor)
        },
      ),
    )
  })

  it('are read from whatever a server\u2019s float printing makes of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (minor) => {
        expect(minorOf(JSON.stringify(minor / 100), 'PHP')).toBe(minor)
      }),
    )
  })

  it.each([
    ['1360.5', 136_050],
    ['0.10', 10],
    ['5', 500],
    ['1.5e3', 150_000],
    ['15E-1', 150],
    ['100e-2', 100],
    ['12.340', 1_234],
    ['-0', 0],
    ['1e10', 1_000_000_000_000],
  ])('%s is %i', (digits, minor) => {
    expect(minorOf(digits, 'PHP')).toBe(minor)
  })

  it.each(['12.345', '1e-3', '1e400', '1e31', '1e15', '90071992547409.93', '', '1,5', '0x10', '1e', 'Infinity'])(
    '%s is no exact amount',
    (digits) => {
      expect(minorOf(digits, 'PHP')).toBeNull()
    },
  )

  it('of an unknown currency is no amount', () => {
    expect(minorOf('5', 'XXX')).toBeNull()
    expect(minorOf('1.5', 'JPY')).toBeNull()
  })
})
