import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import { adapterOf, adapterVersions } from '../adapters/registry.ts'
import { connect } from '../db/connect.ts'
import { noteRestore } from '../db/setup/noteRestore.ts'
import { addressGuard } from '../platform/addresses/guard.ts'
import { buildName } from '../platform/build.ts'
import { clockFrom } from '../platform/clock.ts'
import { dataConverterFrom } from '../platform/dataConverter.ts'
import { makeLog } from '../platform/log.ts'
import { seal, unseal } from '../platform/seal.ts'
import type { Settings } from '../platform/settings.ts'
import { claimWorkflows } from '../workflows/client/claimWorkflows.ts'
import { createApp } from './app.ts'
import type { ApiDeps } from './deps.ts'
import { fileInspector } from './files/fileInspector.ts'
import { RATES, rateLimits } from './http/rateLimits.ts'
import { coalesceWakeUps } from './routes/inbox/coalesceWakeUps.ts'

/** Longest a request may take to arrive; a slow upload beyond it is cut. */
const REQUEST_MS = 120_000

export interface RunningServer {
  port: number
  /** Takes no new requests, lets the running ones end, then closes the connections. */
  close(): Promise<void>
}

/**
 * Serves the API. Temporal may be away at the start: submits then answer 503 until it is there.
 * Transports and the reading of mails come from outside: of a transport the API knows only its
 * door.
 */
export async function startServer(
  settings: Settings,
  { transportOf, readMail }: Pick<ApiDeps, 'transportOf' | 'readMail'>,
): Promise<RunningServer> {
  const databases = connect(settings.database, { build: buildName(), adapterVersions: adapterVersions() })
  const clock = clockFrom(settings.clock)
  // Postgres may be away at the start; the worker notes it too, and a restore freezes sending in
  // any case.
  await noteRestore(databases, { numbersADay: settings.restoreNumbersADay, now: clock.now() }).catch(() => undefined)
  const { address, namespace, tls, apiKey } = settings.temporal
  const connection = Connection.lazy({
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
  })
  const client = new Client({ connection, namespace, dataConverter: dataConverterFrom(settings.codecKey) })
  const wakeUps = coalesceWakeUps(client)
  const inspector = fileInspector(settings.inspect)
  const app = createApp({
    databases,
    clock,
    securityContact: settings.securityContact,
    log: makeLog(settings, 'api'),
    realNow: () => new Date(),
    rates: rateLimits({ ...RATES, requestsOfKey: settings.api.keyRatePerMinute }),
    trustedProxies: settings.api.trustedProxies,
    docs: settings.api.docs,
    workflows: claimWorkflows(client),
    wakeInbox: wakeUps.wake,
    adapterOf,
    transportOf,
    addresses: addressGuard({ allowed: settings.allowedAddresses }),
    readMail,
    inspectFile: inspector.inspect,
    seal: (row, secrets) => seal(settings.secretsKeys, row, secrets),
    unseal: (row, sealed) => unseal(settings.secretsKeys, row, sealed),
    checkAnswers: false,
  })
  const disconnect = async () => {
    inspector.stop()
    await wakeUps.quiet()
    await connection.close()
    await databases.close()
  }
  try {
    const server = await listen(app, settings.api)
    server.requestTimeout = REQUEST_MS
    return {
      port: (server.address() as AddressInfo).port,
      close: async () => {
        await new Promise<void>((resolve) => {
          server.close(() => resolve())
          server.closeIdleConnections()
        })
        await disconnect()
      },
    }
  } catch (error) {
    await disconnect()
    throw new Error(`the API cannot listen on ${settings.api.host}:${settings.api.port}: ${whyNot(error)}`, {
      cause: error,
    })
  }
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return 'the port is taken; choose another with CLAIMHUB_API_PORT'
  if (code === 'EACCES') return 'this user may not use the port; choose one above 1023 with CLAIMHUB_API_PORT'
  return error instanceof Error ? error.message : String(error)
}

function listen(app: ReturnType<typeof createApp>, at: { host: string; port: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(at.port, at.host, (error?: Error) =>
      error === undefined ? resolve(server) : reject(error),
    )
  })
}
