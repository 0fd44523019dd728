import { type Minor, sum } from '../../amounts.ts'
import { adjudicated } from '../adjudicated.ts'
import { after, type ClaimPosition, entriesOf, netOf } from '../claimPosition.ts'
import { compact, type Entry, negated, reversalOf } from '../ledger.ts'
import { ADJUSTMENT_BUCKETS } from '../lineDecision.ts'
import { settledByMoney } from '../overpayment.ts'
import type { RemittanceClaim } from '../remittance.ts'
import type { PlacedClaim } from '../remittanceLines.ts'
import { excessSettlement } from '../settlementEntries.ts'
import { type PlacedPart, takeBack } from './takeBack.ts'

/**
 * The entries of one part, by ledger transaction; each list sums to zero with the remittance's
 * side.
 */
export interface PartPlan<P extends PlacedPart> {
  part: P
  /** Takes back what decisions posted of lines that the part now itemises. */
  reversal: Entry[]
  /** Takes back settlements of what is no longer denied. */
  settlement: Entry[]
  /** The money, and of an itemised part the reasons. */
  posting: Entry[]
  /** A reversal whose amounts are not those that were posted and now taken back. */
  differs: boolean
  /** Taken back by a reversal that came before it: the two say nothing more of the claim. */
  undone: boolean
}

/**
 * Why a part is not posted. `never-posted`: a reversal of what was never posted.
 * `decided-before`: it decides again what was decided before, and nothing took that back.
 */
export type HeldBecause = 'never-posted' | 'decided-before'

export interface ClaimPlan<P extends PlacedPart> {
  posted: PartPlan<P>[]
  held: { part: P; because: HeldBecause }[]
}

/**
 * Plans all parts that are known of one claim, in the order in which they make sense: what is taken
 * back first, whichever stands first (a correction may stand before its reversal, and either's file
 * may overtake the original's). What then still contradicts the ledger is held, unless a person
 * says that it is posted all the same.
 */
export function claimPlan<P extends PlacedPart>(start: ClaimPosition, parts: readonly P[]): ClaimPlan<P> {
  const plan: ClaimPlan<P> = { posted: [], held: [] }
  let position = start
  let waiting = [...parts]
  const apply = (planned: PartPlan<P>) => {
    plan.posted.push(planned)
    waiting = waiting.filter((part) => part !== planned.part)
    position = after(after(position, 'decision', planned.reversal), 'settlement', planned.settlement)
    position = after(position, 'money', planned.posting)
  }
  for (;;) {
    const next = first(waiting, (part) => partPlan(position, part))
    if (next !== null) {
      apply(next)
      continue
    }
    const pair = overtaken(waiting)
    if (pair !== null) {
      for (const planned of pair) apply(planned)
      continue
    }
    const wanted = waiting.find((part) => part.place.byPerson && !isReversal(part))
    if (wanted === undefined) break
    apply(planByPerson(position, wanted))
  }
  plan.held = waiting.map((part) => ({
    part,
    because: part.claim.kind === 'reversal' ? 'never-posted' : 'decided-before',
  }))
  return plan
}

/**
 * A part that a person puts on a claim, whatever stands there: a decision said again takes the
 * place of the reasons before, a reversal takes back what is there of it.
 */
export function planByPerson<P extends PlacedPart>(position: ClaimPosition, part: P): PartPlan<P> {
  const planned = partPlan(position, { ...part, claim: { ...part.claim, restates: true } })
  if (planned !== null) return { ...planned, part }
  const posting = isReversal(part) ? postingOf(part) : compact([...reasonsOff(position, part), ...postingOf(part)])
  return { part, ...around(position, part, posting), differs: false, undone: false }
}

/** Reversals first: what they take back makes room for a correction. */
function first<P extends PlacedPart>(parts: P[], plan: (part: P) => PartPlan<P> | null): PartPlan<P> | null {
  const inOrder = [...parts.filter(isReversal), ...parts.filter((part) => !isReversal(part))]
  for (const part of inOrder) {
    const planned = plan(part)
    if (planned !== null) return planned
  }
  return null
}

/**
 * A payment that was overtaken by its own reversal, and maybe by the correction too: both are
 * posted, and together they change nothing.
 */
