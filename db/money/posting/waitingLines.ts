import { sql } from 'kysely'
import { remittanceEvents } from '../../../domain/claims/remittanceEvents.ts'
import { type ClaimBalances, type Entry, negated } from '../../../domain/money/ledger.ts'
import type { PartPlan } from '../../../domain/money/plan/claimPlan.ts'
import type { WaitingLine } from '../../../domain/money/plan/remittancePlan.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import type { Tx } from '../../connect.ts'
import { closeItem } from '../../worklist/worklistItems.ts'
import { insertLedgerNotices, paidAt } from '../remittanceNotices.ts'
import type { ArrivedRemittance, PayableClaim } from '../remittanceRows.ts'
import { postLists } from './postLists.ts'
import { suspended } from './remittanceItems.ts'

/** A line that no longer waits. `undone`: it and what it waited for undo each other. */
export interface ResumedLine {
  line: WaitingLine
  undone: boolean
}

/**
 * The lines of earlier remittances that wait for what arrives for these claims, oldest first. The
 * claims are locked.
 */
export async function waitingLines(
  tx: Tx,
  organisationId: string,
  claims: ReadonlyMap<string, PayableClaim>,
): Promise<WaitingLine[]> {
  const claimIds = [...claims.values()].filter(({ awaited }) => awaited).map(({ claimId }) => claimId)
  if (claimIds.length === 0) return []
  const { rows } = await sql<WaitingLine>`
    select l.remittance_id as "remittanceId", l.sequence, l.detail as claim, l.place, r.payer, r.trace_number as "traceNumber",
      r.paid_on as "paidOn", r.currency
    from remittance_lines l join remittances r on r.organisation_id = l.organisation_id and r.id = l.remittance_id
    where l.organisation_id = ${organisationId} and l.waits_for = any(${claimIds}::uuid[]) and l.claim_id is null
      and r.state = 'posted'
    order by l.remittance_id, l.sequence for update of l`.execute(tx)
  return rows
}

/** Posts a line that waited out of suspense onto its claim, and takes its item off the worklist. */
export async function postResumed(
  tx: Tx,
  { organisationId, now }: Pick<ArrivedRemittance, 'organisationId' | 'now'>,
  planned: PartPlan<WaitingLine>,
): Promise<void> {
  const line = planned.part
  const { remittanceId, sequence, currency, place } = line
  const because = 'what it waited for has arrived'
  await postLists(
    tx,
    {
      organisationId,
      remittanceId,
      currency,
      kind: 'adjustment',
      key: `allocation:${remittanceId}:${sequence}`,
      actor: 'hub',
      reason: because,
      now,
    },
    { ...planned, posting: [...planned.posting, ...outOfSuspense(line.claim)] },
  )
  await tx
    .updateTable('remittance_lines')
    .set({ claim_id: place.claimId })
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('sequence', '=', sequence)
    .execute()
  await closeItem(tx, { organisationId, by: 'hub', because, now }, suspended(remittanceId, sequence))
}

/** `allocated` is already among the claim's entries; this is the other side of it. */
export function outOfSuspense({ paid }: RemittanceClaim): Entry[] {
  return paid === 0 ? [] : [{ account: 'suspense', amount: negated(paid), claimId: null, lineNumber: null }]
}

/** One line as a payment of its own, with what its remittance says. */
export function remittanceOfLine(line: Omit<WaitingLine, 'place' | 'remittanceId' | 'sequence'>): Remittance {
  const { payer, traceNumber, paidOn, currency, claim } = line
  return {
    payer,
    traceNumber,
    paidOn,
    currency,
    amount: claim.paid,
    claims: [claim],
    providerAdjustments: [],
    said: [],
  }
}

/**
 * What the resumed lines say to their claims, each as a payment of its own. They come with no
 * document: theirs was read long ago.
 */
export async function resumedNotices(
  tx: Tx,
  { organisationId, connectionId, now }: Pick<ArrivedRemittance, 'organisationId' | 'connectionId' | 'now'>,
  { resumed, balances }: { resumed: ResumedLine[]; balances: ReadonlyMap<string, ClaimBalances> },
): Promise<void> {
  for (const { line, undone } of resumed) {
    const { remittanceId, place, paidOn } = line
    const at = paidAt(paidOn, now)
    const stated = remittanceEvents(remittanceOfLine(line), [place], balances, at)
    const events = stated.filter(({ event }) => event.fact.type === 'money_posted' || !undone)
    const notices = events.map(({ claimId, event }, sequence) => ({ claimId, submissionId: null, event, sequence }))
    await insertLedgerNotices(tx, { organisationId, connectionId, documentId: null, remittanceId }, notices)
  }
}
