import { getDocumentProxy } from 'unpdf'
import { describe, expect, it } from 'vitest'
import { claimForm, type Letterhead } from '../../../adapters/formats/pdf/claimForm.ts'
import { statementPdf } from '../../../adapters/formats/pdf/statementPdf.ts'
import { statementOf } from '../../../adapters/formats/statement/statement.ts'
import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { textOfPdf } from '../../support/pdfText.ts'
import { JANE, submission } from '../x12/samples.ts'

const LETTERHEAD: Letterhead = {
  provider: 'Laguna Care',
  mode: 'production',
  now: '2026-03-10T20:05:00.000Z',
  zone: 'UTC',
  toothNotation: 'fdi',
}
/** What another program reads on the paper, without blanks and line ends. */
const readBack = async (pdf: Uint8Array) => (await textOfPdf(pdf)).replace(/\s/g, '')
/** Texts that begin or end beyond the edge of their page. */
async function outside(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocumentProxy(pdf.slice())
  const page = await document.getPage(1)
  const [, , width = 0] = page.view
  const { items }: { items: { str: string; transform: number[]; width: number }[] } = await page.getTextContent()
  return items
    .filter(({ transform: [, , , , left = 0], width: wide }) => left < 0 || left + wide > width)
    .map(({ str }) => str)
}
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
    const text = await readBack(pdf)
    expect(text).toContain(expected)
    // The other column is still on the page.
    for (const field of ['Reyes,Alma', '1,136.00']) expect(text).toContain(field)
    expect(await outside(pdf)).toEqual([])
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
    const pdf = await statementPdf(statementOf([long, long], 7, LETTERHEAD))
    expect(await readBack(pdf)).toContain('W'.repeat(60))
    expect(await outside(pdf)).toEqual([])
  })
})

describe('R12: papers can be read aloud', () => {
  it('tagged in the order of reading, with title shown and language set', async () => {
    const pdf = await claimForm(submission(), LETTERHEAD)
    const text = new TextDecoder('latin1').decode(pdf)
    expect(text).toMatch(/\/Marked true/)
    expect(text).toMatch(/\/DisplayDocTitle true/)
    expect(text).toMatch(/\/Lang \(en\)/)
    // Every line of text is an element; what is not is an artifact.
    for (const kind of ['/S /Document', '/S /H1', '/S /H2', '/S /P']) expect(text).toContain(kind)
    const page = await (await getDocumentProxy(pdf.slice())).getPage(1)
    const tree = await page.getStructTree()
    expect(tree?.children[0]).toMatchObject({ role: 'Document' })
    expect((text.match(/\/Artifact/g) ?? []).length).toBeGreaterThan(2)
  })
})
