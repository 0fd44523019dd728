import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  besideSupernumerary,
  fromFdi,
  inFdiWords,
  parseArea,
  parseSurfaces,
  parseTooth,
  toFdi,
} from '../../../domain/practice/tooth.ts'

const permanent = Array.from({ length: 32 }, (_, index) => String(index + 1))
const primary = [...'ABCDEFGHIJKLMNOPQRST']
const all = [...permanent, ...primary]

describe('teeth', () => {
  it.each([
    ['1', '18'],
    ['8', '11'],
    ['9', '21'],
    ['14', '26'],
    ['16', '28'],
    ['17', '38'],
    ['24', '31'],
    ['25', '41'],
    ['30', '46'],
    ['32', '48'],
    ['A', '55'],
    ['E', '51'],
    ['F', '61'],
    ['J', '65'],
    ['K', '75'],
    ['O', '71'],
    ['P', '81'],
    ['T', '85'],
  ])('universal %s is FDI %s', (universal, fdi) => {
    expect(toFdi(universal)).toBe(fdi)
    expect(fromFdi(fdi)).toBe(universal)
  })

  it('translates every tooth there and back, each to its own number', () => {
    expect(all.map((tooth) => fromFdi(toFdi(tooth) ?? ''))).toEqual(all)
    expect(new Set(all.map(toFdi)).size).toBe(52)
  })

  it.each([
    ['08', '8'],
    ['#14', '14'],
    [' a ', 'A'],
    ['32', '32'],
  ])('reads %j as %s', (text, tooth) => {
    expect(parseTooth(text)).toBe(tooth)
  })

  it.each([
    ['51', '1', '18 supernumerary'],
    ['64', '14', '26 supernumerary'],
    ['82', '32', '48 supernumerary'],
    ['AS', 'A', '55 supernumerary'],
    [' ts ', 'T', '85 supernumerary'],
  ])('K14: %j is the supernumerary tooth beside %s, in FDI words %s', (text, beside, words) => {
    expect(parseTooth(text)).toBe(text.trim().toUpperCase())
    expect(besideSupernumerary(text)).toBe(beside)
    expect(inFdiWords(text)).toBe(words)
    // FDI has no number for it: never its neighbour's.
    expect(toFdi(text)).toBeNull()
  })

  it('K14: no ordinary tooth is supernumerary, and there are 52 of each', () => {
    expect(all.map(besideSupernumerary).filter((beside) => beside !== null)).toEqual([])
    const numbers = Array.from({ length: 100 }, (_, index) => String(index))
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap((letter) => [letter, `${letter}S`])
    const extra = [...numbers, ...letters].filter((text) => besideSupernumerary(text) !== null)
    expect(new Set(extra.map(besideSupernumerary)).size).toBe(52)
    expect(extra).toHaveLength(52)
  })

  it.each(['50', '83', 'US', 'A S', 'SA', '51S'])('K14: refuses %j as a tooth', (text) => {
    expect(parseTooth(text)).toBeNull()
  })

  it.each(['', '0', '00', '33', '1.5', 'U', '14B', '1e1', '-3', '⑧'])('refuses %j as a tooth', (text) => {
    expect(parseTooth(text)).toBeNull()
    expect(toFdi(text)).toBeNull()
  })

  it.each(['', '19', '29', '50', '56', '86', '91', '8', '018'])('refuses %j as an FDI number', (text) => {
    expect(fromFdi(text)).toBeNull()
  })

  it('never answers anything but one of the 52 teeth, or one beside it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const tooth = parseTooth(text)
        return tooth === null || all.includes(besideSupernumerary(tooth) ?? tooth)
      }),
    )
  })
})

describe('surfaces and areas', () => {
  it.each([
    ['dom', 'MOD'],
    ['L', 'L'],
    ['ILFBDOM', 'MODBFLI'],
    ['OO', 'O'],
  ])('writes %s in the order of the chart: %s', (text, surfaces) => {
    expect(parseSurfaces(text)).toBe(surfaces)
  })
  it.each(['', 'X', 'M O', 'MOX', '1'])('refuses the surfaces %j', (text) => {
    expect(parseSurfaces(text)).toBeNull()
  })
  it.each([
    ['10', '10'],
    ['00', '00'],
    ['03', null],
    ['1', null],
    ['50', null],
  ])('area %s is %s', (text, area) => {
    expect(parseArea(text)).toBe(area)
  })
})
