import { type Minor, sum } from '../../../domain/amounts.ts'
import type { Reference } from '../../../domain/claim.ts'
import { grouped } from '../../../domain/grouped.ts'
import type { Marks } from '../../../domain/inbox/marks.ts'
import { reasonRuleOf } from '../../../domain/money/adjustmentReasons.ts'
import type { Adjustment, AdjustmentBucket } from '../../../domain/money/lineDecision.ts'
import type { Remittance, RemittanceClaim, RemittanceLine } from '../../../domain/money/remittance.ts'
import type { ColumnSpec, RecordRow, TableProblem } from './readRecords.ts'

/**
 * The columns of a remittance as spreadsheet: a row for each claim, or for each line of a claim. A
 * provider's folder says by which titles it knows them. `payment` and `paidOn` stand in every row,
 * or not at all (then the caller knows them).
 */
export const REMITTANCE_COLUMNS = [
  'submissionNumber',
  'reference',
  'line',
  'code',
  'charged',
  'paid',
  'contractual',
  'patient',
  'denied',
  'reason',
  'payment',
  'paidOn',
] as const
/** Columns by which a claim is known beside its numbers; a list has them or not. */
export const MARK_COLUMNS = ['patientName', 'birthDate', 'memberId', 'serviceDate'] as const
export type MarkColumn = (typeof MARK_COLUMNS)[number]
export type RemittanceColumn = (typeof REMITTANCE_COLUMNS)[number]
export type RemittanceRow = RecordRow<RemittanceColumn | MarkColumn>
export type RemittanceColumns = Record<RemittanceColumn | MarkColumn, ColumnSpec>

/** What the rows do not say. `payment` and `paidOn` are for rows without those columns. */
export interface RemittanceHead {
  payer: string
  currency: string
  payment?: string
  paidOn?: string
  /**
   * The columns of what was not paid are always there: an empty cell in them is 0, not "not said".
   */
  itemised?: true
}

/**
 * The rows without the last one, which says `Total` where the others name a claim, when they add up
 * to it. A file that is cut at the end of a row looks whole without it.
 */
export function withoutTotal(rows: RemittanceRow[]): { rows: RemittanceRow[]; problems: TableProblem[] } {
  const last = rows.at(-1)
  const where = 'last row'
  if (last?.text.submissionNumber?.toLowerCase() !== 'total')
    return { rows: [], problems: [{ code: 'missing', where, message: 'no total: the file is cut' }] }
  const others = rows.slice(0, -1)
  const adds = total(others, 'paid') === last.amount.paid && total(others, 'charged') === last.amount.charged
  return adds
    ? { rows: others, problems: [] }
    : { rows: [], problems: [{ code: 'malformed', where, message: 'the rows do not add up to the total' }] }
}

/**
 * One remittance for each payment number in the rows, with exactly the amounts that stand there:
 * whether they balance is the domain's question. Any row that names no claim or no payment makes
 * the whole file unreadable: half a payment is none.
 */
export function remittancesOf(
  rows: RemittanceRow[],
  head: RemittanceHead,
): { remittances: Remittance[]; problems: TableProblem[] } {
  const problems = rows.flatMap((row) => problemsOf(row, head))
  if (problems.length > 0) return { remittances: [], problems }
  const payments = grouped(rows, (row) => `${row.text.payment ?? head.payment}\n${row.text.paidOn ?? head.paidOn}`)
  return { remittances: [...payments.values()].map((payment) => remittanceOf(payment, head)), problems: [] }
}

function problemsOf({ place, text }: RemittanceRow, head: RemittanceHead): TableProblem[] {
  const missing = (what: string): TableProblem => ({
    code: 'missing',
    where: `row ${place}`,
    message: `names no ${what}`,
  })
  return [
    ...(text.submissionNumber === undefined && text.reference === undefined ? [missing('claim')] : []),
    ...((text.payment ?? head.payment) === undefined ? [missing('payment')] : []),
    ...((text.paidOn ?? head.paidOn) === undefined ? [missing('day of payment')] : []),
  ]
}

function remittanceOf(rows: RemittanceRow[], head: RemittanceHead): Remittance {
  const byClaim = grouped(rows, ({ text }) => (text.submissionNumber ?? text.reference ?? '').toUpperCase())
  const claims = [...byClaim.values()].map((claim) => claimOf(claim, head))
  return {
    payer: head.payer,
    traceNumber: rows[0]?.text.payment ?? head.payment ?? '',
    paidOn: rows[0]?.text.paidOn ?? head.paidOn ?? '',
    currency: head.currency,
    amount: sum(claims.map(({ paid }) => paid)),
    claims,
    providerAdjustments: [],
    said: [],
    summed: true,
  }
}

