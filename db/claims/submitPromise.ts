import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { closeItem, raiseItem } from '../worklist/worklistItems.ts'

/**
 * What became of a request to submit a draft. The API waits a moment for the answer of freeze; once
 * it has answered 202, a refusal has no caller any more and goes to the worklist. Each step locks
 * the claim's row, so that a refusal is told by exactly one of the two.
 */
interface Claim {
  organisationId: string
  claimId: string
}

/**
 * Somebody wants the draft submitted: from now on it is SUBMITTING, and found when nothing comes of
 * it. False when another request does it already, or has done.
 */
export async function wishToSubmit(
  tx: Tx,
  { organisationId, claimId }: Claim,
  { submitRequest, now }: { submitRequest: string; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('claims')
    .set({ submit_asked_at: sql`now()`, submit_promised: false, submit_problems: null, submit_failures: 0 })
    .set({ submit_request: submitRequest, updated_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where('status', '=', 'DRAFT')
    .where('submit_asked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Nothing was promised and nothing comes of the request: the claim is a draft as before. */
export async function giveUpSubmit(tx: Tx, { organisationId, claimId }: Claim, submitRequest: string): Promise<void> {
  await tx
    .updateTable('claims')
    .set({ submit_request: null, submit_asked_at: null })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where('submit_request', '=', submitRequest)
    .execute()
}

/**
 * Nobody waits for the answer any more (a 202): a refusal that came meanwhile, or comes later, is
 * told on the worklist.
 */
export async function promiseSubmit(tx: Tx, claim: Claim, now: Date): Promise<void> {
  const row = await tx
    .selectFrom('claims')
    .select(['claim_number', 'connection_id', 'status', 'submit_problems'])
    .where('organisation_id', '=', claim.organisationId)
    .where('id', '=', claim.claimId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined || row.status !== 'DRAFT') return
  const { claim_number: claimNumber, connection_id: connectionId, submit_problems: reasons } = row
  if (reasons !== null) await raiseRefusal(tx, { ...claim, claimNumber, connectionId, reasons, now })
  // A repeat of a request that was given up promises too: it must be found as well.
  const promised = { submit_promised: true, submit_asked_at: sql<Date>`coalesce(submit_asked_at, now())` }
  await write(tx, claim, reasons === null ? promised : { submit_problems: null })
}

/**
 * Freeze refuses: the caller who waits gets the reasons, else the worklist does. The claim is
 * locked.
 */
export async function refuseSubmit(
  tx: Tx,
  claim: Claim & { claimNumber: string; connectionId: string; submitPromised: boolean },
  reasons: string[],
  now: Date,
): Promise<void> {
  if (claim.submitPromised) await raiseRefusal(tx, { ...claim, reasons, now })
  const kept = claim.submitPromised ? null : JSON.stringify(reasons)
  const over = { submit_asked_at: null, submit_request: null, submit_promised: false }
  await write(tx, claim, { ...over, submit_problems: kept })
}

/**
 * The claim could not be opened: frozen, or gone on with. Answers how often that has broken down
 * since it last went well; null when the claim is closed or not there.
 */
export async function openingFailed(
  tx: Tx,
  { organisationId, claimId }: Claim,
): Promise<{ failures: number; isDraft: boolean; claimNumber: string; connectionId: string } | null> {
  const row = await tx
    .updateTable('claims')
    .set((eb) => ({ submit_failures: eb('submit_failures', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where('closed_because', 'is', null)
    .returning(['submit_failures as failures', 'status', 'claim_number', 'connection_id'])
    .executeTakeFirst()
  if (row === undefined) return null
  const { failures, status, claim_number: claimNumber, connection_id: connectionId } = row
  return { failures, isDraft: status === 'DRAFT', claimNumber, connectionId }
}

/** The claim goes on after it had broken down: nobody needs to look any more. */
export async function openingWorks(tx: Tx, { organisationId, claimId }: Claim, now: Date): Promise<void> {
  await tx
    .updateTable('claims')
    .set({ submit_failures: 0 })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .execute()
  const closing = { organisationId, by: 'hub', because: 'the claim goes on', now }
  await closeItem(tx, closing, { kind: 'open-fails', ids: { claimId } })
}

async function raiseRefusal(
  tx: Tx,
  refusal: Claim & { claimNumber: string; connectionId: string; reasons: string[]; now: Date },
): Promise<void> {
  const { organisationId, claimId, connectionId, claimNumber, reasons, now } = refusal
  const words = { claimNumber, reasons }
  await raiseItem(tx, { organisationId, connectionId, now }, { kind: 'submit-refused', ids: { claimId }, words })
}

async function write(
  tx: Tx,
  { organisationId, claimId }: Claim,
  change: {
    submit_asked_at?: null | RawBuilder<Date>
    submit_request?: null
    submit_promised?: boolean
    submit_problems?: string | null
  },
): Promise<void> {
  await tx
    .updateTable('claims')
    .set(change)
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .execute()
}
