import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { audit } from '../../../db/setup/audit.ts'
import {
  type ConnectionRow,
  changeConnection,
  clearStop,
  connectionById,
  connectionsOf,
  lockConnection,
} from '../../../db/setup/connections.ts'
import { closeItem } from '../../../db/worklist/worklistItems.ts'
import { resolveSecrets } from '../../../platform/secretReferences.ts'
import type { ApiDeps } from '../../deps.ts'
import { ROLES } from '../../http/auth.ts'
import { notFound } from '../../http/problems.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { id } from '../../http/schemas.ts'
import {
  checkEndpoint,
  checkSecrets,
  checkSettings,
  refuseMovingReferences,
  refuseReferences,
} from './connectionChecks.ts'
import { createConnection } from './createConnection.ts'
import { checkedConnection, connection, connectionChange, newConnection } from './schemasConnections.ts'

const params = z.object({ connectionId: id })

export const connectionRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/connections',
    tag: 'connections',
    summary: 'The organisation’s accounts with providers',
    roles: ROLES.read,
    response: z.object({ connections: z.array(connection) }),
    handler: async ({ organisationId, deps }) => {
      const rows = await deps.databases.within(organisationId, (tx) => connectionsOf(tx, organisationId))
      return { connections: rows.map((row) => viewOf(row, deps)) }
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/connections/{connectionId}',
    tag: 'connections',
    summary: 'One connection',
    roles: ROLES.read,
    params,
    response: connection,
    handler: ({ organisationId, params: { connectionId }, deps }) =>
      deps.databases.within(organisationId, (tx) => viewById(tx, organisationId, connectionId, deps)),
  }),
  defineEffect({
    method: 'post',
    path: '/v1/connections',
    tag: 'connections',
    summary: 'Connect with a provider',
    roles: ROLES.manage,
    body: newConnection,
    response: connection,
    status: 201,
    problems: ['unknown-provider', 'invalid-settings', 'reference-not-allowed', 'connection-exists'],
    effect: async ({ tx, organisationId, actor, body, deps, now }) => {
      refuseReferences(body.secrets)
      const connectionId = await createConnection(tx, deps, { organisationId, actor, wanted: body, now })
      return viewById(tx, organisationId, connectionId, deps)
    },
  }),
  defineEffect({
    method: 'patch',
    path: '/v1/connections/{connectionId}',
    tag: 'connections',
    summary: 'Change a connection',
    description:
      'Members that are absent stay as they are. Provider, mode and currency never change: claims refer to them.',
    roles: ROLES.manage,
    params,
    body: connectionChange,
    response: connection,
    problems: ['invalid-settings', 'reference-not-allowed'],
    effect: async ({ tx, organisationId, actor, params: { connectionId }, body, deps, now }) => {
      const before = await lockConnection(tx, organisationId, connectionId)
      if (before === null) throw notFound('connection')
      await changeConnection(tx, organisationId, connectionId, changeOf(before, body, deps))
      const detail = { changed: Object.keys(body), secretNames: Object.keys(body.secrets ?? {}) }
      await audit(tx, {
        organisationId,
        actor,
        action: 'connection.change',
        subject: subjectOf(connectionId),
        detail,
        now,
      })
      return viewById(tx, organisationId, connectionId, deps)
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/connections/{connectionId}/check',
    tag: 'connections',
    summary: 'Try a connection',
    description: 'Connects, signs in and looks, step by step, up to the first that fails. Sends nothing.',
    roles: ROLES.manage,
    params,
    response: checkedConnection,
    handler: async ({ organisationId, params: { connectionId }, deps }) => {
      const row = await deps.databases.within(organisationId, (tx) => connectionById(tx, organisationId, connectionId))
      if (row === null) throw notFound('connection')
      const steps = await stepsOf(row, deps)
      return { ok: steps.every(({ ok }) => ok), steps }
    },
  }),
  defineEffect({
    method: 'post',
    path: '/v1/connections/{connectionId}/resume',
    tag: 'connections',
    summary: 'Let a stopped connection send again',
    description:
      'After refused credentials or a changed host key: mend the cause first. A connection that is not stopped stays as it is.',
    roles: ROLES.manage,
    params,
    response: connection,
    effect: async ({ tx, organisationId, actor, params: { connectionId }, deps, now }) => {
      const stopped = await clearStop(tx, organisationId, connectionId)
      if (stopped !== null) {
        const closing = { organisationId, by: actor, because: 'the connection was resumed', now }
        await closeItem(tx, closing, { kind: 'connection-stopped', ids: { connectionId } })
        const detail = { stoppedBecause: stopped }
        await audit(tx, {
          organisationId,
          actor,
          action: 'connection.resume',
          subject: subjectOf(connectionId),
          detail,
          now,
        })
      }
      return viewById(tx, organisationId, connectionId, deps)
    },
  }),
]

/** Long enough for a slow sign-in, short enough for somebody who waits. */
const CHECK_MS = 30_000

async function stepsOf(row: ConnectionRow, deps: ApiDeps) {
  const { auth, transport } = deps.adapterOf(row.adapterId).declaration
  const door = deps.transportOf(transport)
  let secrets: Record<string, string>
  try {
    secrets = resolveSecrets(secretsOf(row, deps))
  } catch (error) {
    return [{ step: 'secrets', ok: false, detail: (error as Error).message }]
  }
  return door.check({
    connectionId: row.connectionId,
    endpoint: door.endpoint.parse(row.endpoint),
    secrets,
    auth,
    addresses: deps.addresses,
    signal: AbortSignal.timeout(CHECK_MS),
    heartbeat: () => undefined,
  })
}

function changeOf(before: ConnectionRow, body: z.output<typeof connectionChange>, deps: ApiDeps) {
  const adapter = deps.adapterOf(before.adapterId)
  const { secrets, settings, endpoint, ...plain } = body
  refuseReferences(secrets ?? {})
  if (endpoint !== undefined) refuseMovingReferences(secretsOf(before, deps))
  return {
    ...withoutUndefined(plain),
    ...(settings === undefined ? {} : { settings: checkSettings(adapter, settings) }),
    ...(endpoint === undefined ? {} : { endpoint: checkEndpoint(deps, adapter, endpoint) }),
    ...(secrets === undefined ? {} : { secrets: sealedAnew(before, secrets, deps) }),
  }
}

function sealedAnew(before: ConnectionRow, changed: Record<string, string | null>, deps: ApiDeps): Buffer {
  const all: Record<string, string | null> = { ...secretsOf(before, deps), ...changed }
  const kept = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]])),
  )
  checkSecrets(deps, deps.adapterOf(before.adapterId), kept)
  return deps.seal(before, kept)
}

async function viewById(tx: Tx, organisationId: string, connectionId: string, deps: ApiDeps) {
  const row = await connectionById(tx, organisationId, connectionId)
  if (row === null) throw notFound('connection')
  return viewOf(row, deps)
}

/** Secrets stay here: only their names are told. */
function viewOf(row: ConnectionRow, deps: ApiDeps): z.input<typeof connection> {
  const { adapterId, organisationId: _owner, secrets: _secrets, ...told } = row
  return {
    ...told,
    secretNames: Object.keys(secretsOf(row, deps)).sort(),
    pushPath: deps.adapterOf(adapterId).push === undefined ? null : `/v1/push/${row.connectionId}`,
  }
}

function secretsOf(row: ConnectionRow, deps: ApiDeps): Record<string, string> {
  return row.secrets === null ? {} : deps.unseal(row, row.secrets)
}

const subjectOf = (connectionId: string) => `connection ${connectionId}`

function withoutUndefined<T extends object>(from: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
