import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean } from '../../../adapters/formats/x12/characters.ts'
import { X12Refusal } from '../../../adapters/formats/x12/write.ts'
import { assemble, encode } from '../../../adapters/providers/summit-dental/encode837.ts'
import { formatMinor, parseMinor } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { checkX12 } from '../../support/x12/x12Checker.ts'
import { anySubmission } from './arbitrarySubmission.ts'
import { ATTACHMENT, context, dependentSubmission, SETTINGS, submission, text } from './samples.ts'

function written(...submissions: Submission[]): string {
  const ctx = context()
  const messages = assemble(
    submissions.map((each) => encode(each, ctx)),
    ctx,
  )
  return text(messages.at(-1)?.body ?? new Uint8Array())
}

function refusedAt(change: Partial<Submission>): string {
  try {
    encode(submission(change), context())
  } catch (error) {
    if (error instanceof X12Refusal) return error.place
    throw error
  }
  throw new Error('it was written')
}

describe('837D', () => {
  it('passes the independent checker, for subscriber and dependent, alone and together', () => {
    expect(checkX12(written(submission()))).toEqual([])
    expect(checkX12(written(dependentSubmission()))).toEqual([])
    expect(checkX12(written(submission(), dependentSubmission({ submissionNumber: '3NDW8YZ5GJ1PSE72' })))).toEqual([])
  })

  it('gives the same bytes for the same claim, and leaves it as it was', () => {
    const claim = dependentSubmission()
    const before = structuredClone(claim)
    expect(written(claim)).toBe(written(dependentSubmission()))
    expect(claim).toEqual(before)
  })

  it('carries our number, the total to the cent, tooth, surfaces, area and line numbers', () => {
    const out = written(
      submission({
        total: 30_001,
        lines: [
          {
            lineNumber: 1,
            controlNumber: 'A-1',
            code: 'D2392',
            serviceDate: '2026-03-01',
            tooth: '3',
            surfaces: 'MO',
            quantity: 1,
            charge: 10_000,
          },
          {
            lineNumber: 2,
            controlNumber: 'A-2',
            code: 'D4341',
            serviceDate: '2026-03-02',
            area: '10',
            quantity: 2,
            charge: 20_001,
          },
        ],
      }),
    )
    for (const segment of [
      'CLM*7K2M9QX4TB6VH0RC*300.01***11:B:1*Y*A*Y*Y~',
      'DTP*472*RD8*20260301-20260302~',
      'SV3*AD:D2392*100.00****1~',
      'TOO*JP*3*M:O~',
      'SV3*AD:D4341*200.01**10**2~',
      'REF*6R*A-1~',
      'DTP*472*D8*20260302~',
    ]) {
      expect(out).toContain(`\n${segment}`)
    }
  })

  it('names the patient apart only when somebody else is insured', () => {
    expect(written(submission())).not.toMatch(/\nPAT\*|\nNM1\*QC/)
    expect(written(submission())).toContain('\nSBR*P*18*')
    const dependent = written(dependentSubmission())
    expect(dependent).toContain('\nPAT*19~\nNM1*QC*1*Doe*Robin~')
    expect(dependent).toContain('\nSBR*P**')
  })

  it.each([
    ['new', '1'],
    ['replacement', '7'],
    ['appeal', '7'],
    ['void', '8'],
  ] as const)('sends a %s with frequency %s, and corrections with their number', (purpose, frequency) => {
    const out = written(submission({ purpose, originalReference: 'SD26069001' }))
    expect(out).toContain(`*11:B:${frequency}*`)
    expect(out.includes('\nREF*F8*SD26069001~')).toBe(purpose !== 'new')
  })

  it('sends one authorisation of a kind at the claim and several at the lines', () => {
    const one = written(
      submission({
        authorisations: [
          { kind: 'loa', number: 'LOA1' },
          { kind: 'referral', number: 'R1' },
          { kind: 'predetermination', number: 'P1' },
        ],
      }),
    )
    expect(one).toMatch(/REF\*G3\*P1~\nREF\*9F\*R1~\nREF\*G1\*LOA1~\n(?!LX)/)
    const two = written(
      submission({
        authorisations: [
          { kind: 'loa', number: 'LOA1' },
          { kind: 'preauthorisation', number: 'PA2' },
        ],
      }),
    )
    expect(two.match(/REF\*G1\*LOA1~\nREF\*G1\*PA2~\nREF\*6R/g)).toHaveLength(2)
    expect(checkX12(two)).toEqual([])
  })

  it('sends diagnoses, notes and a currency that is not the dollar', () => {
    const out = written(
      submission({
        currency: 'PHP',
        note: `${'n'.repeat(80)}rest`,
        diagnoses: [
          { system: 'icd-10', code: 'K02.9' },
          { system: 'icd-10-cm', code: 'K05.30' },
        ],
      }),
    )
    expect(out).toContain('\nHI*ABK:K029*ABF:K0530~')
    expect(out).toContain(`\nNTE*ADD*${'n'.repeat(80)}~\nNTE*ADD*rest~`)
    expect(out).toContain('\nCUR*85*PHP~')
  })

  it('says test or production as the connection does', () => {
    const ctx = context({ mode: 'test' })
    expect(text(assemble([encode(submission(), ctx)], ctx).at(-1)?.body ?? new Uint8Array()).slice(102, 103)).toBe('T')
    expect(written(submission()).slice(102, 103)).toBe('P')
  })

  it('sends the attachments as files of their own before the claim, with the number that PWK names', () => {
    const ctx = context()
    const messages = assemble([encode(submission(), ctx)], ctx)
    expect(messages.map((message) => message.name)).toEqual([
      'BRIGHTSMILE_SUMMITDENTAL_837D_117_att_1.png',
      'BRIGHTSMILE_SUMMITDENTAL_837D_117.x12',
    ])
    expect(messages[0]?.body).toEqual(ATTACHMENT)
    expect(text(messages[1]?.body ?? new Uint8Array())).toContain('\nPWK*RB*EL***AC*b5bb9d8014a0f9b1d61e~')
  })

  it.each([
    ['+1 (303) 555-0100', '3035550100'],
    ['1-303-555-0100', '3035550100'],
    ['303.555.0100', '3035550100'],
  ])('writes the contact’s phone %s with ten digits, the country code apart', (contactPhone, digits) => {
    const ctx = context({ settings: { ...SETTINGS, contactPhone } })
    const messages = assemble([encode(submission(), ctx)], ctx)
    expect(text(messages.at(-1)?.body ?? new Uint8Array())).toContain(`\nPER*IC**TE*${digits}~`)
  })

  it.each([
    ["a replacement without the payer's number", { purpose: 'replacement' }, '2300 REF02'],
    ['a void without it', { purpose: 'void' }, '2300 REF02'],
    ['a supplement', { purpose: 'supplement', originalReference: 'SD1' }, '2300 CLM05-3'],
    ['a total that is not the sum', { total: 113_601 }, '2300 CLM02'],
    ['no tax number', { organisation: { name: 'Bright', npi: '1234567893' } }, '2010AA REF02'],
    [
      'no NPI',
      { organisation: { name: 'Bright', taxId: '1' }, clinic: { name: 'x', address: submission().clinic.address } },
      '2010AA NM109',
    ],
    ['a name without a letter that X12 has', { patient: { ...submission().patient, family: '李' } }, '2010BA NM103'],
    ['a note that would be cut', { note: 'x'.repeat(401) }, '2300 NTE'],
    ['no line', { lines: [], total: 0 }, '2300 CLM'],
    [
      'five diagnoses',
      { diagnoses: Array.from({ length: 5 }, () => ({ system: 'icd-10' as const, code: 'K02' })) },
      '2300 HI',
    ],
    [
      'eleven attachments',
      {
        attachments: Array.from({ length: 11 }, () => submission().attachments[0]).filter((each) => each !== undefined),
      },
      '2300 PWK',
    ],
  ] satisfies [string, Partial<Submission>, string][])('refuses %s', (_name, change, place) => {
    expect(refusedAt(change)).toBe(place)
  })

  const clinicAt = (change: Partial<Submission['clinic']['address']>): Partial<Submission> => {
    const { clinic } = submission()
    const street = { line1: '1 Main St', city: 'Denver', state: 'CO', postalCode: '80202', country: 'US' }
    return { clinic: { ...clinic, address: { ...street, ...change } } }
  }

  it.each([
    ['PO Box 12', '2010AA N301'],
    ['P.O. Box 12', '2010AA N301'],
    ['p o box 12', '2010AA N301'],
    ['Post Office Box 12', '2010AA N301'],
    ['POB 12', '2010AA N301'],
    ['1 Main St PMB 40', '2010AA N301'],
    ['Lockbox 77', '2010AA N301'],
    ['Lock Box 77', '2010AA N301'],
    ['Box 77', '2010AA N301'],
  ])('refuses %s as the billing address, with the place and what to do', (line1, place) => {
    expect(refusedAt(clinicAt({ line1 }))).toBe(place)
    expect(refusedAt(clinicAt({ line2: line1 }))).toBe('2010AA N302')
    expect(() => written(submission(clinicAt({ line1 })))).toThrow(/give the street/)
  })

  it.each([
    [{ state: '' }, '2010AA N402'],
    [{ state: 'Colorado' }, '2010AA N402'],
    [{ postalCode: '' }, '2010AA N403'],
    [{ postalCode: '8020' }, '2010AA N403'],
    [{ country: 'CA', state: 'ON', postalCode: '80202' }, '2010AA N403'],
  ])('refuses an address in the United States or Canada with %j', (change, place) => {
    expect(refusedAt(clinicAt(change))).toBe(place)
  })

  it.each([
    { line1: '12 Boxwood Lane' },
    { line1: '5 Lockwood Rd', line2: 'Suite 200' },
    { postalCode: '80202-1234' },
    { country: 'CA', state: 'ON', postalCode: 'K1A 0B1' },
    { country: 'PH', state: '', postalCode: '' },
  ])('takes the street %j', (change) => {
    expect(() => written(submission(clinicAt(change)))).not.toThrow()
  })

  it('refuses a member number that cannot be written, without repeating it', () => {
    const claim = submission({ enrolment: { ...submission().enrolment, memberId: 'SECRET~7' } })
    expect(() => written(claim)).toThrow(X12Refusal)
    expect(() => written(claim)).not.toThrow(/SECRET/)
  })

  it('is right to the cent for any claim, with names from anywhere', () => {
    fc.assert(
      fc.property(anySubmission, (claim) => {
        const out = written(claim)
        expect(checkX12(out)).toEqual([])
        expect(out).toContain(`\nCLM*${claim.submissionNumber}*${formatMinor(claim.total, claim.currency)}*`)
        const charges = [...out.matchAll(/\nSV3\*[^*]+\*([^*]+)/g)].map((match) =>
          parseMinor(match[1] ?? '', claim.currency),
        )
        expect(charges).toEqual(claim.lines.map((line) => line.charge))
        const family = claim.enrolment.relationship === 'self' ? 'IL' : 'QC'
        expect(out).toContain(`\nNM1*${family}*1*${clean(claim.patient.family, 60)}*`.replace(/\*$/, ''))
      }),
      { numRuns: 150 },
    )
  })
})

