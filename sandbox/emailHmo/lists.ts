import { adjudicate } from './adjudicate.ts'
import type { VisayasClaim, VisayasStatement } from './book.ts'
import { amountOf } from './readClaims.ts'

/** A list as it goes into a mail: rows, and behind them how many there are. */
export function csv(columns: string[], rows: (string | number)[][]): string {
  return [columns, ...rows, ['END', rows.length]].map((row) => `${row.join(';')}\r\n`).join('')
}

const STATUSES: Partial<Record<VisayasStatement, [status: string, reason: string, text: string]>> = {
  acknowledged: ['RECEIVED', '', ''],
  'in-review': ['IN-REVIEW', '', ''],
  'papers-wanted': ['PAPERS-WANTED', 'XRAY', 'we need an X-ray of this claim'],
  returned: ['RETURNED', 'MEMBER-UNKNOWN', 'no such member or no such claim'],
}

/** `misled`: submission numbers that the list gets wrong (the fault wrongRef). */
export function statusList(
  due: { claim: VisayasClaim; what: VisayasStatement }[],
  misled: ReadonlySet<VisayasClaim>,
): string {
  return csv(
    ['submission', 'claim', 'status', 'reason', 'text'],
    due.map(({ claim, what }) => {
      const numbers = misled.has(claim) ? ['0'.repeat(16), ''] : [claim.submissionNumber, claim.claimNumber]
      return [...numbers, ...(STATUSES[what] ?? [])]
    }),
  )
}

export function decisionList(claims: VisayasClaim[]): string {
  return csv(
    [
      'submission',
      'claim',
      'line',
      'code',
      'decision',
      'charged',
      'contract_cut',
      'patient_share',
      'denied',
      'payable',
      'reason',
      'text',
    ],
    claims.flatMap((claim) =>
      adjudicate(claim).map(({ line, code, charge, contractual, patient, denied, payable, reason }) => [
        claim.submissionNumber,
        claim.claimNumber,
        line,
        code,
        denied === 0 ? 'APPROVED' : payable === 0 ? 'DENIED' : 'REDUCED',
        ...[charge, contractual, patient, denied, payable].map(amountOf),
        reason,
        '',
      ]),
    ),
  )
}

/** One payment for all that is due to one account in one currency. */
export function paymentList(number: string, paidOn: string, due: { claim: VisayasClaim; paid: number }[]): string {
  const total = due.reduce((sum, { paid }) => sum + paid, 0)
  return csv(
    [
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
    ],
    due.map(({ claim, paid }) => [
      number,
      paidOn,
      claim.currency,
      amountOf(total),
      paid < 0 ? 'REVERSAL' : 'PAYMENT',
      claim.submissionNumber,
      claim.claimNumber,
      amountOf(claim.total),
      amountOf(paid),
      '',
      '',
    ]),
  )
}
