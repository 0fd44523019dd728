import type { Context } from '../contract.ts'
import type { ProviderDeclaration } from '../declaration.ts'
import type { Letterhead } from './pdf/claimForm.ts'

/** What the papers for a provider show of it and of what was agreed with it. */
export function letterheadFor<S>(declaration: ProviderDeclaration<S>, ctx: Context<S>): Letterhead {
  const { mode, now, zone, contact, preparedBy } = ctx
  const { filingLimitDays, decisionDays, paymentDays } = { ...declaration.deadlines, ...ctx.deadlines }
  return {
    provider: declaration.name,
    mode,
    now,
    zone,
    toothNotation: declaration.toothNotation,
    ...(contact === undefined ? {} : { contact }),
    ...(preparedBy === undefined ? {} : { preparedBy }),
    terms: { filingLimitDays, paymentDueDays: decisionDays + paymentDays },
  }
}
