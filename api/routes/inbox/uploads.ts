import { createHash } from 'node:crypto'
import { z } from 'zod'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { audit } from '../../../db/setup/audit.ts'
import { adapterIdOf, connectionById } from '../../../db/setup/connections.ts'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound, Problem } from '../../http/problems.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { id, rawBody } from '../../http/schemas.ts'
import { wakeInbox } from './wakeInbox.ts'

const STORE = durableEffect({
  name: 'upload_store',
  in: 'api',
  after: 'a paper is stored; its inbox is asleep, and the person has no answer',
})

export const uploadRoutes: Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/connections/{connectionId}/documents',
    tag: 'connections',
    summary: 'Put in a paper or download that a person got from the provider',
    description:
      'For providers that answer by hand only: a list of claims or payments from their portal. 200 means that the bytes are stored for good; they are read ' +
      'at once, and what cannot be read comes to the worklist. The same file twice is one document.',
    roles: ROLES.bill,
    params: z.object({ connectionId: id }),
    body: rawBody({ mediaTypes: ['*/*'], limitBytes: 20_000_000 }),
    response: z.object({ documentId: id, stored: z.enum(['new', 'known']) }),
    problems: ['upload-not-supported'],
    handler: async ({ organisationId, actor, params: { connectionId }, body, req, deps }) => {
      const sha256 = createHash('sha256').update(body).digest('hex')
      const mediaType = req.get('content-type') ?? 'application/octet-stream'
      const now = deps.clock.now()
      const stored = await deps.databases.within(organisationId, async (tx) => {
        const connection = await connectionById(tx, organisationId, connectionId)
        if (connection === null) throw notFound('connection')
        const adapterId = await adapterIdOf(tx, connection.providerId)
        const { name, transport } = deps.adapterOf(adapterId ?? '').declaration
        if (transport !== 'manual')
          throw new Problem(
            'upload-not-supported',
            `${name} answers by ${transport}, and its answers come by themselves`,
          )
        const { documentId, isNew } = await storeDocument(tx, {
          organisationId,
          connectionId,
          channel: 'collect',
          dedupeKey: `upload:${sha256}`,
          // Not the file's own name: it may name a patient.
          head: { transport: 'manual', name: `upload-${sha256.slice(0, 12)}`, mediaType },
          mediaType,
          body,
          now,
        })
        const detail = { documentId, sha256, bytes: body.length }
        const subject = `connection ${connectionId}`
        if (isNew) await audit(tx, { organisationId, actor, action: 'document.upload', subject, detail, now })
        return { documentId, isNew, providerId: connection.providerId }
      })
      STORE.after()
      await wakeInbox(deps, { organisationId, connectionId, providerId: stored.providerId })
      return { documentId: stored.documentId, stored: stored.isNew ? ('new' as const) : ('known' as const) }
    },
  }),
]
