import { Agent, buildConnector } from 'undici'

/** An answer above this is cut off: no provider's page is that large, and a hostile one must not fill our memory. */
export const RESPONSE_CAP = 10 * 1024 * 1024
export const CONNECT_TIMEOUT_MS = 10_000

/** The connection was never made (DNS, refused, timed out, TLS): not a byte of the request has left. */
export class ConnectFailed extends Error {
  override name = 'ConnectFailed'
}

const agents = new Map<string, Agent>()

/** Connections are kept and reused; one pool per set of trusted authorities. */
export function agentFor(caCertificate: string | undefined): Agent {
  const key = caCertificate ?? ''
  const known = agents.get(key)
  if (known) return known
  const agent = new Agent({
    connect: taggedConnector(caCertificate),
    maxResponseSize: RESPONSE_CAP,
    maxHeaderSize: 16 * 1024,
  })
  agents.set(key, agent)
  return agent
}

/** Undici's connector, but a failure to connect says so by its type: the only reliable sign that nothing has left. */
function taggedConnector(caCertificate: string | undefined): buildConnector.connector {
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    ...(caCertificate === undefined ? {} : { ca: caCertificate }),
  })
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error) callback(new ConnectFailed(codeOf(error), { cause: error }), null)
      else callback(null, socket)
    })
}

/** An error in one word, for people and logs: never its message, which may quote what was sent. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown'
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
}
