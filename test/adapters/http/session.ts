import type { HttpOut } from '../../../adapters/contract.ts'
import type { HttpEndpoint } from '../../../adapters/transports/http/endpoint.ts'
import type { SendOptions, Session } from '../../../adapters/transports/transport.ts'
import { TWIN_ADDRESSES } from '../../support/addresses.ts'

let sessions = 0

/** A session with a connection of its own, so that no test meets another's token. */
export function sessionTo(
  port: number,
  changes: Partial<Session<HttpEndpoint>> & { over?: Partial<HttpEndpoint> } = {},
): Session<HttpEndpoint> {
  sessions += 1
  const { over, ...session } = changes
  return {
    connectionId: `connection-${sessions}`,
    endpoint: { baseUrl: `http://127.0.0.1:${port}/fhir`, requestTimeoutMs: 500, ...over },
    secrets: {},
    auth: 'none',
    addresses: TWIN_ADDRESSES,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
    ...session,
  }
}

export const options = (idempotencyKey: string): SendOptions => ({ idempotencyKey, mark: async () => undefined })

/** A POST whose body and secrets carry a canary: it must show up in no message about a failure. */
export const CANARY = 'MEMBER-4711-CANARY'
export function post(path = '/Claim'): HttpOut {
  return {
    transport: 'http',
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify({ memberId: CANARY })),
    about: 'K7Q2M4X8Z1B3C5D9',
  }
}
