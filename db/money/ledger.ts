import { sql } from 'kysely'
import type { Minor } from '../../domain/amounts.ts'
import type { OwnFact } from '../../domain/claims/claimEvents.ts'
import { decisionBesideFirst } from '../../domain/coordination/decisionBesideFirst.ts'
import { after, type ClaimPosition, emptyPosition, entriesOf, netOf } from '../../domain/money/claimPosition.ts'
import { decisionEntries, wholeDecision } from '../../domain/money/decisionEntries.ts'
import { type ClaimBalances, chargeEntries, claimBalances, reversalOf } from '../../domain/money/ledger.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import {
  excessSettlement,
  type SettlementAction,
  settleable,
  settleableOfOther,
  settlementEntries,
} from '../../domain/money/settlementEntries.ts'
import type { Tx } from '../connect.ts'
import { takenByFirst } from '../coordination/firstPayment.ts'
import { positionsOf } from './ledgerPositions.ts'
import { type Posting, post } from './ledgerPost.ts'
import { raisePatientRefunds } from './visitItems.ts'

/** What every posting on one claim says. Postings with a key that was used before post nothing. */
interface OnClaim {
  organisationId: string
  claimId: string
  currency: string
  actor: string
  now: Date
}

/** Where the claim's money stands now. A claim that never touched the ledger has zeros. */
export async function balancesOf(tx: Tx, organisationId: string, claimId: string): Promise<ClaimBalances> {
  const totals = await tx
    .selectFrom('ledger_entries')
    .select(['account', sql<number>`sum(amount)::bigint`.as('amount')])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .groupBy('account')
    .execute()
  return claimBalances(totals)
}

/**
 * News of the ledger about a claim. The recorder reads the ledger again when it records: these
 * figures are of this moment.
 */
export async function moneyPostedFact(
  tx: Tx,
  organisationId: string,
  claimId: string,
): Promise<Extract<OwnFact, { type: 'money_posted' }>> {
  const { paymentStatus, paid, open, denied } = await balancesOf(tx, organisationId, claimId)
  return { type: 'money_posted', payment: paymentStatus, paid, openAmount: open, deniedAmount: denied, reversal: false }
}

/** Charges the claim, once in its life. */
export async function postCharge(
  tx: Tx,
  charge: OnClaim & { lines: { lineNumber: number; charge: Minor }[] },
): Promise<void> {
  const { claimId, lines } = charge
  await post(tx, headerOf(charge, 'charge', `charge:${claimId}`), chargeEntries(claimId, lines))
}

/**
 * Posts what the provider decided, as the difference to what is posted already; `lines` may be
 * empty when `outcome` speaks for all of them. The caller holds the claim locked. `now` is when the
 * provider decided: nothing is posted of a line that an itemised remittance of a later day speaks
 * of, or one of the same day that was received later than this (`receivedAs`, an id that sorts by
 * time), nor of those in `late`. A claim without a charge (withdrawn) has nothing to move.
 */
export async function postDecision(
  tx: Tx,
  decision: OnClaim & {
    lines: LineDecision[]
    outcome?: 'approved' | 'denied'
    late?: readonly number[]
    receivedAs?: string
    idempotencyKey: string
  },
): Promise<void> {
  const { claimId, organisationId, idempotencyKey: key } = decision
  const position = await positionOf(tx, organisationId, claimId)
  if (netOf(position, 'charge', 'charged') === 0) return
  const remitted = position.rows.some((row) => row.layer === 'money') ? await remittedSince(tx, decision) : []
  if (remitted.includes(null)) return
  const whole = decision.lines.length === 0 && decision.outcome !== undefined
  const stated = whole && decision.outcome ? wholeDecision(position, decision.outcome) : decision.lines
  const known = new Set([...remitted, ...(decision.late ?? [])])
  const lines = stated.filter(({ lineNumber }) => !known.has(lineNumber))
  const entries = decisionEntries(position, await besideFirst(tx, position, organisationId, lines))
  if (!(await post(tx, headerOf(decision, 'decision', key), entries))) return
  const back = excessSettlement(after(position, 'decision', entries))
  await post(tx, headerOf(decision, 'settlement', `${key}:settlement`), back)
  await raisePatientRefunds(tx, decision, back)
}

/**
 * Posts a person's decision on what was denied of a line; of a `rejected` claim also on what is
 * still open of it. Answers the amount, also of an appeal, which moves nothing; null when nothing
 * of the line can be settled. The caller holds the claim locked.
 */
