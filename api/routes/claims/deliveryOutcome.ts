import { z } from 'zod'
import { type ClaimSending, claimSendings } from '../../../db/delivery/claimTransmissions.ts'
import { resolveUnknown } from '../../../db/delivery/outgoingMessages.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { audit } from '../../../db/setup/audit.ts'
import { closeItem } from '../../../db/worklist/worklistItems.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { words } from '../../http/schemas.ts'
import { forced, isForced } from './byHand/dayOfNews.ts'
import { lockClaimForAction, recordInClaim, requireTemporal } from './byHand/manualActions.ts'
import { evidenceNamed, providerContact } from './byHand/providerContact.ts'
import { claimNumber, refuseTakenReference } from './byHand/references.ts'
import { actionView, claimPath } from './claimViews.ts'

const arrival = z
  .strictObject({
    arrived: z.boolean().meta({ description: 'true: they have it; false: they do not, send the same again' }),
    ...providerContact,
    reference: words(100).optional().meta({ description: "the provider's own number of the claim, when it has it" }),
    force: forced.force,
    reason: words(500).meta({ description: 'No patient data: it is kept in the audit log' }),
  })
  .refine((body) => body.arrived || body.reference === undefined, {
    path: ['reference'],
    message: 'a claim that did not arrive has no number at the provider',
  })
  .meta({ id: 'Arrival' })

export const deliveryOutcomeRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/arrival',
    tag: 'claims',
    summary: 'Say whether a sending of which nobody knows arrived, after asking the provider',
    description:
      'Only while the delivery is UNKNOWN. `arrived: false` sends the same bytes under the same key again; said wrongly, it may make a second claim ' +
      'at the provider.',
    roles: ROLES.bill,
    params: claimPath,
    body: arrival,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'delivery-not-unknown',
      'unknown-evidence',
      'reference-taken',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const { claimId } = params
      const claim = await lockClaimForAction(tx, organisationId, claimId)
      await refuseTakenReference(tx, claim, { reference: body.reference, forced: isForced(body) })
      const unknown = unknownOf(await claimSendings(tx, organisationId, claimId))
      const { interchangeId, submissionId } = unknown
      const because = body.arrived ? 'a person says that it arrived' : 'a person says that it did not arrive'
      const move = body.arrived ? 'resolve-sent' : 'resolve-resend'
      await resolveUnknown(tx, organisationId, interchangeId, { move, proof: 'said_by_person', because, now })
      for (const kind of ['delivery-unknown', 'address-changed'] as const)
        await closeItem(tx, { organisationId, by: actor, because, now }, { kind, ids: { claimId } })
      const { arrived, reference, evidenceId, force: _known, ...how } = body
      const evidence = await evidenceNamed(tx, claim, evidenceId)
      await audit(tx, {
        organisationId,
        actor,
        action: arrived ? 'delivery.arrived' : 'delivery.resend',
        subject: `claim ${claimId}`,
        detail: { interchangeId, submissionId, reason: body.reason },
        now,
      })
      const fact = { type: arrived ? ('sent' as const) : ('not_arrived' as const) }
      const noticeId = await insertManualNotice(tx, {
        organisationId,
        claimId,
        submissionId,
        actor,
        event: { fact, at: now.toISOString(), said: [], references: claimNumber(reference) },
        act: { kind: 'arrival', arrived, ...how, ...evidence },
      })
      const { providerId } = claim
      return {
        claim,
        noticeIds: [noticeId],
        batch: unknown.departs ? { organisationId, providerId, interchangeId } : null,
      }
    },
    finish: async ({ deps }, { batch, ...stored }) => {
      // A departure that is not reached looks by itself, at the latest in an hour.
      if (batch !== null) await deps.workflows.dispatchNow(batch)
      return recordInClaim(deps, stored)
    },
  }),
]

/** The sending that nobody knows of: one at a time, since a void waits for what it takes back. */
function unknownOf(sendings: ClaimSending[]): ClaimSending {
  const unknown = sendings.find((sending) => sending.state === 'UNKNOWN')
  if (unknown !== undefined) return unknown
  const states = sendings.map((sending) => sending.state).join(', ')
  throw new Problem(
    'delivery-not-unknown',
    `nothing of the claim is of unknown delivery (${states || 'nothing was sent'})`,
  )
}
