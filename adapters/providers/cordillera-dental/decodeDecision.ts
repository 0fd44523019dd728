import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Said } from '../../../domain/claim.ts'
import { grouped } from '../../../domain/grouped.ts'
import type { LineMarks } from '../../../domain/inbox/marks.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import { type Context, type Notice, unreadable } from '../../contract.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { saidIn } from '../../formats/table/paymentRows.ts'
import { DECISIONS } from './codes.ts'
import type { CordilleraSettings } from './declaration.ts'
import type { CordilleraRow } from './readRows.ts'
import { amountOf, cutsOf, distinct, instantOf, matchOf, numberOf, unknownReasons } from './values.ts'

/** A row whose amounts hold; `outcome` null is a decision that we have no word for. */
interface DecidedRow {
  row: CordilleraRow
  at: string
  line: Omit<LineDecision, 'outcome'>
  outcome: keyof typeof DECISIONS | null
}

/**
 * Decisions line by line. charged − cuts = payable in every row and the trailer's total over all,
 * else the file is wrong and nobody knows where: unreadable as a whole.
 */
export function decodeDecision(rows: CordilleraRow[], total: string, ctx: Context<CordilleraSettings>): Notice[] {
  const read: DecidedRow[] = []
  for (const row of rows) {
    const decided = readRow(row, ctx)
    if (typeof decided === 'string') return [unreadable(`row ${row.place}: ${decided}`)]
    read.push(decided)
  }
  if (amountOf(total) !== sum(read.map(({ line }) => line.payable)))
    return [unreadable('the rows do not add up to the total of the trailer')]
  return [...grouped(read, ({ row }) => row.cell('submission').toUpperCase()).values()].flatMap(aboutClaim)
}

/** In words what is wrong with the row. */
function readRow(row: CordilleraRow, { zone }: Context<CordilleraSettings>): DecidedRow | string {
  const lineNumber = numberOf(row.cell('line'))
  const at = instantOf(row.cell('decided_at'), zone)
  const [charged, payable] = [amountOf(row.cell('charged')), amountOf(row.cell('payable'))]
  const adjustments = cutsOf(row)
  if (row.cell('submission') === '' || lineNumber === null) return 'it names no line of a claim'
  if (at === null) return 'decided_at is no time'
  if (charged === null || payable === null || adjustments === null) return 'an amount or its reason cannot be read'
  const cuts = adjustments.map(({ amount }) => amount)
  if ([charged, payable, ...cuts].some((amount) => amount < 0)) return 'an amount is negative'
  if (charged - sum(cuts) !== payable) return 'it does not add up'
  const outcome = ourWord(DECISIONS, row.cell('decision'))
  if (outcome !== null && !fits(outcome, charged, payable)) return 'its amounts are not those of its decision'
  return { row, at, line: { lineNumber, payable, adjustments, said: saidOf(row) }, outcome }
}

function fits(outcome: keyof typeof DECISIONS, charged: Minor, payable: Minor): boolean {
  switch (outcome) {
    case 'approved':
      return true
    case 'reduced':
      return payable < charged
    case 'denied':
      return payable === 0
  }
}

function aboutClaim(rows: DecidedRow[]): Notice[] {
  const [first] = rows
  if (first === undefined) return []
  const marks = { lines: rows.map(({ row }) => marksOf(row)) }
  const match = { ...matchOf(first.row), marks }
  const { references } = match
  const lines = rows.flatMap(({ line, outcome }) => (outcome === null ? [] : [{ ...line, outcome }]))
  const isClear = lines.length === rows.length && isOnceEach(rows)
  if (!isClear) {
    const said = distinct(rows.flatMap(({ row }) => saidOf(row)))
    return [{ kind: 'claim', match, fact: { type: 'other' }, at: first.at, said, references }]
  }
  return [
    { kind: 'claim', match, fact: { type: 'decided', lines }, at: first.at, said: [], references },
    ...unknownReasons(
      match,
      lines.flatMap(({ adjustments }) => adjustments),
    ),
  ]
}

function marksOf(row: CordilleraRow): LineMarks {
  const charged = amountOf(row.cell('charged'))
  return { controlNumber: row.cell('line'), code: row.cell('procedure') || null, charged, day: null }
}

/** Two words about one line, or two claim numbers, contradict each other. */
function isOnceEach(rows: DecidedRow[]): boolean {
  const claimNumbers = new Set(rows.map(({ row }) => row.cell('claim_no')))
  return claimNumbers.size === 1 && new Set(rows.map(({ line }) => line.lineNumber)).size === rows.length
}

function saidOf(row: CordilleraRow): Said[] {
  const text = row.cell('text')
  return [{ list: 'decision', code: row.cell('decision') }, ...saidIn('remarks', '', text)]
}
