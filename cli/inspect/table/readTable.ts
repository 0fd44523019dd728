import type { Cell, Table } from '../../../adapters/formats/table/cells.ts'
import { type RecordRow, type Records, readRecords } from '../../../adapters/formats/table/readRecords.ts'
import type { Writing } from '../../../adapters/formats/table/readValue.ts'
import { formatMinor, isCurrency, type Minor, sum } from '../../../domain/amounts.ts'
import { grouped } from '../../../domain/grouped.ts'
import { checkBalance, type PaymentClaim } from '../balance.ts'
import {
  type ClaimReport,
  type DocumentProblem,
  emptyTransaction,
  type Reading,
  type ReadTransaction,
} from '../report.ts'
import { withoutClosing } from './closing.ts'
import { columns, type SheetColumn } from './columns.ts'

type Row = RecordRow<SheetColumn>
type Rows = (Cell | null)[][]

/**
 * Reads a table of payments (or of claims, where nothing is paid) whose titles we know. Rows of one
 * claim belong together; the table states no total, so that what it pays is the sum of its rows.
 */
export function readTable(whole: Table & { ok: true }, mediaType: string): Reading {
  const { rows, counted } = withoutClosing(whole.rows)
  const table = { ...whole, rows }
  const writing = writingOf(table.rows)
  const payments = firstOf(table, writing, [
    ['submissionNumber', 'paid'],
    ['reference', 'paid'],
  ])
  const claims = payments === null ? firstOf(table, writing, [['submissionNumber', 'charged']]) : null
  const short = mediaType === CSV ? shortRows(table.rows, payments ?? claims) : []
  const transaction =
    payments !== null ? remittance(payments, writing) : claims !== null ? claimList(claims, writing) : null
  if (transaction === null) return { readable: false, mediaType, because: NO_TITLES }
  transaction.report.problems.push(...short, ...miscounted(payments ?? claims, counted))
  return { readable: true, mediaType, transactions: [transaction] }
}

const CSV = 'text/csv'
const NO_TITLES = 'a table without the titles of a remittance (a claim number and an amount paid)'

function miscounted(records: Records<SheetColumn> | null, counted: number | null): DocumentProblem[] {
  if (records === null || counted === null || counted === records.rows.length) return []
  const message = `it says ${counted} rows, and there are ${records.rows.length}`
  return [{ code: 'segment-count', where: 'last row', message }]
}

/** A row with fewer cells than there are titles: CSV has no other sign that a file was cut. */
function shortRows(rows: Rows, records: Records<SheetColumn> | null): DocumentProblem[] {
  const first = records?.rows[0]
  if (records === null || first === undefined) return []
  const titles = rows.slice(0, first.place - 1).findLast((row) => row.some((cell) => cell !== null))
  return records.rows.flatMap(({ place }) =>
    (rows[place - 1] ?? []).length < (titles ?? []).length
      ? [{ code: 'malformed' as const, where: `row ${place}`, message: 'fewer cells than titles: the file may be cut' }]
      : [],
  )
}

/** The records by the first set of required titles that the table has. */
function firstOf(
  table: Table & { ok: true },
  writing: Writing,
  required: SheetColumn[][],
): Records<SheetColumn> | null {
  for (const titles of required) {
    const records = readRecords(table, columns(titles), writing)
    if (!records.problems.some(({ where }) => where === 'title row')) return records
  }
  return null
}

function remittance({ rows, problems }: Records<SheetColumn>, { currency }: Writing): ReadTransaction {
  const report = emptyTransaction('remittance', rows[0]?.text.payment ?? null)
  report.problems.push(...problems)
  const claims = [...claimsOf(rows).values()]
  report.claims.push(...claims.map((each) => orStatus(claimReport(each, currency), 'processed')))
  const paid = rows.map(({ amount }) => amount.paid ?? null)
  const total = paid.includes(null) ? null : sum(paid.filter((amount) => amount !== null))
  report.total = total === null ? null : formatMinor(total, currency)
  const payment = { amount: total, claims: claims.map(amountsOf), providerAdjustments: [] }
  const checked = checkBalance(payment, currency, (claim) => {
    const row = claim === undefined ? undefined : claims[claim]?.[0]
    return row === undefined ? 'the table' : `row ${row.place}`
  })
  report.problems.push(...checked.problems)
  report.balanced = checked.balanced && problems.length === 0
  const notes: [string, string][] = [
    ['payment number', rows[0]?.text.payment ?? ''],
    ['paid on', rows[0]?.text.paidOn ?? ''],
  ]
  return { report, title: 'table of payments', notes, currency }
}

