import { type Minor, sum } from '../../../domain/amounts.ts'
import { grouped } from '../../../domain/grouped.ts'
import type { RemittanceClaim, RemittanceLine } from '../../../domain/money/remittance.ts'
import { type Notice, unreadable } from '../../contract.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { areSame, PAYMENT_ROWS, saidIn, takenAway } from '../../formats/table/paymentRows.ts'
import type { CordilleraColumn } from './columns.ts'
import { CURRENCY } from './declaration.ts'
import type { CordilleraRow } from './readRows.ts'
import { amountOf, cutsOf, dayOf, distinct, matchOf, unknownReasons } from './values.ts'

/** As its bank advice names it. */
const PAYER = 'CORDILLERA DENTAL'
/** Say the same in every row: one file is one payment. */
const OF_THE_PAYMENT: readonly CordilleraColumn[] = ['payment_no', 'paid_on', 'currency']

interface PaidRow {
  row: CordilleraRow
  kind: keyof typeof PAYMENT_ROWS
  line: RemittanceLine
}

/**
 * One payment, with exactly the amounts that stand in the file: the trailer's total is what arrives
 * at the bank, and whether the rows add up to it is the domain's question. A row that cannot be
 * read makes the file unreadable: half a payment is none.
 */
export function decodeRemittance(rows: CordilleraRow[], total: string): Notice[] {
  const [first] = rows
  if (first === undefined) return [unreadable('a payment without a row')]
  if (!areSame(rows, OF_THE_PAYMENT)) return [unreadable('a file of more than one payment')]
  const [amount, paidOn, traceNumber] = [amountOf(total), dayOf(first.cell('paid_on')), first.cell('payment_no')]
  if (first.cell('currency') !== CURRENCY) return [unreadable(`a payment that is not in ${CURRENCY}`)]
  if (amount === null || paidOn === null || traceNumber === '')
    return [unreadable('a payment without number, day or exact total')]
  const read: PaidRow[] = []
  for (const row of rows) {
    const paid = readRow(row)
    if (typeof paid === 'string') return [unreadable(`row ${row.place}: ${paid}`)]
    read.push(paid)
  }
  const ofClaims = read.filter(({ kind }) => kind !== 'adjustment')
  const claims = [...grouped(ofClaims, claimKey).values()].flatMap(claimOf)
  const providerAdjustments = read.filter(({ kind }) => kind === 'adjustment').map(adjustmentOf)
  const payment = { payer: PAYER, traceNumber, paidOn, currency: CURRENCY, amount }
  return [
    { kind: 'remittance', remittance: { ...payment, claims, providerAdjustments, said: [] } },
    ...claims.flatMap((claim) =>
      unknownReasons(
        matchOfClaim(claim),
        claim.lines.flatMap(({ adjustments }) => adjustments),
      ),
    ),
  ]
}

/** In words what is wrong with the row. */
function readRow(row: CordilleraRow): PaidRow | string {
  const kind = ourWord(PAYMENT_ROWS, row.cell('kind'))
  if (kind === null) return 'an unknown kind of row'
  const paid = amountOf(row.cell('paid'))
  if (kind === 'adjustment') {
    if (paid === null || row.cell('reason_1') === '') return 'an adjustment without amount or reason'
    return { row, kind, line: lineOf(row, 0, paid, []) }
  }
  const charged = amountOf(row.cell('charged'))
  const cuts = cutsOf(row)
  if (row.cell('submission') === '' && row.cell('claim_no') === '') return 'it names no claim'
  if (row.cell('line_ref') === '' || row.cell('procedure') === '') return 'it names no line of the claim'
  if (charged === null || paid === null || cuts === null) return 'an amount or its reason cannot be read'
  const isSigned = kind === 'reversal' ? charged <= 0 && paid <= 0 : charged >= 0 && paid >= 0
  if (!isSigned) return 'its amounts have not the sign of their kind'
  return { row, kind, line: lineOf(row, charged, paid, cuts) }
}

function lineOf(
  row: CordilleraRow,
  charged: Minor,
  paid: Minor,
  adjustments: RemittanceLine['adjustments'],
): RemittanceLine {
  return { controlNumber: row.cell('line_ref'), code: row.cell('procedure'), charged, paid, adjustments }
}

function claimKey({ row, kind }: PaidRow): string {
  return [kind, row.cell('submission').toUpperCase(), row.cell('claim_no')].join('\n')
}

function claimOf(rows: PaidRow[]): RemittanceClaim[] {
  const [first] = rows
  if (first === undefined) return []
  const lines = rows.map(({ line }) => line)
  const patient = lines.flatMap(({ adjustments }) => adjustments.filter(({ bucket }) => bucket === 'patient'))
  return [
    {
      ...matchOf(first.row),
      kind: first.kind === 'reversal' ? 'reversal' : 'payment',
      outcome: 'processed',
      charged: sum(lines.map(({ charged }) => charged)),
      paid: sum(lines.map(({ paid }) => paid)),
      patientResponsibility: patient.length === 0 ? null : sum(patient.map(({ amount }) => amount)),
      adjustments: [],
      lines,
      // The columns of what is not paid are always there: an empty one is nothing.
      itemised: true,
      said: distinct(
        rows.flatMap(({ row }) => [
          { list: 'payment row', code: row.cell('kind') },
          ...saidIn('remarks', '', row.cell('text')),
        ]),
      ),
    },
  ]
}

function matchOfClaim({ submissionNumber, references }: RemittanceClaim) {
  return { ...(submissionNumber === undefined ? {} : { submissionNumber }), references }
}

function adjustmentOf({ row, line }: PaidRow) {
  const [reason = {}] = saidIn('reason', row.cell('reason_1'), row.cell('text'))
  return { reason, reference: row.cell('claim_no'), amount: takenAway(line.paid) }
}
