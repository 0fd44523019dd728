import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { EmailEndpoint } from '../../../adapters/transports/email/endpoint.ts'
import { emailTransport } from '../../../adapters/transports/email/index.ts'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import { sftpTransport } from '../../../adapters/transports/sftp/index.ts'
import type { CheckStep, Session, Transport } from '../../../adapters/transports/transport.ts'
import type { AddressGuard } from '../../../platform/addresses/guard.ts'
import { ADAPTER, from, mailOut, sessionTo as mailSession } from '../email/harness.ts'
import { sessionTo as httpSession, options, post } from '../http/session.ts'
import { fileOut, sessionTo as sftpSession } from '../sftp/harness.ts'

/** One way out to a host that a connection names. */
export interface Channel {
  name: string
  /** Sends or collects: how it ended, in one line. */
  work(host: string, port: number, guard: AddressGuard): Promise<string>
  check(host: string, port: number, guard: AddressGuard): Promise<CheckStep[]>
  /** Why the endpoint would not be saved; null when it would. */
  refusedAtSave(host: string, port: number, guard: AddressGuard): string | null
}

type Mail = 'smtp' | 'imap'

/** Every host of an endpoint, each over TLS where it is a choice. */
export const CHANNELS: Channel[] = [
  channel('http', httpTransport, (host, port) =>
    httpSession(port, { over: { baseUrl: `https://${inUrl(host)}:${port}/fhir` } }),
  ),
  channel('tokenUrl', httpTransport, (host, port) => ({
    ...httpSession(port, {
      over: { baseUrl: 'https://hmo.example/fhir', tokenUrl: `https://${inUrl(host)}:${port}/token` },
    }),
    auth: 'oauth2-client-credentials',
    secrets: { clientId: 'id', clientSecret: 'secret' },
  })),
  channel('sftp', sftpTransport, (host, port) => {
    const session = sftpSession(port, 'A'.repeat(43))
    return { ...session, endpoint: { ...session.endpoint, host, connectTimeoutMs: 500 } }
  }),
  channel('smtp', emailTransport, mail('smtp')),
  { ...channel('imap', emailTransport, mail('imap')), work: collected },
]

/** The same where nothing encrypts what is said. */
export const PLAIN: Channel[] = [
  channel('http', httpTransport, (host, port) =>
    httpSession(port, { over: { baseUrl: `http://${inUrl(host)}:${port}/fhir` } }),
  ),
  channel('smtp', emailTransport, mail('smtp', 'none')),
]

function mail(of: Mail, tls: 'starttls' | 'none' = 'starttls') {
  return (host: string, port: number) => {
    const session = mailSession(port, port)
    const silenceTimeoutMs = 500
    const endpoint: EmailEndpoint = { ...session.endpoint, connectTimeoutMs: 500, silenceTimeoutMs }
    // The other server is one that nobody reaches.
    const other = of === 'smtp' ? 'imap' : 'smtp'
    endpoint[other] = { ...endpoint[other], host: 'nobody.example', tls: 'implicit' } as never
    endpoint[of] = { ...endpoint[of], host, tls } as never
    return { ...session, endpoint }
  }
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

function channel<E>(
  name: string,
  transport: Transport<E>,
  session: (host: string, port: number) => Session<E>,
): Channel {
  const to = (host: string, port: number, addresses: AddressGuard) => ({ ...session(host, port), addresses })
  return {
    name,
    work: async (host, port, guard) => {
      const out = name === 'sftp' ? fileOut('claim.txt', 'a claim') : name === 'smtp' ? mailOut() : post()
      const sent = await transport.send(out, to(host, port, guard), options('key-1'))
      return `${sent.kind}: ${'because' in sent ? sent.because : ''}`
    },
    check: (host, port, guard) => transport.check(to(host, port, guard)),
    refusedAtSave: (host, port, guard) => {
      const read = transport.endpoint.safeParse(session(host, port).endpoint)
      if (!read.success) return 'its form'
      const refusals = transport.destinations(read.data).map((each) => guard.refusal(each))
      return refusals.find((refusal) => refusal !== null) ?? null
    },
  }
}

async function collected(host: string, port: number, addresses: AddressGuard): Promise<string> {
  const session = { ...mail('imap')(host, port), addresses }
  try {
    await emailTransport.collect(ADAPTER, from(null), session, async () => undefined)
    return 'collected'
  } catch (error) {
    return `threw: ${(error as Error).message}`
  }
}

export const BANNER = '220 CANARY-BANNER at your service'

/** Something on this machine that greets whoever comes, and counts. */
export async function startListener(banner = BANNER) {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.write(`${banner}\r\n`)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((closed) => server.close(closed))
    },
  }
}
