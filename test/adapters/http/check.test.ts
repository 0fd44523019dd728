import { afterEach, describe, expect, it } from 'vitest'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import { httpServer, type TestServer } from './scriptedServer.ts'
import { SELF_SIGNED } from './selfSigned.ts'
import { options, post, sessionTo } from './session.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function serving(secure: boolean, metadata = 200) {
  const server = await httpServer(
    (request, response) => {
      request.resume()
      response.writeHead(request.url === '/fhir/metadata' ? metadata : 201).end('{}')
    },
    secure ? SELF_SIGNED : undefined,
  )
  servers.push(server)
  return server
}

const steps = (found: { step: string; ok: boolean }[]) => found.map(({ step, ok }) => `${step} ${ok}`)

describe('checking a connection', () => {
  it('goes step by step', async () => {
    const { port } = await serving(false)
    expect(steps(await httpTransport.check(sessionTo(port)))).toEqual([
      'connect true',
      'sign-in true',
      'capability true',
    ])
  })

  it('looks at the certificate too', async () => {
    const { port } = await serving(true)
    const over = { baseUrl: `https://127.0.0.1:${port}/fhir`, caCertificate: SELF_SIGNED.cert }
    expect(steps(await httpTransport.check(sessionTo(port, { over })))).toEqual([
      'connect true',
      'tls true',
      'sign-in true',
      'capability true',
    ])
  })

  it('stops at the first step that fails', async () => {
    const { port } = await serving(true)
    const untrusted = { baseUrl: `https://127.0.0.1:${port}/fhir` }
    expect(steps(await httpTransport.check(sessionTo(port, { over: untrusted })))).toEqual([
      'connect true',
      'tls false',
    ])
    const { port: gone, close } = await httpServer(() => undefined)
    await close()
    expect(steps(await httpTransport.check(sessionTo(gone)))).toEqual(['connect false'])
    const { port: strict } = await serving(false, 500)
    expect(steps(await httpTransport.check(sessionTo(strict)))).toEqual([
      'connect true',
      'sign-in true',
      'capability false',
    ])
  })
})

describe('sending over TLS', () => {
  it('a certificate that nobody vouches for: not a byte has left', async () => {
    const { port } = await serving(true)
    const session = sessionTo(port, { over: { baseUrl: `https://127.0.0.1:${port}/fhir` } })
    expect(await httpTransport.send(post(), session, options('key-1'))).toMatchObject({
      kind: 'not_sent',
      because: 'no connection (DEPTH_ZERO_SELF_SIGNED_CERT)',
    })
  })

  it('a server that speaks no TLS: not a byte has left', async () => {
    const { port } = await serving(false)
    const session = sessionTo(port, { over: { baseUrl: `https://127.0.0.1:${port}/fhir` } })
    expect((await httpTransport.send(post(), session, options('key-1'))).kind).toBe('not_sent')
  })

  it('the connection\u2019s own authority is trusted', async () => {
    const { port } = await serving(true)
    const session = sessionTo(port, {
      over: { baseUrl: `https://127.0.0.1:${port}/fhir`, caCertificate: SELF_SIGNED.cert },
    })
    expect((await httpTransport.send(post(), session, options('key-1'))).kind).toBe('answered')
  })
})