export async function postSettlement(
  tx: Tx,
  settlement: OnClaim & {
    lineNumber: number
    action: SettlementAction
    rejected: boolean
    reason?: string
    idempotencyKey: string
  },
): Promise<Minor | null> {
  const { organisationId, claimId, lineNumber, action, rejected, reason } = settlement
  const position = await positionOf(tx, organisationId, claimId)
  const forOther = await awaitsOther(tx, settlement)
  const what = (forOther ? settleableOfOther(position, lineNumber) : null) ?? settleable(position, lineNumber, rejected)
  if (what === null) return null
  const header = headerOf(settlement, 'settlement', settlement.idempotencyKey)
  await post(tx, reason === undefined ? header : { ...header, reason }, settlementEntries(claimId, what, action))
  return what.amount
}

/**
 * Takes the charge of a cancelled or replaced claim back, with the decisions and settlements on it,
 * once. Money that came stays where it is: then the claim is overpaid, and a person must see it.
 */
export async function postWithdrawal(tx: Tx, claim: OnClaim & { reason: string }): Promise<void> {
  const position = await positionOf(tx, claim.organisationId, claim.claimId)
  for (const [layer, kind] of [
    ['charge', 'charge'],
    ['decision', 'reversal'],
    ['settlement', 'settlement'],
  ] as const) {
    const header = headerOf(claim, kind, `withdrawal:${claim.claimId}:${layer}`)
    await post(tx, { ...header, reason: claim.reason }, reversalOf(entriesOf(position, layer)))
  }
}

/** Of a claim to a second HMO: its decision is about what the first one left. */
async function besideFirst(
  tx: Tx,
  position: ClaimPosition,
  organisationId: string,
  lines: LineDecision[],
): Promise<LineDecision[]> {
  if (!position.rows.some(({ account }) => account === 'other_payer')) return lines
  const taken = await takenByFirst(tx, organisationId, position.claimId)
  return lines.map((line) => {
    const charge = netOf(position, 'charge', 'open', line.lineNumber)
    return decisionBesideFirst(line, charge, taken.get(line.lineNumber) ?? 0)
  })
}

/** Whether the provider said of the line that another payer must be billed first. */
async function awaitsOther(
  tx: Tx,
  { organisationId, claimId, lineNumber }: OnClaim & { lineNumber: number },
): Promise<boolean> {
  const { rows } = await sql<{ other: boolean | null }>`
    select (state -> 'lines' -> ${String(lineNumber)}::text ->> 'otherPayerFirst')::boolean as other
    from claims where organisation_id = ${organisationId} and id = ${claimId}`.execute(tx)
  return rows[0]?.other === true
}

async function positionOf(tx: Tx, organisationId: string, claimId: string): Promise<ClaimPosition> {
  const positions = await positionsOf(tx, organisationId, [claimId], 'by line')
  return positions.get(claimId) ?? emptyPosition(claimId)
}

/**
 * The lines that itemised remittances speak of and know better; null is the claim as a whole. Days
 * are the clinic's.
 */
async function remittedSince(
  tx: Tx,
  { organisationId, claimId, now, receivedAs }: OnClaim & { receivedAs?: string },
): Promise<(number | null)[]> {
  const day = sql`(${now}::timestamptz at time zone (select k.zone from claims c
    join clinics k on k.organisation_id = c.organisation_id and k.id = c.clinic_id
    where c.organisation_id = ${organisationId} and c.id = ${claimId}))::date`
  const { rows } = await sql<{ line: number | null }>`
    select distinct e.line_number as line from ledger_entries e
    join remittances r on r.organisation_id = e.organisation_id and r.id = e.remittance_id
    where e.organisation_id = ${organisationId} and e.claim_id = ${claimId} and e.account not in ('allocated', 'open')
      and r.state = 'posted' and (r.paid_on > ${day} or (r.paid_on = ${day} and r.id > ${receivedAs ?? null}::uuid))
      and exists (select from remittance_lines l where l.organisation_id = r.organisation_id and l.remittance_id = r.id
        and l.claim_id = e.claim_id and l.kind = 'payment' and (l.detail ->> 'itemised')::boolean)`.execute(tx)
  return rows.map(({ line }) => line)
}

function headerOf(claim: OnClaim, kind: Posting['kind'], idempotencyKey: string): Posting {
  const { organisationId, claimId, currency, actor, now } = claim
  return { organisationId, claimId, currency, actor, now, kind, idempotencyKey }
}
