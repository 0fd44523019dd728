import { sql } from 'kysely'
import { moneyInWords } from '../../domain/amounts.ts'
import { after, type ClaimPosition, emptyPosition, netOf } from '../../domain/money/claimPosition.ts'
import type { Entry } from '../../domain/money/ledger.ts'
import { arrivingEntries, goingTo, leavingEntries, overpaidOf, settledByMoney } from '../../domain/money/overpayment.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { insertManualNotice } from '../inbox/notices.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import { moneyPostedFact } from './ledger.ts'
import { positionsOf } from './ledgerPositions.ts'
import { post } from './ledgerPost.ts'
import { lockForPosting, type PayableClaim } from './remittanceRows.ts'
import { type ClaimToTell, providersOf } from './undo/undoNotices.ts'
import { raisePatientRefunds } from './visitItems.ts'

/** What a person says becomes of money that the provider paid beyond the claim. */
export type OverpaymentAct =
  | { action: 'refund'; reference?: string | undefined }
  | { action: 'credit' }
  /** `remittanceId`: the later remittance that held the amount back. */
  | { action: 'offset'; remittanceId: string }
  | { action: 'transfer'; toClaimId: string }

export interface Overpayment {
  organisationId: string
  claimId: string
  /** Minor units of the claim's currency. */
  amount: number
  what: OverpaymentAct
  actor: string
  /** No patient data. */
  reason: string
  now: Date
}

export interface OverpaymentMoved {
  kind: 'moved'
  /** The first one is the claim that was overpaid. */
  claims: ClaimToTell[]
}

/**
 * Takes money off a claim that is overpaid, or off one that it does not belong to (transfer): it
 * was given back, a later remittance has held it back, it is kept as a credit, or it pays another
 * claim of the same connection. Answers the claims that must record it.
 */
export async function moveOverpayment(tx: Tx, act: Overpayment): Promise<OverpaymentMoved | Refused> {
  const { organisationId, claimId, amount, what } = act
  const to = what.action === 'transfer' ? what.toClaimId : null
  const claims = await lockForPosting(tx, organisationId, to === null ? [claimId] : [claimId, to])
  const from = claims.get(claimId)
  if (from === undefined) return refused('claim-not-found', `there is no claim ${claimId}`)
  const positions = await positionsOf(tx, organisationId, [...claims.keys()], 'by line')
  const position = positions.get(claimId) ?? emptyPosition(claimId)
  const wrong = wrongAmount(act, from, position) ?? wrongTarget(from, to, claims) ?? (await wrongOffset(tx, act, from))
  if (wrong !== null) return wrong
  const posting = `${what.action}:${newId()}`
  const claimIds = to === null ? [claimId] : [claimId, to]
  const entries = [
    ...leavingEntries(position, amount),
    ...(what.action === 'transfer' ? arrivingEntries(what.toClaimId, amount) : [goingTo(what.action, amount)]),
  ]
  await postMove(tx, act, { from, posting, entries, positions: [...positions.values()] })
  return { kind: 'moved', claims: await tellClaims(tx, act, claimIds, posting) }
}

function wrongAmount({ amount, what }: Overpayment, claim: PayableClaim, position: ClaimPosition): Refused | null {
  const { claimNumber, currency, status } = claim
  if (status === 'DRAFT') return refused('claim-is-a-draft', `claim ${claimNumber} has not been submitted`)
  const paid = netOf(position, 'money', 'paid')
  const most = what.action === 'transfer' ? Math.max(0, paid) : overpaidOf(position)
  if (amount <= most) return null
  const money = (minor: number) => moneyInWords(minor, currency)
  const detail =
    what.action === 'transfer'
      ? `only ${money(most)} was paid for claim ${claimNumber}`
      : most === 0
        ? `claim ${claimNumber} is not overpaid`
        : `claim ${claimNumber} is overpaid by ${money(most)}, not by ${money(amount)}`
  return refused('nothing-overpaid', detail, { most })
}

