import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import { askToRereadDocument, type UnreadDocument, unreadDocuments } from '../../db/inbox/rereadDocument.ts'
import type { ReconcileFailure } from '../../workflows/activityContract.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import { isolated } from './isolated.ts'
import type { WatchDeps } from './watchWorkflows.ts'

export interface RereadWish {
  /** Goes into the audit log of each organisation; no patient data. */
  actor: string
  reason: string
  /** Only what this adapter reads; null: whatever adapter. */
  adapterId: string | null
  /** Only what came in on this connection; null: on whatever. */
  connectionId: string | null
  dryRun: boolean
}

export interface RereadReport {
  /** What the worklist calls unreadable and the wish names. */
  documents: UnreadDocument[]
  /** How many of them are before their inboxes again. */
  reread: number
  failures: ReconcileFailure[]
}

/**
 * Has every document that the worklist calls unreadable read again, after an adapter was mended.
 * What an earlier reading took in is not taken in twice. An inbox that cannot be woken now is woken
 * by reconcile.
 */
export async function rereadDocuments(deps: WatchDeps, wish: RereadWish): Promise<RereadReport> {
  const { databases, client, clock } = deps
  const { actor, reason, adapterId, connectionId } = wish
  const apart = isolated()
  const documents: UnreadDocument[] = []
  const owners = (await organisationIds(databases.across)).map((organisationId) => ({ organisationId }))
  await apart.each('unreadable documents', owners, async ({ organisationId }) => {
    const unread = await databases.within(organisationId, (tx) => unreadDocuments(tx, organisationId))
    const isMeant = (document: UnreadDocument) =>
      (adapterId === null || document.adapterId === adapterId) &&
      (connectionId === null || document.connectionId === connectionId)
    documents.push(...unread.filter(isMeant))
  })
  if (wish.dryRun) return { documents, reread: 0, failures: apart.failures }
  let reread = 0
  await apart.each('unreadable documents', documents, async ({ organisationId, documentId }) => {
    const act = { organisationId, documentId, actor, reason, now: clock.now() }
    // Refused: somebody else has it read just now.
    const asked = await databases.within(organisationId, (tx) => askToRereadDocument(tx, act))
    if (asked.kind === 'reread') reread += 1
  })
  const inboxes = [...new Map(documents.map((document) => [document.connectionId, document])).values()]
  await apart.each('inboxes', inboxes, (inbox) => signalInbox(client, inbox))
  return { documents, reread, failures: apart.failures }
}
