import type { Client } from '@temporalio/client'
import type { Databases } from '../db/connect.ts'
import { lostNews, openClaims, stuckDocuments } from '../db/reconcile.ts'
import { ringDoorbell } from './doorbell.ts'
import { signalClaims } from './signalClaims.ts'

/** What a comparison of Postgres and Temporal found and mended. */
export interface ReconcileReport {
  /** Open claims that had no running workflow: started again at their recorded state. */
  started: number
  /** Running workflows whose claim is closed: told, so that they end. */
  ended: number
  /** Claims with news that nobody recorded within a minute: told again. */
  told: number
  /** Mailboxes with documents that nobody processed within a minute: woken. */
  woken: number
}

/**
 * Compares both ways and repairs: every open claim has a running workflow, no document and no news lies unprocessed. Safe to run at any time and
 * as often as one likes; it only ever wakes those whose work it is.
 */
export async function reconcile(deps: { databases: Databases; client: Client }): Promise<ReconcileReport> {
  const { databases, client } = deps
  const running = new Set<string>()
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowType = 'claimLifecycle' AND ExecutionStatus = 'Running'`,
  })) {
    running.add(workflowId.slice('claim-'.length))
  }
  const open = await openClaims(databases.across)
  const openIds = new Set(open.map((claim) => claim.claimId))
  const lost = open.filter((claim) => !running.has(claim.claimId))
  const news = (await lostNews(databases.across)).filter(
    (claim) => !lost.some((each) => each.claimId === claim.claimId),
  )
  for (const claim of [...lost, ...news])
    await signalClaims({ client }, claim.organisationId, claim.providerId, [claim.claimId])
  const over = [...running].filter((claimId) => !openIds.has(claimId))
  for (const claimId of over)
    await client.workflow
      .getHandle(`claim-${claimId}`)
      .signal('news', { noticeIds: [] })
      .catch(() => undefined)
  const stuck = await stuckDocuments(databases.across)
  for (const mailbox of stuck) await ringDoorbell(client, mailbox)
  return { started: lost.length, ended: over.length, told: news.length, woken: stuck.length }
}