function claimList({ rows, problems }: Records<SheetColumn>, { currency }: Writing): ReadTransaction {
  const report = emptyTransaction('claim', null)
  report.problems.push(...problems)
  const claims = [...claimsOf(rows).values()]
  report.claims.push(
    ...claims.map((each) => ({
      ...orStatus(claimReport(each, currency), purposeOf(each[0]?.text.purpose)),
      paid: null,
    })),
  )
  const charged = rows.map(({ amount }) => amount.charged ?? null)
  if (!charged.includes(null)) report.total = formatMinor(sum(charged.filter((amount) => amount !== null)), currency)
  return { report, title: 'table of claims', notes: [], currency }
}

/** Our word for what the rows ask for; a word that we don't know is kept. */
function purposeOf(said = 'NEW'): string {
  return PURPOSES[said.toUpperCase()] ?? said
}

const PURPOSES: Readonly<Record<string, string>> = {
  NEW: 'new',
  ORIGINAL: 'new',
  REPLACE: 'replacement',
  REPLACEMENT: 'replacement',
  APPEAL: 'appeal',
  VOID: 'void',
  SUPPLEMENT: 'supplement',
}

function claimsOf(rows: Row[]): Map<string, Row[]> {
  return grouped(rows, ({ text, place }) => (text.submissionNumber ?? text.reference ?? `row ${place}`).toUpperCase())
}

function claimReport(rows: Row[], currency: string): ClaimReport {
  const [first] = rows
  const total = (column: SheetColumn) => {
    const amounts = rows.map(({ amount }) => amount[column])
    return amounts.includes(undefined) ? null : formatMinor(sum(amounts.map((amount) => amount ?? 0)), currency)
  }
  return {
    claimId: first?.text.submissionNumber ?? null,
    reference: first?.text.reference ?? null,
    status: first?.text.status ?? null,
    charged: total('charged'),
    paid: total('paid'),
    patientResponsibility: total('patient'),
    lines: rows.some(({ text }) => text.line !== undefined || text.code !== undefined) ? rows.length : 0,
    adjustments: rows.flatMap(({ amount, text }) =>
      TAKEN.flatMap((group) => {
        const taken = amount[group] ?? 0
        return taken === 0 ? [] : [{ group, reason: text.reason ?? '', amount: formatMinor(taken, currency) }]
      }),
    ),
  }
}

function orStatus(claim: ClaimReport, otherwise: string): ClaimReport {
  return { ...claim, status: claim.status ?? otherwise }
}

/** Columns of what is not paid, in words of ours. */
const TAKEN = ['contractual', 'patient', 'denied'] as const

function amountsOf(rows: Row[]): PaymentClaim {
  const whole = (column: SheetColumn): Minor | null => {
    const amounts = rows.map(({ amount }) => amount[column] ?? null)
    return amounts.includes(null) ? null : sum(amounts.map((amount) => amount ?? 0))
  }
  const itemised = rows.some(({ amount }) => TAKEN.some((group) => amount[group] !== undefined))
  return {
    charged: itemised ? whole('charged') : 0,
    paid: whole('paid'),
    adjustments: rows.flatMap(({ amount }) => TAKEN.map((group) => amount[group] ?? 0)),
    lines: [],
    kind: 'payment',
    itemised,
  }
}

/**
 * How the file writes amounts, where all of its cells agree; with a comma only when no cell has a
 * point for its decimals.
 */
function writingOf(rows: Rows): Writing {
  const texts = rows.flat().flatMap((cell) => (cell?.kind === 'text' ? [cell.text.trim()] : []))
  const comma =
    texts.some((text) => /^-?[\d.]*\d,\d{1,3}$/.test(text)) && !texts.some((text) => /^-?[\d,]*\d\.\d{1,2}$/.test(text))
  const stated = texts.find((text) => isCurrency(text))
  return {
    currency: stated ?? 'USD',
    decimal: comma ? ',' : '.',
    thousands: comma ? '.' : ',',
    days: 'YYYY-MM-DD',
  }
}
