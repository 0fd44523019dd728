import { createHash, randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import { findPushConnection } from '../../../db/acrossTenants/lookups.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { connectionById } from '../../../db/setup/connections.ts'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import { resolveSecrets } from '../../../platform/secretReferences.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem } from '../../http/problems.ts'
import { addressOf } from '../../http/rateLimits.ts'
import { definePublicRoute, type Route } from '../../http/route.ts'
import { id, rawBody } from '../../http/schemas.ts'
import { noteRefusedPush } from './refusedPushes.ts'
import { wakeInbox } from './wakeInbox.ts'

const STORE = durableEffect({
  name: 'push_store',
  in: 'api',
  before: 'a signed push is read, and not stored',
  after: 'it is stored; its inbox is asleep, and the provider has no answer',
})
const BELL = durableEffect({
  name: 'push_bell',
  in: 'api',
  after: 'its inbox is woken, and the provider has no answer',
})

type PushConnection = NonNullable<Awaited<ReturnType<typeof findPushConnection>>>

/**
 * A push that may be read: null for a connection that is not there, which is told from a wrong
 * signature by nothing.
 */
interface Admitted {
  connection: PushConnection | null
  headers: Record<string, string>
  address: string
}

const LIMIT_BYTES = 10_000_000
/** Checked where there is no connection, so that the answer takes as long. */
const NOBODYS_SECRET = `whsec_${randomBytes(32).toString('base64')}`

export const pushRoutes: Route[] = [
  definePublicRoute({
    method: 'post',
    path: '/v1/push/{connectionId}',
    tag: 'push',
    summary: 'A provider pushes an answer',
    description:
      'Signed by Standard Webhooks with the connection’s webhook secret. 200 means: the bytes are stored for good. 401: not signed by the ' +
      'connection’s provider, or no connection that takes pushes.',
    params: z.object({ connectionId: id }),
    body: rawBody({ mediaTypes: ['*/*'], limitBytes: LIMIT_BYTES }),
    response: z.object({ stored: z.enum(['new', 'known']) }),
    problems: ['bad-signature', 'rate-limited'],
    admit: ({ params, deps, req }) => admit(deps, req, params.connectionId),
    handler: async ({ params, body, admitted, deps }) => {
      const { messageId, connection } = await verified(deps, params.connectionId, admitted, body)
      const { headers, address } = admitted
      await deps.rates.takenPush(address, connection.connectionId)
      STORE.before()
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
      STORE.after()
      // The provider doesn't wait for our bell.
      void wakeInbox(deps, connection).then(BELL.after)
      return { stored: isNew ? ('new' as const) : ('known' as const) }
    },
  }),
]

/** All that can be refused without the body, the cheapest first. */
async function admit(deps: ApiDeps, req: Request, connectionId: string): Promise<Admitted> {
  const address = addressOf(req)
  const over = await deps.rates.beforePush(address, connectionId)
  req.res?.once('close', over)
  if (Number(req.get('content-length') ?? 0) > LIMIT_BYTES) {
    await deps.rates.refusedPush(address, connectionId)
    throw new Problem('body-too-large', 'the body is larger than this address takes')
  }
  const headers = headersOf(req.headers)
  const connection = await pushingConnection(deps, connectionId)
  const checked = deps.transportOf('http').checkPushHeaders?.(headers, deps.realNow())
  if (checked?.ok === false) {
    await refuse(deps, { connectionId, connection, address }, checked.because, 0)
    throw new Problem('bad-signature', checked.because)
  }
  return { connection, headers, address }
}

async function pushingConnection(deps: ApiDeps, connectionId: string): Promise<PushConnection | null> {
  const connection = await findPushConnection(deps.databases.across, connectionId)
  if (connection === null || deps.adapterOf(connection.adapterId).push === undefined) return null
  return connection
}

/** The message's id. Throws after noting the attempt in the organisation's audit log. */
async function verified(
  deps: ApiDeps,
  connectionId: string,
  { connection, headers, address }: Admitted,
  body: Buffer,
): Promise<{ messageId: string; connection: PushConnection }> {
  const secrets = connection === null ? { webhookSecret: NOBODYS_SECRET } : await secretsOf(deps, connection)
  const verdict = deps.transportOf('http').verifyPush?.(headers, body, secrets, deps.realNow())
  if (connection !== null && verdict?.ok === true) return { messageId: verdict.key, connection }
  const because = verdict?.ok === false ? verdict.because : 'no signature matches'
  await refuse(deps, { connectionId, connection, address }, because, body.length)
  // One sentence for all: which of them it was is the organisation's to know.
  throw new Problem('bad-signature', 'the push is not signed by the provider of this connection')
}

/** Counts the refusal, and records it when the push names a connection that exists. */
async function refuse(
  deps: ApiDeps,
  { connectionId, connection, address }: { connectionId: string } & Omit<Admitted, 'headers'>,
  because: string,
  bytes: number,
): Promise<void> {
  await deps.rates.refusedPush(address, connectionId)
  if (connection === null) return
  await noteRefusedPush(deps, { organisationId: connection.organisationId, connectionId, because, bytes })
}

/**
 * Read as the organisation itself: the role that finds connections across tenants sees no secrets.
 */
async function secretsOf(deps: ApiDeps, { organisationId, connectionId }: PushConnection) {
  const found = await deps.databases.within(organisationId, (tx) => connectionById(tx, organisationId, connectionId))
  return found?.secrets ? resolveSecrets(deps.unseal({ organisationId, connectionId }, found.secrets)) : {}
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
