import { releasedRemittance } from '../../../domain/money/releasedRemittance.ts'
import type { Tx } from '../../connect.ts'
import { chosenClaims, isHeldForClaims } from '../../inbox/heldMatches.ts'
import { type Refused, refused } from '../../refused.ts'
import { audit } from '../../setup/audit.ts'
import { closeItem } from '../../worklist/worklistItems.ts'
import { placeClaims } from '../placeClaims.ts'
import { postToLedger } from '../posting/postToLedger.ts'
import { quarantined } from '../quarantined.ts'
import { paidAt } from '../remittanceNotices.ts'
import { lockWaiting } from '../remittanceRelease.ts'
import { deleteLines } from '../remittanceReread.ts'
import { heldCause } from './heldItem.ts'
import { keyedTwinsOf } from './keyedPayments.ts'
import { type KeptRemittance, keptRemittances } from './storedRemittance.ts'

interface Act {
  organisationId: string
  remittanceId: string
  actor: string
  /** No patient data. */
  reason: string
  now: Date
}

/** A claim whose workflow must record what was decided. */
export interface Touched {
  organisationId: string
  claimId: string
  providerId: string
}

export interface Decided {
  kind: 'decided'
  state: 'posted' | 'superseded'
  /** The claims whose money or decision moved. */
  claims: Touched[]
}

type Waiting = KeptRemittance & { kind: 'waiting' }

/**
 * A held remittance is the same money as what is recorded: the ledger counts it once. With `this`
 * its own split becomes the detail, and what was recorded is taken back by entries of its own; with
 * `recorded` it is laid aside and nothing moves.
 */
export async function mergeHeld(tx: Tx, act: Act & { keep: 'this' | 'recorded' }): Promise<Decided | Refused> {
  const { organisationId, remittanceId, keep, reason } = act
  const row = await lockWaiting(tx, act, ['held'])
  if (row.kind === 'refused') return row
  const beside = await recordedBeside(tx, organisationId, row)
  const [first] = beside
  if (first === undefined)
    return refused('nothing-to-merge', 'none of the payments that it looked like is recorded any more; read it again')
  const detail = { keep, beside, reason }
  await audit(tx, { ...act, action: 'remittance.merge', subject: `remittance ${remittanceId}`, detail })
  await closeHeld(tx, act, row)
  if (keep === 'this') return post(tx, act, row, { act: 'merge-remittance', inPlaceOf: beside })
  await setState(tx, act, { state: 'superseded', superseded_by: first })
  return { kind: 'decided', state: 'superseded', claims: [] }
}

/** A held remittance is other money than what is recorded: it is posted beside it. */
export async function postApart(tx: Tx, act: Act): Promise<Decided | Refused> {
  const { remittanceId, reason } = act
  const row = await lockWaiting(tx, act, ['held'])
  if (row.kind === 'refused') return row
  const detail = { reason, beside: row.held?.beside ?? [] }
  await audit(tx, { ...act, action: 'remittance.other-money', subject: `remittance ${remittanceId}`, detail })
  await closeHeld(tx, act, row)
  return post(tx, act, row, { act: 'other-money', inPlaceOf: [] })
}

/**
 * A quarantined remittance is posted although it does not balance: its claims as far as their
 * amounts can be believed, and the difference in suspense.
 */
export async function releaseQuarantined(tx: Tx, act: Act): Promise<Decided | Refused> {
  const { organisationId, remittanceId, actor, reason, now } = act
  const row = await lockWaiting(tx, act, ['quarantined'])
  if (row.kind === 'refused') return row
  if (await isHeldForClaims(tx, organisationId, remittanceId))
    return refused(
      'cannot-release',
      'it names claims that are not what it says: release or match it under held-matches',
    )
  const { currency } = await connectionOf(tx, organisationId, row.connectionId)
  const remittance = releasedRemittance(row.remittance)
  if (currency !== row.remittance.currency || remittance === null)
    return refused('cannot-release', 'its amounts cannot be booked: another currency, or too large to be added up')
  await audit(tx, { ...act, action: 'remittance.release', subject: `remittance ${remittanceId}`, detail: { reason } })
  const closing = { organisationId, by: actor, because: 'released with the difference in suspense', now }
  await closeItem(tx, closing, quarantined({ remittanceId }))
  return post(tx, act, { ...row, remittance }, { act: 'release-remittance', inPlaceOf: [] })
}

/** What it was held beside and is still posted, and what was keyed since. */
async function recordedBeside(tx: Tx, organisationId: string, row: Waiting): Promise<string[]> {
  const known = await keptRemittances(tx, organisationId, row.held?.beside ?? [], { locked: true })
  const posted = known.filter(({ state }) => state === 'posted').map(({ remittanceId }) => remittanceId)
  if (row.held?.kind === 'other-body') return posted
  const choices = await chosenClaims(tx, organisationId, row.remittanceId)
  const placing = await placeClaims(tx, { ...row, organisationId, now: new Date(0) }, choices)
  const twins = await keyedTwinsOf(tx, { ...row, organisationId }, placing)
  return [...new Set([...posted, ...twins.map(({ remittanceId }) => remittanceId)])]
}

async function post(
  tx: Tx,
  act: Act,
  row: Waiting,
  { act: done, inPlaceOf }: { act: string; inPlaceOf: string[] },
): Promise<Decided> {
  const { organisationId, remittanceId, actor, reason, now } = act
  const stored = { ...row, organisationId, now }
  const before = await keptRemittances(tx, organisationId, inPlaceOf, { locked: true })
  await setState(tx, act, { state: 'posted', problem: null })
  await deleteLines(tx, stored)
  const days = before.map(({ remittance }) => paidAt(remittance.paidOn, now)).sort()
  const notBefore = days.at(-1)
  const found = await placeClaims(tx, stored, await chosenClaims(tx, organisationId, remittanceId))
  // Of other money nobody takes the first payment back: it is posted beside it.
  const placed = found.placed.map((place) => (place === null ? null : { ...place, byPerson: true as const }))
  const placing = done === 'other-money' ? { ...found, placed } : found
  const notified = await postToLedger(tx, {
    ...stored,
    placing,
    inPlaceOf,
    traceUsed: false,
    by: { actor, reason, act: { act: done, remittanceId, reason } },
    // The split that a person says is right must not look older than the one that was recorded.
    ...(notBefore === undefined ? {} : { notBefore }),
  })
  const claims = await touchedOf(tx, organisationId, notified)
  return { kind: 'decided', state: 'posted', claims }
}

async function setState(
  tx: Tx,
  { organisationId, remittanceId, now }: Act,
  change: { state: 'posted'; problem: null } | { state: 'superseded'; superseded_by: string },
): Promise<void> {
  await tx
    .updateTable('remittances')
    .set({ ...change, posted_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
}

async function closeHeld(tx: Tx, { organisationId, remittanceId, actor, now }: Act, { held }: Waiting): Promise<void> {
  if (held === null) return
  const closing = { organisationId, by: actor, because: 'somebody has said whether it is the same money', now }
  await closeItem(tx, closing, heldCause(held.kind, remittanceId))
}

function connectionOf(tx: Tx, organisationId: string, connectionId: string) {
  return tx
    .selectFrom('connections')
    .select('currency')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow()
}

async function touchedOf(tx: Tx, organisationId: string, claimIds: string[]): Promise<Touched[]> {
  if (claimIds.length === 0) return []
  const rows = await tx
    .selectFrom('claims')
    .select(['id as claimId', 'provider_id as providerId'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', claimIds)
    .execute()
  return rows.map((row) => ({ organisationId, ...row }))
}
