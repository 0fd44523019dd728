import { request } from 'undici'
import { AddressRefused } from '../../../platform/addresses/reach.ts'
import type { Session } from '../transport.ts'
import { agentFor, CONNECT_TIMEOUT_MS, ConnectFailed, codeOf, RESPONSE_CAP } from './agents.ts'
import type { HttpEndpoint } from './endpoint.ts'

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  headers: Record<string, string>
  body: Uint8Array | null
}

/** How one exchange ended, by whether bytes may have left. */
export type Exchanged =
  | { kind: 'response'; status: number; headers: Record<string, string>; body: Uint8Array }
  | { kind: 'not_connected'; because: string }
  /** The deployment does not connect there; nothing was contacted. */
  | { kind: 'refused'; because: string }
  /**
   * `cut`: the other side closed the connection; a kept one may have been closed before our
   * request.
   */
  | { kind: 'lost'; because: string; cut: boolean }

const CUT = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Not kept: they carry sessions. */
const DROPPED_HEADERS = new Set(['set-cookie', 'set-cookie2'])

/**
 * One request, once: no redirect is followed, nothing is retried, time and size are bounded. Never
 * throws for what the network does.
 */
export async function exchange(
  wanted: HttpRequest,
  { endpoint, addresses, signal }: Session<HttpEndpoint>,
): Promise<Exchanged> {
  if (signal.aborted) return { kind: 'not_connected', because: 'stopped before anything was sent' }
  const { requestTimeoutMs, caCertificate } = endpoint
  try {
    const response = await request(wanted.url, {
      dispatcher: agentFor(addresses, caCertificate),
      method: wanted.method,
      headers: wanted.headers,
      body: wanted.body,
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
      // The two above count silence; a server that drips a byte a second is ended by this one.
      signal: AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS + requestTimeoutMs)]),
    })
    const body = new Uint8Array(await response.body.arrayBuffer())
    if (body.byteLength > RESPONSE_CAP) return { kind: 'lost', because: 'the answer is larger than 10 MB', cut: false }
    return { kind: 'response', status: response.statusCode, headers: plainHeaders(response.headers), body }
  } catch (error) {
    if (error instanceof AddressRefused) return { kind: 'refused', because: error.message }
    if (error instanceof ConnectFailed) return { kind: 'not_connected', because: `no connection (${error.message})` }
    const code = codeOf(error)
    return { kind: 'lost', because: `the exchange broke off (${code})`, cut: CUT.has(code) }
  }
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || DROPPED_HEADERS.has(name.toLowerCase())) continue
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}
