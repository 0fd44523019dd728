import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { RESPONSE_CAP } from '../../../adapters/transports/http/agents.ts'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import { httpServer, type TestServer, tcpServer } from './scriptedServer.ts'
import { CANARY, options, post, sessionTo } from './session.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serving(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  const server = await httpServer(handler)
  servers.push(server)
  return server
}

async function sendTo(port: number, over: { requestTimeoutMs?: number } = {}) {
  const sent = await httpTransport.send(post(), sessionTo(port, { over }), options('key-1'))
  expect(JSON.stringify({ ...sent, answer: undefined })).not.toContain(CANARY)
  return sent
}

const answering = (status: number, headers: Record<string, string> = {}, body = '{}') =>
  serving((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(status, headers).end(body))
  })

describe('what certainly did not arrive', () => {
  it('a refused connection is not sent', async () => {
    const server = await tcpServer(() => undefined)
    await server.close()
    expect(await sendTo(server.port)).toEqual({ kind: 'not_sent', because: 'no connection (ECONNREFUSED)' })
  })

  it('an unknown host is not sent', async () => {
    const session = sessionTo(1, { over: { baseUrl: 'https://no-such-host.invalid/fhir' } })
    const sent = await httpTransport.send(post(), session, options('key-1'))
    expect(sent).toMatchObject({
      kind: 'not_sent',
      because: expect.stringMatching(/no connection \((ENOTFOUND|EAI_AGAIN)\)/),
    })
  })

  it('an activity that is over before it began sends nothing', async () => {
    let requests = 0
    const server = await serving((_request, response) => {
      requests += 1
      response.end('{}')
    })
    const sent = await httpTransport.send(
      post(),
      sessionTo(server.port, { signal: AbortSignal.abort() }),
      options('key-1'),
    )
    expect(sent.kind).toBe('not_sent')
    expect(requests).toBe(0)
  })

  it('429 is not sent and keeps the provider\u2019s pace, in seconds or by date', async () => {
    const seconds = await answering(429, { 'retry-after': '7' })
    expect(await sendTo(seconds.port)).toMatchObject({ kind: 'not_sent', retryAfterMs: 7_000 })
    const date = await answering(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })
    const sent = await sendTo(date.port)
    expect(sent.kind === 'not_sent' && (sent.retryAfterMs ?? 0)).toBeGreaterThan(3_500_000)
  })

  it('409 with a time to come back is an earlier try still at work; without, it is the provider\u2019s word', async () => {
    expect(await sendTo((await answering(409, { 'retry-after': '2' })).port)).toMatchObject({
      kind: 'not_sent',
      retryAfterMs: 2_000,
    })
    expect(await sendTo((await answering(409)).port)).toMatchObject({ kind: 'answered', answer: { status: 409 } })
  })
})

