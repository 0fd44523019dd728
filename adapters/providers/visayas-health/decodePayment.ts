import { isCurrency, type Minor, parseMinor } from '../../../domain/amounts.ts'
import type { ProviderAdjustment, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { type Notice, unreadable } from '../../contract.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { areSame, PAYMENT_ROWS, takenAway } from '../../formats/table/paymentRows.ts'
import type { VisayasRow } from './lists.ts'
import { matchOf, reasonIn } from './notices.ts'

export const PAYMENT_COLUMNS = [
  'payment',
  'paid_on',
  'currency',
  'payment_total',
  'row',
  'submission',
  'claim',
  'charged',
  'paid',
  'reason',
  'text',
]
/** Says the same in every row: one list is one payment. */
const OF_THE_PAYMENT = ['payment', 'paid_on', 'currency', 'payment_total']

/**
 * One payment, with exactly the amounts that stand in the list; whether they add up is the domain's
 * question.
 */
export function decodePayment(rows: VisayasRow[]): Notice[] {
  const [first] = rows
  if (first === undefined) return [unreadable('a payment without a row')]
  if (!areSame(rows, OF_THE_PAYMENT)) return [unreadable('a list of more than one payment')]
  const currency = first.cell('currency')
  if (!isCurrency(currency)) return [unreadable('a payment in a currency that we do not know')]
  const amount = parseMinor(first.cell('payment_total'), currency)
  const paidOn = first.cell('paid_on')
  if (amount === null || first.cell('payment') === '' || !/^\d{4}-\d{2}-\d{2}$/.test(paidOn))
    return [unreadable('a payment without number, date or exact amount')]
  const claims: RemittanceClaim[] = []
  const providerAdjustments: ProviderAdjustment[] = []
  for (const row of rows) {
    const kind = ourWord(PAYMENT_ROWS, row.cell('row'))
    const paid = parseMinor(row.cell('paid'), currency)
    const charged = parseMinor(row.cell('charged') || '0', currency)
    if (kind === null || paid === null || charged === null)
      return [unreadable(`row ${row.place} of a payment cannot be read`)]
    if (kind === 'adjustment') providerAdjustments.push(adjustmentOf(row, paid))
    else claims.push(claimOf(row, kind, charged, paid))
  }
  return [
    {
      kind: 'remittance',
      remittance: {
        payer: PAYER,
        traceNumber: first.cell('payment'),
        paidOn,
        currency,
        amount,
        claims,
        providerAdjustments,
        said: [],
      },
    },
  ]
}

/** The payer's name as it stands in their payments. */
const PAYER = 'VISAYAS-HEALTH'

/** The decision came before, line by line; the payment says only how much. */
function claimOf(row: VisayasRow, kind: 'payment' | 'reversal', charged: Minor, paid: Minor): RemittanceClaim {
  const { submissionNumber, references } = matchOf(row)
  return {
    ...(submissionNumber === undefined ? {} : { submissionNumber }),
    references,
    kind,
    outcome: 'processed',
    charged,
    paid,
    patientResponsibility: null,
    adjustments: [],
    lines: [],
    itemised: false,
    said: [{ list: 'payment row', code: row.cell('row') }, ...reasonIn(row)],
  }
}

function adjustmentOf(row: VisayasRow, paid: Minor): ProviderAdjustment {
  return { reason: reasonIn(row)[0] ?? {}, reference: row.cell('claim'), amount: takenAway(paid) }
}
