import { sql } from 'kysely'
import type { Minor } from '../../domain/amounts.ts'
import type { OwnFact } from '../../domain/claims/claimEvents.ts'
import { decisionBesideFirst } from '../../domain/coordination/decisionBesideFirst.ts'
import { grouped } from '../../domain/grouped.ts'
import { after, type ClaimPosition, emptyPosition, entriesOf, netOf } from '../../domain/money/claimPosition.ts'
import { decisionEntries, wholeDecision } from '../../domain/money/decisionEntries.ts'
import {
  type ClaimBalances,
  chargeEntries,
  claimBalances,
  type LedgerAccount,
  reversalOf,
} from '../../domain/money/ledger.ts'
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
import { type Posting, post, postAll } from './ledgerPost.ts'
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
  return (await balancesOfClaims(tx, organisationId, [claimId])).get(claimId) ?? claimBalances([])
}

/** The same of many claims; every one that is asked for is in the answer. */
export async function balancesOfClaims(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
): Promise<Map<string, ClaimBalances>> {
  if (claimIds.length === 0) return new Map()
  const { rows } = await sql<{ claim_id: string; account: LedgerAccount; amount: Minor }>`
    select claim_id, account, sum(amount)::bigint as amount from ledger_entries
    where organisation_id = ${organisationId} and claim_id = any(${claimIds}::uuid[]) group by claim_id, account`.execute(
    tx,
  )
  const totals = grouped(rows, ({ claim_id }) => claim_id)
  return new Map(claimIds.map((claimId) => [claimId, claimBalances(totals.get(claimId) ?? [])]))
}

/**
 * News of the ledger about a claim. The recorder reads the ledger again when it records: these
 * figures are of this moment.
 */
export async function moneyPostedFact(tx: Tx, organisationId: string, claimId: string): Promise<MoneyPosted> {
  return moneyPosted(await balancesOf(tx, organisationId, claimId))
}

type MoneyPosted = Extract<OwnFact, { type: 'money_posted' }>

