import type { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { audit } from '../../../db/setup/audit.ts'
import { adapterIdOf, changeConnection, connectionsOf, insertConnection } from '../../../db/setup/connections.ts'
import { newId } from '../../../platform/ids.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem } from '../../http/problems.ts'
import { checkEndpoint, checkSecrets, checkSettings } from './connectionChecks.ts'
import type { newConnection } from './schemasConnections.ts'

type Parts = Pick<ApiDeps, 'adapterOf' | 'transportOf' | 'addresses' | 'seal'>

/** Who wants which connection, in whose name. */
interface NewConnection {
  organisationId: string
  actor: string
  wanted: z.output<typeof newConnection>
  now: Date
}

/**
 * Makes a connection of the organisation with everything checked but where its secrets come from:
 * who may use references is the caller's to say. Answers its id. Throws a Problem that names what
 * does not fit.
 */
export async function createConnection(tx: Tx, deps: Parts, request: NewConnection): Promise<string> {
  const { organisationId, wanted } = request
  const connectionId = newId()
  const checked = await checkedFor(tx, deps, request, connectionId)
  if (!(await insertConnection(tx, organisationId, { ...checked, connectionId })))
    throw new Problem('connection-exists', `there is a ${wanted.mode} connection with ${wanted.providerId} already`)
  await note(tx, request, connectionId, 'connection.create')
  return connectionId
}

/** The same, or the one that is there becomes as wanted. Its currency stays: claims refer to it. */
export async function applyConnection(
  tx: Tx,
  deps: Parts,
  request: NewConnection,
): Promise<{ connectionId: string; state: 'made' | 'changed' }> {
  const { organisationId, wanted } = request
  const rows = await connectionsOf(tx, organisationId)
  const before = rows.find(({ providerId, mode }) => providerId === wanted.providerId && mode === wanted.mode)
  if (before === undefined) return { connectionId: await createConnection(tx, deps, request), state: 'made' }
  const { connectionId, currency } = before
  if (currency !== wanted.currency)
    throw new Problem('connection-exists', `the connection is there in ${currency}, and its currency never changes`)
  const {
    providerId: _provider,
    mode: _mode,
    currency: _same,
    ...change
  } = await checkedFor(tx, deps, request, connectionId)
  await changeConnection(tx, organisationId, connectionId, change)
  await note(tx, request, connectionId, 'connection.change')
  return { connectionId, state: 'changed' }
}

async function checkedFor(tx: Tx, deps: Parts, { organisationId, wanted }: NewConnection, connectionId: string) {
  const adapterId = await adapterIdOf(tx, wanted.providerId)
  if (adapterId === null) throw new Problem('unknown-provider', `there is no provider ${wanted.providerId}`)
  const adapter = deps.adapterOf(adapterId)
  checkSecrets(deps, adapter, wanted.secrets)
  return {
    ...wanted,
    settings: checkSettings(adapter, wanted.settings),
    endpoint: checkEndpoint(deps, adapter, wanted.endpoint),
    secrets: deps.seal({ organisationId, connectionId }, wanted.secrets),
  }
}

async function note(
  tx: Tx,
  { organisationId, actor, wanted, now }: NewConnection,
  connectionId: string,
  action: string,
) {
  const { providerId, mode, secrets } = wanted
  const detail = { providerId, mode, secretNames: Object.keys(secrets) }
  await audit(tx, { organisationId, actor, action, subject: `connection ${connectionId}`, detail, now })
}
