import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { InMessage, OutMessage, ProviderAdapter } from '../../../../adapters/contract.ts'
import type { Sent, Session } from '../../../../adapters/transports/transport.ts'
import { type Subject, TWIN_ADDRESSES } from '../subject.ts'
import type { Post } from './documents.ts'

/** What a request was when it came: a real HTTP server's view. */
export interface Request {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
}
type Behaviour = (request: Request, res: ServerResponse) => void

/**
 * A generic HMO over HTTP: it signs in whoever knows the secrets, and answers everything else as a
 * scenario wants.
 */
export interface HttpTwin {
  /** Requests that reached the HMO's application, in order; signing in is none of them. */
  requests: Request[]
  /** How the next requests are answered; the last one goes on for ever. */
  behave(...behaviours: Behaviour[]): void
  /** Whether signing in works. */
  letIn: boolean
  session(change?: { secrets?: Record<string, string>; requestTimeoutMs?: number }): Session
  send(message: OutMessage, key?: string, session?: Session): Promise<Sent>
  stop(): Promise<void>
}

let twins = 0

export async function startHttpTwin({ adapter, transport }: Subject): Promise<HttpTwin> {
  twins += 1
  const connectionId = `kit-${twins}`
  const { auth } = adapter.declaration
  const secrets = Object.fromEntries(transport.secrets(auth).map((name) => [name, `kit-${name}`]))
  let behaviours: Behaviour[] = [(_request, res) => void res.writeHead(404).end()]
  const twin: HttpTwin = {
    requests: [],
    letIn: true,
    behave: (...next) => {
      behaviours = next
    },
    session: (change = {}) => ({
      connectionId,
      endpoint: {
        baseUrl: `http://127.0.0.1:${port()}/hmo`,
        tokenUrl: `http://127.0.0.1:${port()}/token`,
        requestTimeoutMs: change.requestTimeoutMs ?? 5_000,
      },
      secrets: change.secrets ?? secrets,
      auth,
      addresses: TWIN_ADDRESSES,
      signal: new AbortController().signal,
      heartbeat: () => undefined,
    }),
    send: (message, key = 'key-1', session = twin.session()) =>
      transport.send(message, session, { idempotencyKey: key, mark: async () => undefined }),
    stop: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    },
  }
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', () => {
      const request = {
        method: req.method ?? '',
        path: (req.url ?? '').slice('/hmo'.length),
        headers: req.headers,
        body: Buffer.concat(chunks),
      }
      if (req.url === '/token') return token(req, res, twin, secrets)
      if (!twin.letIn) return void res.writeHead(401).end()
      if (request.path === '/metadata') return void res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      twin.requests.push(request)
      const behaviour = behaviours.length > 1 ? behaviours.shift() : behaviours[0]
      behaviour?.(request, res)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()))
  const port = () => (server.address() as AddressInfo).port
  return twin
}

function token(req: IncomingMessage, res: ServerResponse, twin: HttpTwin, secrets: Record<string, string>): void {
  const pair = Buffer.from(`${secrets['clientId']}:${secrets['clientSecret']}`).toString('base64')
  if (!twin.letIn || req.headers.authorization !== `Basic ${pair}`) return void res.writeHead(401).end()
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ access_token: `t-${twin.requests.length}`, token_type: 'Bearer', expires_in: 3_600 }))
}

/** Plays an answer of the fixtures. */
export function playing(answer: InMessage): Behaviour {
  return (_request, res) => {
    if (answer.transport !== 'http') return void res.writeHead(500).end()
    res.writeHead(answer.status, answer.headers).end(answer.body)
  }
}

/**
 * The provider's documents on a plain pick-up point: the transport fetches them one by one. How an
 * HMO's own pages look is its `collect`.
 */
export function httpPost(subject: Subject): Post {
  return {
    async carry(documents) {
      const twin = await startHttpTwin(subject)
      try {
        twin.behave((request, res) => {
          const document = documents[Number(request.path.slice(1))]
          const type = document?.transport === 'http' ? document.headers['content-type'] : undefined
          res.writeHead(200, { 'content-type': type ?? 'application/octet-stream' }).end(document?.body)
        })
        const found: InMessage[] = []
        const context = { cursor: null, ctx: subject.context() }
        await subject.transport.collect(
          pickUp(subject.adapter, documents.length),
          context,
          twin.session(),
          async (each) => {
            found.push(each.message)
          },
        )
        return found
      } finally {
        await twin.stop()
      }
    },
  }
}

function pickUp(adapter: ProviderAdapter, count: number): ProviderAdapter {
  return {
    ...adapter,
    collect: {
      list: (cursor) => ({
        transport: 'http',
        method: 'GET',
        path: `/${cursor ?? 0}`,
        headers: {},
        body: null,
        about: cursor ?? '0',
      }),
      read(page) {
        if (page.transport !== 'http') throw new Error('a page comes over HTTP')
        const next = Number(page.about) + 1
        const document = {
          key: `document-${page.about}`,
          mediaType: page.headers['content-type'] ?? '',
          body: page.body,
        }
        return { documents: [document], cursor: String(next), more: next < count }
      },
    },
  }
}
