import type { Reference, Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import { readCsv } from '../../formats/csv/readCsv.ts'
import { type RecordRow, readRecords, type TableProblem } from '../../formats/table/readRecords.ts'
import { marksOfRows, remittancesOf, withoutTotal } from '../../formats/table/remittance.ts'
import { readXlsx } from '../../formats/xlsx/readXlsx.ts'
import { CLAIM_LIST, CSV, PAYMENT, STATUSES, WRITING } from './columns.ts'
import { declaration, type LagunaSettings } from './declaration.ts'

type ClaimRow = RecordRow<keyof typeof CLAIM_LIST>

/**
 * What a download of Laguna's portal says: its list of payments or its list of claims, as CSV or
 * workbook. A file with any doubt in it is unreadable as a whole.
 */
export async function decode(message: InMessage, ctx: Context<LagunaSettings>): Promise<Notice[]> {
  if (message.transport !== 'manual') return [unreadable('Laguna Care answers by paper and download only')]
  const table = isZip(message.body) ? await readXlsx(message.body) : readCsv(message.body, CSV)
  if (!table.ok) return [unreadable(table.because)]
  const writing = { ...WRITING, currency: ctx.currency }
  const payments = readRecords(table, PAYMENT, writing)
  if (!isOther(payments.problems)) return decodePayments(payments, ctx)
  const claims = readRecords(table, CLAIM_LIST, writing)
  if (isOther(claims.problems))
    return [unreadable('it is neither the list of payments nor the list of claims of the portal')]
  return unlessDoubtful(claims.problems) ?? decodeClaims(claims.rows)
}

function decodePayments(
  { rows, problems }: ReturnType<typeof readRecords<keyof typeof PAYMENT>>,
  ctx: Context<LagunaSettings>,
): Notice[] {
  const doubtful = unlessDoubtful(problems)
  if (doubtful !== null) return doubtful
  const counted = withoutTotal(rows)
  const read = remittancesOf(counted.rows, {
    payer: declaration.name.toUpperCase(),
    currency: ctx.currency,
    itemised: true,
  })
  return (
    unlessDoubtful([...counted.problems, ...read.problems]) ??
    emptyOr(read.remittances.map((remittance) => ({ kind: 'remittance', remittance })))
  )
}

/**
 * The last row says how many there are: a list that is cut at the end of a row looks whole without
 * it.
 */
function decodeClaims(rows: ClaimRow[]): Notice[] {
  const last = rows.at(-1)?.text
  const listed = rows.slice(0, -1)
  if (last?.submissionNumber?.toLowerCase() !== 'total') return [unreadable('last row: no total: the list is cut')]
  if (last.reference !== String(listed.length)) return [unreadable('last row: not as many claims as the list says')]
  return emptyOr(listed.map(decodeClaim))
}

function decodeClaim({ text, amount }: ClaimRow): Notice {
  const { submissionNumber, reference, status = '', statusOn, remarks } = text
  const references: Reference[] = reference === undefined ? [] : [{ type: 'claim-number', value: reference }]
  const word = status.toUpperCase().replace(/\s+/g, ' ')
  const fact: ProviderFact = Object.hasOwn(STATUSES, word)
    ? (STATUSES[word]?.(remarks) ?? { type: 'other' })
    : { type: 'other' }
  const marks = { ...marksOfRows([{ text }]), ...(amount.claimed === undefined ? {} : { charged: amount.claimed }) }
  const said: Said[] = [{ list: 'portal status', code: status }, ...(remarks === undefined ? [] : [{ text: remarks }])]
  return {
    kind: 'claim',
    match: {
      ...(submissionNumber === undefined ? {} : { submissionNumber: submissionNumber.toUpperCase() }),
      references,
      ...(Object.keys(marks).length === 0 ? {} : { marks }),
    },
    fact,
    // The list gives the day only.
    ...(statusOn === undefined ? {} : { at: `${statusOn}T12:00:00.000Z` }),
    said,
    references,
  }
}

/** The titles are not those of this list. */
function isOther(problems: TableProblem[]): boolean {
  return problems.some(({ where }) => where === 'title row')
}

function unlessDoubtful(problems: TableProblem[]): Notice[] | null {
  const [first] = problems
  if (first === undefined) return null
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`
  return [unreadable(`${first.where}: ${first.message}${more}`)]
}

function emptyOr(notices: Notice[]): Notice[] {
  return notices.length === 0 ? [unreadable('the list is empty')] : notices
}

function isZip(body: Uint8Array): boolean {
  return body[0] === 0x50 && body[1] === 0x4b
}