/** What the ledger says of a claim with these balances. */
export function moneyPosted({ paymentStatus, paid, open, denied }: ClaimBalances): MoneyPosted {
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

/** What a provider decided of one claim. */
export interface Decision extends OnClaim {
  /** May be empty when `outcome` speaks for all of them. */
  lines: LineDecision[]
  outcome?: 'approved' | 'denied'
  late?: readonly number[]
  receivedAs?: string
  idempotencyKey: string
}

/** Posts one decision, as `postDecisions` does. */
export async function postDecision(tx: Tx, decision: Decision): Promise<void> {
  await postDecisions(tx, [decision])
}

/**
 * Posts what the provider decided of some claims of one organisation, each named once, as the
 * difference to what is posted already. The caller holds the claims locked. `now` is when the
 * provider decided: nothing is posted of a line that an itemised remittance of a later day speaks
 * of, or one of the same day that was received later than this (`receivedAs`, an id that sorts by
 * time), nor of those in `late`. A claim without a charge (withdrawn) has nothing to move.
 */
export async function postDecisions(tx: Tx, decisions: Decision[]): Promise<void> {
  const [{ organisationId } = { organisationId: '' }] = decisions
  const ids = decisions.map(({ claimId }) => claimId)
  const positions = await positionsOf(tx, organisationId, ids, 'by line')
  const charged = decisions.flatMap((decision) => {
    const position = positions.get(decision.claimId) ?? emptyPosition(decision.claimId)
    return netOf(position, 'charge', 'charged') === 0 ? [] : [{ decision, position }]
  })
  const paid = charged.filter(({ position }) => position.rows.some((row) => row.layer === 'money'))
  const remitted = await remittedSince(
    tx,
    paid.map(({ decision }) => decision),
  )
  const ofSecond = charged.filter(({ position }) => position.rows.some(({ account }) => account === 'other_payer'))
  const taken = await takenByFirst(
    tx,
    organisationId,
    ofSecond.map(({ position }) => position.claimId),
  )
  const planned = charged.flatMap(({ decision, position }) => {
    const lines = linesToPost(decision, position, remitted.get(decision.claimId) ?? [])
    if (lines === null) return []
    const entries = decisionEntries(position, besideFirst(position, lines, taken.get(position.claimId)))
    return [{ decision, position, entries }]
  })
  const written = await postAll(
    tx,
    planned.map(({ decision, entries }) => ({
      posting: headerOf(decision, 'decision', decision.idempotencyKey),
      entries,
    })),
  )
  const settled = planned
    .filter((_each, index) => written[index])
    .map(({ decision, position, entries }) => ({
      posting: headerOf(decision, 'settlement', `${decision.idempotencyKey}:settlement`),
      entries: excessSettlement(after(position, 'decision', entries)),
    }))
  await postAll(tx, settled)
  const back = settled.filter(({ entries }) => entries.length > 0)
  const last = back.at(-1)
  if (last === undefined) return
  await raisePatientRefunds(
    tx,
    { organisationId, now: last.posting.now },
    back.flatMap(({ entries }) => entries),
  )
}

/**
 * The lines of which nothing newer is known; null when something newer speaks of the whole claim.
 */
function linesToPost(decision: Decision, position: ClaimPosition, remitted: (number | null)[]): LineDecision[] | null {
  if (remitted.includes(null)) return null
  const whole = decision.lines.length === 0 && decision.outcome !== undefined
  const stated = whole && decision.outcome ? wholeDecision(position, decision.outcome) : decision.lines
  const known = new Set([...remitted, ...(decision.late ?? [])])
  return stated.filter(({ lineNumber }) => !known.has(lineNumber))
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
function besideFirst(
  position: ClaimPosition,
  lines: LineDecision[],
  taken: ReadonlyMap<number, Minor> | undefined,
): LineDecision[] {
  if (taken === undefined) return lines
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
 * Of each claim the lines that itemised remittances speak of and know better; null is the claim as
 * a whole. Days are the clinic's.
 */
async function remittedSince(tx: Tx, decisions: Decision[]): Promise<Map<string, (number | null)[]>> {
  const [first] = decisions
  if (first === undefined) return new Map()
  const asked = decisions.map(({ claimId, now, receivedAs }) => ({
    claim_id: claimId,
    decided: now,
    received: receivedAs ?? null,
  }))
  const { rows } = await sql<{ claim_id: string; line: number | null }>`
    select distinct e.claim_id, e.line_number as line
    from json_to_recordset(${JSON.stringify(asked)}::json) as d(claim_id uuid, decided timestamptz, received uuid)
    join claims c on c.organisation_id = ${first.organisationId} and c.id = d.claim_id
    join clinics k on k.organisation_id = c.organisation_id and k.id = c.clinic_id
    cross join lateral (select (d.decided at time zone k.zone)::date as day) decision
    join ledger_entries e on e.organisation_id = c.organisation_id and e.claim_id = c.id and e.account not in ('allocated', 'open')
    join remittances r on r.organisation_id = e.organisation_id and r.id = e.remittance_id
    where r.state = 'posted' and (r.paid_on > decision.day or (r.paid_on = decision.day and r.id > d.received))
      and exists (select from remittance_lines l where l.organisation_id = r.organisation_id and l.remittance_id = r.id
        and l.claim_id = e.claim_id and l.kind = 'payment' and (l.detail ->> 'itemised')::boolean)`.execute(tx)
  return new Map(
    [...grouped(rows, ({ claim_id }) => claim_id)].map(([claimId, lines]) => [claimId, lines.map(({ line }) => line)]),
  )
}

function headerOf(claim: OnClaim, kind: Posting['kind'], idempotencyKey: string): Posting {
  const { organisationId, claimId, currency, actor, now } = claim
  return { organisationId, claimId, currency, actor, now, kind, idempotencyKey }
}
