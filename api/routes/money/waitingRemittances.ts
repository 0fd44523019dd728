import { z } from 'zod'
import { type Decided, mergeHeld, postApart, releaseQuarantined } from '../../../db/money/identity/decideWaiting.ts'
import type { ApiDeps } from '../../deps.ts'
import { ROLES } from '../../http/auth.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { id, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { requireTemporal } from '../claims/byHand/manualActions.ts'

const remittancePath = z.object({ remittanceId: id })
const reason = words(500).meta({ description: 'No patient data: it is kept in the audit log' })
const decided = z
  .object({ remittanceId: id, state: z.enum(['posted', 'superseded']) })
  .meta({ id: 'DecidedRemittance', description: 'What the remittance is now; its claims record it at their next turn' })

/** What a person says about a remittance that is not in the ledger. */
export const waitingRemittanceRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/merge',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Say that a held remittance is the same money as what is recorded: the ledger counts it once',
    description:
      '`keep: this`: its own split becomes the detail, and what was recorded (keyed payments, or the earlier remittance) is taken back by entries of its own and ' +
      'shown as superseded. `keep: recorded`: what is in the ledger stays, and this one is laid aside.',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({ keep: z.enum(['this', 'recorded']), reason }),
    response: decided,
    problems: ['remittance-not-found', 'remittance-not-held', 'nothing-to-merge', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await mergeHeld(tx, { ...params, ...body, organisationId, actor, now })),
    finish: wakeAndAnswer,
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/other-money',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Say that a held remittance is other money than what is recorded: it is posted beside it',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({ reason }),
    response: decided,
    problems: ['remittance-not-found', 'remittance-not-held', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await postApart(tx, { ...params, ...body, organisationId, actor, now })),
    finish: wakeAndAnswer,
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/release',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Post a quarantined remittance although it does not balance, with the difference in suspense',
    description:
      'Claims whose reasons do not add up are only paid: their reasons are not believed. What the claims leave of the amount waits in suspense as a line of its own, ' +
      'for somebody to say whose it is.',
    roles: ROLES.bill,
    params: remittancePath,
    body: z.strictObject({ reason }),
    response: decided,
    problems: ['remittance-not-found', 'remittance-not-quarantined', 'cannot-release', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await releaseQuarantined(tx, { ...params, ...body, organisationId, actor, now })),
    finish: wakeAndAnswer,
  }),
]

/** Claims woken at once. */
const IN_FLIGHT = 16

/**
 * The act is committed: a claim that can't be woken now finds its notices at its next turn, and the
 * reconciliation wakes it.
 */
async function wakeAndAnswer(
  { deps, params }: { deps: ApiDeps; params: z.output<typeof remittancePath> },
  { state, claims }: Decided,
) {
  for (let from = 0; from < claims.length; from += IN_FLIGHT)
    await Promise.all(claims.slice(from, from + IN_FLIGHT).map((claim) => deps.workflows.wake(claim)))
  return reply(200, { ...params, state })
}
