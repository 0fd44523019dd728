import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentOf, formatMinor, isCurrency, moneyInWords, parseMinor, sum } from '../../domain/amounts.ts'

describe('money as text', () => {
  it.each([
    ['123.45', 'PHP', 12_345],
    ['123', 'PHP', 12_300],
    ['.5', 'USD', 50],
    ['1.', 'USD', 100],
    ['-0.01', 'USD', -1],
    ['+7.10', 'USD', 710],
    ['-0', 'USD', 0],
    ['12.345', 'KWD', 12_345],
    ['1200', 'JPY', 1_200],
    ['12.000', 'JPY', 12],
    [' 80.00 ', 'PHP', 8_000],
  ])('%j %s is %i', (text, currency, amount) => {
    expect(parseMinor(text, currency)).toBe(amount)
  })

  it.each([
    ['', 'PHP'],
    ['.', 'PHP'],
    ['1,234.00', 'PHP'],
    ['1e3', 'PHP'],
    ['12.345', 'PHP'],
    ['0.5', 'JPY'],
    ['12 34', 'PHP'],
    ['٣', 'PHP'],
    ['90071992547409.93', 'PHP'],
    ['--1', 'PHP'],
  ])('F10 %j %s is doubt, never a rounded amount', (text, currency) => {
    expect(parseMinor(text, currency)).toBeNull()
  })

  it('comes back from its text unchanged, in every currency (F10)', () => {
    const amounts = fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
    fc.assert(
      fc.property(amounts, fc.constantFrom('PHP', 'KWD', 'JPY', 'USD'), (amount, currency) => {
        expect(parseMinor(formatMinor(amount, currency), currency)).toBe(amount)
      }),
    )
  })
})

describe('sums and currencies', () => {
  it('adds whole units only as far as a number is exact', () => {
    expect(sum([1, 2, -3])).toBe(0)
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError)
    expect(() => sum([0.1])).toThrow(RangeError)
  })

  it('knows its currencies and no others', () => {
    expect([isCurrency('PHP'), isCurrency('php'), isCurrency('toString')]).toEqual([true, false, false])
    expect([exponentOf('BHD'), exponentOf('VND')]).toEqual([3, 0])
    expect(() => exponentOf('XXX')).toThrow(RangeError)
  })
})

describe('an amount in a sentence', () => {
  it.each<[number, string, string]>([
    [8_799_900, 'PHP', '87,999.00 PHP'],
    [5, 'PHP', '0.05 PHP'],
    [-123_456, 'USD', '-1,234.56 USD'],
    [12_345, 'KWD', '12.345 KWD'],
    [1_000_000, 'JPY', '1,000,000 JPY'],
  ])('%i minor units of %s is written as people write it: %s', (amount, currency, words) => {
    expect(moneyInWords(amount, currency)).toBe(words)
  })
})
