import type { ProviderAdapter } from '../../adapters/contract.ts'
import { organisationIds, usedAdapterIds } from '../../db/acrossTenants/lookups.ts'
import { raiseForClaim } from '../../db/claims/claimWorklist.ts'
import type { Databases, Tx } from '../../db/connect.ts'
import {
  closeClaimedVisits,
  closeEarlierWarnings,
  FILING_LIMIT,
  type Unfiled,
  unfiledBetween,
  warnedBefore,
} from '../../db/drafts/filingLimits.ts'
import { raiseAttention } from '../../db/worklist/worklistItems.ts'
import { FILING_WARNINGS, filingWarning } from '../../domain/claims/filingLimit.ts'
import { plusDays } from '../../domain/practice/billable.ts'
import type { Clock } from '../../platform/clock.ts'

/**
 * Puts drafts and unclaimed visits on the worklist before the provider takes them no more, each warning once, and takes the visits off that are
 * claimed by now. Answers how many warnings are new.
 */
export async function warnOfFilingLimits(deps: {
  databases: Databases
  clock: Clock
  adapterOf(adapterId: string): ProviderAdapter
}): Promise<number> {
  const { databases } = deps
  const now = deps.clock.now()
  const adapterIds = await usedAdapterIds(databases.across)
  const filingLimitDays = Object.fromEntries(
    adapterIds.map((id) => [id, deps.adapterOf(id).declaration.deadlines.filingLimitDays]),
  )
  let warned = 0
  for (const organisationId of await organisationIds(databases.across))
    warned += await databases.within(organisationId, (tx) => warn(tx, { organisationId, filingLimitDays, now }))
  return warned
}

async function warn(
  tx: Tx,
  asked: { organisationId: string; filingLimitDays: Record<string, number>; now: Date },
): Promise<number> {
  const { organisationId, now } = asked
  const today = now.toISOString().slice(0, 10)
  await closeClaimedVisits(tx, organisationId, now)
  const due = await unfiledBetween(tx, asked, today, plusDays(today, FILING_WARNINGS[0]))
  const warnings = due.map((unfiled) => {
    const days = filingWarning(unfiled.lastDay, today)
    return { unfiled, dedupeKey: `${FILING_LIMIT}-${days}:${unfiled.subjectId}` }
  })
  const known = await warnedBefore(
    tx,
    organisationId,
    warnings.map((warning) => warning.dedupeKey),
  )
  const fresh = warnings.filter((warning) => !known.has(warning.dedupeKey))
  for (const { unfiled, dedupeKey } of fresh) {
    await closeEarlierWarnings(tx, { organisationId, subjectId: unfiled.subjectId, now })
    await raise(tx, { organisationId, dedupeKey, now }, unfiled)
  }
  return fresh.length
}

async function raise(
  tx: Tx,
  item: { organisationId: string; dedupeKey: string; now: Date },
  { claimId, claimNumber, visitId, visitedOn, connectionId, provider, lastDay }: Unfiled,
): Promise<void> {
  const until = `${provider} takes it until ${lastDay}`
  const warning = { ...item, kind: FILING_LIMIT, role: 'billing' as const, connectionId }
  if (claimId !== null)
    return raiseForClaim(tx, { ...warning, claimId, because: `Draft ${claimNumber} is not submitted: ${until}` })
  if (visitId !== null)
    await raiseAttention(tx, { ...warning, visitId, because: `A visit of ${visitedOn} is not claimed: ${until}` })
}
