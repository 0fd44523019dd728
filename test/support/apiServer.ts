import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/deps.ts'
import { inspectFile } from '../../api/files/inspectFile.ts'
import { rateLimits } from '../../api/http/rateLimits.ts'
import type { Role } from '../../db/schema/setupTables.ts'
import { createApiKey } from '../../db/setup/apiKeys.ts'
import { TWIN_ADDRESSES } from './addresses.ts'
import type { TestDatabase } from './database.ts'

/** What a set of API tests brings itself; the rest is the same for all. */
export type OwnParts = Pick<
  ApiDeps,
  'workflows' | 'wakeInbox' | 'adapterOf' | 'transportOf' | 'readMail' | 'seal' | 'unseal'
> &
  Partial<ApiDeps>

export interface ApiServer {
  base: string
  server: Server
  deps: ApiDeps
  key(role: Role, organisationId?: string): Promise<string>
  /** All that was logged. */
  logged(): string
  close(): Promise<void>
}

/** The API over real HTTP on a real database, at one business time. */
export async function serveApi(db: TestDatabase, now: Date, parts: OwnParts): Promise<ApiServer> {
  const lines: string[] = []
  const deps: ApiDeps = {
    databases: db.databases,
    clock: { scale: 1, now: () => now, realMsUntil: (at) => Math.max(0, at.getTime() - now.getTime()) },
    realNow: () => now,
    // Tests fail as often as they like; test/api/http/rateLimits.test.ts has the real numbers.
    rates: rateLimits({
      wrongKeys: 1e6,
      refusedPushes: 1e6,
      refusedPushesOfConnection: 1e6,
      unprovenAtOnce: 1e6,
      requestsOfKey: 1e6,
    }),
    trustedProxies: 'loopback',
    docs: true,
    log: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
    addresses: TWIN_ADDRESSES,
    // In this process; test/api/files/fileInspector.test.ts looks from another one.
    inspectFile,
    checkAnswers: true,
    ...parts,
  }
  const server = createServer(createApp(deps))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    deps,
    key: async (role, organisationId = db.organisationId) => {
      const wanted = { organisationId, name: `${role} key`, role }
      return (await db.databases.within(organisationId, (tx) => createApiKey(tx, wanted))).key
    },
    logged: () => lines.join(''),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
