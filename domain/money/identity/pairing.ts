import { type Minor, sum } from '../../amounts.ts'
import type { Adjustment } from '../lineDecision.ts'
import type { RemittanceClaim, RemittanceLine } from '../remittance.ts'

/** Places of what two lists have in common, and of what only one of them has. */
export interface Pairing {
  pairs: { before: number; now: number; equal: boolean }[]
  onlyBefore: number[]
  onlyNow: number[]
}

/**
 * Pairs what is equal first, then what only some of the rules call the same. Each rule gives the
 * keys of an item; items that share one are a pair. An item is in one pair at most.
 */
export function paired<T>(
  before: readonly T[],
  now: readonly T[],
  isEqual: (before: T, now: T) => boolean,
  rules: ((item: T) => string[])[],
): Pairing {
  const pairing: Pairing = { pairs: [], onlyBefore: [], onlyNow: [] }
  const left = new Set(before.keys())
  const open = new Set(now.keys())
  const pairBy = (keysOf: (item: T) => string[], wanted: (one: T, other: T) => boolean, equal: boolean) => {
    const places = new Map<string, number[]>()
    for (const place of left) {
      for (const key of keysOf(itemAt(before, place))) {
        const known = places.get(key)
        if (known === undefined) places.set(key, [place])
        else known.push(place)
      }
    }
    for (const place of [...open]) {
      const item = itemAt(now, place)
      const found = keysOf(item)
        .flatMap((key) => places.get(key) ?? [])
        .find((other) => left.has(other) && wanted(itemAt(before, other), item))
      if (found === undefined) continue
      pairing.pairs.push({ before: found, now: place, equal })
      left.delete(found)
      open.delete(place)
    }
  }
  for (const rule of rules) pairBy(rule, isEqual, true)
  for (const rule of rules) pairBy(rule, () => true, false)
  return { ...pairing, onlyBefore: [...left], onlyNow: [...open] }
}

function itemAt<T>(items: readonly T[], place: number): T {
  const item = items[place]
  if (item === undefined) throw new RangeError(`no item at ${place}`)
  return item
}

/**
 * A line's number as a payer sends it back, without what it was padded with (source: 835 REF*6R,
 * which payers fill up with zeros or blanks).
 */
function controlKey({ controlNumber }: RemittanceLine): string | null {
  const key =
    controlNumber
      ?.trim()
      .toUpperCase()
      .replace(/^0+(?=.)/, '') ?? ''
  return key === '' ? null : key
}

function codeKey({ code }: RemittanceLine): string {
  return code.trim().toUpperCase()
}

/**
 * Pairs the lines of two statements of one claim: by number and code, by number, by code where one
 * of them gives no number, by code. Their order says nothing.
 */
export function pairedLines(before: readonly RemittanceLine[], now: readonly RemittanceLine[]): Pairing {
  const hasNumbers = [before, now].every((lines) => lines.every((line) => controlKey(line) !== null))
  const byNumber = (line: RemittanceLine) => {
    const control = controlKey(line)
    return control === null ? [] : [`${control} ${codeKey(line)}`]
  }
  const byControl = (line: RemittanceLine) => {
    const control = controlKey(line)
    return control === null ? [] : [control]
  }
  const rules = [byNumber, byControl]
  // A number that only one of them gives is wording; two different numbers are two lines.
  if (!hasNumbers) rules.push((line) => [codeKey(line)])
  return paired(before, now, linesEqual, rules)
}

function linesEqual(before: RemittanceLine, now: RemittanceLine): boolean {
  return (
    codeKey(before) === codeKey(now) &&
    before.charged === now.charged &&
    before.paid === now.paid &&
    sameReasons(before.adjustments, now.adjustments)
  )
}

/**
 * Adjustments by bucket and code, added up: a payer may split one in two. Its free text is wording.
 */
export function reasonsOf(adjustments: readonly Adjustment[]): Map<string, Minor> {
  const reasons = new Map<string, Minor>()
  for (const { bucket, amount, said } of adjustments) {
    const code = said.code?.trim().toUpperCase() ?? ''
    const key = code === '' || code.toLowerCase() === bucket ? bucket : `${bucket} ${code}`
    reasons.set(key, (reasons.get(key) ?? 0) + amount)
  }
  for (const [key, amount] of reasons) if (amount === 0) reasons.delete(key)
  return reasons
}

export function sameReasons(before: readonly Adjustment[], now: readonly Adjustment[]): boolean {
  const [was, is] = [reasonsOf(before), reasonsOf(now)]
  return was.size === is.size && [...was].every(([key, amount]) => is.get(key) === amount)
}

/**
 * Pairs the claims of two bodies, by any number that they share: our own, or one of the payer's. A
 * reversal is never the pair of a payment.
 */
export function pairedClaims(before: readonly RemittanceClaim[], now: readonly RemittanceClaim[]): Pairing {
  return paired(before, now, claimsEqual, [namesOf])
}

/** The numbers by which two statements of a claim are known to be about the same one. */
export function namesOf({ kind, submissionNumber, references }: RemittanceClaim): string[] {
  const own = submissionNumber?.trim().toUpperCase() ?? ''
  const named = references
    .filter(({ type, value }) => (type === 'claim-number' || type === 'clearinghouse-trace') && value.trim() !== '')
    .map(({ type, value }) => `${kind} ${type} ${value.trim().toUpperCase()}`)
  const names = own === '' ? named : [`${kind} ${own}`, ...named]
  return names.length === 0 ? [`${kind} without a number`] : names
}

/**
 * Whether two statements of one claim are the same money: charge, payment, reasons, lines. What
 * was said beside, the payer's references and the order of lines are wording.
 */
function claimsEqual(before: RemittanceClaim, now: RemittanceClaim): boolean {
  if (before.charged !== now.charged || before.paid !== now.paid || before.outcome !== now.outcome) return false
  if (!samePatientPart(before, now) || !sameReasons(before.adjustments, now.adjustments)) return false
  const { pairs, onlyBefore, onlyNow } = pairedLines(before.lines, now.lines)
  return onlyBefore.length === 0 && onlyNow.length === 0 && pairs.every(({ equal }) => equal)
}

/** Not said by one of them is no difference. */
export function samePatientPart(before: RemittanceClaim, now: RemittanceClaim): boolean {
  const [was, is] = [before.patientResponsibility, now.patientResponsibility]
  return was === null || is === null || was === is
}

/** The claim with some of its lines only, when the amounts of its lines are all that it says. */
export function withLines(claim: RemittanceClaim, lines: RemittanceLine[]): RemittanceClaim {
  return {
    ...claim,
    charged: sum(lines.map((line) => line.charged)),
    paid: sum(lines.map((line) => line.paid)),
    patientResponsibility: null,
    lines,
  }
}
