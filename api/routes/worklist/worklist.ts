import { z } from 'zod'
import { releaseHeldNotices } from '../../../db/claims/heldNotices.ts'
import { audit } from '../../../db/setup/audit.ts'
import { attentionItems, closeAttention } from '../../../db/worklist/readWorklist.ts'
import { ITEM_ROLES } from '../../../domain/worklist/itemContents.ts'
import { KINDS } from '../../../domain/worklist/itemKinds.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound, Problem } from '../../http/problems.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { id, instant, limit, providerId, words } from '../../http/schemas.ts'

const attentionItem = z
  .object({
    itemId: id,
    kind: z.enum(KINDS),
    role: z.enum(ITEM_ROLES),
    because: z.string().meta({ description: 'What happened, without patient data' }),
    nextMove: z.string().meta({ description: 'Who does what now' }),
    said: z.string().nullable().meta({ description: 'why it was turned down, in the provider’s own words' }),
    claimId: id.nullable(),
    claimNumber: z.string().nullable(),
    connectionId: id.nullable(),
    providerId: z.string().nullable(),
    documentId: id.nullable(),
    remittanceId: id.nullable(),
    interchangeId: id.nullable(),
    visitId: id.nullable(),
    createdAt: instant,
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    closedBecause: z.string().nullable(),
  })
  .meta({ id: 'AttentionItem', description: 'Something that needs a person' })

export const attentionRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/attention-items',
    tag: 'attention',
    summary: 'The worklist, oldest first',
    roles: ROLES.read,
    query: z.strictObject({
      state: z.enum(['open', 'closed', 'all']).default('open'),
      kind: z.enum(KINDS).optional(),
      role: z.enum(ITEM_ROLES).optional(),
      claimId: id.optional(),
      providerId: providerId.optional(),
      limit: limit(200, 50),
      cursor: id.optional(),
    }),
    response: z.object({ items: z.array(attentionItem), next: id.nullable() }),
    handler: async ({ organisationId, query, deps }) => {
      const { cursor, limit: most, ...filters } = query
      const found = await deps.databases.within(organisationId, (tx) =>
        attentionItems(tx, { ...filters, organisationId, after: cursor, limit: most + 1 }),
      )
      const items = found.slice(0, most)
      return { items, next: found.length > most ? (items.at(-1)?.itemId ?? null) : null }
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/attention-items/{itemId}/close',
    tag: 'attention',
    summary: 'Take an item off the worklist, with the reason',
    roles: ROLES.bill,
    params: z.object({ itemId: id }),
    body: z.strictObject({ because: words(500).meta({ description: 'No patient data: it is kept in the audit log' }) }),
    response: attentionItem,
    problems: ['already-closed'],
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const { itemId } = params
      const closed = await closeAttention(tx, { organisationId, itemId, by: actor, because: body.because, now })
      if (closed === null) throw notFound('attention item')
      if (closed === 'already_closed') throw new Problem('already-closed', `the item ${itemId} is closed already`)
      if (closed.kind === 'notice-held' && closed.claimId !== null)
        await releaseHeldNotices(tx, organisationId, closed.claimId)
      await audit(tx, {
        organisationId,
        actor,
        action: 'attention.close',
        subject: `attention item ${itemId}`,
        detail: { kind: closed.kind, claimId: closed.claimId, because: body.because },
        now,
      })
      return closed
    },
  }),
]
