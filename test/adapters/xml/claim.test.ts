import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../adapters/formats/xml/document.ts'
import { type PostedClaim, readClaims } from '../../../adapters/formats/xml/readClaims.ts'
import { encode } from '../../../adapters/providers/gulf-dental/encode.ts'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { sum } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { anySubmission } from '../x12/arbitrarySubmission.ts'
import { context, NUMBER, SETTINGS } from './samples.ts'

const FIXTURES = path.join(import.meta.dirname, '../../../adapters/providers/gulf-dental/fixtures')
const fixture = JSON.parse(readFileSync(path.join(FIXTURES, 'claim.json'), 'utf8')).submission as Submission
const submission = (over: Partial<Submission> = {}): Submission => ({ ...fixture, ...over })

type Context = ReturnType<typeof context>

async function written(claim: Submission, ctx: Context = context()) {
  const [message] = await gulfDental.assemble([await gulfDental.encode(claim, ctx)], ctx)
  if (message?.transport !== 'http' || message.body === null) throw new Error('no message')
  return { message, text: new TextDecoder().decode(message.body), body: message.body }
}

async function back(claim: Submission, ctx: Context = context()): Promise<PostedClaim> {
  const read = readDocument((await written(claim, ctx)).body, ctx.zone)
  if (!read.ok) throw new Error(read.because)
  const [only] = readClaims(read.document, ctx.currency)
  if (only === undefined) throw new Error('no claim')
  return only
}

