import type { Client } from '@temporalio/client'
import type { ProviderAdapter } from '../../adapters/contract.ts'
import {
  endInquiry,
  openBatches,
  openClaims,
  overdueInquiries,
  staleUnknowns,
  stuckDocuments,
  unrecordedNotices,
} from '../../db/acrossTenants/repairs.ts'
import { raiseForClaim } from '../../db/claims/claimWorklist.ts'
import type { Databases } from '../../db/connect.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ReconcileReport } from '../../workflows/activityContract.ts'
import { runningDispatches, startDispatch, startDispatchNow } from '../../workflows/client/wakeBatch.ts'
import { runningClaims, wakeClaim } from '../../workflows/client/wakeClaims.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import { claimWorkflowId } from '../../workflows/ids.ts'
import { wake as newsSignal } from '../../workflows/messages.ts'
import { warnOfFilingLimits } from './warnOfFilingLimits.ts'

/**
 * Compares both ways and repairs: every open claim has a running workflow, no document and no news lies unprocessed, no sending is unknown and no
 * filing limit near without anybody knowing. Safe to run at any time and as often as one likes; it only ever wakes those whose work it is.
 */
export async function reconcile(deps: {
  databases: Databases
  client: Client
  clock: Clock
  adapterOf(adapterId: string): ProviderAdapter
}): Promise<ReconcileReport> {
  const { databases, client } = deps
  const now = deps.clock.now()
  const running = await runningClaims(client)
  const open = await openClaims(databases.across)
  const openIds = new Set(open.map((claim) => claim.claimId))
  const lost = open.filter((claim) => !running.has(claim.claimId))
  const news = (await unrecordedNotices(databases.across)).filter(
    (claim) => !lost.some((each) => each.claimId === claim.claimId),
  )
  for (const claim of [...lost, ...news]) await wakeClaim(client, claim)
  const over = [...running].filter((claimId) => !openIds.has(claimId))
  for (const claimId of over)
    await client.workflow
      .getHandle(claimWorkflowId(claimId))
      .signal(newsSignal, { noticeIds: [] })
      .catch(() => undefined)
  const stuck = await stuckDocuments(databases.across)
  for (const mailbox of stuck) await signalInbox(client, mailbox)
  return {
    started: lost.length,
    ended: over.length,
    told: news.length,
    woken: stuck.length,
    raised: await raiseStale(databases, now),
    departed: await restartLostDispatches(databases, client, now),
    dropped: await dropInquiries(databases, now),
    warned: await warnOfFilingLimits(deps),
  }
}

async function raiseStale(databases: Databases, now: Date): Promise<number> {
  const stale = await staleUnknowns(databases.across)
  for (const { organisationId, claimId, claimNumber, connectionId, interchangeId } of stale) {
    await databases.within(organisationId, (tx) =>
      raiseForClaim(tx, {
        organisationId,
        claimId,
        connectionId,
        interchangeId,
        kind: 'delivery-unknown',
        role: 'billing',
        dedupeKey: `delivery-unknown:${claimId}`,
        because: `Claim ${claimNumber}: it may have arrived at the provider; ask them, then say what they have`,
        now,
      }),
    )
  }
  return stale.length
}

async function restartLostDispatches(databases: Databases, client: Client, now: Date): Promise<number> {
  const open = await openBatches(databases.across, now)
  if (open.length === 0) return 0
  const running = await runningDispatches(client)
  const left = open.filter((batch) => batch.due || !running.has(batch.interchangeId))
  for (const batch of left) await (batch.due ? startDispatchNow(client, batch) : startDispatch(client, batch))
  return left.length
}

async function dropInquiries(databases: Databases, now: Date): Promise<number> {
  const overdue = await overdueInquiries(databases.across)
  for (const { organisationId, interchangeId } of overdue)
    await databases.within(organisationId, (tx) => endInquiry(tx, organisationId, interchangeId, now))
  return overdue.length
}
