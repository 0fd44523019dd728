import { z } from 'zod'
import { type Minor, parseMinor, sum } from '../../domain/amounts.ts'
import type { Person } from '../../domain/claim.ts'
import type { FirstPayer, PayerAdjustment } from '../../domain/coordination/firstPayer.ts'
import { ADJUSTMENT_BUCKETS } from '../../domain/money/lineDecision.ts'

const words = z.string().trim().min(1).max(200)
const adjustment = z.strictObject({
  bucket: z.enum(ADJUSTMENT_BUCKETS),
  group: z.string().regex(/^[A-Z]{2}$/, 'two letters: CO, PR, OA, PI'),
  reason: z.string().regex(/^[A-Z]?\d{1,3}$/, 'a claim adjustment reason code'),
  amount: z.string(),
  text: words.optional(),
})

/** What the HMO decided that pays before, as a person writes it down; amounts are decimal text. */
export const firstPayerFile = z.strictObject({
  name: words,
  payerId: words,
  memberId: words,
  group: words.optional(),
  relationship: z.enum(['self', 'spouse', 'child', 'other']).default('self'),
  claimReference: words.optional(),
  /** Left out: it has not decided. */
  decidedOn: z.iso.date().optional(),
  lines: z
    .array(z.strictObject({ paid: z.string(), adjustments: z.array(adjustment).default([]) }))
    .default([])
    .meta({ description: 'one for each line of the claim, in its order' }),
})

/** The same as the domain has it. Throws for what is no amount. */
export function firstPayerOf(
  file: z.output<typeof firstPayerFile>,
  claim: { patient: Person; lines: { lineNumber: number; charge: Minor }[]; currency: string },
): FirstPayer {
  const { name, payerId, memberId, group, relationship, claimReference, decidedOn } = file
  const amountOf = (text: string) => {
    const amount = parseMinor(text, claim.currency)
    if (amount === null) throw new Error(`firstPayer: no amount in ${claim.currency}, such as "136.00"`)
    return amount
  }
  const lines = claim.lines.flatMap(({ lineNumber, charge }, index) => {
    const said = file.lines[index]
    if (said === undefined) return []
    const paid = amountOf(said.paid)
    const adjustments = said.adjustments.map(
      ({ text, amount, ...rest }): PayerAdjustment => ({
        ...rest,
        amount: amountOf(amount),
        ...(text === undefined ? {} : { text }),
      }),
    )
    const of = (...buckets: string[]) =>
      sum(adjustments.filter(({ bucket }) => buckets.includes(bucket)).map(({ amount }) => amount))
    const left = of('patient', 'denied', 'other_payer')
    return [{ lineNumber, charge, paid, allowed: paid + of('patient'), left, adjustments }]
  })
  const paid = sum(lines.map((line) => line.paid))
  return {
    providerId: payerId,
    name,
    payerId,
    cover: { memberId, ...(group === undefined ? {} : { group }), relationship, subscriber: claim.patient },
    ...(claimReference === undefined ? {} : { claimReference }),
    decision: decidedOn === undefined ? null : { decidedOn, paid, adjustments: [], lines },
  }
}
