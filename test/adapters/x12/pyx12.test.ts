import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateX12 } from '../../support/x12/pyx12.ts'
import { checkX12 } from '../../support/x12/x12Checker.ts'

const FIXTURES = path.join(import.meta.dirname, '../../../adapters/providers/summit-dental/fixtures')
const CASES = ['accepted', 'denied', 'paid', 'paid-in-part', 'refused', 'repeated-notice', 'two-claims-one-message']

/**
 * Our fixtures must be what a real payer could send, or our reader is tested against our own
 * misunderstanding.
 */
interface Sample {
  name: string
  text: string
  kind: 'TA1' | '999' | '277CA' | '277' | '835'
}

function samples(): Sample[] {
  return CASES.flatMap((name) =>
    readFileSync(path.join(FIXTURES, name, 'message.x12'), 'utf8')
      .split(/(?=ISA[*|]00[*|])/)
      .map((text, index) => ({ name: `${name} ${index + 1}`, text, kind: kindOf(text) })),
  )
}

function kindOf(text: string): Sample['kind'] {
  if (text.includes('005010X231A1')) return '999'
  if (text.includes('005010X221A1')) return '835'
  if (text.includes('005010X214')) return '277CA'
  return text.includes('005010X212') ? '277' : 'TA1'
}

/**
 * pyx12's map has no 277CA that rejects the receiver's batch without naming claims, which
 * formats.md 3 describes: our own checker has.
 */
function namesNoPatient(sample: Sample): boolean {
  return sample.kind === '277CA' && !sample.text.includes('PT')
}

describe('pyx12, which shares nothing with us', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'x12-samples-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function file(name: string, text: string): string {
    const where = path.join(folder, name.replaceAll(' ', '-'))
    writeFileSync(where, text)
    return where
  }

  it('finds the 999, 277CA and 835 among the fixtures valid', async () => {
    const known = samples().filter((sample) => ['999', '277CA', '835'].includes(sample.kind) && !namesNoPatient(sample))
    expect(known.map((sample) => sample.kind).sort()).toEqual([
      '277CA',
      '277CA',
      '277CA',
      '835',
      '835',
      '835',
      '835',
      '999',
      '999',
    ])
    const results = await validateX12(known.map((sample) => file(sample.name, sample.text)))
    expect(
      results.flatMap((result) => result.errors.map((error) => `${path.basename(result.file)}: ${error}`)),
    ).toEqual([])
  }, 60_000)

  it('goes red on planted errors', async () => {
    const paid = readFileSync(path.join(FIXTURES, 'paid/message.x12'), 'utf8')
    const spoilt = {
      count: paid.replace(/SE\*(\d+)/, 'SE*3'),
      segment: paid.replace(/N1\*PE.*\n/, ''),
      code: paid.replace('CAS*CO', 'CAS*QQ'),
      noX12: '<html>',
    }
    const results = await validateX12(Object.entries(spoilt).map(([name, text]) => file(name, text)))
    for (const result of results) expect(result.errors, result.file).not.toEqual([])
  }, 60_000)
})

describe('the independent checker', () => {
  it('finds every fixture good, also the TA1 and 277 that pyx12 does not know', () => {
    expect(samples().flatMap((sample) => checkX12(sample.text).map((error) => `${sample.name}: ${error}`))).toEqual([])
  })

  it.each([
    ['an unknown TA1 verdict', 'accepted 1', (text: string) => text.replace('*A*000', '*Q*000'), 'TA104'],
    ['a 277 that loses its status', 'repeated-notice 1', (text: string) => text.replace(/STC\*.*\n/, ''), 'STC'],
    [
      'a 277 patient with the wrong parent',
      'repeated-notice 1',
      (text: string) => text.replace('HL*4*3*22', 'HL*4*2*22'),
      'wrong level',
    ],
    ['a 277CA that loses a trace', 'refused 1', (text: string) => text.replace(/TRN\*2\*7K.*\n/, ''), 'TRN*2'],
  ])('goes red on %s', (_name, of, spoil, expected) => {
    const good = samples().find((sample) => sample.name === of)?.text ?? ''
    expect(checkX12(good)).toEqual([])
    expect(checkX12(spoil(good)).join('; ')).toContain(expected)
  })
})
