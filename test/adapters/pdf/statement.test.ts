import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import { statementCsv } from '../../../adapters/formats/csv/statementCsv.ts'
import type { Letterhead } from '../../../adapters/formats/pdf/claimForm.ts'
import { statementPdf } from '../../../adapters/formats/pdf/statementPdf.ts'
import { statementOf } from '../../../adapters/formats/statement/statement.ts'
import { readXlsx } from '../../../adapters/formats/xlsx/readXlsx.ts'
import { statementXlsx } from '../../../adapters/formats/xlsx/statementXlsx.ts'
import { textOfPdf } from '../../support/pdfText.ts'
import { NUMBER, sampleSubmission } from '../fhir/sampleSubmission.ts'

const letterhead: Letterhead = {
  provider: 'Laguna Care',
  mode: 'production',
  now: '2026-11-04T20:00:00.000Z',
  zone: 'Asia/Manila',
  toothNotation: 'fdi',
}
const other = sampleSubmission({
  submissionNumber: 'A1B2C3D4E5F6G7H8',
  claimNumber: 'C-2026-000124',
  patient: { ...sampleSubmission().patient, family: '=HYPERLINK("http://x")', given: '王小明' },
})
const withdrawn = sampleSubmission({ submissionNumber: 'Z1B2C3D4E5F6G7H8', purpose: 'void' })
const statement = statementOf([sampleSubmission(), other, withdrawn], 7, letterhead)

describe('a statement of account', () => {
  it('has a number, every claim and the total of those that ask for money', async () => {
    const text = await textOfPdf(await statementPdf(statement))
    expect(text).toContain('S000000007')
    expect(text).toMatch(
      new RegExp(
        `1 ${NUMBER}\\s+C-2026-000123\\s+O.Brien & Söhne, Zoë <b>\\s+PF-100200\\s+2026-11-02\\s+2026-11-03\\s+2 2 13,600\\.50`,
      ),
    )
    expect(text).toMatch(/3 Z1B2C3D4E5F6G7H8[\s\S]*void[\s\S]*none/)
    expect(text).toMatch(/Total claimed\s+27,201\.00/)
  })

  it('says who prepared it, for which branch, whom to pay and by when', async () => {
    const payee = { name: 'Smile Holdings', bank: { name: 'First Bank', account: 'PH-90017' } }
    const agreed = { ...letterhead, preparedBy: ['Ana Cruz'], terms: { filingLimitDays: 60, paymentDueDays: 35 } }
    const text = await textOfPdf(await statementPdf(statementOf([sampleSubmission({ payee })], 7, agreed)))
    expect(text).toMatch(/Branch\s+Bright Smile Makati/)
    expect(text).toMatch(/Payment due\s+2026-12-10/)
    expect(text).toMatch(/Prepared by\s+Ana Cruz/)
    expect(text).toMatch(/Payee\s+Smile Holdings/)
    expect(text).toMatch(/Bank\s+First Bank, PH-90017/)
    // Two payees: one payment cannot go to both.
    const other = sampleSubmission({ payee: { name: 'Elsewhere' } })
    const mixed = await textOfPdf(await statementPdf(statementOf([sampleSubmission({ payee }), other], 7, agreed)))
    expect(mixed).toMatch(/Payee\s+Bright Smile Dental Group/)
  })

  it('H7 reads as CSV, where no name is a formula', () => {
    const table = readCsv(statementCsv(statement), { delimiter: ',', charset: 'utf-8' })
    if (!table.ok) throw new Error(table.because)
    const texts = table.rows.map((row) => row.map((cell) => (cell?.kind === 'text' ? cell.text : '')))
    expect(texts[2]).toEqual([
      'S000000007',
      '2',
      'A1B2C3D4E5F6G7H8',
      'C-2026-000124',
      'new',
      `'=HYPERLINK("http://x")`,
      '王小明',
      'PF-100200',
      '2026-11-02',
      '2026-11-03',
      '2',
      '2',
      'PHP',
      '13600.50',
      '13600.50',
    ])
    expect(texts[3]?.slice(-2)).toEqual(['13600.50', '0.00'])
  })

  it('reads as workbook, with amounts that can be added up', async () => {
    const table = await readXlsx(await statementXlsx(statement))
    if (!table.ok) throw new Error(table.because)
    const titles = table.rows.findIndex((row) => row[2]?.kind === 'text' && row[2].text === 'Submission number')
    expect(table.rows[titles + 1]?.at(-1)).toEqual({ kind: 'number', digits: '13600.5' })
    expect(table.rows[titles + 2]?.[5]).toEqual({ kind: 'text', text: `=HYPERLINK("http://x")` })
  })

  it('is printed again with the same bytes', async () => {
    for (const print of [statementPdf, statementXlsx, async (one: typeof statement) => statementCsv(one)])
      expect(Buffer.compare(await print(statement), await print(statement))).toBe(0)
  })
})
