import { type Minor, sum } from '../../amounts.ts'
import { grouped } from '../../grouped.ts'
import { areNearby } from './keys.ts'

/** A payment that a person keyed for one claim, and that is in the ledger. */
export interface PaymentByHand {
  remittanceId: string
  /** The claim's lineage: a correction and what it corrects are one claim to the payer. */
  lineageId: string
  amount: Minor
  paidOn: string
  /** As `traceKey` gives it; empty: keyed without a number. */
  trace: string
}

/** What an electronic payment says of our claims. */
export interface ElectronicPayment {
  amount: Minor
  paidOn: string
  trace: string
  /** What it pays by lineage. */
  paid: ReadonlyMap<string, Minor>
  /** It shows the whole check; a list may show a part of it, and says nothing of the rest. */
  isWhole: boolean
}

/**
 * The keyed payments that an electronic one seems to be: keyed with its number, or without any
 * certainty about the number for one of its claims, on a nearby day: what it pays for that claim in
 * one sum or in parts, or the whole check. Source: the rules of item "identity of money": same
 * reference, or same claim, amount and nearby day, also part payments.
 */
export function keyedTwins(electronic: ElectronicPayment, keyed: PaymentByHand[]): PaymentByHand[] {
  const { amount, paidOn, trace, paid, isWhole } = electronic
  const named = keyed.filter((each) => trace !== '' && each.trace === trace && (isWhole || paid.has(each.lineageId)))
  const others = keyed.filter((each) => !named.includes(each) && areNearby(each.paidOn, paidOn))
  const alike = [...grouped(others, ({ lineageId }) => lineageId)].flatMap(([lineageId, own]) => {
    const wanted = paid.get(lineageId)
    if (wanted === undefined) return []
    const single = own.filter((each) => each.amount === wanted || each.amount === amount)
    if (single.length > 0) return single
    return own.length > 1 && sum(own.map((each) => each.amount)) === wanted ? own : []
  })
  return [...named, ...alike]
}

/** A payment of the claim, or one with the same number, that is recorded already. */
export interface PaymentOnRecord {
  remittanceId: string
  source: 'document' | 'manual'
  amount: Minor
  paidOn: string
  /** As `traceKey` gives it, and as it is written. */
  trace: string
  traceNumber: string
  /** What it paid for the claim; null when it doesn't name the claim. */
  paid: Minor | null
  /** It says the whole payment; a list may show a part of a check. */
  isWhole: boolean
}

/**
 * The recorded payment that a payment to be keyed seems to be: it has the same number and pays the
 * claim, or pays the claim the same amount on a nearby day. One check for many claims is one
 * payment: a keyed payment of another claim with the same number is another part of it. A document
 * that says the whole check leaves no part for the claim.
 */
export function recordedBefore(
  payment: { amount: Minor; paidOn: string; trace: string },
  recorded: PaymentOnRecord[],
): PaymentOnRecord | null {
  const sameNumber = recorded.find(
    ({ trace, paid, source, isWhole }) =>
      payment.trace !== '' && trace === payment.trace && (paid !== null || (source === 'document' && isWhole)),
  )
  const alike = recorded.find(
    ({ paid, amount, paidOn }) =>
      paid !== null && (paid === payment.amount || amount === payment.amount) && areNearby(paidOn, payment.paidOn),
  )
  return sameNumber ?? alike ?? null
}
