import { type Minor, moneyInWords } from '../../amounts.ts'
import type { ProviderAdjustment, Remittance, RemittanceClaim, RemittanceLine } from '../remittance.ts'
import { pairedClaims, pairedLines, reasonsOf, samePatientPart } from './pairing.ts'

/** What a payment says: the claims and what the provider kept back. */
export type Body = Pick<Remittance, 'claims' | 'providerAdjustments'>

/**
 * One thing that two statements of the same payment say differently, for a person: amounts as
 * people write them, with their currency. Null: it is not said there.
 */
export interface Difference {
  /** "claim K7Q2M4X8Z1B3C5D9, line 2 (D1110)", or "the payment". */
  where: string
  /** "paid", "charged", "patient PR-2". */
  what: string
  before: string | null
  now: string | null
}

/**
 * What differs between two bodies of one payment, claim by claim, line by line, reason by reason.
 * Empty: the same money in the same split. Order, remarks, padding and the payer's own numbers
 * beside ours are wording (openemr 10681, edi-835-parser 24).
 */
export function bodyDifferences(before: Body, now: Body, currency: string): Difference[] {
  const money = (amount: Minor) => moneyInWords(amount, currency)
  const { pairs, onlyBefore, onlyNow } = pairedClaims(before.claims, now.claims)
  const at = (claims: RemittanceClaim[], places: number[]) =>
    places.flatMap((place) => (claims[place] === undefined ? [] : [claims[place]]))
  return [
    ...pairs.flatMap((pair) => {
      const [was, is] = [before.claims[pair.before], now.claims[pair.now]]
      return pair.equal || was === undefined || is === undefined ? [] : ofClaim(was, is, money)
    }),
    ...at(before.claims, onlyBefore).map((claim) => gone(nameOf(claim), claim.paid, money)),
    ...at(now.claims, onlyNow).map((claim) => added(nameOf(claim), claim.paid, money)),
    ...byReason('the payment', keptBack(before.providerAdjustments), keptBack(now.providerAdjustments), money),
  ]
}

type Words = (amount: Minor) => string

function ofClaim(was: RemittanceClaim, is: RemittanceClaim, money: Words): Difference[] {
  const where = nameOf(is.submissionNumber === undefined ? was : is)
  const { pairs, onlyBefore, onlyNow } = pairedLines(was.lines, is.lines)
  return [
    ...(was.outcome === is.outcome ? [] : [{ where, what: 'decided', before: was.outcome, now: is.outcome }]),
    ...amount(where, 'charged', [was.charged, is.charged], money),
    ...amount(where, 'paid', [was.paid, is.paid], money),
    ...(samePatientPart(was, is)
      ? []
      : amount(where, 'patient', [was.patientResponsibility ?? 0, is.patientResponsibility ?? 0], money)),
    ...byReason(where, reasonsOf(was.adjustments), reasonsOf(is.adjustments), money),
    ...pairs.flatMap((pair) => {
      const [before, now] = [was.lines[pair.before], is.lines[pair.now]]
      return pair.equal || before === undefined || now === undefined ? [] : ofLine(where, before, now, money)
    }),
    ...onlyBefore.flatMap((place) => {
      const line = was.lines[place]
      return line === undefined ? [] : [gone(`${where}, ${lineName(line)}`, line.paid, money)]
    }),
    ...onlyNow.flatMap((place) => {
      const line = is.lines[place]
      return line === undefined ? [] : [added(`${where}, ${lineName(line)}`, line.paid, money)]
    }),
  ]
}

function ofLine(claim: string, was: RemittanceLine, is: RemittanceLine, money: Words): Difference[] {
  const where = `${claim}, ${lineName(is)}`
  return [
    ...(was.code === is.code ? [] : [{ where, what: 'procedure', before: was.code, now: is.code }]),
    ...amount(where, 'charged', [was.charged, is.charged], money),
    ...amount(where, 'paid', [was.paid, is.paid], money),
    ...byReason(where, reasonsOf(was.adjustments), reasonsOf(is.adjustments), money),
  ]
}

function amount(where: string, what: string, [was, is]: [Minor, Minor], money: Words): Difference[] {
  return was === is ? [] : [{ where, what, before: money(was), now: money(is) }]
}

function gone(where: string, paid: Minor, money: Words): Difference {
  return { where, what: 'paid', before: money(paid), now: null }
}

function added(where: string, paid: Minor, money: Words): Difference {
  return { where, what: 'paid', before: null, now: money(paid) }
}

function byReason(where: string, was: Map<string, Minor>, is: Map<string, Minor>, money: Words): Difference[] {
  const said = (reasons: Map<string, Minor>, key: string) => {
    const of = reasons.get(key)
    return of === undefined ? null : money(of)
  }
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((key) => was.get(key) !== is.get(key))
    .map((key) => ({ where, what: key, before: said(was, key), now: said(is, key) }))
}

function keptBack(adjustments: ProviderAdjustment[]): Map<string, Minor> {
  const kept = new Map<string, Minor>()
  for (const { reason, amount } of adjustments) {
    const key = `kept back ${reason.code ?? ''}`.trim()
    kept.set(key, (kept.get(key) ?? 0) + amount)
  }
  return kept
}

function nameOf({ kind, submissionNumber, references }: RemittanceClaim): string {
  const name = submissionNumber ?? references[0]?.value ?? 'without a number'
  return kind === 'reversal' ? `reversal of claim ${name}` : `claim ${name}`
}

function lineName({ controlNumber, code }: RemittanceLine): string {
  const number = controlNumber?.trim() ?? ''
  if (number === '') return code === '' ? 'a line' : `line ${code}`
  return code === '' ? `line ${number}` : `line ${number} (${code})`
}
