import { describe, expect, it } from 'vitest'
import { oneCentMore } from '../../../../cli/adapter/conformance/mutations.ts'
import { isWritten } from '../../../../cli/adapter/conformance/texts.ts'

describe('an amount in what leaves', () => {
  it.each([
    ['1234.50', 'of an element', 'CLM*1234.50*'],
    ['1234.50', 'without trailing zeros', '{"value":1234.5}'],
    ['1234.50', 'in groups', 'Total 1,234.50 PHP'],
    ['1234.50', 'between the commas of a row', '1,1234.50,2,D2740'],
    ['1234.50', 'quoted, in groups, between commas', '1,"1,234.50",2'],
    ['1234.50', 'at the end of a row', '1,D2740,1234.50\r\n2,D2740'],
    ['1200.00', 'whole, between numbers of a row', '3,1200,14,1'],
    ['1200.00', 'whole and in groups', '3,"1,200",14'],
    ['20.11', 'of two digits behind a number', '1,20.11,1'],
    ['234.50', 'of three digits behind a word', '1,PHP,234.50,1'],
  ])('is found: %s %s', (amount, _where, text) => {
    expect(isWritten(text, minor(amount), 'PHP')).toBe(true)
  })

  it.each([
    ['234.50', 'the end of a larger one', 'Total 1,234.50'],
    ['1.00', 'the beginning of one in groups', 'Total 1,234.50'],
    ['234.00', 'the middle of one in groups', 'Total 1,234,567.00'],
    ['1234.50', 'with another cent', '1,1234.51,1'],
    ['1234.50', 'with more decimals', '1234.505'],
    ['12.50', 'a part of a longer number', '112.50'],
    ['50.00', 'the cents of another', '1234.50'],
  ])('is not found: %s as %s', (amount, _where, text) => {
    expect(isWritten(text, minor(amount), 'PHP')).toBe(false)
  })
})

describe('one cent more', () => {
  const changed = (text: string, amount: string) =>
    oneCentMore({ transport: 'sftp', name: 'a.csv', body: new TextEncoder().encode(text) }, minor(amount), 'PHP').map(
      ({ body }) => new TextDecoder().decode(body),
    )

  it('is put in each place of a row, and written as the amount was', () => {
    expect(changed('1,12000.00,12000.00,,"12,000.00"', '12000.00')).toEqual([
      '1,12000.01,12000.00,,"12,000.00"',
      '1,12000.00,12000.01,,"12,000.00"',
      '1,12000.00,12000.00,,"12,000.01"',
    ])
  })

  it('is never put into another amount', () => {
    expect(changed('1,"2,000.00",12000.00', '2000.00')).toEqual(['1,"2,000.01",12000.00'])
    expect(changed('Total,"1,234.50"', '234.50')).toEqual([])
  })
})

function minor(amount: string): number {
  return Number(amount.replace('.', ''))
}
