import { z } from 'zod'
import { HELD } from '../../../db/claims/heldNotices.ts'
import { giveUpSubmit, promiseSubmit, wishToSubmit } from '../../../db/claims/submitPromise.ts'
import { sendAlone } from '../../../db/delivery/batchMembership.ts'
import type { ClaimSending } from '../../../db/delivery/claimTransmissions.ts'
import { voidUnderWay } from '../../../db/delivery/voidUnderWay.ts'
import { resubmit } from '../../../db/drafts/resubmitClaim.ts'
import { audit } from '../../../db/setup/audit.ts'
import type { ShownStatus } from '../../../domain/claim.ts'
import { newId } from '../../../platform/ids.ts'
import type { Reached } from '../../../workflows/client/claimWorkflows.ts'
import type { SubmitResult } from '../../../workflows/messages.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineEffectThen, type Route } from '../../http/route.ts'
import { id, words } from '../../http/schemas.ts'
import { actionContext, unlessRefused } from './actionContext.ts'
import {
  actionReply,
  lockClaimForAction,
  requireTemporal,
  storeAction,
  temporalUnavailable,
} from './byHand/manualActions.ts'
import { actionView, claimPath, claimView } from './claimViews.ts'
import { shown } from './drafts.ts'
import { checkedDraft } from './submitCheck.ts'

const submittedView = z.object({
  claimId: id,
  status: z.enum(['SUBMITTED', 'SUBMITTING']),
  submissionId: id.nullable(),
  submissionNumber: z.string().nullable(),
})

export const submittingRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/submit',
    tag: 'claims',
    summary: 'Submit a draft',
    description:
      '200: frozen and on its way. 202: accepted, but no worker has answered yet: the claim is SUBMITTING and changes no more; if it is refused later, ' +
      'it is a draft again and the item `submit-refused` says why. The same Idempotency-Key again answers the same; another submit of the same claim is a 409.',
    roles: ROLES.bill,
    params: claimPath,
    response: submittedView,
    alsoAnswers: { 202: 'Accepted; no worker has answered yet' },
    problems: ['claim-not-found', 'claim-incomplete', 'claim-already-submitted', 'temporal-unavailable'],
    effect: async ({ tx, organisationId, actor, params, deps, now }) => {
      const { claimId } = params
      const draft = await checkedDraft(tx, { deps, organisationId, claimId, now })
      if (draft.status !== 'DRAFT') throw alreadySubmitted(draft.status)
      if (draft.problems.length > 0) throw incomplete(draft.problems)
      // The workflow submits in the hub's name: who pressed the button stands here.
      await audit(tx, { organisationId, actor, now, action: 'claim.submit', subject: `claim ${claimId}`, detail: {} })
      const submitRequest = newId()
      if (!(await wishToSubmit(tx, { organisationId, claimId }, { submitRequest, now })))
        throw alreadySubmitted('SUBMITTING')
      return { claim: { organisationId, claimId, providerId: draft.providerId }, submitRequest }
    },
    finish: async ({ deps, now }, { claim, submitRequest }) => {
      const reached = await deps.workflows.submit(claim)
      if (reached.kind !== 'answered')
        await deps.databases.within(claim.organisationId, async (tx) => {
          // Before the 202 is said: from then on a refusal finds nobody who waits for it.
          if (reached.kind === 'pending') await promiseSubmit(tx, claim, now)
          else await giveUpSubmit(tx, claim, submitRequest)
        })
      return submitted(claim.claimId, reached)
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/send-now',
    tag: 'claims',
    summary: 'Send a claim that waits for a cut-off now, alone; its batch leaves without it',
    roles: ROLES.bill,
    params: claimPath,
    response: z.object({ claimId: id, interchangeId: id }),
    status: 202,
    problems: ['claim-not-found', 'claim-is-a-draft', 'claim-not-waiting', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params: { claimId }, now }) => {
      const { providerId } = await lockClaimForAction(tx, organisationId, claimId)
      const interchangeId = await sendAlone(tx, organisationId, claimId, now)
      if (interchangeId === null) throw new Problem('claim-not-waiting', 'the claim does not wait for a cut-off')
      const detail = { interchangeId }
      await audit(tx, { organisationId, actor, now, action: 'claim.send-now', subject: `claim ${claimId}`, detail })
      return { organisationId, providerId, interchangeId }
    },
    finish: async ({ deps, params }, batch) => {
      const reached = await deps.workflows.dispatchNow(batch)
      if (reached.kind === 'unavailable') throw temporalUnavailable()
      return { claimId: params.claimId, interchangeId: batch.interchangeId }
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/cancel',
    tag: 'claims',
    summary: 'Cancel a submitted claim: stop what has not left, void what has',
    roles: ROLES.bill,
    params: claimPath,
    body: z.strictObject({ reason: words(500) }),
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'claim-closed',
      'cannot-cancel',
      'void-under-way',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      if (claim.status === 'CANCELLED' || claim.closed !== null) {
        throw new Problem('claim-closed', `the claim is ${claim.closed ?? 'cancelled'} already`)
      }
      const underWay = await voidUnderWay(tx, organisationId, claim.claimId)
      if (underWay !== null) throw voidProblem(claim.provider, underWay)
      // The workflow decides whether the claim is cancelled, voided or neither; until then the
      // timeline says only that somebody asked.
      const act = { kind: 'cancel', reason: body.reason }
      const noticeId = await storeAction(tx, claim, { actor, fact: { type: 'asked' }, at: now.toISOString(), act })
      return { claim, noticeId }
    },
    finish: async ({ deps }, { claim, noticeId }) => {
      const { organisationId, claimId, providerId } = claim
      const reached = await deps.workflows.cancel({ organisationId, claimId, providerId }, noticeId)
      const effect =
        reached.kind === 'answered'
          ? reached.result.effects.find((each) => each.noticeId === noticeId)?.effect
          : undefined
      if (effect === 'cannot_cancel') {
        throw new Problem('cannot-cancel', 'the claim may have reached the provider, and the provider takes no void')
      }
      if (effect === HELD)
        throw new Problem('cannot-cancel', 'our own work on it breaks down; the operator has been told')
      // Another notice of the same moment changed the claim before the workflow came to this one.
      if (effect === 'noted')
        throw new Problem('cannot-cancel', 'news came in between: look at the claim and try again')
      return actionReply(claimId, reached, [noticeId])
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/claims/{claimId}/resubmissions',
    tag: 'claims',
    summary: 'Make the draft that corrects a rejected or decided claim',
    roles: ROLES.bill,
    params: claimPath,
    body: z.strictObject({
      purpose: z
        .enum(['replacement', 'appeal'])
        .optional()
        .meta({ description: 'of an adjudicated claim; replacement unless said otherwise' }),
    }),
    response: claimView,
    status: 201,
    problems: [
      'claim-not-found',
      'already-resubmitted',
      'cannot-resubmit',
      'purpose-not-supported',
      'provider-reference-missing',
      'visit-not-completed',
      'different-visit-details',
    ],
    effect: async ({ tx, params, body, ...context }) => {
      const declarationOf = (adapterId: string) => context.deps.adapterOf(adapterId).declaration
      const saved = await resubmit(tx, params.claimId, body.purpose ?? null, {
        ...actionContext(context),
        declarationOf,
      })
      return shown(tx, context.organisationId, unlessRefused(saved).claimId)
    },
  }),
]