describe('a Claim.Submission', () => {
  it('is uploaded under a name that only our numbers are in', async () => {
    const { message } = await written(submission())
    expect(message.path).toBe(`/UploadTransaction?fileName=DHA-F-0001234_${NUMBER}.xml`)
    expect(message.about).toBe(NUMBER)
    expect(decodeURIComponent(message.path)).not.toContain('PF-100200')
  })

  it('says TEST on a test connection', async () => {
    expect((await written(submission(), context({ mode: 'test' }))).text).toContain('<DispositionFlag>TEST<')
  })

  it('carries a replacement as correction and an appeal as internal complaint, under the ID of the first sending', async () => {
    const later = {
      submissionNumber: 'B1B1B1B1B1B1B1B1',
      originalReference: 'GD-000041',
      openingSubmissionNumber: NUMBER,
    }
    const correction = await back(submission({ ...later, purpose: 'replacement' }))
    expect(correction).toMatchObject({ id: NUMBER, idPayer: 'GD-000041', resubmission: { type: 'correction' } })
    expect(correction.activities.map(({ id }) => id)).toEqual([`${NUMBER}-1`, `${NUMBER}-2`])
    const complaint = await back(submission({ ...later, purpose: 'appeal' }))
    expect(complaint.resubmission).toEqual({ type: 'internal complaint', comment: 'Crown after root canal' })
  })

  it('comments a correction without a note, or with a blank one, by its claim number', async () => {
    const later = { originalReference: 'GD-000041', openingSubmissionNumber: NUMBER, purpose: 'appeal' as const }
    const { note: _note, ...silent } = submission(later)
    for (const claim of [silent, submission({ ...later, note: '' }), submission({ ...later, note: ' \n ' })])
      expect((await back(claim)).resubmission?.comment).toBe(`See claim ${claim.claimNumber}`)
  })

  it('of a correction whose first ID nobody knows is not written', () => {
    expect(() => encode(submission({ purpose: 'replacement' }), context())).toThrow(/nobody knows the ID/)
  })

  it.each(['appeal', 'replacement'] as const)(
    'K26: %s keeps the Activity.IDs of the first sending, whatever place its services have now (exchange rule 201)',
    async (purpose) => {
      const [crown, filling] = fixture.lines
      if (crown === undefined || filling === undefined) throw new Error('no lines')
      const later = {
        purpose,
        submissionNumber: 'DDDD1111BBBB2222',
        openingSubmissionNumber: NUMBER,
        originalReference: 'DHP-778812',
      }
      const ids = async (lines: Submission['lines']) =>
        (await back(submission({ ...later, lines }))).activities.map(({ id }) => id)
      expect(await ids([crown, filling])).toEqual([`${NUMBER}-1`, `${NUMBER}-2`])
      const second = { ...filling, lineNumber: 1, controlNumber: '1', openingControlNumber: '2' }
      expect(await ids([second])).toEqual([`${NUMBER}-2`])
      // A service that was not in the first sending has an ID of its own.
      const added = { ...crown, lineNumber: 2, controlNumber: '2' }
      expect(await ids([second, added])).toEqual([`${NUMBER}-2`, 'DDDD1111BBBB2222-2'])
    },
  )

  it.each(['void', 'supplement'] as const)('cannot carry a %s, which is not declared either', (purpose) => {
    expect(gulfDental.declaration.purposes).not.toContain(purpose)
    expect(() => encode(submission({ purpose, openingSubmissionNumber: NUMBER }), context())).toThrow(/carries no/)
  })

  it('names the authorisation on the services that need one, or on all when none does', async () => {
    const line = fixture.lines[1]
    if (line === undefined) throw new Error('no line')
    const implant = { ...line, lineNumber: 3, controlNumber: '3', code: 'D6010' }
    const one = await back(submission({ lines: [...fixture.lines, implant] }))
    expect(one.activities.map(({ authorisation }) => authorisation)).toEqual([null, null, 'PA-77001'])
    expect((await back(submission())).activities.map(({ authorisation }) => authorisation)).toEqual([
      'PA-77001',
      'PA-77001',
    ])
  })

  it('puts an X-ray on the first service of its tooth, byte by byte', async () => {
    const { activities } = await back(submission())
    expect(activities.map(({ files }) => files)).toEqual([
      [{ kind: 'xray', mediaType: 'image/png', base64: 'iVBORw==' }],
      [],
    ])
  })

  it.each([
    ['00', 'FM'],
    ['01', 'UA'],
    ['02', 'LA'],
    ['10', 'UR'],
    ['20', 'UL'],
    ['30', 'LL'],
    ['40', 'LR'],
  ])('says the area %s in letters, since 10, 20 and 30 are teeth too', async (area, code) => {
    const line = {
      lineNumber: 1,
      controlNumber: '1',
      code: 'D4341',
      serviceDate: '2026-11-20',
      quantity: 1,
      charge: 100,
      area,
    }
    expect((await written(submission({ lines: [line] }))).text).toContain(`<Code>${code}</Code>`)
    expect((await back(submission({ lines: [line] }))).activities).toMatchObject([{ area }])
  })

  it('is not written with a character that XML cannot carry, and the error names it without the text', async () => {
    const note = 'Corazon \u0007 Villanueva'
    const claim = submission({ purpose: 'replacement', openingSubmissionNumber: NUMBER, note })
    const error = await written(claim).catch((each: Error) => each)
    expect(String(error)).toContain('Comment holds the character U+0007')
    expect(String(error)).not.toContain('Corazon')
  })

  it('that the schema would not let through never leaves', async () => {
    await expect(written(submission({ diagnoses: [] }))).rejects.toThrow(/Activity 1: not expected here, but Diagnosis/)
    const line = { ...fixture.lines[0], serviceDate: '2026-02-30' } as Submission['lines'][number]
    await expect(written(submission({ lines: [line] }))).rejects.toThrow(/no day of the calendar/)
  })

  it('larger than 10 MB never leaves', async () => {
    const ctx = context({ attachment: () => new Uint8Array(8_000_000) })
    await expect(written(submission(), ctx)).rejects.toThrow(/larger than 10 MB|breaks the schema/)
  })

  it('shares out what the patient pays: Gross − PatientShare = Net, to the fils', async () => {
    const lines = [333, 1, 99_999].map((charge, index) => ({
      lineNumber: index + 1,
      controlNumber: String(index + 1),
      code: 'D0120',
      serviceDate: '2026-11-20',
      quantity: 1,
      charge,
    }))
    const ctx = context({ settings: { ...SETTINGS, patientSharePercent: 15 } })
    const claim = await back(submission({ lines }), ctx)
    expect(claim).toMatchObject({ gross: 100_333, patientShare: 15_050, net: 85_283, problems: [] })
    expect(claim.activities.map(({ net }) => net)).toEqual([283, 1, 84_999])
  })

  it('gives back every claim to the last minor unit, whatever the names in it', async () => {
    const percent = fc.integer({ min: 0, max: 100 })
    const withDiagnosis = anySubmission.map((each) => ({
      ...each,
      purpose: each.purpose === 'void' ? ('new' as const) : each.purpose,
      diagnoses: [{ system: 'icd-10' as const, code: 'K02.9' }],
      practitioner: { family: 'Reyes', given: 'Luz', licence: 'DHA-P-1' },
      openingSubmissionNumber: NUMBER,
      // A service names one authorisation; more are refused, by a test of their own.
      authorisations: each.authorisations.slice(0, 1),
    }))
    await fc.assert(
      fc.asyncProperty(withDiagnosis, percent, async (claim, patientSharePercent) => {
        const { note, ...rest } = claim
        const plain = note === undefined || /\p{C}/u.test(note) || note.trim() === '' ? rest : { ...rest, note }
        const ctx = context({ currency: claim.currency, settings: { ...SETTINGS, patientSharePercent } })
        const read = await back(plain, ctx)
        expect(read.problems).toEqual([])
        expect(read.gross).toBe(claim.total)
        expect(read.memberId).toBe(claim.enrolment.memberId)
        expect(read.net).toBe(sum(read.activities.map(({ net }) => net ?? Number.NaN)))
        expect(
          read.activities.map(({ id, code, day, quantity, tooth, surfaces, area }) => ({
            id,
            code,
            day,
            quantity,
            tooth,
            surfaces,
            area,
          })),
        ).toEqual(
          claim.lines.map((line) => ({
            // K26: a resubmission keeps the activity IDs of the first sending.
            id: `${claim.purpose === 'new' ? claim.submissionNumber : NUMBER}-${line.controlNumber}`,
            code: line.code,
            day: line.serviceDate,
            quantity: String(line.quantity),
            tooth: line.tooth,
            surfaces: line.surfaces,
            area: line.area,
          })),
        )
      }),
      { numRuns: 100 },
    )
  })
})
