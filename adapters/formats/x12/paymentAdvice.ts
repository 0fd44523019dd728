import type { Minor } from '../../../domain/amounts.ts'
import type { AmountReader } from './amounts.ts'
import { at, type X12Problem, type X12Segment } from './interchange.ts'

/**
 * An 835 in its own words: codes are verbatim, amounts are minor units of `currency` with the
 * document's signs.
 */
export interface PaymentAdvice {
  currency: string
  /** BPR02 with its own sign; whether BPR03 says credit or debit, the provider gets it. */
  amount: Minor
  /** YYYY-MM-DD */
  paidOn: string
  traceNumber: string
  /** Tax number of TRN03, or else the payer's identifier. */
  payer: string
  payerName: string
  claims: X12PaidClaim[]
  /** PLB: positive takes money away. */
  providerAdjustments: { reason: string; reference: string; amount: Minor }[]
  problems: X12Problem[]
}

export interface X12PaidClaim {
  /** From 1, in the order of the document. */
  position: number
  /** CLP01 */
  ownNumber: string
  /** CLP02 */
  status: string
  charged: Minor
  paid: Minor
  patientResponsibility: Minor | null
  /** CLP07 */
  payerNumber: string
  references: { qualifier: string; value: string }[]
  /** Remittance advice remark codes of the claim and its lines. */
  remarks: string[]
  /** CAS of the claim itself. */
  adjustments: PaidAdjustment[]
  lines: X12PaidLine[]
}

export interface X12PaidLine {
  /** The code that was paid for. */
  code: string
  /** The code as submitted, when the payer restated it (SVC06). */
  submittedCode: string | null
  charged: Minor
  paid: Minor
  /** REF*6R */
  controlNumber: string | null
  adjustments: PaidAdjustment[]
}

/** One reason of a CAS. Positive reduces the payment. */
export interface PaidAdjustment {
  group: string
  reason: string
  amount: Minor
}

/** Up to six reasons stand in one CAS, each with amount and quantity. */
export function readAdjustments(segment: X12Segment, amount: AmountReader, problems: X12Problem[]): PaidAdjustment[] {
  const read: PaidAdjustment[] = []
  for (let element = 2; element < segment.elements.length; element += 3) {
    const reason = at(segment, element)
    const said = at(segment, element + 1)
    if (reason === '' && said === '') continue
    const where = `segment ${segment.position} CAS${String(element + 1).padStart(2, '0')}`
    if (reason === '') problems.push({ code: 'missing', where, message: 'an adjustment without a reason' })
    read.push({ group: at(segment, 1), reason, amount: amount(said, where) })
  }
  return read
}