function claimOf(rows: RemittanceRow[], head: RemittanceHead): RemittanceClaim {
  const [first] = rows
  const references: Reference[] =
    first?.text.reference === undefined ? [] : [{ type: 'claim-number', value: first.text.reference }]
  const byLine = rows.every(({ text }) => text.line !== undefined || text.code !== undefined)
  const adjustments = rows.flatMap(adjustmentsOf)
  const patient = rows.map(({ amount }) => amount.patient).filter((each) => each !== undefined)
  return {
    ...(first?.text.submissionNumber === undefined
      ? {}
      : { submissionNumber: first.text.submissionNumber.toUpperCase() }),
    references,
    kind: 'payment',
    outcome: isDenied(rows) ? 'denied' : 'processed',
    charged: total(rows, 'charged'),
    paid: total(rows, 'paid'),
    patientResponsibility: patient.length === 0 ? null : sum(patient),
    adjustments: byLine ? [] : adjustments,
    lines: byLine ? rows.map(lineOf) : [],
    itemised: head.itemised ?? rows.some(({ amount }) => BUCKETS.some((bucket) => amount[bucket] !== undefined)),
    said: rows.flatMap(({ text }) => (text.reason === undefined ? [] : [{ text: text.reason }])),
    ...membersOf(rows),
  }
}

/** What the first row that says it says of the patient. */
function membersOf(rows: RemittanceRow[]): Pick<RemittanceClaim, 'marks' | 'correction'> {
  const marks = marksOfRows(rows)
  const [memberId] = marks.memberIds ?? []
  return {
    ...(Object.keys(marks).length === 0 ? {} : { marks }),
    ...(memberId === undefined ? {} : { correction: { memberId } }),
  }
}

/** Patient, member and days of some rows of a list about one claim. */
export function marksOfRows(
  rows: { text: Partial<Record<MarkColumn, string>> }[],
): Pick<Marks, 'patient' | 'memberIds' | 'days'> {
  const first = (column: MarkColumn) => rows.find(({ text }) => text[column] !== undefined)?.text[column]
  const [name, birthDate, memberId] = [first('patientName'), first('birthDate'), first('memberId')]
  const days = rows.flatMap(({ text }) => text.serviceDate ?? []).sort()
  const [from, to] = [days.at(0), days.at(-1)]
  const person = { ...(name === undefined ? {} : { name }), ...(birthDate === undefined ? {} : { birthDate }) }
  return {
    ...(Object.keys(person).length === 0 ? {} : { patient: person }),
    ...(memberId === undefined ? {} : { memberIds: [memberId] }),
    ...(from === undefined || to === undefined ? {} : { days: { from, to } }),
  }
}

/** Nothing paid, and all that was charged stands in the column of what was denied. */
function isDenied(rows: RemittanceRow[]): boolean {
  return total(rows, 'paid') === 0 && total(rows, 'denied') > 0 && total(rows, 'denied') === total(rows, 'charged')
}

/** `line` is our control number of the line, as the form shows it. */
function lineOf(row: RemittanceRow): RemittanceLine {
  return {
    controlNumber: row.text.line ?? null,
    code: row.text.code ?? '',
    charged: row.amount.charged ?? 0,
    paid: row.amount.paid ?? 0,
    adjustments: adjustmentsOf(row),
    ...(row.text.serviceDate === undefined ? {} : { day: row.text.serviceDate }),
  }
}

const BUCKETS = ['contractual', 'patient', 'denied'] as const satisfies AdjustmentBucket[]

function adjustmentsOf({ amount, text }: RemittanceRow): Adjustment[] {
  return BUCKETS.flatMap((bucket): Adjustment[] => {
    const taken = amount[bucket] ?? 0
    if (taken === 0) return []
    if (text.reason === undefined) return [{ bucket, amount: taken, said: { list: 'column', code: bucket } }]
    return [{ bucket, amount: taken, said: { text: text.reason }, ...meaningOf(bucket, text.reason) }]
  })
}

/**
 * The column says who bears the amount. A reason that is written as a claim adjustment reason code
 * says more of what stands in the column of what was denied.
 */
function meaningOf(
  column: AdjustmentBucket,
  reason: string,
): Pick<Adjustment, 'means'> & { bucket?: AdjustmentBucket } {
  const rule = column === 'denied' ? reasonRuleOf(reason) : null
  if (rule === null) return {}
  const { bucket, means } = rule
  return { bucket: bucket === 'patient' ? column : bucket, ...(means === undefined ? {} : { means }) }
}

function total(rows: RemittanceRow[], column: 'charged' | 'paid' | 'denied'): Minor {
  return sum(rows.map(({ amount }) => amount[column] ?? 0))
}
