import { lockClaim } from '../../db/claims/lockClaim.ts'
import { recordEvents } from '../../db/claims/recordEvents.ts'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { Escalated } from '../../workflows/activityResults.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import { type Deps, recordContext } from '../deps.ts'
import { claimSummary } from './claimSummary.ts'

const ESCALATE = durableEffect({
  name: 'escalate',
  in: 'worker',
  after: 'the claim is a level higher, and the provider has not been asked',
})

/**
 * Escalates the claim by one level when its deadline has passed by the row; otherwise only answers
 * when it will. Each level happens once.
 */
export async function escalate(deps: Deps, { organisationId, claimId }: ClaimInput): Promise<Escalated> {
  const escalated = await deps.databases.within(organisationId, async (tx): Promise<Escalated> => {
    const claim = await lockClaim(tx, organisationId, claimId)
    if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
    const { deadline } = claim
    const level = deadline === null ? undefined : LEVELS[deadline.level]
    const context = recordContext(deps)
    if (deadline === null || level === undefined || deadline.dueAt > context.now.toISOString()) {
      return { claim: claimSummary(deps, await recordEvents(tx, claim, [], context)), ask: false }
    }
    const canAsk = deps.adapterOf(claim.adapterId).ask !== undefined
    const event = {
      fact: { type: 'deadline_passed' as const, deadline: deadline.kind, level },
      at: context.now.toISOString(),
      said: [],
      references: [],
    }
    const recorded = await recordEvents(tx, claim, [{ event, actor: 'hub' }], context)
    return { claim: claimSummary(deps, recorded), ask: level === 'ask' && canAsk && asksHelp(deadline.kind) }
  })
  if (escalated.ask) ESCALATE.after()
  return escalated
}

/**
 * A provider can be asked for its ack, decision or payment; documents and a resubmission are ours
 * to do.
 */
function asksHelp(kind: string): boolean {
  return kind === 'ack' || kind === 'decision' || kind === 'payment'
}
