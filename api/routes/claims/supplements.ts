import { z } from 'zod'
import { supplement } from '../../../db/claims/supplements.ts'
import { audit } from '../../../db/setup/audit.ts'
import { ROLES } from '../../http/auth.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { id } from '../../http/schemas.ts'
import { unlessRefused } from './actionContext.ts'
import { requireTemporal, temporalUnavailable } from './byHand/manualActions.ts'
import { claimPath } from './claimViews.ts'

export const supplementRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/supplements',
    tag: 'claims',
    summary: 'Send the papers that the provider asked for',
    description: 'Carries every attachment that no sending of the claim has carried yet, in an interchange of its own.',
    roles: ROLES.bill,
    params: claimPath,
    response: z.object({ claimId: id, submissionNumber: z.string(), papers: z.int() }),
    status: 202,
    problems: [
      'claim-not-found',
      'no-documents-requested',
      'no-new-attachments',
      'purpose-not-supported',
      'provider-reference-missing',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params: { claimId }, deps, now }) => {
      const declarationOf = (adapterId: string) => deps.adapterOf(adapterId).declaration
      const made = unlessRefused(await supplement(tx, { organisationId, claimId, now }, declarationOf))
      const { interchangeId, submissionNumber, providerId, papers } = made
      const detail = { interchangeId, papers }
      await audit(tx, { organisationId, actor, now, action: 'claim.supplement', subject: `claim ${claimId}`, detail })
      return { batch: { organisationId, providerId, interchangeId }, submissionNumber, papers }
    },
    finish: async ({ deps, params: { claimId } }, { batch, submissionNumber, papers }) => {
      const reached = await deps.workflows.dispatchNow(batch)
      if (reached.kind === 'unavailable') throw temporalUnavailable()
      return { claimId, submissionNumber, papers }
    },
  }),
]
