import type { Minor } from '../../domain/amounts.ts'
import { netOf } from '../../domain/money/claimPosition.ts'
import type { RemittanceClaim } from '../../domain/money/remittance.ts'
import { marksOf, type PlacedClaim, placeClaim } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'
import { claimsById } from '../inbox/candidateClaims.ts'
import type { Doubtful } from '../inbox/heldMatches.ts'
import { type Match, type Matched, matchClaims, matchedOf, type SoughtClaim } from '../inbox/matchClaims.ts'
import { type Followed, followCorrections } from './followCorrections.ts'
import { positionsOf } from './ledgerPositions.ts'
import { type ArrivedRemittance, lockForPosting, type PayableClaim } from './remittanceRows.ts'

/**
 * Which claims of ours a remittance pays, locked until the end of the transaction. Arrays go by the
 * places of the remittance's claims.
 */
export interface PlacedClaims {
  placed: (PlacedClaim | null)[]
  submissionIds: (string | null)[]
  claims: Map<string, PayableClaim>
}

/** The same with what the matching showed. */
export interface MatchedClaims extends PlacedClaims {
  /** The claim that is named, where its answer is recorded on the claim that replaced it. */
  passedOn: (string | null)[]
  /** What we charged for each claim, minor units; by the sending that is meant. */
  charges: (Minor | null)[]
  /**
   * Claims whose marks contradict what they name: nothing of the remittance may be posted then.
   * Empty when a person has chosen.
   */
  doubtful: Doubtful[]
}

/** What a person says of the claims of a remittance, by their places; null: none of ours. */
export type Choices = ReadonlyMap<number, string | null>

/**
 * Matches a remittance's claims and their lines with ours, set by set. A claim in another currency
 * than the payment is not a match.
 */
export async function placeClaims(
  tx: Tx,
  arrived: ArrivedRemittance,
  choices: Choices | null = null,
): Promise<MatchedClaims> {
  const { organisationId, remittance } = arrived
  const sought = remittance.claims.map(soughtOf)
  const matches = await matchClaims(tx, arrived, sought)
  const doubtful = matches.flatMap((match, place) => {
    const claim = remittance.claims[place]
    const isDoubtful = match.verdict === 'contradicted' || match.verdict === 'ambiguous'
    const each = sought[place]
    return isDoubtful && each !== undefined && claim?.kind !== 'not_ours' ? [{ place, sought: each, match }] : []
  })
  const certain = matches.map(({ verdict, named }) => (verdict === 'certain' ? named : null))
  const followed = await followCorrections(tx, organisationId, remittance.claims, certain)
  const targets = await targetsOf(tx, arrived, { matches, followed }, choices)
  const claimIds = new Set(targets.flatMap(({ target }) => target?.claimId ?? []))
  // A claim that was replaced gets a notice: it is recorded in the same transaction.
  const noted = targets.flatMap(({ passedOn }) => passedOn ?? [])
  const locked = await lockForPosting(tx, organisationId, [...claimIds, ...noted])
  const claims = new Map([...locked].filter(([claimId]) => claimIds.has(claimId)))
  const placed = remittance.claims.map((claim, index) => {
    const target = targets[index]?.target ?? null
    if (target === null || claims.get(target.claimId)?.currency !== remittance.currency) return null
    const place = placeClaim(claim, target.claimId, target.lines)
    return claims.get(target.claimId)?.secondary ? { ...place, secondary: true as const } : place
  })
  return {
    placed,
    claims,
    submissionIds: targets.map(({ target }) => target?.submissionId ?? null),
    passedOn: targets.map(({ passedOn }) => passedOn),
    charges: targets.map(({ target }) => chargeOf(target)),
    doubtful: choices === null ? doubtful : [],
  }
}

/** By what a remittance names one of its claims. */
export function soughtOf(claim: RemittanceClaim): SoughtClaim {
  const { submissionNumber, references } = claim
  return { ...(submissionNumber === undefined ? {} : { submissionNumber }), references, marks: marksOf(claim) }
}

interface Target {
  target: Matched | null
  passedOn: string | null
}

async function targetsOf(
  tx: Tx,
  arrived: ArrivedRemittance,
  { matches, followed }: { matches: Match[]; followed: (Followed | null)[] },
  choices: Choices | null,
): Promise<Target[]> {
  const { remittance, organisationId } = arrived
  const chosen = [...(choices?.values() ?? [])].flatMap((claimId) => claimId ?? [])
  const corrections = followed.flatMap((each) => each?.claimId ?? [])
  const byId = new Map(
    (await claimsById(tx, arrived, [...chosen, ...corrections])).map((claim) => [claim.claimId, matchedOf(claim)]),
  )
  const taken = await takenBack(tx, organisationId, remittance.claims, matches)
  return matches.map((match, index) => {
    const choice = choices?.get(index)
    if (choice !== undefined) return { target: choice === null ? null : (byId.get(choice) ?? null), passedOn: null }
    const { named, successor } = match
    if (named === null || (choices === null && match.verdict !== 'certain')) return { target: null, passedOn: null }
    const follow = followed[index]
    const correction = follow == null ? undefined : byId.get(follow.claimId)
    if (follow != null && correction !== undefined) {
      const target = { ...correction, submissionId: follow.submissionId, lines: follow.lines }
      return { target, passedOn: successor === null ? null : named.claimId }
    }
    const isPassedOn = successor !== null && !taken.has(index)
    return isPassedOn ? { target: successor, passedOn: named.claimId } : { target: named, passedOn: null }
  })
}

/**
 * The reversals that take back what was posted on the very claim that they name: it keeps its own
 * history, though it was replaced.
 */
async function takenBack(
  tx: Tx,
  organisationId: string,
  claims: RemittanceClaim[],
  matches: Match[],
): Promise<Set<number>> {
  const reversals = matches.flatMap(({ named, successor }, index) => {
    const claim = claims[index]
    return named !== null && successor !== null && claim?.kind === 'reversal'
      ? [{ index, claimId: named.claimId, claim }]
      : []
  })
  const claimIds = [...new Set(reversals.map(({ claimId }) => claimId))]
  const positions = await positionsOf(tx, organisationId, claimIds, 'in one sum')
  return new Set(
    reversals.flatMap(({ index, claimId, claim }) => {
      const position = positions.get(claimId)
      if (position === undefined) return []
      const hasPaid = netOf(position, 'money', 'paid') + claim.paid >= 0
      const hasMoved = netOf(position, 'money', 'open') < 0
      return hasPaid && hasMoved ? [index] : []
    }),
  )
}

function chargeOf(target: Matched | null): Minor | null {
  if (target === null || target.lines.length === 0) return null
  return target.lines.reduce((total, { charge }) => total + charge, 0)
}
