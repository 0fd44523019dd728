import { type Minor, sum } from '../amounts.ts'
import type { RemittanceClaim } from './remittance.ts'
import type { PlacedClaim } from './remittanceLines.ts'

/** A charge that the payer has otherwise than we. Minor units. */
export interface ChargeDifference {
  claimId: string
  theirs: Minor
  ours: Minor
  /** Codes of lines that the payer added, in its order. */
  added: string[]
}

/**
 * Where a remittance speaks of another charge than ours (source: 835 CLP03, "total claim charge";
 * RFI 1738). All parts of a claim are taken together, because a payer may split it; a part of its
 * lines at our charges is no difference. A reversal repeats what was said before and is left out,
 * and so is a list of amounts paid, which says no charge.
 */
export function chargeDifferences(
  claims: RemittanceClaim[],
  placed: (PlacedClaim | null)[],
  charges: (Minor | null)[],
): ChargeDifference[] {
  const byClaim = new Map<string, { ours: Minor; parts: { claim: RemittanceClaim; place: PlacedClaim }[] }>()
  for (const [index, claim] of claims.entries()) {
    const [place, ours] = [placed[index] ?? null, charges[index] ?? null]
    if (place === null || ours === null || claim.kind !== 'payment' || (claim.charged === 0 && !claim.itemised))
      continue
    const known = byClaim.get(place.claimId) ?? { ours, parts: [] }
    byClaim.set(place.claimId, { ours, parts: [...known.parts, { claim, place }] })
  }
  return [...byClaim].flatMap(([claimId, { ours, parts }]) => {
    const theirs = sum(parts.map(({ claim }) => claim.charged))
    const added = parts.flatMap(({ claim, place }) => (place.added ?? []).flatMap((at) => claim.lines[at]?.code ?? []))
    if (added.length === 0 && (theirs === ours || isPart(parts, theirs, ours))) return []
    return [{ claimId, theirs, ours, added }]
  })
}

/** Some of our lines, each in its place: less than the claim, and nothing else. */
function isPart(parts: { claim: RemittanceClaim; place: PlacedClaim }[], theirs: Minor, ours: Minor): boolean {
  if (theirs > ours) return false
  return parts.every(({ claim, place }) => {
    const isPlaced = claim.lines.length > 0 && !place.lineNumbers.includes(null)
    return isPlaced && place.chargesAgree === true
  })
}
