import { type Minor, sum } from '../../amounts.ts'
import { type ClaimPosition, netOf } from '../claimPosition.ts'
import { compact, type Entry, negated } from '../ledger.ts'
import { ADJUSTMENT_BUCKETS } from '../lineDecision.ts'
import type { RemittanceClaim } from '../remittance.ts'
import type { PlacedClaim } from '../remittanceLines.ts'

/** A remittance's claim with its place among ours. */
export interface PlacedPart {
  claim: RemittanceClaim
  place: PlacedClaim
}

/** What a reversal posts. `differs`: it says other amounts than those that were posted. */
export interface TakenBack {
  entries: Entry[]
  differs: boolean
}

/**
 * Takes back what was posted for the payment that a reversal names, line by line and once: its
 * money, and the reasons that stand there, whatever the reversal says of them (source: X12 835 TR3
 * 1.10.2.8, RFI 2442). Null: nothing like it was posted, or more than was posted would go.
 */
export function takeBack(position: ClaimPosition, { claim, place }: PlacedPart): TakenBack | null {
  if (!wasPosted(position, claim)) return null
  const paid = paidBack(position, claim, place)
  if (paid === null) return null
  const whole = posted(position, 'paid') + claim.paid === 0
  const entries: Entry[] = []
  let differs = paid.differs
  for (const line of paid.lines) {
    const reasons = reasonsBack(position, claim, { ...line, whole })
    differs ||= reasons.differs
    const taken = line.paid + sum(reasons.entries.map((each) => each.amount))
    entries.push(
      entryOf(position, 'open', negated(taken), line.lineNumber),
      entryOf(position, 'paid', line.paid, line.lineNumber),
      ...reasons.entries,
    )
  }
  const allocated: Entry = { account: 'allocated', amount: claim.paid, claimId: position.claimId, lineNumber: null }
  // Lines that the payer added were posted otherwise than they are stated.
  const hasAdded = (place.added ?? []).length > 0
  return { entries: compact([...entries, allocated]), differs: differs && !hasAdded }
}

/**
 * A reversal that would take back more than was ever posted says something else: nobody can know
 * what.
 */
function wasPosted(position: ClaimPosition, claim: RemittanceClaim): boolean {
  const adjusted = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
  const opened = claim.paid + (claim.itemised ? sum(adjusted.map((each) => each.amount)) : 0)
  const explained = netOf(position, 'money', 'open') + netOf(position, 'decision', 'open')
  return posted(position, 'paid') + claim.paid >= 0 && explained - opened <= 0
}

interface LineBack {
  /** Null: the claim as a whole. */
  lineNumber: number | null
  /** What goes back of the line's money: zero or negative. */
  paid: Minor
  /** Places in the reversal's lines; empty where it names none. */
  places: number[]
}

/**
 * The money that goes back, by line. Lines that the reversal takes back whole must have been paid
 * what it says; where they weren't, its total is right or it reverses another payment.
 */
function paidBack(
  position: ClaimPosition,
  claim: RemittanceClaim,
  place: PlacedClaim,
): { lines: LineBack[]; differs: boolean } | null {
  const named = linesOf(claim, place)
  const all = negated(claim.paid) === posted(position, 'paid')
  if (named.length === 0) return { lines: wholeBack(position, claim, all), differs: false }
  const rest = claim.paid - sum(claim.lines.map((line) => line.paid))
  const fits = named.every(({ lineNumber, paid, places }) => {
    const before = posted(position, 'paid', lineNumber)
    const charged = sum(places.map((each) => claim.lines[each]?.charged ?? 0))
    const isWhole = claim.itemised && negated(charged) === explainedOf(position, lineNumber)
    return isWhole ? before + paid === 0 : before + paid >= 0
  })
  if (fits && rest === 0) return { lines: named, differs: false }
  // Paid by no line, or split otherwise: the whole of what was paid goes back as it was posted.
  if (all) return { lines: wholeBack(position, claim, true, named), differs: !fits && !isUnplaced(position) }
  if (posted(position, 'paid', null) + (fits ? rest : claim.paid) < 0) return null
  const places = claim.lines.map((_line, index) => index)
  if (!fits) return { lines: [{ lineNumber: null, paid: claim.paid, places }], differs: true }
  return { lines: [...named, { lineNumber: null, paid: rest, places: [] }], differs: false }
}

