import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import type { Cell } from '../../../adapters/formats/table/cells.ts'
import { readCounted } from '../../../adapters/formats/table/readCounted.ts'

const FILE = 'claim,paid,note\r\nC1,12.50,\r\nC2,"1,000.00",\'=late\r\nEND,2,1012.50\r\n'

function read(text: string) {
  const table = readCsv(new TextEncoder().encode(text), { delimiter: ',', charset: 'utf-8' })
  return readCounted<'claim' | 'paid' | 'note'>(table, { mark: 'END', mayBeShort: false })
}

describe('a file of rows with its count', () => {
  it('is read by its titles, with the place of each row and what the last row says besides', () => {
    const file = read(FILE)
    if (file.kind === 'unreadable') throw new Error(file.because)
    expect(file.columns).toBe('claim,paid,note')
    expect(file.rows.map((row) => [row.place, row.cell('claim'), row.cell('paid'), row.cell('note')])).toEqual([
      [2, 'C1', '12.50', ''],
      [3, 'C2', '1,000.00', '=late'],
    ])
    expect(file.end).toEqual(['1012.50'])
  })

  it('is unreadable wherever it is cut', () => {
    const lines = FILE.split('\r\n').slice(0, -1)
    for (let kept = 0; kept < lines.length; kept += 1)
      expect(read(lines.slice(0, kept).join('\r\n')).kind, `${kept} rows left`).toBe('unreadable')
    // Behind the count only the total can be lost: that is for those who need it.
    for (let length = FILE.indexOf('END,2') + 4; length > 0; length -= 1)
      expect(read(FILE.slice(0, length)).kind, `${length} characters left`).toBe('unreadable')
  })

  it.each([
    ['a row too many', FILE.replace('END', 'C3,1.00,\r\nEND'), 'it has not as many rows as its last row says'],
    ['a count that is none', FILE.replace('END,2', 'END,two'), 'it has not as many rows as its last row says'],
    ['a title twice', FILE.replace('note', 'paid'), 'it has a column twice'],
    ['a cell too many', FILE.replace('12.50,\r', '12.50,,\r'), 'row 2: not as many cells as columns'],
    ['a cell too few', FILE.replace('12.50,\r', '12.50\r'), 'row 2: not as many cells as columns'],
  ])('is unreadable with %s', (_what, text, because) => {
    expect(read(text)).toEqual({ kind: 'unreadable', because })
  })

  it('may lack cells at the end of a row where it is a workbook, and none too many', () => {
    const text = (words: string): Cell => ({ kind: 'text', text: words })
    const book = (...row: Cell[]) => ({
      ok: true as const,
      rows: [[text('claim'), text('paid')], row, [text('END'), { kind: 'number' as const, digits: '1' }]],
    })
    const short = readCounted(book(text('C1')), { mark: 'END', mayBeShort: true })
    expect(short.kind === 'rows' && short.rows[0]?.cell('paid')).toBe('')
    expect(readCounted(book(text('C1'), text('1'), text('2')), { mark: 'END', mayBeShort: true }).kind).toBe(
      'unreadable',
    )
  })
})
