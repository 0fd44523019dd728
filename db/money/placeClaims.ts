import { type PlacedClaim, placeClaim } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'
import { matchSubmissions } from '../inbox/matchClaims.ts'
import { type ArrivedRemittance, lockForPosting, type PayableClaim, sentLinesOf } from './remittanceRows.ts'

/**
 * Which claims of ours a remittance pays, locked until the end of the transaction. Arrays go by the
 * places of the remittance's claims.
 */
export interface PlacedClaims {
  placed: (PlacedClaim | null)[]
  submissionIds: (string | null)[]
  claims: Map<string, PayableClaim>
}

/**
 * Matches a remittance's claims and their lines with ours, set by set. A claim in another currency
 * than the payment is not a match.
 */
export async function placeClaims(tx: Tx, arrived: ArrivedRemittance): Promise<PlacedClaims> {
  const { organisationId, connectionId, remittance } = arrived
  const matches = await matchSubmissions(tx, organisationId, connectionId, remittance.claims)
  const claimIds = [...new Set(matches.flatMap((match) => (match === null ? [] : [match.claimId])))]
  const claims = await lockForPosting(tx, organisationId, claimIds)
  const submissionIds = matches.map((match) => match?.submissionId ?? null)
  const byLine = submissionIds.filter((id, index) => {
    const claim = remittance.claims[index]
    return id !== null && claim !== undefined && (claim.itemised || claim.lines.length > 0)
  })
  const sent = await sentLinesOf(tx, organisationId, [...new Set(byLine.flatMap((id) => id ?? []))])
  const placed = remittance.claims.map((claim, index) => {
    const match = matches[index]
    if (!match || claims.get(match.claimId)?.currency !== remittance.currency) return null
    const place = placeClaim(claim, match.claimId, sent.get(match.submissionId ?? '') ?? [])
    return claims.get(match.claimId)?.secondary ? { ...place, secondary: true as const } : place
  })
  return { placed, submissionIds, claims }
}
