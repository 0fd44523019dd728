import { type Minor, sum } from '../../amounts.ts'
import { checkRemittance, type Remittance, type RemittanceClaim } from '../remittance.ts'
import { type Body, bodyDifferences, type Difference } from './bodyDifferences.ts'
import { payerKey } from './keys.ts'
import { namesOf, pairedClaims, pairedLines, sameReasons, withLines } from './pairing.ts'

/** A payment in the ledger that has the same number and currency as one that arrives. */
export interface PostedPayment extends Body {
  remittanceId: string
  /** As `payerKey` gives it. */
  payer: string
  /** The HMO that it came from, whatever its documents call it. */
  providerId: string
  amount: Minor
  paidOn: string
}

/** What arrives, and from which HMO. */
export interface Arriving {
  remittance: Remittance
  providerId: string
}

/**
 * What an arriving payment is beside those that are posted. `duplicate`: the same money in the same
 * split. `addition`: more of a check that is posted in part; `rest` is what is new of it.
 * `other-body`: the same money, split otherwise: a person must look.
 */
export type MoneyVerdict =
  | { kind: 'new' }
  | { kind: 'duplicate'; of: string }
  | { kind: 'addition'; rest: Remittance }
  | { kind: 'other-body'; beside: string[]; differences: Difference[] }

/**
 * The identity of money is payer, number, amount, currency and day (within an organisation); never
 * the channel, the connection or the wording. Another amount, day or payer under the same number is
 * another payment (failure F2), unless it repeats claims of the first one: a list that shows more
 * of a check than yesterday's adds only what is new of it. `posted` have the number and currency of
 * what arrives.
 */
export function sameMoney({ remittance, providerId }: Arriving, posted: PostedPayment[]): MoneyVerdict {
  const payments = posted.filter((each) => isSamePayer(each, { remittance, providerId }))
  const check = payments.filter(({ paidOn }) => paidOn === remittance.paidOn)
  const equal = check.filter(({ amount }) => amount === remittance.amount)
  for (const payment of equal) {
    if (bodyDifferences(payment, remittance, remittance.currency).length === 0)
      return { kind: 'duplicate', of: payment.remittanceId }
  }
  const [first] = equal
  if (remittance.summed !== true && first !== undefined) return otherBody(remittance, first, [first])
  const [latest] = check.slice(-1)
  return latest === undefined ? { kind: 'new' } : besideCheck(remittance, check, latest)
}

/**
 * The same name; or the same HMO, whose documents may call themselves otherwise in another format,
 * for a claim that both pay.
 */
function isSamePayer({ payer, providerId, claims }: PostedPayment, arriving: Arriving): boolean {
  const { remittance } = arriving
  if (payer === payerKey(remittance.payer)) return true
  if (providerId !== arriving.providerId) return false
  const names = new Set(claims.flatMap(namesOf))
  return remittance.claims.some((claim) => namesOf(claim).some((name) => names.has(name)))
}

function besideCheck(remittance: Remittance, check: PostedPayment[], latest: PostedPayment): MoneyVerdict {
  const posted: Body = {
    claims: check.flatMap(({ claims }) => claims),
    providerAdjustments: check.flatMap(({ providerAdjustments }) => providerAdjustments),
  }
  const { pairs, onlyBefore } = pairedClaims(posted.claims, remittance.claims)
  const repeats = pairs.some(({ equal }) => equal)
  const summed = remittance.summed === true
  // A list that pays other claims of the check, or an amount of its own: another payment.
  if (!repeats && (!summed || pairs.length === 0)) return { kind: 'new' }
  const rest = restOf(remittance, posted)
  const named = new Set(remittance.claims.flatMap(namesOf))
  const left = onlyBefore.flatMap((place) => posted.claims[place] ?? [])
  const isShort = left.some((claim) => !namesOf(claim).some((name) => named.has(name)))
  const contradicts = rest === null || (!summed && isShort)
  if (contradicts) return otherBody(remittance, posted, check)
  if (rest.claims.length === 0 && rest.providerAdjustments.length === 0)
    return { kind: 'duplicate', of: latest.remittanceId }
  return { kind: 'addition', rest }
}

