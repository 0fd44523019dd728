import { describe, expect, it } from 'vitest'
import type { BatchContext, Part } from '../../adapters/contract.ts'
import { readXlsx } from '../../adapters/formats/xlsx/readXlsx.ts'
import { adapterOf } from '../../adapters/registry.ts'
import { wireOf } from '../../adapters/transports/email/wire.ts'
import { filesOf } from '../../cli/render/messageFiles.ts'
import type { Submission } from '../../domain/claim.ts'
import { FormatRefusal } from '../../domain/claims/formatRefusal.ts'
import { missing } from '../../domain/claims/missing.ts'
import { ATTACHMENT, context, dependentSubmission, JANE, submission, text } from './x12/samples.ts'
import { SETTINGS as XML, context as xmlContext } from './xml/samples.ts'

const SETTINGS: Readonly<Record<string, unknown>> = {
  'summit-dental': context().settings,
  'gulf-dental': XML,
  'harbor-health': { payerId: 'HARBOR', facilityId: 'BRIGHT-01' },
  'cordillera-dental': { accountNumber: 'BRIGHT-77' },
  'visayas-health': { accountNumber: 'BRIGHT-77', contactName: 'Billing', contactPhone: '+63 32 555 0130' },
}

async function messages(id: string, ...claims: Submission[]) {
  const adapter = adapterOf(id)
  const ctx: BatchContext<unknown> = {
    ...(id === 'gulf-dental' ? xmlContext() : context()),
    settings: SETTINGS[id],
    attachment: () => ATTACHMENT,
  }
  const parts: Part[] = []
  for (const claim of claims) parts.push(await adapter.encode(claim, ctx))
  return adapter.assemble(parts, ctx)
}

async function body(id: string, ...claims: Submission[]): Promise<string> {
  const last = (await messages(id, ...claims)).at(-1)
  return text(last?.body ?? new Uint8Array())
}

/** Field and remedy of a refusal; fails when the claim was written. */
async function refused(id: string, change: Partial<Submission>): Promise<string> {
  try {
    await messages(id, submission(change))
  } catch (error) {
    if (error instanceof FormatRefusal) return `${error.place}: ${error.because}`
    throw error
  }
  throw new Error('it was written')
}

const enrolled = (change: Partial<Submission['enrolment']>) => ({ enrolment: { ...submission().enrolment, ...change } })
const withDiagnosis = { diagnoses: [{ system: 'icd-10' as const, code: 'K02.1' }] }
const { group: _group, ...withoutGroup } = submission().enrolment

describe('R1: a text that X12 cannot carry is spelled or refused by encode, before a batch is put together', () => {
  it.each<[string, Partial<Submission>, RegExp]>([
    ['plan', { enrolment: { ...withoutGroup, plan: 'Plan Ñ' } }, /^SBR04: the plan has a character that X12 cannot/],
    ['member number', enrolled({ memberId: 'A:1' }), /^NM109: the member number has a character that X12 separates/],
    [
      'licence',
      { practitioner: { ...submission().practitioner, licence: 'Ä-1' } },
      /^REF02: the dentist's licence number has a character/,
    ],
    ['LOA', { authorisations: [{ kind: 'loa', number: 'LOA:9' }] }, /^REF02: the authorisation number has a character/],
    ['group', enrolled({ group: 'GRP~7' }), /^SBR03: the group number has a character that X12 separates/],
  ])('%s', async (_name, change, words) => {
    const claim = submission(change)
    expect(() => adapterOf('summit-dental').encode(claim, context())).toThrow(FormatRefusal)
    expect(await refused('summit-dental', change)).toMatch(words)
  })

  it.each<[string, Partial<Submission>, string]>([
    ['a given name', { patient: { ...JANE, given: '李' } }, '2010BA NM104'],
    ['a name in part', { patient: { ...JANE, family: 'Doe 李' } }, '2010BA NM103'],
    ['a street', { patient: { ...JANE, address: { ...JANE.address, line1: '弄 12' } as never } }, '2010BA N301'],
    ['a note', { note: 'patient says 痛' }, '2300 NTE02'],
  ])('letters of %s that have no Latin spelling are never left out', async (_name, change, place) => {
    expect(await refused('summit-dental', change)).toContain(`${place}: `)
  })
})