function overtaken<P extends PlacedPart>(parts: P[]): [PartPlan<P>, PartPlan<P>] | null {
  for (const reversal of parts.filter(isReversal)) {
    const original = parts.find((part) => !isReversal(part) && isMirrored(part, reversal))
    if (original === undefined) continue
    const posting = postingOf(original)
    const alone = { reversal: [], settlement: [], differs: false, undone: true }
    return [
      { part: original, posting, ...alone },
      { part: reversal, posting: reversalOf(posting), ...alone },
    ]
  }
  return null
}

/** The same money of the same lines, the other way; of itemised ones the same charge too. */
function isMirrored(original: PlacedPart, reversal: PlacedPart): boolean {
  const [a, b] = [original.claim, reversal.claim]
  if (a.paid + b.paid !== 0 || a.charged + b.charged !== 0) return false
  return b.lines.every((line, index) => {
    const number = reversal.place.lineNumbers[index]
    const paid = a.lines.filter((_each, at) => original.place.lineNumbers[at] === number).map((each) => each.paid)
    return number === null || sum(paid) + line.paid === 0
  })
}

/** Null: it cannot be posted on the claim as it stands. */
function partPlan<P extends PlacedPart>(position: ClaimPosition, part: P): PartPlan<P> | null {
  if (isReversal(part)) {
    const back = takeBack(position, part)
    return back === null
      ? null
      : { part, ...around(position, part, back.entries), differs: back.differs, undone: false }
  }
  const restated = restatement(position, part)
  if (restated === null) return null
  const posting = compact([...restated, ...postingOf(part)])
  return { part, ...around(position, part, posting), differs: false, undone: false }
}

/** What decisions posted of the lines that an itemised part speaks of now gives way to it. */
function around(
  position: ClaimPosition,
  part: PlacedPart,
  posting: Entry[],
): Pick<PartPlan<PlacedPart>, 'reversal' | 'settlement' | 'posting'> {
  if (!part.claim.itemised) {
    const now = after(position, 'money', posting)
    const excess = isReversal(part) ? excessSettlement(now) : []
    return { reversal: [], settlement: settledAfter(now, part, excess), posting }
  }
  const lines = spokenOf(part)
  const replaced = entriesOf(position, 'decision').filter(
    ({ lineNumber }) => lineNumber === null || lines === 'all' || lines.has(lineNumber),
  )
  const reversal = reversalOf(replaced)
  const now = after(after(position, 'decision', reversal), 'money', posting)
  return { reversal, settlement: settledAfter(now, part, excessSettlement(now)), posting }
}

/** With what the part's money changes of what a person made of a denial. */
function settledAfter(position: ClaimPosition, { claim }: PlacedPart, excess: Entry[]): Entry[] {
  return compact([...excess, ...settledByMoney(after(position, 'settlement', excess), claim.paid)])
}

/**
 * What must be taken back of the reasons that stand on the part's lines before it is posted; empty
 * where none stand. Null: it decides again what was decided, and nobody took that back (X12 RFI
 * 2143). A format without reversals of refusals says a refused line anew; a paid one only by more
 * money.
 */
function restatement(position: ClaimPosition, { claim: stated, place }: PlacedPart): Entry[] | null {
  const { claim, duplicate } = adjudicated(stated, place)
  if (!claim.itemised || duplicate || claim.outcome === 'pending') return []
  const decided = decidedLines(position, { claim, place })
  if (decided.length === 0) return []
  const paid = decided.some((line) => netOf(position, 'money', 'paid', line) !== 0)
  const reasons = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
  if (stated.restates !== true || (paid && reasons.length > 0)) return null
  return paid ? [] : reasonsOff(position, { claim, place })
}

/** Takes back the reasons that stand on the part's lines; their money stays. */
function reasonsOff(position: ClaimPosition, part: PlacedPart): Entry[] {
  return decidedLines(position, part).flatMap((lineNumber) => {
    const there = ADJUSTMENT_BUCKETS.map((bucket) => [bucket, netOf(position, 'money', bucket, lineNumber)] as const)
    const back = there.map(([account, amount]) => entry(position.claimId, account, negated(amount), lineNumber))
    return [...back, entry(position.claimId, 'open', sum(there.map(([, amount]) => amount)), lineNumber)]
  })
}

/**
 * The lines of an itemised part on which an earlier payment stands; of a part that names no line,
 * every line and the claim as a whole.
 */
