import { z } from 'zod'
import { listClaims } from '../../../db/claims/readClaims.ts'
import { timelineOf } from '../../../db/claims/readTimeline.ts'
import { billableProcedures } from '../../../db/drafts/billableProcedures.ts'
import { PAYMENT_STATUSES, SHOWN_STATUSES } from '../../../domain/claim.ts'
import { RECENT_DAYS } from '../../../domain/practice/billable.ts'
import { ROLES } from '../../http/auth.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { flag, id, instant, limit, providerId } from '../../http/schemas.ts'
import { filingLimitDays, unlessRefused } from './actionContext.ts'
import { claimPath, claimView, said, status, summaryView } from './claimViews.ts'
import { mode } from './draftSchemas.ts'
import { shown } from './drafts.ts'

const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(SHOWN_STATUSES)).min(1))
  .meta({
    description: 'one or several, with commas',
    example: 'SUBMITTED,IN_REVIEW',
    override: { type: 'array', items: { type: 'string', enum: [...SHOWN_STATUSES] }, minItems: 1 },
  })

const timelineEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    at: instant,
    recordedAt: instant,
    eventId: id,
    type: z.string(),
    fact: z.record(z.string(), z.unknown()),
    said: z.array(said),
    effect: z.string(),
    from: status,
    to: status,
    implied: z.array(status),
    actor: z.string(),
    sentence: z.string().meta({ description: 'what happened, for people' }),
    act: z.record(z.string(), z.unknown()).nullable(),
    documentId: id.nullable(),
    undoneBy: id.nullable().meta({ description: 'the event by which a person took it back' }),
  }),
  z.object({
    kind: z.literal('document'),
    at: instant,
    documentId: id,
    direction: z.enum(['out', 'in']),
    channel: z.string(),
    name: z.string(),
    size: z.int(),
    sentence: z.string(),
  }),
  z.object({
    kind: z.literal('attention'),
    at: instant,
    itemId: id,
    because: z.string(),
    role: z.string(),
    closedAt: instant.nullable(),
    closedBecause: z.string().nullable(),
    sentence: z.string(),
  }),
  z.object({
    kind: z.literal('submitting').meta({ description: 'last, while the claim is SUBMITTING' }),
    at: instant,
    sentence: z.string(),
  }),
])

const billableView = z.object({
  procedureId: id,
  visitId: id,
  clinicId: id,
  serviceDate: z.string(),
  code: z.string(),
  tooth: z.string().nullable(),
  surfaces: z.string().nullable(),
  area: z.string().nullable(),
  quantity: z.int(),
  fee: z.int(),
  amount: z.int().nullable(),
  billable: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('billable'), lastDay: z.string() }),
    z.object({ kind: z.literal('blocked'), lastDay: z.string(), because: z.string() }),
    z.object({ kind: z.literal('disabled'), because: z.string() }),
  ]),
  first: z
    .object({
      providerId: z.string(),
      claimId: id.nullable(),
      claimNumber: z.string().nullable(),
      left: z.int().nullable().meta({ description: 'what it left of the line; null until it has decided' }),
    })
    .nullable()
    .meta({ description: 'the HMO that pays before this one' }),
})

export const readingRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/claims',
    tag: 'claims',
    summary: 'Claims, newest first',
    roles: ROLES.read,
    query: z.strictObject({
      status: statuses.optional().meta({ param: { style: 'form', explode: false } }),
      paymentStatus: z.enum(PAYMENT_STATUSES).optional(),
      providerId: providerId.optional(),
      clinicId: id.optional(),
      patientId: id.optional(),
      attention: flag.optional(),
      number: z.string().min(1).max(30).optional().meta({ description: 'a claim number or its beginning' }),
      cursor: id.optional().meta({ description: '`next` of the page before' }),
      limit: limit(200, 50),
    }),
    response: z.object({ claims: z.array(summaryView), next: id.nullable() }),
    handler: ({ organisationId, query, deps }) =>
      deps.databases.within(organisationId, (tx) =>
        listClaims(tx, organisationId, {
          statuses: query.status ?? [],
          paymentStatus: query.paymentStatus ?? null,
          providerId: query.providerId ?? null,
          clinicId: query.clinicId ?? null,
          patientId: query.patientId ?? null,
          attention: query.attention ?? null,
          number: query.number ?? null,
          after: query.cursor ?? null,
          limit: query.limit,
        }),
      ),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}',
    tag: 'claims',
    summary: 'One claim with its lines, papers, sendings, references and balances',
    roles: ROLES.read,
    params: claimPath,
    response: claimView,
    problems: ['claim-not-found'],
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, (tx) => shown(tx, organisationId, params.claimId)),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/timeline',
    tag: 'claims',
    summary: 'All that happened to a claim, oldest first',
    roles: ROLES.read,
    params: claimPath,
    response: z.object({ entries: z.array(timelineEntry) }),
    problems: ['claim-not-found'],
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        await shown(tx, organisationId, params.claimId)
        return { entries: await timelineOf(tx, organisationId, params.claimId) }
      }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/patients/{patientId}/billable-procedures',
    tag: 'claims',
    summary: "A patient's procedures that may go on a claim to a provider",
    roles: ROLES.read,
    params: z.object({ patientId: id }),
    query: z.strictObject({
      providerId,
      mode: mode.optional(),
      recentDays: z.coerce.number().int().min(1).max(3650).default(RECENT_DAYS),
    }),
    response: z.object({ currency: z.string(), procedures: z.array(billableView) }),
    problems: ['patient-not-found', 'unknown-provider', 'no-connection'],
    handler: ({ organisationId, params, query, deps, now }) =>
      deps.databases.within(organisationId, async (tx) => {
        const found = await billableProcedures(tx, {
          organisationId,
          patientId: params.patientId,
          providerId: query.providerId,
          mode: query.mode ?? null,
          recentDays: query.recentDays,
          now,
          filingLimitDays: (adapterId) => filingLimitDays(deps, adapterId),
        })
        const { currency, procedures } = unlessRefused(found)
        return { currency, procedures }
      }),
  }),
]
