import { zipSync } from 'fflate'
import { z } from 'zod'
import { packetFiles, sendingByHand } from '../../../db/delivery/packets.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import type { Reference } from '../../../domain/claim.ts'
import { isForPerson } from '../../../domain/delivery/interchangeState.ts'
import { download } from '../../files/download.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { day, rawAnswer, words } from '../../http/schemas.ts'
import { actionView, claimPath } from './claimViews.ts'
import { shown } from './drafts.ts'
import { lockClaimForAction, recordInClaim, requireTemporal } from './manualActions.ts'
import { instantOf, notInTime } from './providerContact.ts'

const filed = z
  .strictObject({
    filedOn: day.meta({ description: 'the day on which the packet was filed' }),
    channel: z.enum(['portal', 'counter', 'post', 'email', 'fax', 'other']),
    reference: words(100).optional().meta({ description: "the provider's own number of the claim, when it gave one" }),
    note: words(1000).optional(),
  })
  .meta({ id: 'Filed' })

export const filingRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/packet',
    tag: 'claims',
    summary: 'The papers that a person files with the provider, as one archive',
    description:
      'A checklist, the claim forms and their papers, exactly as they are stored. Each file alone is under `documents`.',
    roles: ROLES.documents,
    params: claimPath,
    response: rawAnswer(['application/zip']),
    problems: ['claim-not-found', 'no-packet'],
    handler: ({ organisationId, params: { claimId }, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        const claim = await shown(tx, organisationId, claimId)
        const sending = await sendingByHand(tx, organisationId, claimId)
        if (sending === null) throw new Problem('no-packet', 'no packet has been made for the claim')
        const files = await packetFiles(tx, organisationId, sending.interchangeId)
        const archive = zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), {
          mtime: sending.createdAt,
        })
        return reply(200, Buffer.from(archive), download('application/zip', `${claim.claimNumber}-packet.zip`))
      }),
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/filed',
    tag: 'claims',
    summary: 'Say that a person has filed the packet with the provider',
    description:
      'The claim counts as sent from then on and its clocks run. Said again, it adds a reference that the provider gave later. For a claim whose cancel ' +
      'waits to be filed it says that the withdrawal was filed.',
    roles: ROLES.bill,
    params: claimPath,
    body: filed,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: ['claim-not-found', 'claim-is-a-draft', 'nothing-to-file', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params: { claimId }, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, claimId)
      const sending = await sendingByHand(tx, organisationId, claimId)
      if (sending === null || !isForPerson(sending.state))
        throw new Problem('nothing-to-file', 'nothing of the claim waits for a person to file it')
      const filedAt = Date.parse(instantOf(body.filedOn, now, '/filedOn'))
      const madeAt = sending.createdAt
      if (body.filedOn < madeAt.toISOString().slice(0, 10))
        throw notInTime('/filedOn', 'must not be before the packet was made')
      const at = new Date(Math.max(filedAt, madeAt.getTime())).toISOString()
      const references: Reference[] =
        body.reference === undefined ? [] : [{ type: 'claim-number', value: body.reference }]
      const noticeId = await insertManualNotice(tx, {
        organisationId,
        claimId,
        submissionId: sending.submissionId,
        actor,
        event: { fact: { type: 'sent' }, at, said: [], references },
        act: { kind: 'filed', ...body },
      })
      return { claim, noticeIds: [noticeId] }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
]