describe('what nobody knows', () => {
  it('a read timeout after the request left', async () => {
    let received = 0
    const server = await serving((request) => {
      request.resume()
      request.on('end', () => {
        received += 1
      })
    })
    expect(await sendTo(server.port, { requestTimeoutMs: 150 })).toMatchObject({ kind: 'unknown' })
    expect(received).toBe(1)
  })

  it('a connection reset after the request, which is never repeated here', async () => {
    let received = 0
    const server = await serving((request) => {
      request.resume()
      request.on('end', () => {
        received += 1
        request.socket.resetAndDestroy()
      })
    })
    expect(await sendTo(server.port)).toMatchObject({ kind: 'unknown' })
    expect(received).toBe(1)
  })

  it('a truncated body', async () => {
    const server = await serving((request, response) => {
      request.resume()
      response.writeHead(201, { 'content-length': '500' })
      response.write('{"half":', () => request.socket.destroy())
    })
    expect(await sendTo(server.port)).toMatchObject({ kind: 'unknown' })
  })

  it('H10 a server that drips a byte at a time, until the activity\u2019s time is over', async () => {
    const timers: NodeJS.Timeout[] = []
    const stop = new AbortController()
    let dripped = 0
    const server = await serving((request, response) => {
      request.resume()
      response.writeHead(200)
      const drip = () => {
        response.write(' ')
        dripped += 1
        if (dripped === 10) stop.abort()
      }
      timers.push(setInterval(drip, 10))
    })
    const sent = await httpTransport.send(post(), sessionTo(server.port, { signal: stop.signal }), options('key-1'))
    for (const timer of timers) clearInterval(timer)
    expect(sent.kind).toBe('unknown')
  })

  it('H10 an answer above the cap', async () => {
    const server = await serving((request, response) => {
      request.resume()
      response.writeHead(200)
      response.end(Buffer.alloc(RESPONSE_CAP + 1, 0x20))
    })
    expect(await sendTo(server.port, { requestTimeoutMs: 5_000 })).toMatchObject({ kind: 'unknown' })
  })

  it('H10 headers that never end', async () => {
    const server = await tcpServer((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx-bomb: ${'a'.repeat(64 * 1024)}\r\n\r\n`))
    })
    servers.push(server)
    expect(await sendTo(server.port)).toMatchObject({ kind: 'unknown' })
  })

  it.each([500, 502, 504])('%i', async (status) => {
    expect(await sendTo((await answering(status)).port)).toEqual({
      kind: 'unknown',
      because: `the provider answered ${status}`,
    })
  })

  it('503 keeps the wish to be left alone', async () => {
    expect(await sendTo((await answering(503, { 'retry-after': '30' })).port)).toMatchObject({
      kind: 'unknown',
      retryAfterMs: 30_000,
    })
  })

  it('H10 a redirect is not followed', async () => {
    let elsewhere = 0
    const target = await serving((_request, response) => {
      elsewhere += 1
      response.end('{}')
    })
    const server = await answering(307, { location: `http://127.0.0.1:${target.port}/fhir/Claim` })
    expect(await sendTo(server.port)).toMatchObject({ kind: 'unknown', because: 'the provider answered 307' })
    expect(elsewhere).toBe(0)
  })
})

describe('what the adapter reads', () => {
  it.each([200, 201, 400, 404, 422])('%i comes back as it is, with what it answers', async (status) => {
    const server = await answering(
      status,
      { 'content-type': 'application/fhir+json', 'set-cookie': 'session=1' },
      '{"ok":1}',
    )
    const sent = await sendTo(server.port)
    if (sent.kind !== 'answered' || sent.answer.transport !== 'http') throw new Error(`it is ${sent.kind}`)
    expect(sent.answer).toMatchObject({ status, requestPath: '/Claim', about: 'K7Q2M4X8Z1B3C5D9' })
    expect(sent.answer.headers['content-type']).toBe('application/fhir+json')
    expect(sent.answer.headers['set-cookie']).toBeUndefined()
    expect(new TextDecoder().decode(sent.answer.body)).toBe('{"ok":1}')
  })

  it('sends the exact bytes, once, with the idempotency key', async () => {
    const seen: { key: string | undefined; url: string | undefined; body: string }[] = []
    const server = await serving((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        seen.push({
          key: request.headers['idempotency-key'] as string | undefined,
          url: request.url,
          body: Buffer.concat(chunks).toString(),
        })
        response.end('{}')
      })
    })
    await sendTo(server.port)
    expect(seen).toEqual([{ key: 'key-1', url: '/fhir/Claim', body: JSON.stringify({ memberId: CANARY }) }])
  })

  it('H10 never leaves the base address', async () => {
    const server = await answering(200)
    for (const path of ['/../admin', '@evil.example/x', '/%2e%2e/admin', '/x/../../y']) {
      await expect(httpTransport.send(post(path), sessionTo(server.port), options('key-1')), path).rejects.toThrow(
        'outside',
      )
    }
  })
})
