import { formatMinor, sum } from '../../../../domain/amounts.ts'
import type { Submission, SubmissionLine } from '../../../../domain/claim.ts'
import { type Line, X12Refusal } from '../write.ts'
import { adjustmentSegments } from './adjustments.ts'
import { decidedOn } from './claimLoops.ts'

/**
 * Loop 2430: what the HMO that pays before decided of the line. Throws when that doesn't come to
 * the line's charge, which the payer would refuse (source: 005010X224A2 section 1.4.4, SV302 =
 * SVD02 + CAS).
 */
export function lineAdjudication({ firstPayer, currency }: Submission, line: SubmissionLine): Line[] {
  const decision = firstPayer?.decision ?? null
  const decided = decision?.lines.find(({ lineNumber }) => lineNumber === line.lineNumber)
  if (firstPayer === undefined || decision === null || decided === undefined) return []
  const money = (amount: number) => formatMinor(amount, currency)
  const adjusted = sum(decided.adjustments.map(({ amount }) => amount))
  if (decided.paid + adjusted !== line.charge)
    throw new X12Refusal(
      '2430 SVD02',
      `what the first HMO paid and adjusted of line ${line.lineNumber} does not come to its charge: claim the same amount from both`,
    )
  const patients = sum(decided.adjustments.filter(({ group }) => group === 'PR').map(({ amount }) => amount))
  return [
    ['SVD', firstPayer.payerId, money(decided.paid), ['AD', line.code], '', String(line.quantity)],
    ...adjustmentSegments('2430', decided.adjustments, money),
    decidedOn(decision),
    ...(patients > 0 ? ([['AMT', 'EAF', money(patients)]] satisfies Line[]) : []),
  ]
}
