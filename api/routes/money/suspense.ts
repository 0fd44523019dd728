import { z } from 'zod'
import { allocateSuspense, openSuspense, type SuspenseLine } from '../../../db/money/suspense.ts'
import { ROLES } from '../../http/auth.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { day, id, limit, placeCursor, wholeNumber, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { recordInClaim, requireTemporal } from '../claims/byHand/manualActions.ts'
import { actionView } from '../claims/claimViews.ts'

const suspended = z
  .object({
    remittanceId: id,
    sequence: z.int().meta({ description: 'place in the remittance, from 0' }),
    connectionId: id,
    providerId: z.string(),
    traceNumber: z.string(),
    paidOn: day,
    submissionNumber: z.string().nullable().meta({ description: 'as it came back, if it did' }),
    providerReference: z.string().nullable(),
    kind: z.enum(['payment', 'reversal']),
    charged: z.int(),
    paid: z.int().meta({ description: 'minor units of `currency`; below zero: taken back' }),
    currency: z.string(),
  })
  .meta({ id: 'SuspenseLine', description: 'Money of a provider that no claim was found for' })

/** `<remittanceId>.<sequence>`; callers take it as it is. */
const cursor = placeCursor(
  '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  wholeNumber(7),
  (remittanceId, sequence): SuspenseLine => ({ remittanceId, sequence: Number(sequence) }),
)

export const suspenseRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/suspense',
    tag: 'remittances',
    summary: 'Money that waits for somebody to say whose it is, oldest first',
    roles: ROLES.read,
    query: z.strictObject({ limit: limit(200, 50), cursor: cursor.optional() }),
    response: z.object({ lines: z.array(suspended), next: z.string().nullable() }),
    handler: async ({ organisationId, query, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) =>
        openSuspense(tx, { organisationId, after: query.cursor ?? null, limit: query.limit + 1 }),
      )
      const lines = found.slice(0, query.limit)
      const last = lines.at(-1)
      const more = found.length > query.limit && last !== undefined
      return { lines, next: more ? `${last.remittanceId}.${last.sequence}` : null }
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/suspense/{remittanceId}/{sequence}/allocation',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Say which claim a line in suspense belongs to',
    description:
      'The line is posted on the claim as if it had matched, the claim hears of it, and its item leaves the worklist. Only onto a submitted claim of the same connection and currency.',
    roles: ROLES.bill,
    params: z.object({ remittanceId: id, sequence: z.coerce.number().int().min(0).max(1_000_000) }),
    body: z.strictObject({
      claimId: id,
      reason: words(500).meta({ description: 'No patient data: it is kept in the audit log' }),
      otherMoney: words(500).optional().meta({
        description:
          'why it is other money than a payment that was keyed for the claim and looks like it: the answer to `payment-already-recorded`. No patient data',
      }),
    }),
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'nothing-in-suspense',
      'claim-not-found',
      'claim-is-a-draft',
      'wrong-currency',
      'payment-already-recorded',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const allocated = unlessRefused(await allocateSuspense(tx, { ...params, ...body, organisationId, actor, now }))
      const { providerId, noticeIds } = allocated
      return { claim: { organisationId, claimId: body.claimId, providerId }, noticeIds }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
]
