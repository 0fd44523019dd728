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
  /** N1*PE: who is paid, by NPI (XX) or tax number (FI, or REF*TJ). */
  payee: { npi?: string; taxId?: string }
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
  /** NM1 of the claim by NM101: QC patient, IL insured, 74 either of them as the payer has them. */
  people: X12Person[]
  /** DTM of the claim: 232 first day, 233 last day, CCYY-MM-DD. */
  days: { first: string | null; last: string | null }
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
  /** DTM*472, or 150 of a range: YYYY-MM-DD */
  day: string | null
  adjustments: PaidAdjustment[]
}

/** A person of an NM1. What an element leaves out is ''. */
export interface X12Person {
  /** NM101 */
  code: string
  family: string
  given: string
  /** NM108 */
  idKind: string
  id: string
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

/** The person of an NM1. */
export function personIn(segment: X12Segment): X12Person {
  return {
    code: at(segment, 1),
    family: at(segment, 3),
    given: at(segment, 4),
    idKind: at(segment, 8),
    id: at(segment, 9),
  }
}
