import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { heldMatchById, listHeldMatches } from '../../../db/inbox/heldMatches.ts'
import { type Resolution, type ResolvedHeld, type ResolvingAct, resolveHeld } from '../../../db/inbox/resolveHeld.ts'
import { HELD_STATES } from '../../../db/schema/heldTables.ts'
import { MARK_NAMES } from '../../../domain/inbox/evidence.ts'
import type { ApiDeps } from '../../deps.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { id, instant, limit, providerId, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'

const heldPath = z.object({ heldId: id })
const reason = words(500).meta({
  description: 'No patient data: it is kept in the audit log',
  example: 'Summit confirmed by phone that the visit is ours',
})
const mark = z.enum(MARK_NAMES)

const doubt = z.object({
  place: z.int().meta({ description: 'place in the remittance, from 0; of a notice 0' }),
  verdict: z.enum(['certain', 'contradicted', 'ambiguous', 'unknown']).meta({
    description:
      '`contradicted`: its marks are not those of the claim that it names; `ambiguous`: it may mean several claims',
  }),
  reference: z.string().nullable().meta({ description: 'the number by which the document names the claim' }),
  named: z.object({ claimId: id, claimNumber: z.string() }).nullable(),
  candidates: z
    .array(
      z.object({
        claimId: id,
        claimNumber: z.string(),
        submissionId: id.nullable(),
        for: z.array(mark).meta({ example: ['number', 'member-id'] }),
        against: z.array(mark).meta({ example: ['codes', 'charge'] }),
      }),
    )
    .meta({ description: 'the claims that may be meant, the likeliest first, with the marks for and against' }),
})

const heldMatch = z
  .object({
    heldId: id,
    connectionId: id,
    providerId,
    documentId: id,
    what: z.enum(['notice', 'remittance']),
    remittanceId: id.nullable(),
    doubts: z.array(doubt),
    state: z.enum(HELD_STATES),
    decidedBy: z.string().nullable(),
    reason: z.string().nullable(),
    decidedAt: instant.nullable(),
    heldAt: instant,
  })
  .meta({
    id: 'HeldMatch',
    description:
      'A notice or a whole remittance that names a claim which its other marks contradict, or that may mean several claims. Nothing of it is recorded until a person decides',
  })

const PROBLEMS = [
  'held-not-found',
  'held-was-resolved',
  'held-names-no-claim',
  'claim-not-found',
  'wrong-currency',
  'remittance-not-quarantined',
] as const

export const heldMatchRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/held-matches',
    tag: 'attention',
    summary: 'What came in and is not believed, oldest first, with the evidence and the claims that may be meant',
    roles: ROLES.read,
    query: z.strictObject({ state: z.enum(HELD_STATES).default('held'), limit: limit(200, 50), cursor: id.optional() }),
    response: z.object({ held: z.array(heldMatch), next: id.nullable() }),
    handler: async ({ organisationId, query, deps }) => {
      const { state, cursor = null, limit: most } = query
      const found = await deps.databases.within(organisationId, (tx) =>
        listHeldMatches(tx, { organisationId, state, after: cursor, limit: most + 1 }),
      )
      const held = found.slice(0, most)
      return { held, next: found.length > most ? (held.at(-1)?.heldId ?? null) : null }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/held-matches/{heldId}',
    tag: 'attention',
    summary: 'One notice or remittance that is or was held',
    roles: ROLES.read,
    params: heldPath,
    response: heldMatch,
    problems: ['held-not-found'],
    handler: async ({ organisationId, params, deps }) => heldOf(deps, organisationId, params.heldId),
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/held-matches/{heldId}/release',
    movesMoney: true,
    tag: 'attention',
    summary: 'Take what is held as it is: it means the claims that it names',
    description:
      'The notice is recorded, or the remittance posted whole, on the claims that the document names. Where it names none, or several, match it instead.',
    roles: ROLES.bill,
    params: heldPath,
    body: z.strictObject({ reason }),
    response: heldMatch,
    problems: [...PROBLEMS],
    effect: ({ tx, organisationId, actor, params, body, now }) =>
      resolved(tx, { ...params, ...body, organisationId, actor, now }, { kind: 'released' }),
    finish: ({ deps, organisationId, params }, stored) => answered(deps, organisationId, params.heldId, stored),
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/held-matches/{heldId}/match',
    movesMoney: true,
    tag: 'attention',
    summary: 'Say which claims are meant by what is held',
    description:
      'For each place the claim that is meant, or null for none of ours (its money goes to suspense). Places that are left out are what the document names. Only submitted claims of the same connection and currency.',
    roles: ROLES.bill,
    params: heldPath,
    body: z.strictObject({
      claims: z
        .array(z.strictObject({ place: z.int().min(0).max(1_000_000), claimId: id.nullable() }))
        .min(1)
        .max(1_000),
      reason,
    }),
    response: heldMatch,
    problems: [...PROBLEMS],
    effect: ({ tx, organisationId, actor, params, body, now }) =>
      resolved(
        tx,
        { ...params, reason: body.reason, organisationId, actor, now },
        { kind: 'matched', claims: body.claims },
      ),
    finish: ({ deps, organisationId, params }, stored) => answered(deps, organisationId, params.heldId, stored),
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/held-matches/{heldId}/refuse',
    tag: 'attention',
    summary: 'Lay what is held aside: it means nothing of ours, and nothing of it is ever recorded',
    roles: ROLES.bill,
    params: heldPath,
    body: z.strictObject({ reason }),
    response: heldMatch,
    problems: ['held-not-found', 'held-was-resolved', 'remittance-not-quarantined'],
    effect: ({ tx, organisationId, actor, params, body, now }) =>
      resolved(tx, { ...params, ...body, organisationId, actor, now }, { kind: 'refused' }),
    finish: ({ deps, organisationId, params }, stored) => answered(deps, organisationId, params.heldId, stored),
  }),
]

async function resolved(tx: Tx, act: ResolvingAct, resolution: Resolution): Promise<ResolvedHeld> {
  return unlessRefused(await resolveHeld(tx, act, resolution))
}

/** Claims that are woken side by side. */
const AT_ONCE = 32

/** Stored already: a claim that cannot be woken now is woken by reconcile. */
async function answered(deps: ApiDeps, organisationId: string, heldId: string, { providerId, claimIds }: ResolvedHeld) {
  for (let from = 0; from < claimIds.length; from += AT_ONCE) {
    const some = claimIds.slice(from, from + AT_ONCE)
    await Promise.all(some.map((claimId) => deps.workflows.wake({ organisationId, claimId, providerId })))
  }
  return heldOf(deps, organisationId, heldId)
}

async function heldOf({ databases }: ApiDeps, organisationId: string, heldId: string) {
  const found = await databases.within(organisationId, (tx) => heldMatchById(tx, organisationId, heldId))
  if (found === null) throw new Problem('held-not-found', 'there is nothing held of this id')
  return found
}
