import { z } from 'zod'
import { listRemittances, remittanceLines, remittanceOf } from '../../../db/money/readRemittances.ts'
import { STATUSES } from '../../../domain/claim.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound } from '../../http/problems.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { day, id, instant, limit, providerId, wholeNumber } from '../../http/schemas.ts'
import { said } from '../claims/claimViews.ts'
import { bankView } from './remittanceActions.ts'

const amount = z.int()
const state = z.enum(['posted', 'held', 'quarantined', 'duplicate', 'test', 'superseded', 'voided'])
const adjustments = z.array(z.object({ bucket: z.string(), amount, said }))

const shown = z.string().nullable().meta({ description: 'null: not said there', example: '70.00 USD' })
const held = z
  .object({
    kind: z.enum(['other-body', 'keyed-before']).meta({
      description: 'the same payment in another split, or money that looks like payments keyed by hand',
    }),
    beside: z.array(id).meta({ description: 'remittances that may be the same money' }),
    differences: z.array(
      z.object({
        where: z.string().meta({ example: 'claim K7Q2M4X8Z1B3C5D9, line 2 (D1110)' }),
        what: z.string().meta({ example: 'paid' }),
        before: shown,
        now: shown,
      }),
    ),
    more: z.int().meta({ description: 'differences beyond those that are listed' }),
  })
  .meta({ id: 'HeldRemittance' })

const summary = z
  .object({
    remittanceId: id,
    connectionId: id,
    providerId: z.string(),
    state,
    source: z.enum(['document', 'manual']),
    payer: z.string(),
    traceNumber: z.string().meta({ description: 'check or transfer number' }),
    paidOn: day,
    amount,
    currency: z.string(),
    problem: z
      .object({
        rule: z.enum([
          'line-balance',
          'claim-balance',
          'payment-balance',
          'amount-range',
          'currency',
          'claim-evidence',
          'payment-date',
        ]),
        where: z.string().meta({ example: 'claim 3, line 2' }),
        difference: amount.nullable().meta({ description: 'what it says less what it adds up to' }),
      })
      .nullable()
      .meta({ description: 'why it is quarantined: the rule and the place where it broke' }),
    held: held.nullable().meta({ description: 'why it waits for somebody to say whether it is the same money' }),
    duplicateOf: id.nullable().meta({ description: 'the remittance that it repeats, maybe in another connection' }),
    supersededBy: id.nullable().meta({ description: 'the remittance that took its place' }),
    voided: z
      .object({ at: instant, by: z.string(), reason: z.string() })
      .nullable()
      .meta({ description: 'who took it out of the ledger again, and why' }),
    documentId: id.nullable(),
    recordedAt: instant,
  })
  .meta({ id: 'RemittanceSummary' })

const line = z
  .object({
    sequence: z.int().meta({ description: 'place in the remittance, from 0' }),
    kind: z.enum(['payment', 'reversal', 'not_ours']),
    claim: z.object({ claimId: id, claimNumber: z.string(), status: z.enum(STATUSES) }).nullable(),
    suspended: z.boolean().meta({ description: 'waits for a person to say whose money it is' }),
    submissionNumber: z.string().nullable(),
    providerReference: z.string().nullable(),
    charged: amount,
    paid: amount,
    patientResponsibility: amount.nullable(),
    adjustments,
    lines: z.array(
      z.object({
        controlNumber: z.string().nullable(),
        code: z.string(),
        charged: amount,
        paid: amount,
        adjustments,
        day: z.string().optional(),
        added: z.literal(true).optional().meta({ description: 'the provider added it: we claimed no such service' }),
      }),
    ),
  })
  .meta({ id: 'RemittanceLine', description: 'What a remittance says of one claim' })

const remittance = summary
  .extend({
    money: z
      .object({ allocated: amount, suspense: amount, providerAdjustments: amount })
      .nullable()
      .meta({ description: 'where the money is now: amount = allocated + suspense − providerAdjustments' }),
    bank: bankView.nullable().meta({ description: 'what came to the bank; null while nobody has recorded it' }),
    lines: z.array(line),
    next: z.int().nullable().meta({ description: '`cursor` of the next page of lines' }),
  })
  .meta({ id: 'Remittance' })

/** `sequence` of the last line of the page before. */
const lineCursor = z
  .string()
  .regex(new RegExp(`^${wholeNumber(7)}$`), 'must be a cursor that this list gave')
  .transform(Number)

export const remittanceRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/remittances',
    tag: 'remittances',
    summary: 'Payments of providers, newest first, also those that were not posted and why',
    roles: ROLES.read,
    query: z.strictObject({
      state: state.optional(),
      providerId: providerId.optional(),
      connectionId: id.optional(),
      claimId: id.optional(),
      traceNumber: z.string().min(1).max(100).optional(),
      limit: limit(200, 50),
      cursor: id.optional(),
    }),
    response: z.object({ remittances: z.array(summary), next: id.nullable() }),
    handler: async ({ organisationId, query, deps }) => {
      const { cursor, limit: most, ...filters } = query
      const found = await deps.databases.within(organisationId, (tx) =>
        listRemittances(tx, { ...filters, organisationId, after: cursor, limit: most + 1 }),
      )
      const remittances = found.slice(0, most)
      return { remittances, next: found.length > most ? (remittances.at(-1)?.remittanceId ?? null) : null }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/remittances/{remittanceId}',
    tag: 'remittances',
    summary: 'One payment of a provider with what it says of each claim',
    roles: ROLES.read,
    params: z.object({ remittanceId: id }),
    query: z.strictObject({
      limit: limit(1_000, 200),
      cursor: lineCursor.optional(),
    }),
    response: remittance,
    handler: async ({ organisationId, params, query, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        const { remittanceId } = params
        const found = await remittanceOf(tx, organisationId, remittanceId)
        if (found === null) throw notFound('remittance')
        const after = query.cursor ?? -1
        const all = await remittanceLines(tx, { organisationId, remittanceId, after, limit: query.limit + 1 })
        const lines = all.slice(0, query.limit)
        return { ...found, lines, next: all.length > query.limit ? (lines.at(-1)?.sequence ?? null) : null }
      }),
  }),
]
