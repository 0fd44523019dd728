import { z } from 'zod'
import { releaseBatch } from '../../../db/delivery/batchMembership.ts'
import { batchDocument, batchesOf, batchOf } from '../../../db/delivery/readBatches.ts'
import { audit } from '../../../db/setup/audit.ts'
import { connectionById } from '../../../db/setup/connections.ts'
import { DELIVERY_STATES } from '../../../domain/claim.ts'
import { download } from '../../files/download.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound, Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { id, instant, limit, rawAnswer } from '../../http/schemas.ts'
import { requireTemporal, temporalUnavailable } from '../claims/byHand/manualActions.ts'

const params = z.object({ connectionId: id })
const batchParams = params.extend({ interchangeId: id })

const summary = {
  interchangeId: id,
  state: z.enum(DELIVERY_STATES),
  open: z.boolean().meta({ description: 'takes more claims until it leaves' }),
  leavesAt: instant,
  sentAt: instant.nullable(),
  controlNumber: z.int().meta({ description: 'by which the provider knows it, and pays' }),
  because: z.string().nullable(),
  currency: z.string(),
  claims: z.int(),
  total: z.int().meta({ description: 'minor units of `currency`' }),
  unacknowledged: z.int().meta({ description: 'claims of which the provider has said nothing yet' }),
}

const batchView = z
  .object({
    ...summary,
    entries: z.array(
      z.object({
        claimId: id,
        claimNumber: z.string(),
        submissionNumber: z.string(),
        purpose: z.string(),
        status: z.string(),
        total: z.int(),
        acknowledged: z.boolean(),
      }),
    ),
    documents: z.array(
      z.object({
        documentId: id,
        name: z.string(),
        mediaType: z.string().nullable(),
        size: z.int(),
        sha256: z.string(),
      }),
    ),
  })
  .meta({ id: 'Batch', description: 'Claims that leave, or have left, in one interchange' })

export const batchRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/connections/{connectionId}/batches',
    tag: 'batches',
    summary: 'The batches of a connection, newest first',
    roles: ROLES.read,
    params,
    query: z.strictObject({ limit: limit(200, 50), cursor: id.optional() }),
    response: z.object({ batches: z.array(z.object(summary).meta({ id: 'BatchSummary' })), next: id.nullable() }),
    handler: ({ organisationId, params: { connectionId }, query, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        if ((await connectionById(tx, organisationId, connectionId)) === null) throw notFound('connection')
        const asked = { organisationId, connectionId, after: query.cursor, limit: query.limit + 1 }
        const found = await batchesOf(tx, asked)
        const batches = found.slice(0, query.limit)
        return { batches, next: found.length > query.limit ? (batches.at(-1)?.interchangeId ?? null) : null }
      }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/connections/{connectionId}/batches/{interchangeId}',
    tag: 'batches',
    summary: 'One batch: its claims, which of them are acknowledged, and the messages it left as',
    roles: ROLES.read,
    params: batchParams,
    response: batchView,
    handler: async ({ organisationId, params: { connectionId, interchangeId }, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) =>
        batchOf(tx, organisationId, connectionId, interchangeId),
      )
      if (found === null) throw notFound('batch')
      return { ...found.batch, entries: found.claims, documents: found.documents }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/connections/{connectionId}/batches/{interchangeId}/documents/{documentId}',
    tag: 'batches',
    summary: 'The exact bytes of one message of a batch, for a reprint',
    roles: ROLES.documents,
    params: batchParams.extend({ documentId: id }),
    response: rawAnswer(['application/octet-stream']),
    problems: ['document-not-found'],
    handler: async ({ organisationId, params: wanted, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) => batchDocument(tx, organisationId, wanted))
      if (found === null) throw new Problem('document-not-found', 'the batch has no such document')
      return reply(200, found.bytes, download('application/octet-stream', found.name))
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/connections/{connectionId}/batches/{interchangeId}/send',
    tag: 'batches',
    summary: 'Let a waiting batch leave now instead of at its cut-off',
    roles: ROLES.bill,
    params: batchParams,
    response: z.object({ interchangeId: id }),
    status: 202,
    problems: ['batch-not-waiting', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params: { connectionId, interchangeId }, now }) => {
      const connection = await connectionById(tx, organisationId, connectionId)
      if (connection === null) throw notFound('connection')
      if (!(await releaseBatch(tx, { organisationId, connectionId, interchangeId, now }))) {
        throw new Problem('batch-not-waiting', 'the connection has no waiting batch of this id')
      }
      const subject = `interchange ${interchangeId}`
      await audit(tx, { organisationId, actor, now, action: 'batch.send', subject, detail: {} })
      return { organisationId, providerId: connection.providerId, interchangeId }
    },
    finish: async ({ deps }, batch) => {
      const reached = await deps.workflows.dispatchNow(batch)
      if (reached.kind === 'unavailable') throw temporalUnavailable()
      return { interchangeId: batch.interchangeId }
    },
  }),
]
