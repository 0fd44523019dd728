import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addressOf, RATES, rateLimits } from '../../../api/http/rateLimits.ts'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Answered, type Api, NOW, otherOrganisation, seedProviders, startApi, wordOf } from '../harness.ts'

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const LARGE = 9_500_000

let db: TestDatabase
let api: Api
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
})
beforeEach(async () => {
  api = await startApi(db, { rates: rateLimits() })
  return () => api.close()
})
afterAll(() => db.close())

async function connectionId(change: object = {}): Promise<string> {
  const id = newId()
  const organisationId = await otherOrganisation(db)
  const secrets = api.deps.seal(
    { organisationId, connectionId: id },
    { clientId: 'a', clientSecret: 'b', webhookSecret: SECRET },
  )
  await db.owner
    .insertInto('connections')
    .values({
      organisation_id: organisationId,
      id,
      provider_id: 'harbor-health',
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
      secrets,
      ...change,
    })
    .execute()
  return id
}

const signed = (body: string, secret = SECRET, at = NOW) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
})
const FORGED = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const push = (id: string, raw: string, headers: Record<string, string>) =>
  api.call('POST', `/v1/push/${id}`, { key: null, raw, headers })
/** All that a stranger can tell answers apart by. */
const seen = ({ status, body }: Answered) => [status, { ...body, instance: null }]

/**
 * Sends 10 MB over a connection that it would keep, and goes when all is sent or the server hangs
 * up. Answers the status, and how many bytes the server took off the wire.
 */
async function sendLarge(
  id: string,
  headers: Record<string, string>,
): Promise<{ status: number | null; taken: number }> {
  const arrived = once(api.server, 'connection') as Promise<[Socket]>
  const sending = request(`${api.base}/v1/push/${id}`, {
    method: 'POST',
    agent: false,
    headers: { ...headers, connection: 'keep-alive', 'content-length': LARGE },
  })
  let status: number | null = null
  sending.on('response', (response) => {
    status = response.statusCode ?? null
    response.resume()
  })
  sending.on('error', () => undefined)
  const answered = new Promise<void>((resolve) => sending.on('response', (response) => response.on('end', resolve)))
  const sent = new Promise<void>((resolve) => sending.on('finish', resolve))
  const ended = new Promise<void>((resolve) => sending.on('close', resolve))
  void Promise.all([answered, sent]).then(() => sending.destroy())
  sending.end(Buffer.alloc(LARGE, 0x78))
  const [socket] = await arrived
  if (!socket.destroyed) await once(socket, 'close')
  await ended
  return { status, taken: socket.bytesRead }
}

