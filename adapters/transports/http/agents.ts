import { Agent, buildConnector } from 'undici'
import type { AddressGuard } from '../../../platform/addresses/guard.ts'
import { AddressRefused } from '../../../platform/addresses/reach.ts'

/**
 * An answer above this is cut off: no provider's page is that large, and a hostile one must not
 * fill our memory.
 */
export const RESPONSE_CAP = 10 * 1024 * 1024
/** Half of it for the connection, half for the handshake. */
export const CONNECT_TIMEOUT_MS = 10_000
export const REACH_TIMEOUT_MS = CONNECT_TIMEOUT_MS / 2

/**
 * The connection was never made (DNS, refused, timed out, TLS): not a byte of the request has left.
 */
export class ConnectFailed extends Error {
  override name = 'ConnectFailed'
}

const agents = new WeakMap<AddressGuard, Map<string, Agent>>()

/** Connections are kept and reused; one pool per guard and set of trusted authorities. */
export function agentFor(guard: AddressGuard, caCertificate: string | undefined): Agent {
  const known = agents.get(guard) ?? new Map<string, Agent>()
  agents.set(guard, known)
  const key = caCertificate ?? ''
  const agent =
    known.get(key) ??
    new Agent({
      connect: guardedConnector(guard, caCertificate),
      maxResponseSize: RESPONSE_CAP,
      maxHeaderSize: 16 * 1024,
    })
  known.set(key, agent)
  return agent
}

/**
 * Connects through the guard, secures by undici's own connector, and a failure to connect says so
 * by its type: the only reliable sign that nothing has left.
 */
function guardedConnector(guard: AddressGuard, caCertificate: string | undefined): buildConnector.connector {
  const secure = buildConnector({
    timeout: CONNECT_TIMEOUT_MS - REACH_TIMEOUT_MS,
    ...(caCertificate === undefined ? {} : { ca: caCertificate }),
  })
  return (options, callback) => {
    const encrypted = options.protocol === 'https:'
    const port = Number(options.port || (encrypted ? 443 : 80))
    guard.connect({ host: options.hostname, port, encrypted }, { timeoutMs: REACH_TIMEOUT_MS }).then(
      (socket) => {
        if (!encrypted) return callback(null, socket)
        secure({ ...options, httpSocket: socket }, (error, secured) => {
          if (error === null) return callback(null, secured)
          socket.destroy()
          callback(new ConnectFailed(codeOf(error), { cause: error }), null)
        })
      },
      (error: unknown) =>
        callback(
          error instanceof AddressRefused ? error : new ConnectFailed(codeOf(error), { cause: error as Error }),
          null,
        ),
    )
  }
}

/** An error in one word, for people and logs: never its message, which may quote what was sent. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown'
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
}
