import { z } from 'zod'
import { getClaim } from '../../../db/claims/readClaims.ts'
import type { Tx } from '../../../db/connect.ts'
import { takeOverVisit } from '../../../db/drafts/chart/takeOverVisit.ts'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { deleteDraft, editDraft } from '../../../db/drafts/editDraft.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { version } from '../../http/schemas.ts'
import { actionContext, unlessRefused } from './actionContext.ts'
import { claimPath, claimView, problemView } from './claimViews.ts'
import { draftChange, newDraft, tickedOf } from './draftSchemas.ts'
import { checkedDraft } from './submitCheck.ts'

const WRONG = [
  'no-lines',
  'procedure-twice',
  'unknown-procedure',
  'visit-not-completed',
  'different-clinics',
  'different-visit-details',
  'different-practitioners',
  'unknown-practitioner',
  'unknown-authorisation',
  'wrong-amount',
  'wrong-currency',
  'filing-limit-passed',
  'procedure-already-claimed',
  'other-hmo-first',
  'nothing-left',
  'different-first-claims',
] as const

export const draftRoutes: Route[] = [
  defineEffect({
    method: 'post',
    path: '/v1/claims',
    tag: 'claims',
    summary: 'Create a draft from procedures of completed visits',
    roles: ROLES.bill,
    body: newDraft,
    response: claimView,
    status: 201,
    problems: ['unknown-patient', 'unknown-provider', 'no-connection', 'not-enrolled', ...WRONG],
    effect: async ({ tx, body, ...context }) => {
      const saved = await createDraft(
        tx,
        {
          patientId: body.patientId,
          providerId: body.providerId,
          mode: body.mode ?? null,
          enrolmentId: body.enrolmentId ?? null,
          practitionerId: body.practitionerId ?? null,
          ticked: tickedOf(body.lines),
          authorisationIds: body.authorisationIds,
          diagnoses: body.diagnoses ?? null,
          details: body.details ?? null,
          note: body.note ?? null,
          overrideDuplicate: body.overrideDuplicate?.reason ?? null,
          overrideFilingLimit: body.overrideFilingLimit?.reason ?? null,
          overrideOrder: body.overrideOrder?.reason ?? null,
        },
        actionContext(context),
      )
      return shown(tx, context.organisationId, unlessRefused(saved).claimId)
    },
  }),
  defineEffect({
    method: 'patch',
    path: '/v1/claims/{claimId}',
    tag: 'claims',
    summary: 'Change a draft that nobody else has changed meanwhile',
    roles: ROLES.bill,
    params: claimPath,
    body: draftChange,
    response: claimView,
    problems: ['claim-not-found', 'claim-not-a-draft', 'stale-version', ...WRONG],
    effect: async ({ tx, body, params, ...context }) => {
      const { lines, overrideDuplicate, overrideFilingLimit, overrideOrder, ...rest } = body
      const change = {
        ...rest,
        ticked: lines === undefined ? undefined : tickedOf(lines),
        overrideDuplicate: overrideDuplicate?.reason ?? null,
        overrideFilingLimit: overrideFilingLimit?.reason ?? null,
        overrideOrder: overrideOrder?.reason ?? null,
      }
      const saved = await editDraft(tx, params.claimId, change, actionContext(context))
      return shown(tx, context.organisationId, unlessRefused(saved).claimId)
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/claims/{claimId}/take-over-visit',
    tag: 'claims',
    summary: 'Take the visits as they are now into a draft',
    description:
      'Lines are read and priced again, lines whose procedure is gone are taken off; diagnoses, practitioner and enrolment follow unless a person ' +
      'has chosen them. Amounts that a person set stay.',
    roles: ROLES.bill,
    params: claimPath,
    body: z.strictObject({ version: version.meta({ description: 'the version of the draft that was checked' }) }),
    response: claimView,
    problems: ['claim-not-found', 'claim-not-a-draft', 'stale-version', ...WRONG],
    effect: async ({ tx, body, params, ...context }) => {
      const saved = await takeOverVisit(tx, params.claimId, body, actionContext(context))
      return shown(tx, context.organisationId, unlessRefused(saved).claimId)
    },
  }),
  defineEffect({
    method: 'delete',
    path: '/v1/claims/{claimId}',
    tag: 'claims',
    summary: 'Delete a draft',
    roles: ROLES.bill,
    params: claimPath,
    status: 204,
    problems: ['claim-not-found', 'claim-not-a-draft'],
    effect: async ({ tx, params, ...context }) => {
      unlessRefused(await deleteDraft(tx, params.claimId, actionContext(context)))
      return reply(204, undefined)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/check',
    tag: 'claims',
    summary: 'What is missing before the draft may be submitted',
    roles: ROLES.read,
    params: claimPath,
    description:
      'The provider’s rules, the visit as it is now (`differs-from-visit` with both values, `procedure-removed`), and what its format cannot carry ' +
      '(`format-limit`). `warnings` keep nothing from leaving: `charge-above-list-price`, `similar-service-claimed`, `member-corrected` (the provider ' +
      'knows the member otherwise), and `lost-in-format`, what the format has no place for.',
    response: z.object({ ready: z.boolean(), problems: z.array(problemView), warnings: z.array(problemView) }),
    problems: ['claim-not-found', 'claim-not-a-draft'],
    handler: async ({ organisationId, params, deps, now }) => {
      const draft = await deps.databases.within(organisationId, (tx) =>
        checkedDraft(tx, { deps, organisationId, claimId: params.claimId, now }),
      )
      if (draft.status !== 'DRAFT')
        throw new Problem('claim-not-a-draft', `the claim is ${draft.status}`, { claimStatus: draft.status })
      const { problems, warnings } = draft
      return { ready: problems.length === 0, problems, warnings }
    },
  }),
]

/** A claim as it is now; throws the 404 when the organisation has none such. */
export async function shown(tx: Tx, organisationId: string, claimId: string) {
  const claim = await getClaim(tx, organisationId, claimId)
  if (claim === null) throw new Problem('claim-not-found', 'there is no such claim')
  return claim
}
