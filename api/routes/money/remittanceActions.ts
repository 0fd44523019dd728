import { z } from 'zod'
import { explainDifference, recordReceipt } from '../../../db/money/bank/bankReceipts.ts'
import { askToReread, supersede } from '../../../db/money/remittanceRelease.ts'
import { latestDay } from '../../../db/practice/clinicDays.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineEffectThen, type Route } from '../../http/route.ts'
import { currency, day, id, instant, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { wakeInbox } from '../inbox/wakeInbox.ts'

const remittancePath = z.object({ remittanceId: id })
const reason = words(500).meta({ description: 'No patient data: it is kept in the audit log' })

/** What came to the bank beside what the remittance says. */
export const bankView = z
  .object({
    received: z.int(),
    bankFee: z.int(),
    withheldTax: z.int(),
    open: z.int().meta({ description: 'not come and not explained; below zero: too much came' }),
    awaitingRest: z.boolean(),
    entries: z.array(
      z.object({
        receiptId: id,
        kind: z.enum(['received', 'bank_fee', 'withheld_tax', 'awaiting_rest']),
        amount: z.int(),
        receivedOn: day.nullable(),
        reference: z.string().nullable(),
        reason: z.string().nullable(),
        actor: z.string(),
        at: instant,
        undoes: id.nullable().meta({ description: 'the entry that this one takes back' }),
      }),
    ),
  })
  .meta({ id: 'BankPosition' })

export const remittanceActionRoutes: Route[] = [
  defineEffect({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/supersede',
    tag: 'remittances',
    summary: 'Lay a quarantined remittance aside: a corrected one took its place',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({
      byRemittanceId: id,
      reason,
      unrelated: words(500).optional().meta({
        description:
          'why it takes its place though the two have neither a number, a claim, nor payer and amount in common. No patient data',
      }),
    }),
    response: z.object({ remittanceId: id, state: z.literal('superseded') }),
    problems: ['remittance-not-found', 'remittance-not-quarantined', 'cannot-supersede'],
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      unlessRefused(await supersede(tx, { ...params, ...body, organisationId, actor, now }))
      return { ...params, state: 'superseded' as const }
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/reread',
    tag: 'remittances',
    summary: 'Read the document of a quarantined or held remittance again, after its adapter was mended',
    description:
      '202: the document is before its inbox again. If it balances by today’s reading it is posted, and its item leaves the worklist; otherwise it ' +
      'stays in quarantine. No line is ever made up.',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({ reason }),
    response: z.object({ remittanceId: id, reading: z.literal(true) }),
    status: 202,
    problems: ['remittance-not-found', 'remittance-not-quarantined'],
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await askToReread(tx, { ...params, ...body, organisationId, actor, now })),
    finish: async ({ deps, params }, mailbox) => {
      await wakeInbox(deps, mailbox)
      return reply(202, { ...params, reading: true as const })
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/bank-receipt',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Record what arrived at the bank for a remittance',
    description:
      'May come in parts. Another amount than the remittance’s is an open difference on the worklist until it is explained.',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({
      amount: z
        .int()
        .refine((amount) => amount !== 0, 'must not be 0')
        .meta({ description: 'minor units; below zero: taken back' }),
      currency,
      receivedOn: day,
      reference: words(100).optional().meta({ description: 'the bank’s own number of the receipt' }),
    }),
    response: bankView,
    problems: ['remittance-not-found', 'remittance-not-posted', 'wrong-currency', 'wrong-date'],
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      if (body.receivedOn > (await latestDay(tx, organisationId, now))) {
        throw new Problem('wrong-date', 'money cannot have arrived in the future')
      }
      const { reference = null, ...receipt } = body
      const recorded = await recordReceipt(tx, { ...params, ...receipt, reference, organisationId, actor, now })
      return unlessRefused(recorded).position
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/bank-difference',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Say why less came to the bank than the remittance says',
    description:
      '`bank_fee` and `withheld_tax` (with its certificate) go to the ledger; with `awaiting_rest` the next receipt is compared again.',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.discriminatedUnion('explanation', [
      z.strictObject({ explanation: z.enum(['bank_fee', 'awaiting_rest']), reason }),
      z.strictObject({ explanation: z.literal('withheld_tax'), reason, certificate: words(100).optional() }),
    ]),
    response: bankView,
    problems: ['remittance-not-found', 'remittance-not-posted', 'no-difference'],
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const explained = await explainDifference(tx, { ...params, ...body, organisationId, actor, now })
      return unlessRefused(explained).position
    },
  }),
]
