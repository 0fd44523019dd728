import { z } from 'zod'
import { audit } from '../../../db/audit.ts'
import { supplement } from '../../../db/supplements.ts'
import { ROLES } from '../../auth.ts'
import { defineEffectThen, type Route } from '../../route.ts'
import { id } from '../../schemas.ts'
import { requireTemporal, temporalUnavailable } from './acts.ts'
import { claimPath } from './claimViews.ts'
import { unlessRefused } from './doing.ts'

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
      const reached = await deps.workflows.depart(batch)
      if (reached.kind === 'unavailable') throw temporalUnavailable()
      return { claimId, submissionNumber, papers }
    },
  }),
]
