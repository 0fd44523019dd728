import { remittanceEvents } from '../../domain/claims/remittanceEvents.ts'
import type { PlacedClaim } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'
import { takeBack } from './identity/takeBack.ts'
import { moneyPostedFact } from './ledger.ts'
import { type PlacedClaims, placeClaims } from './placeClaims.ts'
import { postPlan } from './posting/remittancePosting.ts'
import { resumedNotices } from './posting/waitingLines.ts'
import { insertLedgerNotices, type KeyedBy, paidAt } from './remittanceNotices.ts'
import { insertRemittanceLines, type StoredRemittance } from './remittanceRows.ts'

/** A remittance whose row says `posted`, and what its posting needs beside it. */
export interface RemittanceToPost extends StoredRemittance {
  placing: PlacedClaims
  inPlaceOf: string[]
  traceUsed: boolean
  /** Who had it posted, and why, when it was a person. */
  by?: KeyedBy & { reason: string }
  /** ISO 8601 UTC: when its claims hear of it at the earliest. */
  notBefore?: string
}

/** A claim that has notices now and must be signalled. */
export interface Notified {
  claimId: string
  noticeIds: string[]
}

/**
 * Posts a remittance to the ledger, in the place of others where it says the same money, with its
 * lines and with notices for its claims. Answers each claim whose money or decision it touches,
 * once.
 */
export async function postToLedger(tx: Tx, posting: RemittanceToPost): Promise<Notified[]> {
  const { organisationId, remittance, remittanceId, placing, inPlaceOf, by, now } = posting
  const actor = by?.actor ?? 'provider'
  const reason = by?.reason ?? 'a newer statement of the same money'
  const takenFrom = await takeBack(tx, {
    organisationId,
    remittanceIds: inPlaceOf,
    byRemittanceId: remittanceId,
    actor,
    reason,
    now,
  })
  const posted = await postPlan(tx, {
    ...posting,
    ...placing,
    actor,
    ...(by === undefined ? {} : { reason }),
    kind: 'remittance',
    key: `remittance:${remittanceId}`,
  })
  await insertRemittanceLines(tx, posting, posted.placed.map(claimIdOf), posted.waits)
  const stated = remittanceEvents(remittance, posted.placed, posted.balances, timeOf(posting))
  const events = stated.filter(({ index, event }) => event.fact.type === 'money_posted' || !posted.undone.has(index))
  const own = await notifyClaims(tx, posting, placing.submissionIds, events)
  await resumedNotices(tx, posting, posted)
  const others = takenFrom.filter((claimId) => !own.some((each) => each.claimId === claimId))
  return [...own, ...(await notifyOthers(tx, posting, others))]
}

/**
 * In test mode the claims still get the decisions, so that a test claim goes its whole way; no
 * money is posted.
 */
export async function passOnTestRemittance(tx: Tx, stored: StoredRemittance): Promise<Notified[]> {
  const { remittance, now } = stored
  const { placed, submissionIds } = await placeClaims(tx, stored)
  await insertRemittanceLines(tx, stored, placed.map(claimIdOf))
  const events = remittanceEvents(remittance, placed, null, paidAt(remittance.paidOn, now))
  return notifyClaims(tx, stored, submissionIds, events)
}

function timeOf({ remittance, now, notBefore }: RemittanceToPost): string {
  const at = paidAt(remittance.paidOn, now)
  return notBefore !== undefined && notBefore > at ? notBefore : at
}

async function notifyClaims(
  tx: Tx,
  stored: StoredRemittance & Pick<RemittanceToPost, 'by'>,
  submissionIds: (string | null)[],
  events: ReturnType<typeof remittanceEvents>,
): Promise<Notified[]> {
  const notices = events.map(({ claimId, index, event }) => ({
    claimId,
    submissionId: submissionIds[index] ?? null,
    event,
    sequence: stored.sequence + 2 * index + (event.fact.type === 'money_posted' ? 1 : 0),
  }))
  const ids = await insertLedgerNotices(tx, stored, notices, stored.by ?? null)
  return notifiedOf(
    notices.map(({ claimId }) => claimId),
    ids,
  )
}

/** Claims that the remittance doesn't name, and whose money went with what it took the place of. */
async function notifyOthers(tx: Tx, posting: RemittanceToPost, claimIds: string[]): Promise<Notified[]> {
  const { organisationId, connectionId, remittanceId, now, by } = posting
  const notices = []
  for (const claimId of claimIds) {
    const fact = await moneyPostedFact(tx, organisationId, claimId)
    const event = { fact, at: now.toISOString(), said: [], references: [] }
    notices.push({ claimId, submissionId: null, event, sequence: 0 })
  }
  const about = { organisationId, connectionId, documentId: null, remittanceId }
  return notifiedOf(claimIds, await insertLedgerNotices(tx, about, notices, by ?? null))
}

function notifiedOf(claimIds: string[], noticeIds: string[]): Notified[] {
  const notified = new Map<string, string[]>()
  for (const [index, claimId] of claimIds.entries()) {
    const noticeId = noticeIds[index]
    if (noticeId !== undefined) notified.set(claimId, [...(notified.get(claimId) ?? []), noticeId])
  }
  return [...notified].map(([claimId, ids]) => ({ claimId, noticeIds: ids }))
}

function claimIdOf(place: PlacedClaim | null): string | null {
  return place?.claimId ?? null
}