describe('R2: limits of a format are declared and asked before a claim leaves', () => {
  const problems = (id: string, change: Partial<Submission>) => {
    const claim = submission({ attachments: [], ...change })
    const days = { validFrom: '2026-01-01', validTo: null }
    const lines = claim.lines.map((line) => ({ ...line, priced: true, visitCompleted: true }))
    const { authorisations: _none, ...rest } = claim
    const checked = { ...rest, enrolment: { ...claim.enrolment, ...days }, lines, authorisations: [] }
    return missing(checked, adapterOf(id).declaration, '2026-03-20')
      .filter(({ type }) => type === 'format-limit')
      .map(({ detail }) => detail)
  }
  const [crown] = submission().lines
  it.each<[string, string, Partial<Submission>, RegExp]>([
    [
      'note',
      'summit-dental',
      { note: 'x'.repeat(401) },
      /at most 400 characters of the note, this one has 401: shorten/,
    ],
    [
      'diagnoses',
      'summit-dental',
      { diagnoses: Array.from({ length: 5 }, () => ({ system: 'icd-10' as const, code: 'K02' })) },
      /at most 4 diagnoses, this claim has 5: take off/,
    ],
    [
      'surfaces',
      'summit-dental',
      { lines: crown === undefined ? [] : [{ ...crown, surfaces: 'MODBFL' }] },
      /at most 5 surfaces of a tooth, line 1 has 6: merge or split/,
    ],
    ['member number', 'summit-dental', enrolled({ memberId: 'M'.repeat(81) }), /at most 80 characters of the member/],
    ['member number', 'gulf-dental', enrolled({ memberId: 'M'.repeat(61) }), /at most 60 characters of the member/],
    [
      'plan',
      'summit-dental',
      { enrolment: { ...withoutGroup, plan: 'P'.repeat(61) } },
      /at most 60 characters of the plan/,
    ],
    ['group', 'summit-dental', enrolled({ group: 'G'.repeat(51) }), /at most 50 characters of the group/],
    [
      'given name',
      'summit-dental',
      { patient: { ...JANE, given: 'J'.repeat(36) } },
      /at most 35 characters of .* given/,
    ],
  ])('%s of %s', (_field, id, change, words) => {
    expect(problems(id, {})).toEqual([])
    expect(problems(id, change)).toEqual([expect.stringMatching(words)])
  })

  it('and what is too long for an element is refused by the writer too, never cut', async () => {
    expect(await refused('summit-dental', { patient: { ...JANE, given: 'J'.repeat(36) } })).toMatch(
      /NM104: .* at most 35 characters, this one has 36/,
    )
    expect(await refused('summit-dental', enrolled({ memberId: 'M'.repeat(81) }))).toMatch(
      /member number has at most 80/,
    )
  })
})

describe('R3: the mail and its statement say one total', () => {
  it('a withdrawal asks for no money in either', async () => {
    const withdrawn = submission({ purpose: 'void', originalReference: 'VH-1', submissionNumber: '3NDW8YZ5GJ1PSE72' })
    const mail = await body('visayas-health', submission({ attachments: [] }), { ...withdrawn, attachments: [] })
    expect(mail.replace(/=\r\n/g, '')).toContain('1136.00 USD in all')
  })
})

describe('R4: the 837D has the addresses that its guide requires', () => {
  it('of the subscriber who is the patient, with birth date and sex', async () => {
    const out = await body('summit-dental', submission())
    expect(out).toMatch(/NM1\*IL[^~]*~\nN3\*12 Larch Road~\nN4\*Denver\*CO\*802029998~\nDMG\*D8\*19880423\*F~/)
    const { address: _address, ...homeless } = JANE
    expect(await refused('summit-dental', { patient: homeless })).toMatch(/2010BA N301: .* address is missing: add it/)
  })

  it('of a dependent, and then none of the subscriber', async () => {
    const out = await body('summit-dental', dependentSubmission())
    expect(out).toMatch(/NM1\*IL[^~]*~\nNM1\*PR/)
    expect(out).toMatch(/NM1\*QC[^~]*~\nN3\*12 Larch Road~\nN4\*Denver\*CO\*802029998~\nDMG\*D8\*20150901\*U~/)
  })

  it('and the declaration asks for the address before the claim leaves', () => {
    expect(adapterOf('summit-dental').declaration.requirements.fields).toContainEqual({
      when: {},
      field: 'patient_address',
    })
  })
})

describe('R5, R9: FHIR names teeth and claims by systems that have them', () => {
  const [crown] = submission().lines
  const json = async (change: Partial<Submission>) => JSON.parse(await body('harbor-health', submission(change)))

  it.each([
    ['14', '26', 'http://terminology.hl7.org/CodeSystem/ex-tooth'],
    ['A', '55', 'urn:iso:std:iso:3950'],
    ['T', '85', 'urn:iso:std:iso:3950'],
  ])('tooth %s is %s of %s', async (tooth, code, system) => {
    const claim = await json({ lines: crown === undefined ? [] : [{ ...crown, tooth }], total: 100_000 })
    expect(claim.item[0].bodySite.coding).toEqual([{ system, code }])
  })

  it.each(['CLM 77/12', 'a/b', 'Ω-7', 'x'.repeat(65)])('the reference %s is an identifier', async (reference) => {
    const [related] = (await json({ purpose: 'replacement', originalReference: reference })).related
    expect(related.claim.reference).toBeUndefined()
    expect(related.reference).toEqual({ value: reference })
  })

  it('a reference that is an id is a reference', async () => {
    const [related] = (await json({ purpose: 'replacement', originalReference: 'HH-000042' })).related
    expect(related).toMatchObject({ claim: { reference: 'Claim/HH-000042' } })
    expect(related.reference).toBeUndefined()
  })

  it('surfaces without a tooth, or a second referral, are refused and not left out', async () => {
    const lines =
      crown === undefined
        ? []
        : [
            {
              lineNumber: 1,
              controlNumber: '1',
              code: 'D2392',
              serviceDate: '2026-03-02',
              surfaces: 'MO',
              quantity: 1,
              charge: 5,
            },
          ]
    expect(await refused('harbor-health', { lines, total: 5 })).toContain('surfaces without a tooth')
    expect(await refused('gulf-dental', { ...withDiagnosis, lines, total: 5 })).toContain('surfaces without a tooth')
    const authorisations = ['R1', 'R2'].map((number) => ({ kind: 'referral' as const, number }))
    expect(await refused('harbor-health', { authorisations })).toContain('one referral')
  })
})

