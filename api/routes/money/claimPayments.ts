import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { seemsRecorded } from '../../../db/money/identity/keyedPayments.ts'
import { moneyPostedFact, postSettlement } from '../../../db/money/ledger.ts'
import { recordManualPayment } from '../../../db/money/payments.ts'
import { statement } from '../../../db/money/readStatement.ts'
import { keyedAdjustment } from '../../../domain/claims/manualDecision.ts'
import type { LineSettlement } from '../../../domain/money/lineDecision.ts'
import { dayIn } from '../../../domain/zones.ts'
import { newId } from '../../../platform/ids.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { currency, day, id, instant, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { forced, isForced, refuseTooEarly } from '../claims/byHand/dayOfNews.ts'
import { refuseClosed } from '../claims/byHand/inForce.ts'
import {
  type ActionTarget,
  lockClaimForAction,
  recordInClaim,
  requireTemporal,
  storeAction,
} from '../claims/byHand/manualActions.ts'
import { decision } from '../claims/byHand/manualStatus.ts'
import { actionView, claimPath } from '../claims/claimViews.ts'
import { anyAmount } from '../claims/draftSchemas.ts'
import { shown } from '../claims/drafts.ts'

const entryView = z
  .object({
    transactionId: id,
    kind: z.string(),
    postedAt: instant,
    actor: z.string(),
    reason: z.string().nullable(),
    currency: z.string(),
    lineNumber: z.int().nullable(),
    account: z.string(),
    amount: z.int(),
    remittance: z.object({ remittanceId: id, traceNumber: z.string(), paidOn: z.string().nullable() }).nullable(),
    reverses: id.nullable().meta({ description: 'the transaction that this one takes back' }),
    reversedBy: id.nullable().meta({ description: 'the transaction that takes this one back: both stay' }),
  })
  .meta({ id: 'LedgerEntry' })

const payment = z
  .strictObject({
    amount: anyAmount.meta({ description: 'minor units, above zero' }),
    currency,
    paidOn: day.meta({ description: 'in the zone of the clinic; not before the first service' }),
    reference: words(80).optional().meta({ description: 'check or transfer number' }),
    lines: z
      .array(z.strictObject({ lineNumber: z.int().min(1), paid: anyAmount, adjustments: decision.shape.adjustments }))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'as the explanation of benefits itemises it; their `paid` add up to the amount' }),
    ...forced,
    otherMoney: words(500).optional().meta({
      description:
        'why it is other money than a payment that is recorded already and looks like it: the answer to `payment-already-recorded`. No patient data',
    }),
  })
  .meta({
    id: 'Payment',
    description:
      '`lines` add up to `amount`; `paidOn` is not in the future and, unless forced with a reason, not before the first service; on a closed claim it asks for `force` too.',
    example: { amount: 90_000, currency: 'PHP', paidOn: '2026-03-18', reference: 'CHK-20077' },
  })

