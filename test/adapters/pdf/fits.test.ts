import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { claimForm, type Letterhead } from '../../../adapters/formats/pdf/claimForm.ts'
import { statementPdf } from '../../../adapters/formats/pdf/statementPdf.ts'
import { statementOf } from '../../../adapters/formats/statement/statement.ts'
import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { JANE, submission } from '../x12/samples.ts'

const LETTERHEAD: Letterhead = {
  provider: 'Laguna Care',
  mode: 'production',
  now: '2026-03-10T20:05:00.000Z',
  zone: 'UTC',
  toothNotation: 'fdi',
}
/** What another program reads on the paper, without blanks and line ends. */
const readBack = (pdf: Uint8Array) => pdftotext(pdf, ['-raw']).replace(/\s/g, '')
const pdftotext = (pdf: Uint8Array, options: string[]) =>
  execFileSync('pdftotext', [...options, '-', '-'], { input: pdf }).toString('utf8')
const { group: _group, ...cover } = submission().enrolment

describe('a paper holds every field whole, or is not sent', () => {
  it.each<[string, Partial<Submission>, string]>([
    ['a family name of 48 letters', { patient: { ...JANE, family: `${'W'.repeat(45)}END` } }, `${'W'.repeat(45)}END`],
    ['a given name of 36 letters', { patient: { ...JANE, given: `${'m'.repeat(33)}END` } }, `${'m'.repeat(33)}END`],
    ['a member number of 80', { enrolment: { ...cover, memberId: `${'M'.repeat(77)}END` } }, `${'M'.repeat(77)}END`],
    ['a plan of 80', { enrolment: { ...cover, plan: `${'P'.repeat(77)}END` } }, `${'P'.repeat(77)}END`],
    [
      'an authorisation of 80',
      { authorisations: [{ kind: 'loa', number: `${'L'.repeat(77)}END` }] },
      `${'L'.repeat(77)}END`,
    ],
    [
      'all of them at once',
      {
        patient: { ...JANE, family: `${'W'.repeat(45)}END` },
        enrolment: { ...cover, memberId: 'M'.repeat(80), plan: 'P'.repeat(80) },
        organisation: { ...submission().organisation, name: 'O'.repeat(200) },
      },
      'O'.repeat(60),
    ],
  ])('%s', async (_what, change, expected) => {
    const pdf = await claimForm(submission(change), LETTERHEAD)
    expect(readBack(pdf)).toContain(expected)
    // The other column is still on the page.
    for (const field of ['PF-100200', 'Reyes,Alma', '1,136.00'])
      if (field !== 'PF-100200' || change.enrolment === undefined) expect(readBack(pdf)).toContain(field)
    // A page cut to its own size shows it too: nothing lies beyond the edge.
    expect(pdftotext(pdf, ['-raw', '-x', '0', '-y', '0', '-W', '595', '-H', '842']).replace(/\s/g, '')).toContain(
      expected.slice(0, 20),
    )
  })

  it('a word that may not be broken and is wider than the page is refused, with what to do', async () => {
    const family = 'محمد'.repeat(60)
    const printed = claimForm(submission({ patient: { ...JANE, family } }), LETTERHEAD)
    await expect(printed).rejects.toThrow(FormatRefusal)
    await expect(printed).rejects.toThrow(/too wide for the paper: put blanks or hyphens/)
    await expect(printed).rejects.not.toThrow(/محمد/)
  })

  it('the statement as well', async () => {
    const long = submission({ patient: { ...JANE, family: 'W'.repeat(60) } })
    expect(readBack(await statementPdf(statementOf([long, long], 7, LETTERHEAD)))).toContain('W'.repeat(60))
  })
})

describe('R12: papers can be read aloud', () => {
  it('tagged in the order of reading, with title shown and language set', async () => {
    const pdf = await claimForm(submission(), LETTERHEAD)
    const text = new TextDecoder('latin1').decode(pdf)
    expect(text).toMatch(/\/Marked true/)
    expect(text).toMatch(/\/DisplayDocTitle true/)
    expect(text).toMatch(/\/Lang \(en\)/)
    const tree = execFileSync('pdfinfo', ['-struct-text', '-'], { input: pdf }).toString('utf8')
    expect(tree).toMatch(/^Document\n {2}H1[^\n]*\n {4}"Dental claim"/)
    for (const words of ['Family name', 'Doe', 'Total claimed', '1,136.00']) expect(tree).toContain(`"${words}"`)
    expect(tree).not.toContain('Page 1 of 1')
  })
})