/** All that was paid stands on the claim as a whole: no split was posted that could differ. */
function isUnplaced(position: ClaimPosition): boolean {
  return posted(position, 'paid', null) === posted(position, 'paid')
}

/**
 * The money of the whole claim, where it was posted; a part of it goes from the claim as a whole.
 */
function wholeBack(position: ClaimPosition, claim: RemittanceClaim, all: boolean, named: LineBack[] = []): LineBack[] {
  if (!all) return [{ lineNumber: null, paid: claim.paid, places: [] }]
  const numbers = new Set<number | null>(named.map(({ lineNumber }) => lineNumber))
  for (const { layer, lineNumber } of position.rows) if (layer === 'money') numbers.add(lineNumber)
  if (numbers.size === 0) numbers.add(null)
  return [...numbers].map((lineNumber) => ({
    lineNumber,
    paid: negated(posted(position, 'paid', lineNumber)),
    places: named.find((each) => each.lineNumber === lineNumber)?.places ?? [],
  }))
}

/** By our lines; a line that cannot be identified is the claim as a whole. */
function linesOf(claim: RemittanceClaim, { lineNumbers, soleLine }: PlacedClaim): LineBack[] {
  const byLine = new Map<number | null, LineBack>()
  for (const [index, line] of claim.lines.entries()) {
    const lineNumber = lineNumbers[index] ?? soleLine
    const before = byLine.get(lineNumber) ?? { lineNumber, paid: 0, places: [] }
    byLine.set(lineNumber, { lineNumber, paid: before.paid + line.paid, places: [...before.places, index] })
  }
  return [...byLine.values()]
}

/**
 * The reasons that go with a line's money: all that were posted, when nothing of the line's money
 * is left or the reversal takes the line back whole.
 */
function reasonsBack(position: ClaimPosition, claim: RemittanceClaim, line: LineBack & { whole: boolean }): TakenBack {
  const { lineNumber, places } = line
  const stated = places.flatMap((place) => claim.lines[place]?.adjustments ?? [])
  const said = (bucket: (typeof ADJUSTMENT_BUCKETS)[number]) =>
    sum(stated.filter((each) => each.bucket === bucket).map((each) => each.amount))
  const charged = sum(places.map((place) => claim.lines[place]?.charged ?? 0))
  const left = posted(position, 'paid', lineNumber) + line.paid
  const isWhole = line.whole || left <= 0 || (claim.itemised && negated(charged) === explainedOf(position, lineNumber))
  let differs = false
  const entries: Entry[] = []
  for (const bucket of ADJUSTMENT_BUCKETS) {
    const there = posted(position, bucket, lineNumber)
    if (claim.itemised && places.length > 0) {
      const off = said(bucket) + there + netOf(position, 'decision', bucket, lineNumber)
      differs ||= isWhole ? off !== 0 : off < 0
    }
    const back = isWhole ? there : Math.min(Math.max(0, there), Math.max(0, negated(said(bucket))))
    if (back !== 0) entries.push(entryOf(position, bucket, negated(back), lineNumber))
  }
  return { entries, differs }
}

function explainedOf(position: ClaimPosition, lineNumber: number | null): Minor {
  return negated(netOf(position, 'money', 'open', lineNumber) + netOf(position, 'decision', 'open', lineNumber))
}

function posted(position: ClaimPosition, account: Entry['account'], lineNumber?: number | null): Minor {
  return netOf(position, 'money', account, lineNumber)
}

function entryOf(
  { claimId }: ClaimPosition,
  account: Entry['account'],
  amount: Minor,
  lineNumber: number | null,
): Entry {
  return { account, amount, claimId, lineNumber }
}