/**
 * What an arriving list says of a check beyond what is posted of it: whole claims, and lines of
 * claims that are posted in part. Null when it contradicts what is posted, or does not add up.
 */
function restOf(remittance: Remittance, posted: Body): Remittance | null {
  const { pairs, onlyBefore, onlyNow } = pairedClaims(posted.claims, remittance.claims)
  const unequal = new Map(pairs.filter(({ equal }) => !equal).map((pair) => [pair.now, pair.before]))
  const left = [...onlyBefore, ...unequal.values()].flatMap((place) => posted.claims[place] ?? [])
  const more = new Map<number, RemittanceClaim[]>()
  const reversed = new Set(onlyNow.flatMap((place) => correctedBy(remittance.claims[place])))
  for (const place of unequal.keys()) {
    const claim = remittance.claims[place]
    const isCorrection = claim !== undefined && namesOf(claim).some((name) => reversed.has(name))
    const lines = claim === undefined ? null : isCorrection ? [claim] : moreLines(claim, left)
    if (lines === null) return null
    more.set(place, lines)
  }
  const wanted = new Set(onlyNow)
  const claims = remittance.claims.flatMap((claim, place) => (wanted.has(place) ? [claim] : (more.get(place) ?? [])))
  const providerAdjustments = newKeptBack(remittance, posted)
  const amount = sum(claims.map(({ paid }) => paid)) - sum(providerAdjustments.map((each) => each.amount))
  const rest = { ...remittance, claims, providerAdjustments, amount }
  return checkRemittance(rest).length === 0 ? rest : null
}

/** A new reversal takes back what is posted: what stands beside it is the correction. */
function correctedBy(claim: RemittanceClaim | undefined): string[] {
  return claim?.kind === 'reversal' ? namesOf({ ...claim, kind: 'payment' }) : []
}

/** The claim with the lines that no posted statement of it has; null when they contradict it. */
function moreLines(claim: RemittanceClaim, posted: RemittanceClaim[]): RemittanceClaim[] | null {
  const names = new Set(namesOf(claim))
  const before = posted.filter((each) => namesOf(each).some((name) => names.has(name)))
  const lines = before.flatMap((each) => each.lines)
  if (lines.length === 0 || before.some((each) => !sameReasons(each.adjustments, claim.adjustments))) return null
  const { pairs, onlyBefore, onlyNow } = pairedLines(lines, claim.lines)
  if (onlyBefore.length > 0 || pairs.some(({ equal }) => !equal)) return null
  const more = onlyNow.flatMap((place) => claim.lines[place] ?? [])
  if (more.length === 0) return []
  return claim.adjustments.length > 0 ? null : [withLines(claim, more)]
}

function newKeptBack(remittance: Remittance, posted: Body): Remittance['providerAdjustments'] {
  const known = new Map<string, number>()
  const keyOf = ({ reason, reference, amount }: Remittance['providerAdjustments'][number]) =>
    `${reason.code ?? ''} ${reference.trim()} ${amount}`
  for (const each of posted.providerAdjustments) known.set(keyOf(each), (known.get(keyOf(each)) ?? 0) + 1)
  return remittance.providerAdjustments.filter((each) => {
    const times = known.get(keyOf(each)) ?? 0
    known.set(keyOf(each), times - 1)
    return times <= 0
  })
}

function otherBody(remittance: Remittance, posted: Body, payments: PostedPayment[]): MoneyVerdict {
  const differences = bodyDifferences(posted, remittance, remittance.currency)
  return { kind: 'other-body', beside: payments.map(({ remittanceId }) => remittanceId), differences }
}
