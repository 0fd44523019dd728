import { type Minor, sum } from '../../../../domain/amounts.ts'
import type { PayerAdjustment } from '../../../../domain/coordination/firstPayer.ts'
import { grouped } from '../../../../domain/grouped.ts'
import { type Line, X12Refusal } from '../write.ts'

/** How many reasons one CAS segment carries (source: 005010X224A2 CAS). */
const REASONS_PER_GROUP = 6

/**
 * CAS segments, one for each group; equal reasons of a group are one amount. Throws for a seventh
 * reason in a group: an amount left out would tear the balance.
 */
export function adjustmentSegments(
  place: string,
  adjustments: PayerAdjustment[],
  money: (amount: Minor) => string,
): Line[] {
  return [...grouped(adjustments, ({ group }) => group)].map(([group, ofGroup]) => {
    const reasons = [...grouped(ofGroup, ({ reason }) => reason)].map(
      ([reason, same]) => [reason, sum(same.map(({ amount }) => amount))] as const,
    )
    if (reasons.length > REASONS_PER_GROUP)
      throw new X12Refusal(
        `${place} CAS`,
        `the first HMO gave more than ${REASONS_PER_GROUP} reasons of one group: send its EOB on paper`,
      )
    const triplets = reasons.flatMap(([reason, amount], index) =>
      index === 0 ? [reason, money(amount)] : ['', reason, money(amount)],
    )
    return ['CAS', group, ...triplets]
  })
}
