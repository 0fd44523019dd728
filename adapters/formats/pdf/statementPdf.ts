import { shownAmount } from '../../../domain/amounts.ts'
import { localDay } from '../localDay.ts'
import { asksForMoney, type Statement } from '../statement/statement.ts'
import { grid, words } from './blocks.ts'
import { GREY, printPdf } from './print.ts'

/**
 * A statement that goes on top of its claims: number, list, total. Throws `PdfRefusal` as
 * `claimForm` does.
 */
export async function statementPdf(statement: Statement): Promise<Uint8Array> {
  const { number, letterhead, practice, currency, rows, total, branches, payee, preparedBy, dueOn } = statement
  const { provider, mode, now, zone } = letterhead
  const test = mode === 'test'
  return printPdf({
    title: `Statement of account ${number}`,
    at: now,
    foot: { text: [{ text: number, font: 'Mono' }, ' · made by claimhub'] },
    watermark: test ? 'TEST' : null,
    content: [
      { text: test ? 'Statement of account (test)' : 'Statement of account', fontSize: 19, bold: true },
      { text: number, font: 'Mono', bold: true, fontSize: 17, margin: [0, 4, 0, 0] },
      { text: 'Please quote it with your payment.', color: GREY, margin: [0, 0, 0, 8] },
      line('To', provider),
      line('From', practice.taxId === undefined ? practice.name : `${practice.name}, tax number ${practice.taxId}`),
      line('Branch', branches.join(', ')),
      line('Made on', localDay(now, zone)),
      ...(dueOn === null ? [] : [line('Payment due', dueOn)]),
      ...(preparedBy.length === 0 ? [] : [line('Prepared by', preparedBy.join(', '))]),
      line('Payee', payee.name),
      ...(payee.bank === undefined
        ? []
        : [line('Bank', [payee.bank.name, payee.bank.account, payee.bank.code].filter(Boolean).join(', '))]),
      line('Claims', String(rows.length)),
      {
        ...grid(
          [
            { title: '#', width: 18, right: true },
            { title: 'Submission number', width: 112 },
            { title: 'Patient, member number', width: '*' },
            { title: 'Services', width: 56 },
            { title: 'Lines', width: 26, right: true },
            { title: 'Files', width: 24, right: true },
            { title: `Amount ${currency}`, width: 76, right: true },
          ],
          rows.map((row, index) => [
            String(index + 1),
            {
              stack: [
                { text: row.submissionNumber, font: 'Mono' },
                { text: noteOf(row), color: GREY, fontSize: 7.5 },
              ],
            },
            { stack: [words(`${row.patient.family}, ${row.patient.given}`), words(row.memberId)] },
            row.from === row.to ? row.from : { stack: [row.from, row.to] },
            String(row.lines),
            String(row.files),
            asksForMoney(row) ? shownAmount(row.amount, currency) : 'none',
          ]),
          [
            [
              { text: 'Total claimed', colSpan: 6, bold: true, alignment: 'right' },
              ...Array(5).fill(''),
              { text: shownAmount(total, currency), bold: true, fontSize: 10, alignment: 'right' },
            ],
          ],
        ),
        margin: [0, 10, 0, 0],
      },
    ],
  })
}

function line(label: string, value: string) {
  return { columns: [{ width: 60, text: label, color: GREY }, words(value)] }
}

function noteOf({ claimNumber, purpose }: Statement['rows'][number]): string {
  return purpose === 'new' ? claimNumber : `${claimNumber}, ${purpose}`
}
