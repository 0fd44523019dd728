import { createHash } from 'node:crypto'
import { moneyInWords, sum } from '../../domain/amounts.ts'
import { remittanceEvents } from '../../domain/claims/remittanceEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import type { Remittance, RemittanceClaim } from '../../domain/money/remittance.ts'
import type { PlacedClaim } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import { seemsRecorded } from './identity/keyedPayments.ts'
import { postPlan } from './posting/remittancePosting.ts'
import { resumedNotices } from './posting/waitingLines.ts'
import { insertLedgerNotices, paidAt } from './remittanceNotices.ts'
import { insertRemittance, insertRemittanceLines, lockForPosting, type PayableClaim } from './remittanceRows.ts'

/**
 * A payment that a person keys in: from a bank statement, a check or a paper EOB. Amounts in minor
 * units of `currency`.
 */
export interface ManualPayment {
  organisationId: string
  claimId: string
  amount: number
  currency: string
  /** YYYY-MM-DD */
  paidOn: string
  /** Check or transfer number. */
  reference?: string
  /**
   * As the EOB itemises it, all or some of the claim's lines; their `paid` adds up to the amount.
   */
  lines?: Pick<ManualLine, 'lineNumber' | 'paid' | 'adjustments'>[]
  actor: string
  reason?: string
  /** Why it is other money than a payment that is recorded already and looks like it. */
  otherMoney?: string
  /** Somebody forces it, with a reason: they know what the claim has. */
  forced?: boolean
  /** The same key for the same claim again answers as before and posts nothing. */
  idempotencyKey: string
  now: Date
}

interface ManualLine {
  lineNumber: number
  paid: number
  adjustments: LineDecision['adjustments']
}

export interface RecordedPayment {
  kind: 'recorded'
  remittanceId: string
  /** Notices for the claim's workflow to record; the caller signals it. */
  noticeIds: string[]
}

/**
 * Records a payment for one claim: posts it like a remittance and stores the notices for the claim.
 * In part, in two parts, or more than the claim: all are booked. What cannot be right is refused
 * and leaves no trace.
 */
export async function recordManualPayment(tx: Tx, payment: ManualPayment): Promise<RecordedPayment | Refused> {
  const { organisationId, claimId } = payment
  const claims = await lockForPosting(tx, organisationId, [claimId])
  const claim = claims.get(claimId)
  if (claim === undefined) return refused('claim-not-found', `there is no claim ${claimId}`)
  const before = await recordedBefore(tx, payment)
  if (before !== null) return before
  const facts = await factsOf(tx, organisationId, claim)
  const wrong = wrongPayment(payment, claim, facts) ?? (await alreadyRecorded(tx, payment, facts))
  if (wrong !== null) return wrong
  const remittance = remittanceOf(payment, facts)
  const place = placeOf(payment, facts)
  return book(tx, payment, { claim, claims, remittance, place })
}

async function book(
  tx: Tx,
  payment: ManualPayment,
  keyed: { claim: PayableClaim; claims: Map<string, PayableClaim>; remittance: Remittance; place: PlacedClaim },
): Promise<RecordedPayment | Refused> {
  const { organisationId, claimId, now, actor, reason, otherMoney } = payment
  const why = otherMoney ?? reason
  const { claim, claims, remittance, place } = keyed
  const contentSha256 = createHash('sha256').update(keyOf(payment)).digest()
  const { connectionId } = claim
  const arrived = { organisationId, connectionId, documentId: null, sequence: 0, remittance, contentSha256, now }
  const remittanceId = await insertRemittance(tx, arrived, { state: 'posted', source: 'manual' })
  const posted = await postPlan(tx, {
    ...arrived,
    remittanceId,
    traceUsed: false,
    actor,
    ...(why === undefined ? {} : { reason: why }),
    kind: 'payment',
    key: keyOf(payment),
    claims,
    placed: [place],
    submissionIds: [null],
  })
  await insertRemittanceLines(tx, { ...arrived, remittanceId }, [claimId])
  const events = remittanceEvents(remittance, posted.placed, posted.balances, paidAt(payment.paidOn, now))
  const notices = events.map(({ event }, sequence) => ({ claimId, submissionId: null, event, sequence }))
  const act = {
    act: 'payment',
    amount: payment.amount,
    currency: payment.currency,
    paidOn: payment.paidOn,
    ...(payment.reference === undefined ? {} : { reference: payment.reference }),
    ...(reason === undefined ? {} : { reason }),
    ...(otherMoney === undefined ? {} : { otherMoney }),
  }
  const noticeIds = await insertLedgerNotices(tx, { ...arrived, remittanceId }, notices, { actor, act })
  await resumedNotices(tx, arrived, posted)
  const detail = { remittanceId, ...act }
  await audit(tx, { organisationId, actor, action: 'claim.payment', subject: `claim ${claimId}`, detail, now })
  return { kind: 'recorded', remittanceId, noticeIds }
}

/**
 * Asked before posting: the money may be recorded already, keyed by somebody else or stated by the
 * provider. Whoever keys it says that it is other money, or leaves it.
 */
async function alreadyRecorded(tx: Tx, payment: ManualPayment, { providerId }: ClaimFacts): Promise<Refused | null> {
  if (payment.otherMoney !== undefined || payment.forced) return null
  return seemsRecorded(tx, { ...payment, providerId })
}

interface ClaimFacts {
  mode: 'test' | 'production'
  providerId: string
  lines: { lineNumber: number; code: string; amount: number }[]
}