describe('R6: every authorisation is written, or the claim refused', () => {
  const two = [
    { kind: 'loa' as const, number: 'LOA-1', teeth: ['14'] },
    { kind: 'preauthorisation' as const, number: 'LOA-2', codes: ['D1110'] },
  ]
  it('in the XML each goes with the services that it covers', async () => {
    const out = await body('gulf-dental', submission({ ...withDiagnosis, attachments: [], authorisations: two }))
    expect([...out.matchAll(/<PriorAuthorizationID>(.*?)</g)].map(([, number]) => number)).toEqual(['LOA-1', 'LOA-2'])
  })

  it('in the XML referrals, predeterminations and a note are observations', async () => {
    const authorisations = [
      { kind: 'referral' as const, number: 'REF-1' },
      { kind: 'predetermination' as const, number: 'PD-1' },
    ]
    const out = await body('gulf-dental', submission({ ...withDiagnosis, authorisations, note: 'Cracked in May' }))
    for (const value of ['REF-1', 'PD-1', 'Cracked in May']) expect(out).toContain(`<Value>${value}</Value>`)
  })

  it.each([
    ['two for one service', [{ ...two[0] }, { ...two[0], number: 'LOA-3' }], /line 1 is covered by two/],
    ['one that covers no service', [two[0], { kind: 'loa', number: 'LOA-4', teeth: ['3'] }], /go with no service/],
  ])('%s is refused', async (_name, authorisations, words) => {
    const change = { ...withDiagnosis, authorisations: authorisations as Submission['authorisations'] }
    expect(await refused('gulf-dental', change)).toMatch(words)
  })
})

describe('R7: a rendered mail is the mail that is sent', () => {
  it('byte for byte, headers too', async () => {
    const addresses = { from: 'billing@bright.example', to: 'claims@visayas.example' }
    const [mail] = await messages('visayas-health', submission({ attachments: [] }))
    if (mail?.transport !== 'email') throw new Error('no mail')
    const [file] = filesOf(mail, 1, addresses)
    const sent = wireOf(mail, { smtp: {} as never, imap: {} as never, allowedSenders: [], ...addresses } as never)
    expect(Buffer.from(file?.body ?? []).equals(sent)).toBe(true)
    expect(text(sent)).toMatch(
      /^From: <billing@bright.example>\r\nTo: .*\r\nSubject: .*\r\nDate: .*\r\nMessage-ID: .*\r\nMIME-Version: 1.0/,
    )
  })
})

describe('R10: a workbook has typed cells', () => {
  it('texts without an apostrophe, days as days', async () => {
    const claims = [submission({ attachments: [], ...enrolled({ memberId: '=1+1' }) })]
    const [mail] = await messages('visayas-health', ...claims)
    const part = /statement\.xlsx"\r\n\r\n([\s\S]*?)\r\n--/.exec(text(mail?.body ?? new Uint8Array()))?.[1] ?? ''
    const sheet = await readXlsx(Buffer.from(part, 'base64'))
    if (!sheet.ok) throw new Error(sheet.because)
    const cells = sheet.rows.at(-1) ?? []
    expect(cells).toContainEqual({ kind: 'text', text: '=1+1' })
    expect(cells).toContainEqual({ kind: 'day', day: '2026-03-02' })
  })
})

describe('R11: a note is split between words', () => {
  it('and no piece ends or begins with a blank', async () => {
    const note = `${'abcdefg '.repeat(30)}end`
    const pieces = [...(await body('summit-dental', submission({ note }))).matchAll(/NTE\*ADD\*([^~]*)~/g)].map(
      ([, piece]) => piece ?? '',
    )
    expect(pieces.length).toBeGreaterThan(2)
    expect(pieces.join(' ')).toBe(note)
    for (const piece of pieces) expect(piece).toBe(piece.trim())
  })

  it('a word of more than 80 letters is cut only there', async () => {
    const out = await body('summit-dental', submission({ note: `see ${'x'.repeat(100)} end` }))
    const pieces = [...out.matchAll(/NTE\*ADD\*([^~]*)~/g)].map(([, piece]) => piece ?? '')
    expect(pieces.join('').replaceAll(' ', '')).toBe(`see${'x'.repeat(100)}end`)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(80)
  })
})

describe('a list in a mail', () => {
  it('says that it is UTF-8, or another reader takes its names for ASCII', async () => {
    const mail = await body('visayas-health', submission({ attachments: [] }))
    expect(mail).toContain('Content-Type: text/csv; charset=utf-8; name="claims-117.csv"')
  })
})