describe('the checker goes red', () => {
  it.each([
    [
      'SE01 one too many',
      (out: string) => out.replace(/\nSE\*(\d+)/, (_, count) => `\nSE*${Number(count) + 1}`),
      'SE01',
    ],
    ['SE01 not counting a lost segment', (out: string) => out.replace('\nPAT*19~', ''), 'SE01'],
    ['an HL without its parent', (out: string) => out.replace('\nHL*3*2*23', '\nHL*3*9*23'), 'names no earlier parent'],
    ['a parent of the wrong level', (out: string) => out.replace('\nHL*3*2*23', '\nHL*3*1*23'), 'wrong level'],
    ['a wrong HL04', (out: string) => out.replace('\nHL*2*1*22*1', '\nHL*2*1*22*0'), 'HL04'],
    ['one cent less in CLM02', (out: string) => out.replace('*1136.00***', '*1135.99***'), 'sum of SV302'],
    ['one cent more in a line', (out: string) => out.replace('*136.00*', '*136.01*'), 'sum of SV302'],
    ['another GE02', (out: string) => out.replace('\nGE*1*117', '\nGE*1*118'), 'GE02'],
    ['another IEA02', (out: string) => out.replace('\nIEA*1*000000117', '\nIEA*1*000000118'), 'IEA02'],
    ['another SE02', (out: string) => out.replace(/(\nSE\*\d+)\*0001/, '$1*0002'), 'SE02'],
    ['no payer', (out: string) => out.replace(/\nNM1\*PR.*/, ''), '2010BB'],
    ['no NPI of the billing provider', (out: string) => out.replace('*XX*1234567893', ''), 'NPI'],
    ['no rendering provider', (out: string) => out.replace(/\nNM1\*82.*/, ''), '2310B'],
    ['a replacement without F8', (out: string) => out.replace('11:B:1', '11:B:7'), 'F8'],
    ['a patient who is the subscriber too', (out: string) => out.replace('SBR*P**', 'SBR*P*18*'), '2000C'],
    ['a line without its number', (out: string) => out.replace('\nREF*6R*L2~', ''), '6R'],
    ['a cut file', (out: string) => out.slice(0, -20), 'no terminator'],
    ['a file without IEA', (out: string) => out.replace(/IEA.*\n/, ''), 'IEA02'],
  ])('on %s', (_name, spoil, expected) => {
    const good = written(dependentSubmission())
    expect(checkX12(good)).toEqual([])
    const spoilt = spoil(good)
    expect(spoilt).not.toBe(good)
    expect(checkX12(spoilt).join('; ')).toContain(expected)
  })
})
