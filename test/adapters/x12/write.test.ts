import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, isExtended } from '../../../adapters/formats/x12/characters.ts'
import { fromX12Date, instantOf, x12Date, x12Time } from '../../../adapters/formats/x12/dates.ts'
import { readX12 } from '../../../adapters/formats/x12/segments.ts'
import { type Line, writeInterchange, type X12Envelope, X12Refusal } from '../../../adapters/formats/x12/write.ts'
import { text } from './samples.ts'

const ENVELOPE: X12Envelope = {
  senderId: 'US',
  receiverId: 'THEM',
  controlNumber: 42,
  mode: 'test',
  functionalId: 'HC',
  guide: '005010X224A2',
  kind: '837',
  now: '2026-03-10T05:05:00.000Z',
  zone: 'America/Denver',
}

function refusal(lines: Line[], envelope: Partial<X12Envelope> = {}): X12Refusal {
  try {
    writeInterchange({ ...ENVELOPE, ...envelope }, [lines])
  } catch (error) {
    if (error instanceof X12Refusal) return error
    throw error
  }
  throw new Error('it was written')
}

describe('writeInterchange', () => {
  it('writes a fixed-width ISA, counts and control numbers, in the zone of the provider', () => {
    const written = text(writeInterchange(ENVELOPE, [[['BHT', '0019', '']], [['BHT', '0019', ['a', '', '']]]]))
    expect(written.slice(0, 106)).toBe(
      'ISA*00*          *00*          *ZZ*US             *ZZ*THEM           *260309*2305*^*00501*000000042*1*T*:~',
    )
    expect(written.split('\n').slice(1)).toEqual([
      'GS*HC*US*THEM*20260309*2305*42*X*005010X224A2~',
      'ST*837*0001*005010X224A2~',
      'BHT*0019~',
      'SE*3*0001~',
      'ST*837*0002*005010X224A2~',
      'BHT*0019*a~',
      'SE*3*0002~',
      'GE*2*42~',
      'IEA*1*000000042~',
      '',
    ])
    expect(readX12(writeInterchange(ENVELOPE, [[['BHT', '0019']]])).interchanges[0]?.problems).toEqual([])
  })

  it('names the place of a character that cannot be sent, and not the character', () => {
    for (const bad of ['Söhne', 'a*b', 'a~b', 'a:b', 'a^b', 'a\nb', '名']) {
      const error = refusal([
        ['BHT', '0019'],
        ['NM1', 'IL', '1', bad],
      ])
      expect(error.place).toBe('ST 0001 segment 3 NM103')
      expect(error.message).not.toContain(bad)
    }
    expect(refusal([['CLM', 'x', ['11', 'B:']]]).place).toBe('ST 0001 segment 2 CLM02-2')
  })

  it.each([0, -1, 1.5, 1_000_000_000, Number.NaN])('refuses the control number %s', (controlNumber) => {
    expect(refusal([], { controlNumber }).place).toBe('ISA13')
  })

  it.each(['', 'A'.repeat(16)])('refuses the sender %j', (senderId) => {
    expect(refusal([], { senderId }).place).toBe('ISA06')
  })
})

describe('clean', () => {
  it.each([
    ["O'Brien & Söhne <b>", "O'Brien & Sohne <b>"],
    ['O’Brien', "O'Brien"],
    ['Łukasz Ægir Strauß', 'Lukasz AEgir Strauss'],
    ['Nguyễn Thị Hương', 'Nguyen Thi Huong'],
    ['Peña-Muñoz', 'Pena-Munoz'],
    ['a*b~c:d^e', 'a b c d e'],
    ['  two\t\nspaces  ', 'two spaces'],
    ['李', ''],
  ])('writes %j as %j', (name, written) => {
    expect(clean(name, 60)).toBe(written)
  })

  it('always gives what can be written, and the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.integer({ min: 1, max: 60 }), (name, length) => {
        const written = clean(name, length)
        expect(isExtended(written)).toBe(true)
        expect(written).not.toMatch(/[*~:^]/)
        expect(written.length).toBeLessThanOrEqual(length)
        expect(clean(written, length)).toBe(written)
      }),
    )
  })
})

describe('dates', () => {
  it('E14 turns wall clocks into instants, also beside a change of the clocks', () => {
    expect(instantOf('20260310', '1405', 'America/Denver')).toBe('2026-03-10T20:05:00.000Z')
    expect(instantOf('20260308', '0330', 'America/Denver')).toBe('2026-03-08T09:30:00.000Z')
    expect(instantOf('20260308', '0130', 'America/Denver')).toBe('2026-03-08T08:30:00.000Z')
    expect(instantOf('20260310', '140530', 'UTC')).toBe('2026-03-10T14:05:30.000Z')
    expect(instantOf('20260310', '', 'Asia/Manila')).toBe('2026-03-09T16:00:00.000Z')
  })

  it('E14 reads back what it writes, in any zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }),
        fc.constantFrom('UTC', 'Asia/Manila', 'Asia/Kolkata', 'Australia/Lord_Howe'),
        (date, zone) => {
          const minute = new Date(Math.floor(date.getTime() / 60_000) * 60_000).toISOString()
          const again = instantOf(x12Date(minute, zone), x12Time(minute, zone), zone)
          // In the hour that happens twice the wall clock cannot tell which one it was.
          expect(Math.abs(Date.parse(again ?? '') - Date.parse(minute))).toBeLessThanOrEqual(
            zone === 'Australia/Lord_Howe' ? 3_600_000 : 0,
          )
        },
      ),
    )
  })

  it.each(['20260230', '20261301', '2026031', 'abcdefgh', ''])('knows no day %j', (day) => {
    expect(fromX12Date(day)).toBeNull()
    expect(instantOf(day, '1200', 'UTC')).toBeNull()
  })
})
