import type { Minor } from '../../domain/amounts.ts'
import { formatMinor } from '../../domain/amounts.ts'
import { checkRemittance, type Remittance, type RemittanceClaim } from '../../domain/money/remittance.ts'
import type { DocumentProblem } from './report.ts'

/** A payment as far as its balance goes. Null is an amount that could not be read. */
export interface StatedPayment {
  amount: Minor | null
  claims: PaymentClaim[]
  /** Positive takes money away. */
  providerAdjustments: (Minor | null)[]
}

export interface PaymentClaim {
  charged: Minor | null
  paid: Minor | null
  adjustments: (Minor | null)[]
  lines: { charged: Minor | null; paid: Minor | null; adjustments: (Minor | null)[] }[]
  kind: RemittanceClaim['kind']
  /** False where the document gives amounts paid only. */
  itemised: boolean
}

/**
 * The product's own rules of balance (domain/remittance.ts) applied to what could be read. A claim
 * with an unreadable amount can't be judged, nor can the payment that it belongs to: then
 * `balanced` is false and the unreadable amount is the problem.
 */
export function checkBalance(
  payment: StatedPayment,
  currency: string,
  whereOf: (claim?: number, line?: number) => string,
): { balanced: boolean; problems: DocumentProblem[] } {
  const judged = payment.claims.map((claim, index) => ({ index, claim: complete(claim) }))
  const whole = judged.flatMap(({ index, claim }) => (claim === null ? [] : [{ index, claim }]))
  const taken = payment.providerAdjustments.filter((amount) => amount !== null)
  const remittance: Remittance = {
    payer: '',
    traceNumber: '',
    paidOn: '',
    currency,
    amount: payment.amount ?? 0,
    claims: whole.map(({ claim }) => claim),
    providerAdjustments: taken.map((amount) => ({ reason: {}, reference: '', amount })),
    said: [],
  }
  const whollyRead =
    payment.amount !== null && whole.length === judged.length && taken.length === payment.providerAdjustments.length
  const broken = checkRemittance(remittance).filter((each) => whollyRead || each.rule !== 'payment-balance')
  const problems = broken.map(({ rule, claim, line, difference }): DocumentProblem => {
    const place = claim === undefined ? undefined : whole[claim]?.index
    return {
      code: rule,
      where: whereOf(place, line),
      message: difference === null ? RULES[rule] : `${RULES[rule]}; it is off by ${formatMinor(difference, currency)}`,
    }
  })
  return { balanced: whollyRead && problems.length === 0, problems }
}

const RULES = {
  'line-balance': "the line's charge less its adjustments is not what is paid",
  'claim-balance': "the claim's charge, adjustments, lines and payment do not add up",
  'payment-balance': 'the claims less the provider adjustments are not the payment',
  'amount-range': 'the amounts are too large to be added up',
} as const

function complete(claim: PaymentClaim): RemittanceClaim | null {
  const { charged, paid } = claim
  const lines = claim.lines.map(completeLine)
  if (charged === null || paid === null || claim.adjustments.includes(null) || lines.includes(null)) return null
  return {
    references: [],
    kind: claim.kind,
    outcome: 'processed',
    charged,
    paid,
    patientResponsibility: null,
    adjustments: claim.adjustments.map(adjustment),
    lines: lines.filter((line) => line !== null),
    itemised: claim.itemised,
    said: [],
  }
}

function completeLine({
  charged,
  paid,
  adjustments,
}: PaymentClaim['lines'][number]): RemittanceClaim['lines'][number] | null {
  if (charged === null || paid === null || adjustments.includes(null)) return null
  return { controlNumber: null, code: '', charged, paid, adjustments: adjustments.map(adjustment) }
}

function adjustment(amount: Minor | null): RemittanceClaim['adjustments'][number] {
  return { bucket: 'denied', amount: amount ?? 0, said: {} }
}
