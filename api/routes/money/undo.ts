import { z } from 'zod'
import { undoReceipt } from '../../../db/money/bank/bankReceipts.ts'
import { undoAct } from '../../../db/money/undo/undoAct.ts'
import { voidRemittance } from '../../../db/money/undo/voidRemittance.ts'
import { ROLES } from '../../http/auth.ts'
import { defineEffect, defineEffectThen, type Route } from '../../http/route.ts'
import { id, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { recordInClaim, requireTemporal } from '../claims/byHand/manualActions.ts'
import { actionView, claimPath } from '../claims/claimViews.ts'
import { bankView } from './remittanceActions.ts'
import { wakeOthers } from './wakeOthers.ts'

const because = z.strictObject({
  reason: words(500).meta({
    description: 'No patient data: it is shown beside what it undoes, and kept in the audit log',
  }),
})

export const undoRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/events/{eventId}/undo',
    movesMoney: true,
    tag: 'claims',
    summary:
      'Undo what a person did: a status, a decision, a payment, a settlement, an allocation, an overpayment’s act',
    description:
      '`eventId` is any event of the act in the claim’s timeline. What the act posted is reversed by transactions of its own, both stay and name each other; ' +
      'the claim then stands where it would without the act, and waits again where it was closed by it. 409 `built-upon` names in `followedBy` what followed and ' +
      'stands on it: undo that first.',
    roles: ROLES.bill,
    params: claimPath.extend({ eventId: id }),
    body: because,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: ['event-not-found', 'cannot-undo', 'already-undone', 'built-upon', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const { claims } = unlessRefused(await undoAct(tx, { ...params, ...body, organisationId, actor, now }))
      return { claims }
    },
    finish: async ({ deps, params }, { claims }) => {
      const { claimId } = params
      const [own, ...others] = claims
      await wakeOthers(deps, others)
      if (own === undefined) return { claimId, recorded: false, status: null, effect: null }
      return recordInClaim(deps, { claim: own, noticeIds: own.noticeIds })
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/void',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Take a posted payment out of the ledger again: keyed by mistake, or posted twice',
    description:
      'All that it posted is reversed, also what was allocated of it; it stays readable as `voided` with who and why, and its claims go back to where they stood. ' +
      'Not when money came to the bank for it, or something else stands on it (409 `built-upon`).',
    roles: ROLES.bill,
    params: z.object({ remittanceId: id }),
    body: because,
    response: z.object({ remittanceId: id, state: z.literal('voided'), claimIds: z.array(id) }),
    problems: ['remittance-not-found', 'remittance-not-posted', 'already-undone', 'built-upon', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const { claims } = unlessRefused(await voidRemittance(tx, { ...params, ...body, organisationId, actor, now }))
      return { claims }
    },
    finish: async ({ deps, params }, { claims }) => {
      const [only] = claims
      // One payment for one claim is answered when the claim stands where it stood.
      if (claims.length === 1 && only !== undefined) await deps.workflows.recordActions(only, only.noticeIds)
      else await wakeOthers(deps, claims)
      return { ...params, state: 'voided' as const, claimIds: claims.map(({ claimId }) => claimId) }
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/remittances/{remittanceId}/bank-entries/{receiptId}/undo',
    movesMoney: true,
    tag: 'remittances',
    summary: 'Take back what was recorded of the bank by mistake: a receipt, a fee, or that the rest is awaited',
    roles: ROLES.bill,
    params: z.object({ remittanceId: id, receiptId: id }),
    body: because,
    response: bankView,
    problems: ['remittance-not-found', 'remittance-not-posted', 'event-not-found', 'already-undone'],
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await undoReceipt(tx, { ...params, ...body, organisationId, actor, now })).position,
  }),
]
