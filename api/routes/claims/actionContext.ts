import type { ActionContext } from '../../../db/drafts/createDraft.ts'
import type { Refused } from '../../../db/refused.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Caller } from '../../http/auth.ts'
import { refusal } from '../../http/problems.ts'

/** Who does it and when, with the provider's rules, as the queries need it. */
export function actionContext(context: Caller & { deps: ApiDeps; now: Date }): ActionContext {
  const { organisationId, actor, deps, now } = context
  return { organisationId, actor, now, filingLimitDays: (adapterId) => filingLimitDays(deps, adapterId) }
}

export function filingLimitDays(deps: ApiDeps, adapterId: string): number {
  return deps.adapterOf(adapterId).declaration.deadlines.filingLimitDays
}

/** What was done, or the refusal thrown as a problem: that rolls the transaction back. */
export function unlessRefused<T extends { kind: string }>(done: T | Refused): Exclude<T, Refused> {
  if (isRefused(done)) throw refusal(done)
  return done as Exclude<T, Refused>
}

function isRefused(done: { kind: string }): done is Refused {
  return done.kind === 'refused'
}
