import { createHash } from 'node:crypto'
import { z } from 'zod'
import { findPushConnection } from '../../../db/acrossTenants/lookups.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { resolveSecrets } from '../../../platform/secretReferences.ts'
import type { ApiDeps } from '../../deps.ts'
import { notFound, Problem } from '../../http/problems.ts'
import { definePublicRoute, type Route } from '../../http/route.ts'
import { id, rawBody } from '../../http/schemas.ts'
import { noteRefusedPush } from './refusedPushes.ts'
import { wakeInbox } from './wakeInbox.ts'

type PushConnection = NonNullable<Awaited<ReturnType<typeof findPushConnection>>>

export const pushRoutes: Route[] = [
  definePublicRoute({
    method: 'post',
    path: '/v1/push/{connectionId}',
    tag: 'push',
    summary: 'A provider pushes an answer',
    description:
      'Signed by Standard Webhooks with the connection’s webhook secret. 200 means: the bytes are stored for good.',
    params: z.object({ connectionId: id }),
    body: rawBody({ mediaTypes: ['*/*'], limitBytes: 10_000_000 }),
    response: z.object({ stored: z.enum(['new', 'known']) }),
    problems: ['bad-signature', 'push-not-supported'],
    handler: async ({ params, body, deps, req }) => {
      const connection = await findPushConnection(deps.databases.across, params.connectionId)
      if (connection === null) throw notFound('connection')
      const headers = headersOf(req.headers)
      const messageId = await verified(deps, connection, headers, body)
      const { isNew } = await deps.databases.within(connection.organisationId, (tx) =>
        storeDocument(tx, {
          organisationId: connection.organisationId,
          connectionId: connection.connectionId,
          channel: 'push',
          // The same message id with other bytes is another document: nothing signed is dropped.
          dedupeKey: `${messageId}:${createHash('sha256').update(body).digest('hex')}`,
          head: { transport: 'http', status: 200, headers: keptHeaders(headers) },
          mediaType: headers['content-type'] ?? null,
          body,
          now: deps.clock.now(),
        }),
      )
      deps.failpoint('after_store:push')
      // The provider doesn't wait for our bell.
      void wakeInbox(deps, connection)
      return { stored: isNew ? ('new' as const) : ('known' as const) }
    },
  }),
]

/** The message's id. Throws after noting the attempt in the organisation's audit log. */
async function verified(
  deps: ApiDeps,
  connection: PushConnection,
  headers: Record<string, string>,
  body: Buffer,
): Promise<string> {
  const adapter = deps.adapterOf(connection.adapterId)
  const { verifyPush } = deps.transportOf(adapter.declaration.transport)
  if (adapter.push === undefined || verifyPush === undefined)
    throw new Problem('push-not-supported', `${adapter.declaration.name} is not known to push`)
  const secrets = connection.secrets === null ? {} : resolveSecrets(deps.unseal(connection, connection.secrets))
  const verdict = verifyPush(headers, body, secrets, deps.clock.now(), deps.clock.scale)
  if (verdict.ok) return verdict.key
  const { organisationId, connectionId } = connection
  await noteRefusedPush(deps, { organisationId, connectionId, because: verdict.because, bytes: body.length })
  throw new Problem('bad-signature', verdict.because)
}

function headersOf(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

/** What reading may need; no signature and no credentials. */
function keptHeaders(headers: Record<string, string>): Record<string, string> {
  const kept = ['content-type', 'webhook-id', 'webhook-timestamp']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name)))
}
