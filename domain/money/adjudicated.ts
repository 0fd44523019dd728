import { type Minor, sum } from '../amounts.ts'
import type { Adjustment } from './lineDecision.ts'
import type { RemittanceClaim, RemittanceLine } from './remittance.ts'
import type { PlacedClaim } from './remittanceLines.ts'
import { forFirstPayer } from './understood.ts'

/**
 * What a remittance's claim means once its reasons are read together. Lines that a duplicate denial
 * names and lines under review are decided by nothing: their reasons are taken out, and their
 * places are kept. Negative reasons are netted over the bundle. A reversal stays as it is: it takes
 * back what was posted, whatever it says. The same claim again comes out the same.
 */
export interface Adjudicated {
  claim: RemittanceClaim
  /** 0-based places of lines that are under review. */
  pending: ReadonlySet<number>
  /** 0-based places of lines that are only refused as a second copy. */
  duplicates: ReadonlySet<number>
  /** The whole claim is only refused as a second copy: it says nothing. */
  duplicate: boolean
}

/**
 * Sources: CARC 18 beside a decided claim (X12 RFI 2143); CARC 133 and CLP02 of claims under review
 * (X12 RFI 457, 1733); CARC 94 against 97 for bundled lines (X12 835 TR3 1.10.2.6, RFI 626, 2551).
 */
export function adjudicated(stated: RemittanceClaim, { secondary }: Pick<PlacedClaim, 'secondary'>): Adjudicated {
  const claim = forThisPayer(stated, secondary === true)
  if (claim.kind !== 'payment' || !claim.itemised) {
    return { claim, pending: new Set(), duplicates: new Set(), duplicate: false }
  }
  const isDuplicate = claim.paid === 0 && says(claim.adjustments, 'duplicate')
  const duplicates = placesOf(claim, (line) => isDuplicate || (line.paid === 0 && says(line.adjustments, 'duplicate')))
  const duplicate = isDuplicate || (claim.lines.length > 0 && duplicates.size === claim.lines.length)
  const underReview = claim.outcome === 'pending' || says(claim.adjustments, 'pending')
  const pending = placesOf(
    claim,
    (line, place) => !duplicates.has(place) && (underReview || says(line.adjustments, 'pending')),
  )
  const undecided: RemittanceClaim = {
    ...claim,
    outcome: underReview ? 'pending' : claim.outcome,
    adjustments: underReview || duplicate ? [] : claim.adjustments,
    lines: claim.lines.map((line, place) =>
      pending.has(place) || duplicates.has(place) ? { ...line, adjustments: [] } : line,
    ),
  }
  return { claim: netted(undecided), pending, duplicates, duplicate }
}

function forThisPayer(claim: RemittanceClaim, secondary: boolean): RemittanceClaim {
  if (secondary) return claim
  const read = (paid: Minor, adjustments: Adjustment[]) => adjustments.map((each) => forFirstPayer(each, paid))
  return {
    ...claim,
    adjustments: read(claim.paid, claim.adjustments),
    lines: claim.lines.map((line) => ({ ...line, adjustments: read(line.paid, line.adjustments) })),
  }
}

/**
 * Negative reasons give back what another line or reason takes away. They are no denials: they
 * stand in `contractual`, and as much of what was denied as they give back stands there with them,
 * what is bundled first. So each line still adds up to its charge, and only the net is denied.
 */
function netted(claim: RemittanceClaim): RemittanceClaim {
  const all = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
  const given = -sum(all.filter(isGivenBack).map((each) => each.amount))
  if (given === 0) return claim
  const bundled = take(all, given, (each) => each.means === 'bundled')
  const others = take(all, given - sum([...bundled.values()]), (each) => each.means === undefined)
  const offset = new Map([...bundled, ...others])
  const settle = (adjustments: Adjustment[]) => adjustments.flatMap((each) => nettedAdjustment(each, offset.get(each)))
  return {
    ...claim,
    adjustments: settle(claim.adjustments),
    lines: claim.lines.map((line) => ({ ...line, adjustments: settle(line.adjustments) })),
  }
}

/** How much of each denied amount is given back elsewhere, until `given` is used up. */
function take(all: readonly Adjustment[], given: Minor, wanted: (each: Adjustment) => boolean): Map<Adjustment, Minor> {
  let rest = given
  const taken = new Map<Adjustment, Minor>()
  for (const each of all) {
    if (each.bucket !== 'denied' || each.amount <= 0 || !wanted(each)) continue
    const amount = Math.min(rest, each.amount)
    if (amount > 0) taken.set(each, amount)
    rest -= amount
  }
  return taken
}

function nettedAdjustment(each: Adjustment, offset: Minor | undefined): Adjustment[] {
  if (isGivenBack(each)) return [{ ...each, bucket: 'contractual' }]
  if (offset === undefined) return [each]
  const netted: Adjustment = { ...each, bucket: 'contractual', amount: offset }
  return offset === each.amount ? [netted] : [netted, { ...each, amount: each.amount - offset }]
}

function isGivenBack({ bucket, amount }: Adjustment): boolean {
  return bucket === 'denied' && amount < 0
}

function says(adjustments: readonly Adjustment[], means: Adjustment['means']): boolean {
  return adjustments.some((each) => each.means === means && each.amount > 0)
}

function placesOf(
  { lines }: RemittanceClaim,
  wanted: (line: RemittanceLine, place: number) => boolean,
): ReadonlySet<number> {
  return new Set(lines.flatMap((line, place) => (wanted(line, place) ? [place] : [])))
}
