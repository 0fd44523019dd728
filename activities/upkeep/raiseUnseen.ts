import { staleUnknowns, unseenOverdue } from '../../db/acrossTenants/repairs.ts'
import { lockClaim } from '../../db/claims/lockClaim.ts'
import type { Databases } from '../../db/connect.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { overdueLevel } from '../../domain/claims/deadlines.ts'
import { overdueItem } from '../../domain/worklist/itemKinds.ts'
import type { Clock } from '../../platform/clock.ts'
import type { IsolatedSteps } from './isolated.ts'

interface Deps {
  databases: Databases
  clock: Clock
}

/** Sendings that may have arrived, of which nobody was told. */
export async function raiseStaleUnknowns({ databases, clock }: Deps, { each }: IsolatedSteps): Promise<number> {
  return each('stale unknowns', await staleUnknowns(databases.across), (stale) => {
    const { organisationId, connectionId, interchangeId, claimId, claimNumber, provider } = stale
    const raising = { organisationId, connectionId, interchangeId, now: clock.now() }
    return databases.within(organisationId, (tx) =>
      raiseItem(tx, raising, { kind: 'delivery-unknown', ids: { claimId }, words: { claimNumber, provider } }),
    )
  })
}

/** Overdue claims without an open item, whatever closed the last one. */
export async function raiseUnseenOverdue({ databases, clock }: Deps, { each }: IsolatedSteps): Promise<number> {
  let raised = 0
  await each('overdue claims', await unseenOverdue(databases.across), ({ organisationId, connectionId, claimId }) =>
    databases.within(organisationId, async (tx) => {
      const claim = await lockClaim(tx, organisationId, claimId)
      const level = claim === null ? null : overdueLevel(claim.state, claim.deadline)
      if (claim === null || claim.deadline === null || level === null) return
      const { claimNumber, deadline } = claim
      const item = overdueItem({ claimId, claimNumber, level, deadline: deadline.kind })
      await raiseItem(tx, { organisationId, connectionId, now: clock.now() }, item)
      raised += 1
    }),
  )
  return raised
}
