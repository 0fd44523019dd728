import { z } from 'zod'
import { concept, identifier, money, reference, text } from './datatypes.ts'

/** One payment, whichever release of FHIR says it. */
export interface FhirPayment {
  status: string
  outcome: string | undefined
  issuer: z.infer<typeof reference> | undefined
  traceNumber: string | undefined
  /** YYYY-MM-DD */
  paidOn: string
  amount: z.infer<typeof money>
  details: PaymentDetail[]
}

export interface PaymentDetail {
  type: z.infer<typeof concept> | undefined
  identifier: string | undefined
  claim: z.infer<typeof reference> | undefined
  amount: z.infer<typeof money> | undefined
}

const common = {
  resourceType: z.literal('PaymentReconciliation'),
  status: text,
  outcome: text.optional(),
  paymentIssuer: reference.optional(),
  paymentIdentifier: identifier.optional(),
}
const day = z.iso.date()
const detail = { type: concept.optional(), identifier: identifier.optional(), amount: money.optional() }

/** Source: FHIR R4 PaymentReconciliation: paymentDate, paymentAmount, detail[].request. */
const r4 = z
  .object({
    ...common,
    paymentDate: day,
    paymentAmount: money,
    detail: z.array(z.object({ ...detail, request: reference.optional() })).optional(),
  })
  .transform(
    (read): FhirPayment =>
      shape(
        read,
        read.paymentDate,
        read.paymentAmount,
        (read.detail ?? []).map((each) => ({ ...each, claim: each.request })),
      ),
  )

/**
 * Source: FHIR R5, which renamed them to date, amount, allocation[].target. Payers mix the two up.
 */
const r5 = z
  .object({
    ...common,
    date: day,
    amount: money,
    allocation: z.array(z.object({ ...detail, target: reference.optional() })).optional(),
  })
  .transform(
    (read): FhirPayment =>
      shape(
        read,
        read.date,
        read.amount,
        (read.allocation ?? []).map((each) => ({ ...each, claim: each.target })),
      ),
  )

export const paymentReconciliation = z.union([r4, r5])

function shape(
  read: {
    status: string
    outcome?: string | undefined
    paymentIssuer?: FhirPayment['issuer']
    paymentIdentifier?: { value?: string | undefined } | undefined
  },
  paidOn: string,
  amount: FhirPayment['amount'],
  details: {
    type?: PaymentDetail['type']
    identifier?: { value?: string | undefined } | undefined
    amount?: PaymentDetail['amount']
    claim: PaymentDetail['claim']
  }[],
): FhirPayment {
  return {
    status: read.status,
    outcome: read.outcome,
    issuer: read.paymentIssuer,
    traceNumber: read.paymentIdentifier?.value,
    paidOn,
    amount,
    details: details.map((each) => ({
      type: each.type,
      identifier: each.identifier?.value,
      claim: each.claim,
      amount: each.amount,
    })),
  }
}
