import { remittanceEvents } from '../../../domain/claims/remittanceEvents.ts'
import type { PlacedClaim } from '../../../domain/money/remittanceLines.ts'
import type { Tx } from '../../connect.ts'
import { takeBack } from '../identity/takeBack.ts'
import { balancesOfClaims, moneyPosted } from '../ledger.ts'
import type { MatchedClaims } from '../placeClaims.ts'
import { insertLedgerNotices, type KeyedBy, paidAt } from '../remittanceNotices.ts'
import { insertRemittanceLines, type StoredRemittance } from '../remittanceRows.ts'
import { noteMatching } from './noteMatching.ts'
import { postPlan } from './remittancePosting.ts'
import { resumedNotices } from './waitingLines.ts'

/** A remittance whose row says `posted`, and what its posting needs beside it. */
export interface RemittanceToPost extends StoredRemittance {
  placing: MatchedClaims
  inPlaceOf: string[]
  traceUsed: boolean
  /** Who had it posted, and why, when it was a person. */
  by?: KeyedBy & { reason: string }
  /** ISO 8601 UTC: when its claims hear of it at the earliest. */
  notBefore?: string
}

/**
 * Posts a remittance to the ledger, in the place of others where it says the same money, with its
 * lines and with notices for its claims. Answers each claim that has notices now and must be
 * signalled, once.
 */
export async function postToLedger(tx: Tx, posting: RemittanceToPost): Promise<string[]> {
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
  const noted = await noteMatching(tx, posting, placing, posted.placed)
  const others = takenFrom.filter((claimId) => !own.includes(claimId))
  await notifyOthers(tx, posting, others)
  return [...new Set([...own, ...noted, ...others])]
}

/**
 * In test mode the claims still get the decisions, so that a test claim goes its whole way; no
 * money is posted.
 */
export async function passOnTestRemittance(
  tx: Tx,
  stored: StoredRemittance & Pick<RemittanceToPost, 'placing'>,
): Promise<string[]> {
  const { remittance, now, placing } = stored
  const { placed, submissionIds } = placing
  await insertRemittanceLines(tx, stored, placed.map(claimIdOf))
  const events = remittanceEvents(remittance, placed, null, paidAt(remittance.paidOn, now))
  const own = await notifyClaims(tx, stored, submissionIds, events)
  return [...new Set([...own, ...(await noteMatching(tx, stored, placing, placed))])]
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
): Promise<string[]> {
  const notices = events.map(({ claimId, index, event }) => ({
    claimId,
    submissionId: submissionIds[index] ?? null,
    event,
    sequence: stored.sequence + 2 * index + (event.fact.type === 'money_posted' ? 1 : 0),
  }))
  await insertLedgerNotices(tx, stored, notices, stored.by ?? null)
  return [...new Set(notices.map(({ claimId }) => claimId))]
}

/** Claims that the remittance doesn't name, and whose money went with what it took the place of. */
async function notifyOthers(tx: Tx, posting: RemittanceToPost, claimIds: string[]): Promise<void> {
  const { organisationId, connectionId, remittanceId, now, by } = posting
  const balances = await balancesOfClaims(tx, organisationId, claimIds)
  const notices = [...balances].map(([claimId, balance]) => {
    const event = { fact: moneyPosted(balance), at: now.toISOString(), said: [], references: [] }
    return { claimId, submissionId: null, event, sequence: 0 }
  })
  const about = { organisationId, connectionId, documentId: null, remittanceId }
  await insertLedgerNotices(tx, about, notices, by ?? null)
}

function claimIdOf(place: PlacedClaim | null): string | null {
  return place?.claimId ?? null
}
