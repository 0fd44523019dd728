import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readX12 } from '../../../adapters/formats/x12/segments.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function interchange(
  change: { element?: string; component?: string; terminator?: string; lineEnd?: string; control?: string } = {},
): string {
  const { element = '*', component = ':', terminator = '~', lineEnd = '\n', control = '000000007' } = change
  const isa = `ISA*00*          *00*          *ZZ*THEM           *ZZ*US             *260310*1405*^*00501*${control}*0*P*:`
  const group = [
    'GS*FA*THEM*US*20260310*1405*7*X*005010X231A1',
    'ST*999*0001*005010X231A1',
    'AK1*HC*5*005010X224A2',
    'AK9*A*1*1*1',
    'SE*4*0001',
    'GE*1*7',
  ]
  return [isa, ...group, `IEA*1*${control}`]
    .map((line) => line.replaceAll(':', component).replaceAll('*', element) + terminator + lineEnd)
    .join('')
}

function codesOf(text: string): string[] {
  const file = readX12(bytes(text))
  return [...file.problems, ...file.interchanges.flatMap((each) => each.problems)].map((problem) => problem.code)
}

describe('readX12', () => {
  // Source: ISA16 and the character behind it are the separators; padding between them is none.
  it.each([
    ['a blank', ' ~', '\n'],
    ['blanks', '   ~', '\n'],
    ['a tab', '\t~', '\n'],
    ['CR and LF', '\r\n~', '\r\n'],
    ['a blank before a line end that is the terminator', ' \n', ''],
  ])('padding between ISA16 and the terminator is passed over: %s', (_, behind, lineEnd) => {
    const plain = interchange(behind.includes('~') ? { lineEnd } : { terminator: '\n', lineEnd })
    const end = plain.indexOf(':') + 1
    const terminator = behind.includes('~') ? '~' : '\n'
    const file = readX12(bytes(plain.slice(0, end) + behind + plain.slice(end + 1)))
    expect(file.problems).toEqual([])
    expect(file.interchanges).toMatchObject([{ problems: [], separators: { component: ':', terminator } }])
    expect(file.interchanges[0]?.groups[0]?.transactions[0]?.segments).toHaveLength(4)
  })

  it('padding between ISA16 and the terminator, as it was seen in the field', () => {
    const file = readX12(fieldBytes('01-isa-space-before-terminator.x12'))
    expect(file).toMatchObject({ problems: [], interchanges: [{ problems: [], separators: { terminator: '~' } }] })
    expect(file.interchanges[0]?.groups[0]?.transactions).toMatchObject([{ kind: '835', controlNumber: '0001' }])
  })

  it('an ISA whose end cannot be told is named with its place', () => {
    for (const end of ['* :~', '*:', '*: '])
      expect(readX12(bytes(interchange().replace('*:~\n', end))).problems[0]).toMatchObject({
        where: 'character 1',
        message: expect.stringContaining('ISA16'),
      })
  })

  it('NUL bytes behind the last segment are padding, within an interchange they are lost bytes', () => {
    const whole = interchange()
    for (const padded of [
      `${whole}\0\0\0`,
      `${whole.trimEnd()}\0\0`,
      `${whole.trimEnd().slice(0, -1)}\0\0`,
      `${whole}\0${whole}\0`,
    ])
      expect(codesOf(padded).filter((code) => code !== 'malformed' || padded.includes('~\0'))).toEqual([])
    for (const at of [whole.indexOf('AK1'), whole.indexOf('AK1') + 4, whole.indexOf('IEA') - 1])
      expect(codesOf(`${whole.slice(0, at)}\0${whole.slice(at)}`)).toContain('malformed')
  })

  it.each([
    { element: '*', component: ':', terminator: '~', lineEnd: '\n' },
    { element: '|', component: '>', terminator: "'", lineEnd: '' },
    { element: '*', component: '|', terminator: '~', lineEnd: '\r\n' },
    { element: '*', component: '>', terminator: '\n', lineEnd: '' },
    { element: '\x1d', component: '\x1f', terminator: '\x1c', lineEnd: '' },
  ])('takes the separators from the ISA: %j', (separators) => {
    const file = readX12(bytes(interchange(separators)))
    expect(file.problems).toEqual([])
    const [read] = file.interchanges
    expect(read).toMatchObject({
      senderId: 'THEM',
      receiverId: 'US',
      controlNumber: '000000007',
      usage: 'P',
      enveloped: true,
      problems: [],
    })
    expect(read?.groups).toHaveLength(1)
    expect(read?.groups[0]?.transactions[0]).toMatchObject({
      kind: '999',
      controlNumber: '0001',
      guide: '005010X231A1',
    })
    expect(
      read?.groups[0]?.transactions[0]?.segments.map((segment) => [segment.position, segment.elements[0]]),
    ).toEqual([
      [1, 'ST'],
      [2, 'AK1'],
      [3, 'AK9'],
      [4, 'SE'],
    ])
  })

  it('reads several interchanges with different separators in one file', () => {
    const file = readX12(
      bytes(`${interchange()}\r\n${interchange({ element: '|', terminator: '!', control: '000000008', lineEnd: '' })}`),
    )
    expect(file.interchanges.map((each) => [each.controlNumber, each.problems])).toEqual([
      ['000000007', []],
      ['000000008', []],
    ])
  })

  it('reads an ISA that is not padded to its fixed width', () => {
    const trimmed = interchange().replace(/ISA\*00\* +\*00\* +\*ZZ\*THEM +\*ZZ\*US +\*/, 'ISA*00**00**ZZ*THEM*ZZ*US*')
    expect(codesOf(trimmed)).toEqual([])
    expect(readX12(bytes(trimmed)).interchanges[0]?.senderId).toBe('THEM')
  })

  it('accepts ST..SE without an envelope and says so', () => {
    const bare = 'ST|835|0001~BPR|I|0|C|NON~SVC|AD>D1110|1|1~SE|4|0001~'
    const [read] = readX12(bytes(bare)).interchanges
    expect(read).toMatchObject({ enveloped: false, controlNumber: '', problems: [] })
    expect(read?.separators).toMatchObject({ element: '|', component: '>', terminator: '~' })
    expect(read?.groups[0]?.transactions[0]?.kind).toBe('835')
  })

  it('reads GS..GE without ISA', () => {
    const text = interchange().split('\n').slice(1, -2).join('\n')
    expect(codesOf(text)).toEqual([])
    expect(readX12(bytes(text)).interchanges[0]?.groups[0]?.controlNumber).toBe('7')
  })

  it.each([
    ['SE01 wrong', (text: string) => text.replace('SE*4', 'SE*5'), ['segment-count']],
    ['SE02 wrong', (text: string) => text.replace('SE*4*0001', 'SE*4*0002'), ['control-number']],
    ['GE01 wrong', (text: string) => text.replace('GE*1', 'GE*2'), ['segment-count']],
    ['GE02 wrong', (text: string) => text.replace('GE*1*7', 'GE*1*8'), ['control-number']],
    ['IEA01 wrong', (text: string) => text.replace('IEA*1', 'IEA*0'), ['segment-count']],
    ['IEA02 wrong', (text: string) => text.replace('IEA*1*000000007', 'IEA*1*000000009'), ['control-number']],
    ['SE lost', (text: string) => text.replace('SE*4*0001~\n', ''), ['missing']],
    ['GE lost', (text: string) => text.replace('GE*1*7~\n', ''), ['missing']],
    ['a segment lost', (text: string) => text.replace('AK9*A*1*1*1~\n', ''), ['segment-count']],
    ['IEA lost', (text: string) => text.replace(/IEA.*/s, ''), ['missing']],
    ['cut inside a segment', (text: string) => text.slice(0, -40), ['malformed', 'missing', 'missing', 'missing']],
    ['text after the end', (text: string) => `${text}and so on`, ['malformed']],
    ['a segment outside a transaction', (text: string) => text.replace('GE*1*7~', 'REF*1*2~GE*1*7~'), ['malformed']],
  ])('finds %s', (_name, spoil, expected) => {
    const found = codesOf(spoil(interchange()))
    expect(found.length).toBeGreaterThan(0)
    for (const code of found) expect(expected).toContain(code)
  })

  it('goes on with the next interchange after one that is cut off', () => {
    const cut = interchange().replace(/SE\*4.*/s, '')
    const file = readX12(bytes(cut + interchange({ control: '000000008' })))
    expect(file.interchanges.map((each) => each.problems.length > 0)).toEqual([true, false])
  })

  it.each([
    '',
    '   \r\n',
    '<!DOCTYPE html>',
    '{"resourceType":"Bundle"}',
    'ISA',
    'ISA*00*',
    `ISA${'*'.repeat(500)}`,
    '\u0000\u0001',
    'GS*',
    'ST',
    'ISAAAAAAAAA',
  ])('names what is wrong with %j and never throws', (text) => {
    expect(codesOf(text).length).toBeGreaterThan(0)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), fc.nat(400), (noise, from, to) => {
        const good = interchange()
        readX12(noise)
        readX12(bytes(good.slice(0, from) + new TextDecoder('latin1').decode(noise) + good.slice(to)))
      }),
    )
  })

  it('reads Latin-1 where the bytes are no UTF-8', () => {
    const text = interchange().replace('THEM ', 'TH\u00c9M')
    expect(readX12(Buffer.from(text, 'latin1')).interchanges[0]?.senderId).toBe('TH\u00c9M')
  })
})