export const moneyRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/payments',
    movesMoney: true,
    tag: 'claims',
    summary: 'Record a payment of the provider: in full, in part, or more than the claim',
    description:
      'Money that seems to be recorded already is refused with `payment-already-recorded`, and `remittanceId` names the payment that is there: one of the same ' +
      'number for this claim, one of the same amount for this claim within 14 days, or an electronic remittance of this number. One check for many claims is one ' +
      'payment: each claim’s part is keyed under its number. If it is other money, send it again with `otherMoney`.',
    roles: ROLES.bill,
    params: claimPath,
    body: payment,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'test-mode',
      'wrong-currency',
      'wrong-amount',
      'wrong-date',
      'decision-in-force',
      'unknown-line',
      'payment-already-recorded',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      const { amount, paidOn, reference, lines, reason, otherMoney } = body
      refuseWrongDay(claim, { paidOn, forced: isForced(body) }, now)
      // Whether it is the same money is asked first: either answer says that it is meant.
      if (claim.closed !== null && !isForced(body) && otherMoney === undefined) {
        const payment = { organisationId, ...params, amount, currency: body.currency, paidOn }
        const on = { ...payment, providerId: claim.providerId, ...(reference === undefined ? {} : { reference }) }
        unlessRefused((await seemsRecorded(tx, on)) ?? { kind: 'new' as const })
        refuseClosed(claim)
      }
      const paid = await recordManualPayment(tx, {
        organisationId,
        claimId: params.claimId,
        amount,
        currency: body.currency,
        paidOn,
        actor,
        now,
        // The request's own Idempotency-Key guards the whole effect already.
        idempotencyKey: newId(),
        ...(reference === undefined ? {} : { reference }),
        ...(reason === undefined ? {} : { reason }),
        ...(otherMoney === undefined ? {} : { otherMoney }),
        forced: isForced(body),
        ...(lines === undefined
          ? {}
          : { lines: lines.map((line) => ({ ...line, adjustments: line.adjustments.map(keyedAdjustment) })) }),
      })
      return { claim, noticeIds: unlessRefused(paid).noticeIds }
    },
    // The money is posted: another payment that the claim recorded with it makes it no repeat.
    finish: async ({ deps }, stored) => {
      const { status, body } = await recordInClaim(deps, stored)
      return reply(status, body.effect === 'repeat' ? { ...body, effect: 'applied' as const } : body)
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/lines/{lineNumber}/settlement',
    movesMoney: true,
    tag: 'claims',
    summary:
      'Say what becomes of a denied or reduced line: appeal, bill the patient, claim it from the other HMO, or write it off',
    roles: ROLES.bill,
    params: claimPath.extend({ lineNumber: z.coerce.number().int().min(1).max(10_000) }),
    body: z.discriminatedUnion('action', [
      z.strictObject({ action: z.enum(['appeal', 'bill_other_payer']), reason: words(500).optional() }),
      z.strictObject({ action: z.enum(['bill_patient', 'write_off']), reason: words(500) }),
    ]),
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: ['claim-not-found', 'claim-is-a-draft', 'unknown-line', 'nothing-to-settle', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      const posting = `settlement:${newId()}`
      const amount = await settleLine(tx, claim, { ...body, lineNumber: params.lineNumber, actor, now, posting })
      const { reason } = body
      const fact = { type: 'line_settled' as const, lineNumber: params.lineNumber, action: body.action, amount }
      const act = { kind: 'settlement', posting, ...(reason === undefined ? {} : { reason }) }
      const action = { actor, at: now.toISOString(), act }
      const settled = await storeAction(tx, claim, { ...action, fact })
      const moneyPosted = await moneyPostedFact(tx, organisationId, claim.claimId)
      const money = await storeAction(tx, claim, { ...action, fact: moneyPosted })
      return { claim, noticeIds: [money, settled] }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/ledger',
    tag: 'claims',
    summary: "A claim's ledger, oldest first",
    roles: ROLES.read,
    params: claimPath,
    response: z.object({ entries: z.array(entryView) }),
    problems: ['claim-not-found'],
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        await shown(tx, organisationId, params.claimId)
        return { entries: await statement(tx, organisationId, params.claimId) }
      }),
  }),
]

/** A typing error in the day would start clocks in the past, or pay before anything was done. */
function refuseWrongDay(
  { zone, serviceFrom }: ActionTarget,
  { paidOn, forced: may }: { paidOn: string; forced: boolean },
  now: Date,
): void {
  const today = dayIn(zone, now.toISOString())
  if (paidOn > today)
    throw new Problem('wrong-date', `a payment of ${paidOn} has not been received yet: today is ${today} at the clinic`)
  const earliest = { day: serviceFrom, what: 'the first service' }
  refuseTooEarly({ day: paidOn, pointer: '/paidOn', earliest, forced: may })
}

interface LineSettlementRequest {
  lineNumber: number
  action: LineSettlement
  reason?: string | undefined
  actor: string
  now: Date
  /** The key of what it posts. */
  posting: string
}

/**
 * Posts the settlement and answers its amount; a test connection has no ledger, so nothing is
 * posted and the amount is zero.
 */
async function settleLine(
  tx: Tx,
  claim: ActionTarget,
  { lineNumber, action, reason, actor, now, posting }: LineSettlementRequest,
): Promise<number> {
  const { organisationId, claimId } = claim
  const line = await tx
    .selectFrom('claim_lines')
    .select('line_number')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('line_number', '=', lineNumber)
    .executeTakeFirst()
  if (line === undefined) throw new Problem('unknown-line', `the claim has no line ${lineNumber}`)
  if (claim.mode === 'test') return 0
  const amount = await postSettlement(tx, {
    organisationId,
    claimId,
    currency: claim.currency,
    lineNumber,
    action,
    rejected: claim.status === 'REJECTED',
    actor,
    now,
    idempotencyKey: posting,
    ...(reason === undefined ? {} : { reason }),
  })
  if (amount === null) throw new Problem('nothing-to-settle', `nothing of line ${lineNumber} is denied or open`)
  return amount
}
