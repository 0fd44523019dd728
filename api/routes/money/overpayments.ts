import { z } from 'zod'
import { moveOverpayment } from '../../../db/money/overpayment.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { currency, id, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { actionTarget, recordInClaim, requireTemporal } from '../claims/byHand/manualActions.ts'
import { actionView, claimPath } from '../claims/claimViews.ts'
import { wakeOthers } from './wakeOthers.ts'

const shared = {
  amount: z.int().min(1).meta({ description: 'minor units' }),
  currency,
  reason: words(500).meta({ description: 'No patient data: it is kept in the audit log' }),
}

const overpayment = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('refund'), ...shared, reference: words(80).optional() }),
    z.strictObject({
      action: z.literal('offset'),
      ...shared,
      remittanceId: id.meta({
        description: 'the later remittance that held the amount back (its provider adjustments)',
      }),
    }),
    z.strictObject({ action: z.literal('credit'), ...shared }),
    z.strictObject({ action: z.literal('transfer'), ...shared, toClaimId: id }),
  ])
  .meta({ id: 'Overpayment' })

export const overpaymentRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/overpayment',
    movesMoney: true,
    tag: 'claims',
    summary:
      'Say what becomes of money paid beyond the claim: refunded, offset, kept as credit, or moved to another claim',
    description:
      '`refund`: it was given back to the provider. `offset`: a later remittance has held it back. `credit`: the provider leaves it with the practice. `transfer`: it pays ' +
      'another claim of the same connection, as the one that replaced this claim; money that came to the wrong claim can be moved too. The item leaves the worklist when ' +
      'nothing is overpaid any more, and each act can be undone by its event.',
    roles: ROLES.bill,
    params: claimPath,
    body: overpayment,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'test-mode',
      'wrong-currency',
      'nothing-overpaid',
      'no-such-offset',
      'remittance-not-found',
      'remittance-not-posted',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await actionTarget(tx, organisationId, params.claimId)
      if (claim.mode === 'test') throw new Problem('test-mode', 'a claim on a test connection has no money')
      if (claim.currency !== body.currency)
        throw new Problem('wrong-currency', `the claim is in ${claim.currency}, the amount in ${body.currency}`)
      const { amount, reason, currency: _checked, ...what } = body
      const act = { organisationId, claimId: params.claimId, amount, what, actor, reason, now }
      return { claims: unlessRefused(await moveOverpayment(tx, act)).claims }
    },
    finish: async ({ deps, params }, { claims }) => {
      const [own, ...others] = claims
      await wakeOthers(deps, others)
      if (own === undefined) return { ...params, recorded: false, status: null, effect: null }
      return recordInClaim(deps, { claim: own, noticeIds: own.noticeIds })
    },
  }),
]
