import { sum } from '../amounts.ts'
import { grouped } from '../grouped.ts'
import type { ClaimBalances } from '../money/ledger.ts'
import type { Remittance, RemittanceClaim } from '../money/remittance.ts'
import { decisionFromRemittanceClaim } from '../money/remittanceDecision.ts'
import type { PlacedClaim } from '../money/remittanceLines.ts'
import type { ClaimEvent } from './claimEvents.ts'

/**
 * What a remittance means to one of our claims, in the order in which the claim should record it.
 */
export interface RemittanceEvents {
  claimId: string
  /** Place in the remittance's `claims`. */
  index: number
  event: ClaimEvent
}

/**
 * The events of a posted remittance: the decision that each of its claims states, and once per
 * claim how its money stands. Of a remittance in test mode (`balances` null) there are only
 * decisions: no money moved. A claim of ours that the provider calls not theirs becomes an event
 * that a person must look at.
 */
export function remittanceEvents(
  remittance: Remittance,
  placed: (PlacedClaim | null)[],
  balances: ReadonlyMap<string, ClaimBalances> | null,
  at: string,
): RemittanceEvents[] {
  const parts = remittance.claims.flatMap((claim, index) => {
    const place = placed[index]
    return place ? [{ index, claim, place }] : []
  })
  const said = parts.flatMap(({ index, claim, place }) => {
    const event = decisionEvent(claim, place, at)
    return event === null ? [] : [{ claimId: place.claimId, index, event }]
  })
  const byClaim = grouped(
    parts.filter(({ claim }) => claim.kind !== 'not_ours'),
    ({ place }) => place.claimId,
  )
  const money = [...byClaim].flatMap(([claimId, own]) => {
    const stands = balances?.get(claimId)
    const last = own.at(-1)
    return stands === undefined || last === undefined
      ? []
      : [
          {
            claimId,
            index: last.index,
            event: moneyPosted(
              stands,
              own.map(({ claim }) => claim),
              at,
            ),
          },
        ]
  })
  return [...said, ...money]
}

function decisionEvent(claim: RemittanceClaim, place: PlacedClaim, at: string): ClaimEvent | null {
  const { said, references } = claim
  if (claim.kind === 'not_ours') return { fact: { type: 'other' }, at, said, references }
  const fact = decisionFromRemittanceClaim(claim, place)
  return fact === null ? null : { fact, at, said, references }
}

function moneyPosted(stands: ClaimBalances, claims: RemittanceClaim[], at: string): ClaimEvent {
  return {
    fact: {
      type: 'money_posted',
      payment: stands.paymentStatus,
      paid: stands.paid,
      openAmount: stands.open,
      deniedAmount: stands.denied,
      reversal: sum(claims.map((claim) => claim.paid)) < 0 || claims.every((claim) => claim.kind === 'reversal'),
    },
    at,
    said: claims.flatMap((claim) => claim.said),
    references: claims.flatMap((claim) => claim.references),
  }
}