async function factsOf(tx: Tx, organisationId: string, { claimId, connectionId }: PayableClaim): Promise<ClaimFacts> {
  const connection = await tx
    .selectFrom('connections')
    .select(['mode', 'provider_id'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow()
  const lines = await tx
    .selectFrom('claim_lines')
    .select(['line_number as lineNumber', 'code', 'amount'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('line_number')
    .execute()
  return { mode: connection.mode, providerId: connection.provider_id, lines }
}

function wrongPayment(payment: ManualPayment, claim: PayableClaim, facts: ClaimFacts): Refused | null {
  const { amount, lines } = payment
  const named = `claim ${claim.claimNumber}`
  if (claim.status === 'DRAFT') return refused('claim-is-a-draft', `${named} has not been submitted: nobody can pay it`)
  if (facts.mode === 'test') return refused('test-mode', `${named} is on a test connection: it takes no money`)
  if (payment.currency !== claim.currency) {
    return refused('wrong-currency', `${named} is in ${claim.currency}, the payment in ${payment.currency}`, {
      currency: claim.currency,
    })
  }
  if (!Number.isSafeInteger(amount) || amount <= 0) {
    return refused('wrong-amount', 'a payment is more than nothing, and no part of the smallest coin')
  }
  if (payment.paidOn > new Date(payment.now.getTime() + 86_400_000).toISOString().slice(0, 10)) {
    return refused('wrong-date', `a payment of ${payment.paidOn} has not been received yet`)
  }
  if (payment.paidOn < claim.serviceFrom && payment.forced !== true) {
    return refused(
      'wrong-date',
      `${named} is for services from ${claim.serviceFrom}: nobody paid it on ${payment.paidOn}`,
    )
  }
  return lines === undefined ? null : wrongLines(lines, payment, facts)
}

function wrongLines(lines: ManualLine[], { amount, currency }: ManualPayment, facts: ClaimFacts): Refused | null {
  const numbers = lines.map((line) => line.lineNumber)
  const unknown = numbers.find((number) => !facts.lines.some((line) => line.lineNumber === number))
  if (unknown !== undefined) return refused('unknown-line', `the claim has no line ${unknown}`)
  if (new Set(numbers).size < numbers.length) return refused('wrong-amount', 'a line is named twice')
  const amounts = lines.flatMap((line) => [line.paid, ...line.adjustments.map((each) => each.amount)])
  if (amounts.some((each) => !Number.isSafeInteger(each) || each < 0)) {
    return refused(
      'wrong-amount',
      'what a line was paid and adjusted by is not below zero, and no part of the smallest coin',
    )
  }
  const money = (minor: number) => moneyInWords(minor, currency)
  for (const line of lines) {
    const explained = line.paid + sum(line.adjustments.map((each) => each.amount))
    const charge = facts.lines.find((each) => each.lineNumber === line.lineNumber)?.amount ?? 0
    if (explained <= charge) continue
    const detail = `line ${line.lineNumber} explains ${money(explained)} of a charge of ${money(charge)}`
    return refused('wrong-amount', detail)
  }
  const paid = sum(lines.map((line) => line.paid))
  if (paid === amount) return null
  return refused('wrong-amount', `the lines add up to ${money(paid)}, the payment is ${money(amount)}`)
}

/**
 * The payment as a remittance of one claim. With adjustments it is itemised and decides its lines;
 * without any it only pays. A part payment may leave some of a line open, so the line's charge
 * counts as what it explains.
 */
function remittanceOf(payment: ManualPayment, { providerId, lines }: ClaimFacts): Remittance {
  const keyed = (payment.lines ?? []).map((line) => ({
    controlNumber: String(line.lineNumber),
    code: lines.find((each) => each.lineNumber === line.lineNumber)?.code ?? '',
    charged: line.paid + sum(line.adjustments.map((each) => each.amount)),
    paid: line.paid,
    adjustments: line.adjustments,
  }))
  const claim: RemittanceClaim = {
    references: payment.reference === undefined ? [] : [{ type: 'payment', value: payment.reference }],
    kind: 'payment',
    outcome: 'processed',
    charged: keyed.length === 0 ? payment.amount : sum(keyed.map((line) => line.charged)),
    paid: payment.amount,
    patientResponsibility: null,
    adjustments: [],
    lines: keyed,
    itemised: keyed.some((line) => line.adjustments.length > 0),
    said: [],
  }
  return {
    payer: providerId,
    traceNumber: payment.reference?.trim() ?? '',
    paidOn: payment.paidOn,
    currency: payment.currency,
    amount: payment.amount,
    claims: [claim],
    providerAdjustments: [],
    said: [],
  }
}

function placeOf({ claimId, lines }: ManualPayment, facts: ClaimFacts): PlacedClaim {
  const [only] = facts.lines
  return {
    claimId,
    lineNumbers: (lines ?? []).map((line) => line.lineNumber),
    soleLine: facts.lines.length === 1 && only !== undefined ? only.lineNumber : null,
    byPerson: true,
  }
}

function keyOf({ claimId, idempotencyKey }: ManualPayment): string {
  return `payment:${claimId}:${idempotencyKey}`
}

async function recordedBefore(tx: Tx, payment: ManualPayment): Promise<RecordedPayment | null> {
  const { organisationId, claimId } = payment
  const posted = await tx
    .selectFrom('ledger_transactions')
    .select('remittance_id')
    .where('organisation_id', '=', organisationId)
    .where('idempotency_key', '=', keyOf(payment))
    .executeTakeFirst()
  if (!posted?.remittance_id) return null
  const notices = await tx
    .selectFrom('notices')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('remittance_id', '=', posted.remittance_id)
    .orderBy('sequence')
    .execute()
  return { kind: 'recorded', remittanceId: posted.remittance_id, noticeIds: notices.map(({ id }) => id) }
}
