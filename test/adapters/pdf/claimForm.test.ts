import { describe, expect, it } from 'vitest'
import { claimForm, type Letterhead } from '../../../adapters/formats/pdf/claimForm.ts'
import { runsOf } from '../../../adapters/formats/pdf/text.ts'
import type { Submission } from '../../../domain/claim.ts'
import { pagesOfPdf, textOfPdf } from '../../support/pdfText.ts'
import { NUMBER, sampleSubmission } from '../fhir/sampleSubmission.ts'

const letterhead: Letterhead = {
  provider: 'Laguna Care',
  mode: 'production',
  now: '2026-11-04T20:00:00.000Z',
  zone: 'Asia/Manila',
  toothNotation: 'fdi',
}

const textOf = async (over: Partial<Submission> = {}, head: Partial<Letterhead> = {}) =>
  textOfPdf(await claimForm(sampleSubmission(over), { ...letterhead, ...head }))

describe('the claim form', () => {
  it('shows all that the provider must know', async () => {
    const text = await textOf()
    for (const shown of [
      NUMBER,
      'To Laguna Care',
      'C-2026-000123',
      '2026-11-05',
      'Bright Smile Makati',
      'Reyes, Ana',
      'PF-100200',
      'O\u2019Brien & S\u00f6hne',
      'Zo\u00eb <b>',
      '2014-02-28',
      'O\u2019Brien, Pat',
      'LOA-9',
      'K02.1',
      'Crown after root canal',
      `${NUMBER}-1-xray.png`,
    ])
      expect(text).toContain(shown)
    expect(text).toMatch(/1\s+2026-11-02\s+D2740\s+Restorative\s+26\s+1\s+12,000\.00/)
    expect(text).toMatch(/2\s+2026-11-03\s+D2392\s+Restorative\s+55\s+MOF\s+1\s+1,600\.50/)
    expect(text).toMatch(/Total claimed\s+13,600\.50/)
    expect(text).not.toMatch(/TEST|Corrected|undefined/)
  })

  it('K14, K32: shows placement, prior date, missing and supernumerary teeth, dentists, accident and bands', async () => {
    const [crown, filling] = sampleSubmission().lines
    if (crown === undefined || filling === undefined) throw new Error('no lines')
    const text = await textOf({
      lines: [
        {
          ...crown,
          description: 'Zirconia crown',
          placement: 'replacement',
          priorPlacedOn: '2015-06-01',
          diagnosisPointers: [1],
        },
        { ...filling, tooth: 'AS', priorUnknownBecause: 'no records', placeOfService: '22', placement: 'initial' },
      ],
      accident: { kind: 'auto', on: '2026-01-15', state: 'CO' },
      orthodontics: { bandedOn: '2026-02-20', months: 24, remainingMonths: 20 },
      missingTeeth: [
        { tooth: '3', status: 'missing' },
        { tooth: '17', status: 'to_be_extracted' },
      ],
      referringDentist: { family: 'Okafor', given: 'Ngozi', npi: '1234567893' },
      billingDentist: { family: 'Stone', given: 'Ira', licence: 'DEN-1' },
    })
    const plain = text.replaceAll(/\s+/g, ' ')
    for (const shown of [
      'Zirconia crown',
      'replacement, prior placement 2015-06-01, for K02.1',
      'initial placement, prior placement unknown: no records, place of service 22',
      '55 supernumerary',
      'Road accident on 2026-01-15 CO',
      'bands placed on 2026-02-20, 24 months of treatment, 20 months remain',
      '16; to be extracted: 38',
      'Okafor, Ngozi',
      'Stone, Ira',
      'DEN-1',
    ])
      expect(plain).toContain(shown)
  })

  it('says whom to pay and where, and who has signed', async () => {
    const payee = { name: 'Smile Holdings', bank: { name: 'First Bank', account: 'PH-90017', code: 'BOPIPHMM' } }
    const text = await textOf({ payee, signatures: { patientOn: '2026-01-03', dentist: true } })
    for (const shown of ['please pay it directly', 'Smile Holdings', 'First Bank', 'PH-90017', 'BOPIPHMM'])
      expect(text).toContain(shown)
    expect(text).toContain('Signature on file, 2026-01-03')
    expect(text).toContain('Signature on file, Reyes, Ana')
    const unsigned = await textOf({ assignment: 'patient' })
    expect(unsigned).toMatch(/please pay the patient or subscriber[\s\S]*O\u2019Brien, Pat/)
    expect(unsigned).toContain('Signature and day.')
    expect(unsigned).not.toContain('on file')
  })

  it('is the same, byte by byte, for the same claim', async () => {
    const [one, two, other] = await Promise.all([
      claimForm(sampleSubmission(), letterhead),
      claimForm(sampleSubmission(), letterhead),
      claimForm(sampleSubmission({ note: 'another' }), letterhead),
    ])
    expect(Buffer.compare(one, two)).toBe(0)
    expect(Buffer.compare(one, other)).not.toBe(0)
  })

  it('says what is asked for, and names the claim that it is about', async () => {
    const about = { originalReference: 'LC-77', originalSubmissionNumber: 'A1B2C3D4E5F6G7H8' }
    expect(await textOf({ purpose: 'void', ...about })).toMatch(/Withdrawal[\s\S]*LC-77[\s\S]*A1B2C3D4E5F6G7H8/)
    expect(await textOf({ purpose: 'replacement', ...about })).toContain('Corrected claim')
  })

  it('cannot be taken for a real one in test mode', async () => {
    expect(await textOf({}, { mode: 'test' })).toContain('Dental claim (test)')
  })

  it('runs over pages, with its number and the head of the table on each', async () => {
    const [line] = sampleSubmission().lines
    if (line === undefined) throw new Error('no line')
    const lines = Array.from({ length: 50 }, (_, index) => ({ ...line, lineNumber: index + 1 }))
    const pages = await pagesOfPdf(await claimForm(sampleSubmission({ lines }), letterhead))
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages)
      expect(page).toMatch(new RegExp(`Amount PHP[\\s\\S]*${NUMBER}[\\s\\S]*Page \\d of ${pages.length}`))
  })

  it('shows names in the scripts of the world', async () => {
    const names = ['Ñuñez', 'Αθηνά', 'Иванов', 'Nguyễn Đình', '王小明', '山田あおい', 'ไพศาล', '김민수', 'ქეთევან']
    const text = await textOf({ note: names.join(', ') })
    for (const name of names) expect(text).toContain(name)
  })

  it('refuses a letter that no font has, by its number and not by the name', async () => {
    const patient = { ...sampleSubmission().patient, given: 'Canary \u{20000}' }
    await expect(claimForm(sampleSubmission({ patient }), letterhead)).rejects.toThrow('no font has U+20000')
  })
})

describe('text in runs', () => {
  const fonts = (text: string) => runsOf(text).map(({ text: run, font }) => [run, font])

  it('changes the font only where the letters ask for it', () => {
    expect(fonts('Lee 王小明, 3')).toEqual([
      ['Lee ', 'Sans'],
      ['王小明, ', 'Han'],
      ['3', 'Sans'],
    ])
  })

  it('puts right-to-left words in the order in which they are read', () => {
    expect(fonts('כהן 12 מזרחי, Lee').map(([run]) => run)).toEqual(['מזרחי', ' ', '12', ' ', 'כהן', ', Lee'])
    expect(fonts('Lee, محمد!').map(([run]) => run)).toEqual(['Lee, ', 'محمد', '!'])
  })

  it('takes control characters and invisible marks for what they are', () => {
    expect(fonts('a\r\nBcc: b\u202ec\u200b\u0000')).toEqual([['a Bcc: bc ', 'Sans']])
  })
})
