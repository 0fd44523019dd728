import type { ProviderAdapter } from '../../adapters/contract.ts'
import { organisationIds, usedAdapterIds } from '../../db/acrossTenants/lookups.ts'
import type { Databases, Tx } from '../../db/connect.ts'
import {
  closeClaimedVisits,
  closeEarlierWarnings,
  notWarnedBefore,
  type Unfiled,
  unfiledBetween,
} from '../../db/drafts/filingLimits.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { FILING_WARNINGS, filingWarning } from '../../domain/claims/filingLimit.ts'
import { plusDays } from '../../domain/practice/billable.ts'
import type { WordsOf } from '../../domain/worklist/itemContents.ts'
import { dayIn } from '../../domain/zones.ts'
import type { Clock } from '../../platform/clock.ts'
import type { IsolatedSteps } from './isolated.ts'

/**
 * Puts drafts and unclaimed visits on the worklist before the provider takes them no more, each
 * warning once, and takes the visits off that are claimed by now. Answers how many warnings are
 * new.
 */
export async function warnOfFilingLimits(
  deps: { databases: Databases; clock: Clock; adapterOf(adapterId: string): ProviderAdapter },
  { each }: Pick<IsolatedSteps, 'each'>,
): Promise<number> {
  const { databases } = deps
  const now = deps.clock.now()
  const adapterIds = await usedAdapterIds(databases.across)
  const filingLimitDays = Object.fromEntries(
    adapterIds.map((id) => [id, deps.adapterOf(id).declaration.deadlines.filingLimitDays]),
  )
  let warned = 0
  const owners = (await organisationIds(databases.across)).map((organisationId) => ({ organisationId }))
  await each('filing limits', owners, async ({ organisationId }) => {
    warned += await databases.within(organisationId, (tx) => warn(tx, { organisationId, filingLimitDays, now }))
  })
  return warned
}

async function warn(
  tx: Tx,
  asked: { organisationId: string; filingLimitDays: Record<string, number>; now: Date },
): Promise<number> {
  const { organisationId, now } = asked
  // A day earlier and later than any clinic's: each is then judged by the day at its own clinic.
  const utc = now.toISOString().slice(0, 10)
  await closeClaimedVisits(tx, organisationId, now)
  const due = await unfiledBetween(tx, asked, plusDays(utc, -1), plusDays(utc, FILING_WARNINGS[0] + 1))
  const warnings = due.flatMap((unfiled) => {
    const days = filingWarning(unfiled.lastDay, dayIn(unfiled.zone, now.toISOString()))
    if (days === null) return []
    return { unfiled, cause: { kind: 'filing-limit' as const, ids: { days, subjectId: unfiled.subjectId } } }
  })
  const fresh = await notWarnedBefore(tx, organisationId, warnings)
  for (const { unfiled, cause } of fresh) {
    await closeEarlierWarnings(tx, { organisationId, subjectId: unfiled.subjectId, now })
    const { connectionId, claimId, visitId } = unfiled
    const subject = claimId === null ? { visitId: visitId ?? unfiled.subjectId } : { claimId }
    await raiseItem(tx, { organisationId, connectionId, now, ...subject }, { ...cause, words: wordsOf(unfiled) })
  }
  return fresh.length
}

function wordsOf({ claimNumber, visitedOn, provider, lastDay }: Unfiled): WordsOf<'filing-limit'> {
  return { provider, lastDay, of: claimNumber === null ? { visitOn: visitedOn } : { draft: claimNumber } }
}
