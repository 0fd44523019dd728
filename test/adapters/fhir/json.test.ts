import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isObject, readJson, sourceOf } from '../../../adapters/formats/fhir/readJson.ts'
import { decimal, writeJson } from '../../../adapters/formats/fhir/writeJson.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readJson(bytes(text))

describe('reading JSON', () => {
  it('keeps numbers as their digits', () => {
    expect(read('{"a":90000000000.00,"b":[-0.10,1e3,12],"c":true,"d":null,"e":"x"}')).toMatchObject({
      ok: true,
      value: { a: '90000000000.00', b: ['-0.10', '1e3', '12'], c: true, d: null, e: 'x' },
    })
  })

  it('agrees with JSON.parse on every value, numbers as text', () => {
    const asText = (value: unknown): unknown =>
      typeof value === 'number'
        ? JSON.stringify(value)
        : Array.isArray(value)
          ? value.map(asText)
          : typeof value === 'object' && value !== null
            ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asText(member)]))
            : value
    const clean = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000') && text !== '__proto__')
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        clean,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('node')),
        fc.dictionary(clean, tie('node')),
      ),
    })).node
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (written, indent) => {
        const result = read(JSON.stringify(written, null, indent))
        if (!result.ok) throw new Error(result.because)
        expect(JSON.parse(JSON.stringify(result.value))).toEqual(JSON.parse(JSON.stringify(asText(written))))
      }),
    )
  })

  it('knows the exact characters of each object', () => {
    const result = read('{ "a" : [ {"x" : 1.50 , "y":"\\u00e9}"} ] }')
    if (!result.ok || !isObject(result.value) || !Array.isArray(result.value.a) || !isObject(result.value.a[0]))
      throw new Error('unread')
    expect(sourceOf(result.value.a[0])).toBe('{"x" : 1.50 , "y":"\\u00e9}"}')
  })

  it('takes a byte order mark', () => {
    expect(readJson(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('{}')])).ok).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['HTML', '<!DOCTYPE html><html></html>'],
    ['half', '{"a":1'],
    ['more after it', '{} {}'],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['__proto__ in disguise', '{"\\u005f_proto__":1}'],
    ['a name said twice', '{"a":1,"a":2}'],
    ['depth', '['.repeat(100_000)],
    ['closed depth', `${'['.repeat(70)}${']'.repeat(70)}`],
    ['NaN', '{"a":NaN}'],
    ['01', '[01]'],
    ['1.', '[1.]'],
    ['a line break in a string', '{"a":"\n"}'],
    ['half a character', '["\\ud800"]'],
    ['NUL', '["\\u0000"]'],
    ['a bad escape', '["\\x"]'],
    ['a number without end', `[${'9'.repeat(100)}]`],
    ['a comma too many', '[1,]'],
    ['a comma too many in an object', '{"a":1,}'],
    ['a bare word', 'tru'],
  ])('refuses %s', (_name, text) => {
    expect(read(text)).toMatchObject({ ok: false })
  })

  it('refuses what is not UTF-8', () => {
    expect(readJson(new Uint8Array([0x7b, 0xff, 0x7d]))).toEqual({ ok: false, because: 'it is not UTF-8' })
  })

  it('never throws, and quotes nothing, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => typeof readJson(any).ok === 'boolean'))
    const cut = '{"member":"CANARY-4711","amount":12.5,"list":[1,2,{"x":"\\u00e9"}]}'
    fc.assert(
      fc.property(fc.nat(cut.length - 1), (at) => {
        const result = read(cut.slice(0, at))
        return !result.ok && !result.because.includes('CANARY')
      }),
    )
  })

  it('refuses a million values before they cost memory', () => {
    expect(read(`[${'0,'.repeat(1_200_000)}0]`)).toEqual({ ok: false, because: 'it has too many values' })
  })
})

describe('writing JSON', () => {
  it('writes decimals with their places, leaves out what is not there, keeps the order', () => {
    const value = {
      b: decimal('136.00'),
      a: undefined,
      list: [],
      c: ['O\u2019Brien & S\u00f6hne <b>"\\', 1, true],
      d: { e: 'f' },
    }
    expect(writeJson(value)).toBe('{"b":136.00,"c":["O\u2019Brien & S\u00f6hne <b>\\"\\\\",1,true],"d":{"e":"f"}}')
  })

  it('refuses floats and what is no number', () => {
    expect(() => writeJson({ a: 0.1 })).toThrow('whole numbers')
    for (const digits of ['', '1e5', '01', '.5', '1.', 'NaN', '1,5', '1} ,"x":{'])
      expect(() => decimal(digits), digits).toThrow(RangeError)
  })
})
