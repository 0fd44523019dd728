import { moneyInWords } from '../../../domain/amounts.ts'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import { visitBalance } from '../readVisitBalance.ts'

/**
 * Refuses to take a bill to the patient back when the patient's receipts have begun to pay it: then
 * it is a matter between the clinic and the patient first. Null: nothing was paid for it.
 */
export async function patientHasPaid(
  tx: Tx,
  { organisationId, claimId }: { organisationId: string; claimId: string },
  { action, lineNumber, amount }: Extract<Fact, { type: 'line_settled' }>,
): Promise<Refused | null> {
  if (action !== 'bill_patient') return null
  const line = await tx
    .selectFrom('claim_lines')
    .select('visit_id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('line_number', '=', lineNumber)
    .executeTakeFirst()
  const visitId = line?.visit_id ?? null
  const balance = visitId === null ? null : await visitBalance(tx, organisationId, visitId)
  if (balance === null) return null
  const paid = balance.patientShare - balance.patientOwes
  const left = Math.max(0, balance.patientShare - amount)
  if (paid <= left) return null
  const money = moneyInWords(paid - left, balance.currency)
  const detail = `the patient has paid ${money} of the bill: give it back and lower the visit's receipts first`
  return refused('built-upon', detail, { followedBy: [{ kind: 'receipt', visitId }] })
}
