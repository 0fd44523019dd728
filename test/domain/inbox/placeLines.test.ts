import { describe, expect, it } from 'vitest'
import type { LineMarks, SentLine } from '../../../domain/inbox/marks.ts'
import { placeLines } from '../../../domain/inbox/placeLines.ts'

const sent = (...lines: [string, number, string?][]): SentLine[] =>
  lines.map(([code, charge, serviceDate = '2026-11-20'], index) => ({
    lineNumber: index + 1,
    controlNumber: String(index + 1),
    code,
    charge,
    serviceDate,
  }))
const said = (controlNumber: string | null, code: string | null, charged: number | null, day: string | null = null) =>
  ({ controlNumber, code, charged, day }) satisfies LineMarks
const places = (lines: LineMarks[], ours: SentLine[]) =>
  placeLines(lines, ours).map((place) => (place.kind === 'placed' ? place.lineNumber : place.kind))

const TWO = sent(['D0120', 5_000], ['D1110', 9_000])
const TWINS = sent(['D2392', 9_000], ['D2392', 9_000], ['D0120', 5_000])

describe('K36: a line is its number only where code and charge agree', () => {
  it.each<[string, LineMarks[], (number | string)[]]>([
    ['our numbers', [said('2', 'D1110', 9_000), said('1', 'D0120', 5_000)], [2, 1]],
    ['the payer’s own order', [said('1', 'D1110', 9_000), said('2', 'D0120', 5_000)], [2, 1]],
    ['the signs of a reversal', [said('1', 'D1110', -9_000), said('2', 'D0120', -5_000)], [2, 1]],
    ['swapped numbers without codes', [said('1', null, 9_000), said('2', null, 5_000)], [2, 1]],
    ['numbers alone', [said('2', null, null), said('1', null, null)], [2, 1]],
    ['a code written otherwise', [said('9', '1110', 9_000)], [2]],
    ['our code at another charge', [said('2', 'D1110', 8_000)], [2]],
    ['a number of ours with the charge of none', [said('1', null, 7_000)], ['unclear']],
    ['a code that may restate a line of ours', [said('2', 'D1120', 9_000)], ['unclear']],
    ['a code that we never sent', [said('7', 'D0210', 23_400)], ['added']],
    ['our line of another month', [said(null, 'D1110', 9_000, '2026-05-20')], ['unclear']],
    ['nothing at all', [said(null, null, null)], ['unclear']],
  ])('%s', (_name, lines, expected) => {
    expect(places(lines, TWO)).toEqual(expected)
  })
})

describe('K7: by code, charge, date, order', () => {
  it.each<[string, LineMarks[], (number | string)[]]>([
    ['twins without a number go by order', [said(null, 'D2392', 9_000), said(null, 'D2392', 9_000)], [1, 2]],
    ['twins under the payer’s numbers too', [said('88', 'D2392', 9_000), said('87', 'D2392', 9_000)], [1, 2]],
    ['twins of which one has our number', [said(null, 'D2392', 9_000), said('1', 'D2392', 9_000)], [2, 1]],
    ['a split of twins that names which', [said('2', 'D2392', 4_000), said('2', 'D2392', 5_000)], [2, 2]],
    [
      'a split of twins that does not',
      [said(null, 'D2392', 4_000), said(null, 'D2392', 5_000)],
      ['unclear', 'unclear'],
    ],
    ['one of twins at another charge', [said(null, 'D2392', 8_000)], ['unclear']],
  ])('%s', (_name, lines, expected) => {
    expect(places(lines, TWINS)).toEqual(expected)
  })

  it('twins of two days go by the day, whatever their order', () => {
    const days = sent(['D2392', 9_000, '2026-11-20'], ['D2392', 9_000, '2026-11-27'])
    const lines = [said(null, 'D2392', 9_000, '2026-11-27'), said(null, 'D2392', 9_000, '2026-11-20')]
    expect(places(lines, days)).toEqual([2, 1])
  })

  it('a line that was split in two is one', () => {
    expect(places([said(null, 'D1110', 4_000), said(null, 'D1110', 5_000), said('1', 'D0120', 5_000)], TWO)).toEqual([
      2, 2, 1,
    ])
  })
})