describe('a push of a stranger', () => {
  it('whose headers cannot be right costs none of its 10 MB', async () => {
    const id = await connectionId()
    const old = signed('x', SECRET, new Date(NOW.getTime() - 86_400_000))
    for (const headers of [{}, old, { ...old, 'webhook-timestamp': 'soon' }] as Record<string, string>[]) {
      const { taken } = await sendLarge(id, headers)
      expect(taken).toBeLessThan(1_000_000)
    }
  })

  it('that is forged ten times: the first few are read, of the rest nothing', async () => {
    const id = await connectionId()
    const all: { status: number | null; taken: number }[] = []
    for (let n = 0; n < 10; n += 1) all.push(await sendLarge(id, signed('x', FORGED)))
    const read = all.slice(0, RATES.refusedPushesOfConnection)
    expect(read.map(({ status }) => status)).toEqual(read.map(() => 401))
    for (const { status, taken } of all.slice(RATES.refusedPushesOfConnection)) {
      expect([401, 200]).not.toContain(status)
      expect(taken).toBeLessThan(1_000_000)
    }
  })

  it('is one of few that are read at once, until another one is over', async () => {
    const id = await connectionId()
    const begin = () => {
      const headers = { ...signed('x', FORGED), 'content-length': LARGE }
      const sending = request(`${api.base}/v1/push/${id}`, { method: 'POST', agent: false, headers })
      sending.on('error', () => undefined)
      sending.write('x')
      return sending
    }
    const begun = Array.from({ length: RATES.unprovenAtOnce }, begin)
    const isFull = () =>
      api.deps.rates.beforePush('elsewhere', id).then(
        (over) => over() === null,
        () => true,
      )
    const other = () => push(id, '{}', signed('{}', FORGED))
    await expect.poll(isFull).toBe(true)
    const answer = await other()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    for (const sending of begun) sending.destroy()
    await expect.poll(isFull).toBe(false)
    expect((await other()).status).toBe(401)
  })

  it('cannot tell a connection that is there from one that is not', async () => {
    const known = await connectionId()
    const disabled = await connectionId({ enabled: false })
    const silent = await connectionId({ provider_id: 'summit-dental' })
    for (const headers of [signed('{}', FORGED), {}, signed('{}', FORGED, new Date(0))]) {
      const answers: ReturnType<typeof seen>[] = []
      for (const id of [known, newId(), disabled, silent]) answers.push(seen(await push(id, '{}', headers)))
      expect(answers).toEqual(answers.map(() => answers[0]))
      expect(answers[0]?.[0]).toBe(401)
    }
  })

  it('is refused for a minute after it failed too often, and says until when', async () => {
    const known = await connectionId()
    for (const id of [known, newId()]) {
      const words: string[] = []
      for (let n = 0; n <= RATES.refusedPushesOfConnection; n += 1)
        words.push(wordOf(await push(id, '{}', signed('{}', FORGED))))
      expect(words).toEqual([...Array(RATES.refusedPushesOfConnection).fill('bad-signature'), 'rate-limited'])
    }
    const answer = await push(known, '{}', signed('{}'))
    expect([answer.status, wordOf(answer)]).toEqual([429, 'rate-limited'])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('does not shut out the provider, whose pushes were right before', async () => {
    const id = await connectionId()
    expect((await push(id, '{"a":1}', signed('{"a":1}'))).status).toBe(200)
    for (let n = 0; n < 30; n += 1) expect((await push(id, '{}', signed('{}', FORGED))).status).toBe(401)
    expect((await push(id, '{"a":2}', signed('{"a":2}'))).status).toBe(200)
  })

  it('is refused at every connection after its address failed at many', async () => {
    for (let n = 0; n < RATES.refusedPushes; n += 1)
      expect((await push(newId(), '{}', signed('{}', FORGED))).status).toBe(401)
    expect((await push(await connectionId(), '{}', signed('{}'))).status).toBe(429)
  })
})

describe('API keys', () => {
  const guess = (n: number) => `chk_${String(n).padStart(43, 'x')}`
  const ask = (key: string | null, from?: string) =>
    api.call('GET', '/v1/patients', { key, headers: from === undefined ? {} : { 'x-forwarded-for': from } })

  it('cannot be guessed on and on; whoever had a right one goes on, and other addresses too', async () => {
    const office = await api.key('read_only')
    expect((await ask(office)).status).toBe(200)
    for (let n = 0; n < RATES.wrongKeys; n += 1) expect((await ask(guess(n))).status).toBe(401)
    const answer = await ask(guess(99))
    expect([answer.status, wordOf(answer)]).toEqual([429, 'rate-limited'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    // Not even the right guess is told from a wrong one.
    expect((await ask(await api.key('read_only'))).status).toBe(429)
    expect((await ask(office)).status).toBe(200)
    expect((await ask(await api.key('read_only'), '203.0.113.9')).status).toBe(200)
  })

  it('that are missing are no guesses', async () => {
    for (let n = 0; n <= RATES.wrongKeys; n += 1) expect((await ask(null)).status).toBe(401)
  })

  it('ask as often as is fair, each for itself', async () => {
    await api.close()
    api = await startApi(db, { rates: rateLimits({ ...RATES, requestsOfKey: 3 }) })
    const [one, other] = [await api.key('read_only'), await api.key('read_only')]
    const statuses: number[] = []
    for (let n = 0; n < 4; n += 1) statuses.push((await ask(one)).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    expect((await ask(other)).status).toBe(200)
  })
})

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('counts %s as %s', (ip, counted) => {
  expect(addressOf({ ip })).toBe(counted)
})