function decidedLines(position: ClaimPosition, part: PlacedPart): (number | null)[] {
  const lines = spokenOf(part)
  const rows = position.rows.filter(({ layer, account }) => layer === 'money' && account !== 'open')
  if (lines === 'all') {
    // Money alone that was posted on the claim as a whole decides nothing: it may be a part of it.
    const standing = rows.filter(({ account, lineNumber }) => lineNumber !== null || account !== 'paid')
    return [...new Set(standing.map(({ lineNumber }) => lineNumber))].filter((line) => stands(position, line))
  }
  return [...lines].filter((line) => stands(position, line))
}

function stands(position: ClaimPosition, lineNumber: number | null): boolean {
  const accounts = ['paid', ...ADJUSTMENT_BUCKETS] as const
  return accounts.some((account) => netOf(position, 'money', account, lineNumber) !== 0)
}

/**
 * The lines that an itemised part decides; all of them when it is about the claim as a whole, or
 * about a line that cannot be identified. Lines under review and second copies are decided by
 * nothing.
 */
function spokenOf({ claim: stated, place }: PlacedPart): Set<number> | 'all' {
  const { claim, pending, duplicates, duplicate } = adjudicated(stated, place)
  if (duplicate || claim.outcome === 'pending') return new Set()
  if (claim.lines.length === 0 || claim.adjustments.length > 0) return 'all'
  const numbers = place.lineNumbers.filter((_number, index) => !pending.has(index) && !duplicates.has(index))
  const known = numbers.filter((number) => number !== null)
  return known.length < numbers.length ? 'all' : new Set(known)
}

/**
 * A claim's part: what was paid and, of an itemised one, why the rest was not, both out of `open`.
 * Amounts that the lines don't account for belong to the claim as a whole, or to its only line.
 */
function postingOf({ claim: stated, place }: PlacedPart): Entry[] {
  const { claim } = adjudicated(stated, place)
  const { claimId, lineNumbers, soleLine, added = [] } = place
  const explain = (paid: Minor, adjustments: RemittanceClaim['adjustments'], line: number | null) => {
    const counted = claim.itemised ? adjustments : []
    const lineNumber = line ?? soleLine
    return [
      entry(claimId, 'open', negated(paid + sum(counted.map((each) => each.amount))), lineNumber),
      entry(claimId, 'paid', paid, lineNumber),
      ...counted.map((each) => entry(claimId, each.bucket, each.amount, lineNumber)),
    ]
  }
  const rest = claim.paid - sum(claim.lines.map((line) => line.paid))
  return compact([
    ...claim.lines.flatMap((line, index) =>
      added.includes(index) ? [] : explain(line.paid, line.adjustments, lineNumbers[index] ?? null),
    ),
    ...addedEntries(claim, place),
    ...explain(rest, claim.adjustments, null),
    entry(claimId, 'allocated', claim.paid, null),
  ])
}

/**
 * What the payer paid for services that it added (RFI 2551: bundling). Their charge was never ours,
 * so that nothing of it is explained: what they were paid takes the place of what the lines beside
 * them were cut by, line by line; only what is left of it comes out of `open`.
 */
function addedEntries(claim: RemittanceClaim, { claimId, lineNumbers, soleLine, added = [] }: PlacedClaim): Entry[] {
  if (added.length === 0) return []
  const entries: Entry[] = []
  let left = sum(added.map((index) => claim.lines[index]?.paid ?? 0))
  const move = (from: Entry['account'], amount: Minor, lineNumber: number | null) => {
    const own = { claimId, lineNumber: lineNumber ?? soleLine }
    entries.push({ ...own, account: from, amount: negated(amount) }, { ...own, account: 'paid', amount })
    left -= amount
  }
  for (const [index, line] of claim.lines.entries()) {
    if (added.includes(index) || line.paid !== 0 || !claim.itemised) continue
    for (const { bucket, amount } of line.adjustments) {
      const isCut = bucket === 'denied' || bucket === 'contractual'
      const part = isCut && amount * left > 0 ? Math.sign(left) * Math.min(Math.abs(left), Math.abs(amount)) : 0
      if (part !== 0) move(bucket, part, lineNumbers[index] ?? null)
    }
  }
  if (left !== 0) move('open', left, null)
  return entries
}

function entry(claimId: string, account: Entry['account'], amount: Minor, lineNumber: PlacedClaim['soleLine']): Entry {
  return { account, amount, claimId, lineNumber }
}

function isReversal({ claim }: PlacedPart): boolean {
  return claim.kind === 'reversal'
}