function wrongTarget(from: PayableClaim, to: string | null, claims: Map<string, PayableClaim>): Refused | null {
  if (to === null) return null
  const target = claims.get(to)
  if (target === undefined || target.connectionId !== from.connectionId || to === from.claimId)
    return refused('claim-not-found', `the claim's connection has no other claim ${to}`)
  if (target.currency !== from.currency)
    return refused(
      'wrong-currency',
      `claim ${target.claimNumber} is in ${target.currency}, the money in ${from.currency}`,
    )
  return target.status === 'DRAFT'
    ? refused('claim-is-a-draft', `claim ${target.claimNumber} has not been submitted: nobody can have paid it`)
    : null
}

/** A remittance holds back by its provider adjustments; what other claims have used is gone. */
async function wrongOffset(
  tx: Tx,
  { organisationId, amount, what }: Overpayment,
  { connectionId, currency }: PayableClaim,
): Promise<Refused | null> {
  if (what.action !== 'offset') return null
  const { remittanceId } = what
  const row = await tx
    .selectFrom('remittances')
    .select(['state', 'currency'])
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return refused('remittance-not-found', `the connection has no remittance ${remittanceId}`)
  if (row.state !== 'posted') return refused('remittance-not-posted', `the remittance is ${row.state}`)
  if (row.currency !== currency) return refused('wrong-currency', `the remittance is in ${row.currency}`)
  const { rows } = await sql<{ held: number }>`
    select coalesce(-sum(e.amount), 0)::bigint as held from ledger_transactions t
    join ledger_entries e on e.organisation_id = t.organisation_id and e.transaction_id = t.id
    where t.organisation_id = ${organisationId} and t.remittance_id = ${remittanceId} and e.account = 'provider_adjustment'`.execute(
    tx,
  )
  const held = Math.max(0, rows[0]?.held ?? 0)
  if (amount <= held) return null
  const money = (minor: number) => moneyInWords(minor, currency)
  return refused('no-such-offset', `of the remittance ${money(held)} is held back, not ${money(amount)}`, { held })
}

async function postMove(
  tx: Tx,
  act: Overpayment,
  of: { from: PayableClaim; posting: string; entries: Entry[]; positions: ClaimPosition[] },
): Promise<void> {
  const { organisationId, claimId, amount, actor, reason, now, what } = act
  const { from, posting, entries, positions } = of
  const shared = { organisationId, currency: from.currency, claimId, actor, reason, now }
  const remittance = what.action === 'offset' ? { remittanceId: what.remittanceId } : {}
  await post(tx, { ...shared, ...remittance, kind: what.action, idempotencyKey: posting }, entries)
  const settled = positions.flatMap((position) =>
    settledByMoney(after(position, 'money', entries), position.claimId === claimId ? -amount : amount),
  )
  await post(tx, { ...shared, kind: 'settlement', idempotencyKey: `${posting}:settlement` }, settled)
  await raisePatientRefunds(tx, act, settled)
}

async function tellClaims(tx: Tx, act: Overpayment, claimIds: string[], posting: string): Promise<ClaimToTell[]> {
  const { organisationId, amount, what, reason, actor, now } = act
  const { action, ...named } = what
  const kept = { act: action, amount, ...named, fromClaimId: act.claimId, reason, posting }
  const providers = await providersOf(tx, organisationId, claimIds)
  const told: ClaimToTell[] = []
  for (const claimId of claimIds) {
    const fact = await moneyPostedFact(tx, organisationId, claimId)
    const event = { fact, at: now.toISOString(), said: [], references: [] }
    const noticeId = await insertManualNotice(tx, { organisationId, claimId, actor, event, act: kept })
    told.push({ organisationId, claimId, providerId: providers.get(claimId) ?? '', noticeIds: [noticeId] })
  }
  await audit(tx, {
    organisationId,
    actor,
    action: `claim.${action}`,
    subject: `claim ${act.claimId}`,
    detail: kept,
    now,
  })
  return told
}
