import { zipSync } from 'fflate'
import { z } from 'zod'
import type { Tx } from '../../../../db/connect.ts'
import {
  claimsBeside,
  claimsOfPacket,
  type FiledByHand,
  packetFiles,
  sendingByHand,
} from '../../../../db/delivery/packets.ts'
import { insertManualNotice } from '../../../../db/inbox/notices.ts'
import { isForPerson } from '../../../../domain/delivery/interchangeState.ts'
import { dayIn } from '../../../../domain/zones.ts'
import { download } from '../../../files/download.ts'
import { ROLES } from '../../../http/auth.ts'
import { Problem } from '../../../http/problems.ts'
import { reply } from '../../../http/reply.ts'
import { defineEffectThen, defineRoute, type Route } from '../../../http/route.ts'
import { day, rawAnswer, words } from '../../../http/schemas.ts'
import { actionView, claimPath } from '../claimViews.ts'
import { shown } from '../drafts.ts'
import { forced, instantOfDay, isForced } from './dayOfNews.ts'
import { type ActionTarget, lockClaimForAction, recordInClaim, requireTemporal } from './manualActions.ts'
import { claimNumber, refuseTakenReference } from './references.ts'

const filed = z
  .strictObject({
    filedOn: day.meta({ description: 'the day on which the packet was filed' }),
    channel: z.enum(['portal', 'counter', 'post', 'email', 'fax', 'other']),
    reference: words(100).optional().meta({ description: "the provider's own number of the claim, when it gave one" }),
    note: words(1000).optional(),
    ...forced,
  })
  .meta({
    id: 'Filed',
    description: '`filedOn` is not in the future and, unless forced with a reason, not before the packet was made.',
    example: { filedOn: '2026-03-20', channel: 'counter', reference: 'LC-77' },
  })

/** A number is one claim's: the packet as a whole has none. */
const packetFiled = filed.omit({ reference: true }).meta({ id: 'PacketFiled' })

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
    summary: 'Say that a person has filed the claim with the provider',
    description:
      'This claim counts as sent from then on and its clocks run; the other claims of its packet do not: `…/packet/filed` is for all of them. Said again, it adds a reference that the provider gave later. For a claim whose cancel ' +
      'waits to be filed it says that the withdrawal was filed.',
    roles: ROLES.bill,
    params: claimPath,
    body: filed,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'nothing-to-file',
      'wrong-date',
      'reference-taken',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async (context) => {
      const { tx, organisationId, params, body } = context
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      await refuseTakenReference(tx, claim, { reference: body.reference, forced: isForced(body) })
      const sending = await toFile(tx, claim)
      return { claim, noticeIds: [await storeFiling(context, claim, sending)] }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/packet/filed',
    tag: 'claims',
    summary: 'Say that a person has filed the whole packet: every claim that lies in it with this one',
    roles: ROLES.bill,
    params: claimPath,
    body: packetFiled,
    response: z.object({ claims: z.array(actionView) }),
    alsoAnswers: { 202: 'Stored; each claim records it at its next turn' },
    problems: ['claim-not-found', 'claim-is-a-draft', 'nothing-to-file', 'wrong-date', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async (context) => {
      const { tx, organisationId, params } = context
      // All that may lie in it, in one order: two people who file it at once do not block each
      // other.
      const locked = new Map<string, ActionTarget>()
      for (const claimId of await claimsBeside(tx, organisationId, params.claimId))
        locked.set(claimId, await lockClaimForAction(tx, organisationId, claimId))
      const { interchangeId } = await toFile(tx, await lockClaimForAction(tx, organisationId, params.claimId))
      const stored = []
      for (const claimId of await claimsOfPacket(tx, organisationId, interchangeId)) {
        const claim = locked.get(claimId)
        if (claim === undefined) continue
        stored.push({ claim, noticeIds: [await storeFiling(context, claim, await toFile(tx, claim))] })
      }
      return { stored }
    },
    finish: async ({ deps }, { stored }) => {
      const replies = await Promise.all(stored.map((each) => recordInClaim(deps, each)))
      const status = replies.some((each) => each.status === 202) ? 202 : 200
      return reply(status, { claims: replies.map(({ body }) => body) })
    },
  }),
]

/** The claim's sending that a person carries; throws when there is none. */
async function toFile(tx: Tx, { organisationId, claimId }: ActionTarget): Promise<FiledByHand> {
  const sending = await sendingByHand(tx, organisationId, claimId)
  if (sending !== null && isForPerson(sending.state)) return sending
  throw new Problem('nothing-to-file', 'nothing of the claim waits for a person to file it')
}

/** Stores that the claim was filed, not before its packet was made. Answers the notice's id. */
async function storeFiling(
  {
    tx,
    actor,
    body,
    now,
  }: { tx: Tx; actor: string; body: z.output<typeof packetFiled> & { reference?: string | undefined }; now: Date },
  claim: ActionTarget,
  { submissionId, createdAt }: FiledByHand,
): Promise<string> {
  const { organisationId, claimId, zone } = claim
  const made = createdAt.toISOString()
  const earliest = { day: dayIn(zone, made), what: 'the packet was made' }
  const keyed = { day: body.filedOn, pointer: '/filedOn', earliest, forced: isForced(body) }
  const filedAt = instantOfDay(claim, keyed, now)
  const at = filedAt < made && body.filedOn >= earliest.day ? made : filedAt
  const { force, ...stated } = body
  return insertManualNotice(tx, {
    organisationId,
    claimId,
    submissionId,
    actor,
    event: { fact: { type: 'sent' }, at, said: [], references: claimNumber(body.reference) },
    act: { kind: 'filed', ...stated, ...(force ? { force } : {}) },
  })
}