function voidProblem(provider: string, { state, submissionNumber }: ClaimSending): Problem {
  const where =
    state === 'SENT'
      ? `${provider} has it, and its answer is awaited`
      : state === 'WAITING'
        ? 'it waits to be filed'
        : `it is on its way to ${provider}`
  const detail = `the claim is being cancelled already: a void (${submissionNumber}) is under way, ${where}`
  return new Problem('void-under-way', detail, { submissionNumber, delivery: state })
}

function submitted(claimId: string, reached: Reached<SubmitResult>) {
  switch (reached.kind) {
    case 'unavailable':
      throw temporalUnavailable()
    case 'pending':
      return reply(202, { claimId, status: 'SUBMITTING' as const, submissionId: null, submissionNumber: null })
    case 'answered':
      break
  }
  const { result } = reached
  switch (result.kind) {
    case 'submitted': {
      const { submissionId, submissionNumber } = result
      return reply(200, { claimId, status: 'SUBMITTED' as const, submissionId, submissionNumber })
    }
    case 'not_a_draft':
      throw alreadySubmitted(result.status)
    case 'refused':
      throw incomplete(result.problems)
  }
}

function alreadySubmitted(status: ShownStatus): Problem {
  return new Problem('claim-already-submitted', `the claim is ${status}`, { claimStatus: status })
}

function incomplete(problems: { type: string; detail: string }[]): Problem {
  const more = problems.length === 1 ? '' : ` and ${problems.length - 1} more`
  return new Problem('claim-incomplete', `${problems[0]?.detail}${more}`, { problems })
}
