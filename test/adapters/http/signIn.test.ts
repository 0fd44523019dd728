import { afterEach, describe, expect, it } from 'vitest'
import { httpTransport } from '../../../adapters/transports/http/index.ts'
import { httpServer, type TestServer } from './scriptedServer.ts'
import { CANARY, options, post, sessionTo } from './session.ts'

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

interface Script {
  /** Status and body of each answer of the token address, in turn; the last one stays. */
  tokens: [number, string, Record<string, string>?][]
  /** Status of a claim by the token it came with. */
  claim(authorization: string): number
}

async function provider(script: Script) {
  const calls = { tokens: [] as string[], claims: [] as string[] }
  const server = await httpServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      if (request.url === '/token') {
        calls.tokens.push(`${request.headers.authorization} ${body}`)
        const [status, text, headers] = script.tokens[Math.min(calls.tokens.length, script.tokens.length) - 1] ?? [
          500,
          '',
        ]
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
        return
      }
      const authorization = request.headers.authorization ?? ''
      calls.claims.push(authorization)
      response.writeHead(script.claim(authorization)).end('{}')
    })
  })
  servers.push(server)
  const session = sessionTo(server.port, {
    auth: 'oauth2-client-credentials',
    secrets: { clientId: 'clinic:1', clientSecret: `s&cret-${CANARY}` },
    over: { tokenUrl: `http://127.0.0.1:${server.port}/token`, scope: 'claims' },
  })
  const send = () => httpTransport.send(post(), session, options('key-1'))
  return { calls, send, session, port: server.port }
}

const token = (name: string, seconds = 300) =>
  JSON.stringify({ access_token: name, token_type: 'Bearer', expires_in: seconds })

describe('client credentials', () => {
  it('signs in once for many claims that leave at once, with encoded credentials', async () => {
    const { calls, send } = await provider({ tokens: [[200, token('T1')]], claim: () => 201 })
    const sent = await Promise.all(Array.from({ length: 8 }, send))
    expect(sent.every((each) => each.kind === 'answered')).toBe(true)
    const pair = Buffer.from(`clinic%3A1:s%26cret-${CANARY}`).toString('base64')
    expect(calls.tokens).toEqual([`Basic ${pair} grant_type=client_credentials&scope=claims`])
    expect(new Set(calls.claims)).toEqual(new Set(['Bearer T1']))
  })

  it('renews a token half a minute before it ends', async () => {
    const { calls, send } = await provider({
      tokens: [
        [200, token('T1', 29)],
        [200, token('T2', 300)],
      ],
      claim: () => 201,
    })
    await send()
    await send()
    await send()
    expect(calls.claims).toEqual(['Bearer T1', 'Bearer T2', 'Bearer T2'])
  })

  it('B11 a token refused before its time is renewed once, and the claim goes through', async () => {
    const { calls, send } = await provider({
      tokens: [
        [200, token('T1')],
        [200, token('T2')],
      ],
      claim: (with_) => (with_ === 'Bearer T1' ? 401 : 201),
    })
    expect((await send()).kind).toBe('answered')
    expect(calls.claims).toEqual(['Bearer T1', 'Bearer T2'])
  })

  it('B11 refused again after that: everybody stops', async () => {
    const { calls, send } = await provider({
      tokens: [
        [200, token('T1')],
        [200, token('T2')],
      ],
      claim: () => 401,
    })
    expect(await send()).toEqual({ kind: 'stopped', because: 'the provider refused the sign-in (401)' })
    expect(calls.claims).toHaveLength(2)
  })

  it('refused credentials stop, and no claim leaves', async () => {
    const { calls, send } = await provider({ tokens: [[401, '{"error":"invalid_client"}']], claim: () => 201 })
    const sent = await send()
    expect(sent.kind).toBe('stopped')
    expect(JSON.stringify(sent)).not.toContain(CANARY)
    expect(calls.claims).toEqual([])
  })

  it.each([
    ['a busy token address', [503, 'busy', { 'retry-after': '4' }], { retryAfterMs: 4_000 }],
    ['a page of HTML', [200, '<html>', {}], {}],
    ['a token that would split a header', [200, JSON.stringify({ access_token: 'a\r\nx: y' }), {}], {}],
  ] as const)('%s: nothing was sent, try later', async (_name, [status, body, headers], later) => {
    const { calls, send } = await provider({ tokens: [[status, body, headers]], claim: () => 201 })
    const sent = await send()
    expect(sent).toMatchObject({ kind: 'not_sent', ...later })
    expect(calls.claims).toEqual([])
  })

  it('another connection never gets this one\u2019s token', async () => {
    const { calls, send, session } = await provider({
      tokens: [
        [200, token('T1')],
        [200, token('T2')],
      ],
      claim: () => 201,
    })
    await send()
    await httpTransport.send(post(), { ...session, connectionId: `${session.connectionId}-other` }, options('key-2'))
    await httpTransport.send(
      post(),
      { ...session, secrets: { ...session.secrets, clientSecret: 'new' } },
      options('key-3'),
    )
    expect(calls.tokens).toHaveLength(3)
  })
})

describe('other ways to sign in', () => {
  it.each([
    [
      'basic',
      { username: 'clinic', password: 'p\u00e4ss:1' },
      `Basic ${Buffer.from('clinic:p\u00e4ss:1').toString('base64')}`,
    ],
    ['bearer', { token: 'abc' }, 'Bearer abc'],
    ['none', {}, ''],
  ] as const)('%s', async (auth, secrets, expected) => {
    const { calls, session } = await provider({ tokens: [], claim: () => 201 })
    await httpTransport.send(post(), { ...session, auth, secrets }, options('key-1'))
    expect(calls.claims).toEqual([expected])
  })

  it('403 stops without another try', async () => {
    const { calls, session } = await provider({ tokens: [], claim: () => 403 })
    const sent = await httpTransport.send(
      post(),
      { ...session, auth: 'bearer', secrets: { token: 'abc' } },
      options('key-1'),
    )
    expect(sent.kind).toBe('stopped')
    expect(calls.claims).toHaveLength(1)
  })

  it('names the secrets that each needs', () => {
    expect(httpTransport.secrets('none')).toEqual([])
    expect(httpTransport.secrets('basic')).toEqual(['username', 'password'])
    expect(httpTransport.secrets('bearer')).toEqual(['token'])
    expect(httpTransport.secrets('oauth2-client-credentials')).toEqual(['clientId', 'clientSecret'])
  })
})
