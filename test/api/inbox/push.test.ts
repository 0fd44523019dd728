import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, NOW, otherOrganisation, seedProviders, startApi, wordOf } from '../harness.ts'

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
let db: TestDatabase
let api: Api
let ringing: () => Promise<void> = async () => undefined
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db, { wakeInbox: () => ringing() })
})
afterAll(async () => {
  await api.close()
  await db.close()
})

async function connectTo(organisationId: string, change: object = {}): Promise<string> {
  const id = newId()
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
      secrets: api.deps.seal(
        { organisationId, connectionId: id },
        { clientId: 'a', clientSecret: 'b', webhookSecret: SECRET },
      ),
      ...change,
    })
    .execute()
  return id
}
const signed = (body: string, id = 'msg_1', at = NOW) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': new Webhook(SECRET).sign(id, at, body),
  'content-type': 'application/fhir+json',
})
const push = (connectionId: string, raw: string, headers: Record<string, string>) =>
  api.call('POST', `/v1/push/${connectionId}`, { key: null, raw, headers })
const documents = (connectionId: string) =>
  db.owner.selectFrom('documents').selectAll().where('connection_id', '=', connectionId).orderBy('id').execute()

describe('a push', () => {
  it('is stored raw before it is answered, and wakes the inbox', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    const body = '{"resourceType":"ClaimResponse", "name":"Zöe"}\n'
    let storedWhenRung = 0
    ringing = async () => {
      storedWhenRung = (await documents(connection)).length
    }
    const answer = await push(connection, body, signed(body))
    expect([answer.status, answer.body]).toEqual([200, { stored: 'new' }])
    await expect.poll(() => storedWhenRung).toBe(1)
    const [document] = await documents(connection)
    expect(document).toMatchObject({
      channel: 'push',
      direction: 'in',
      media_type: 'application/fhir+json',
      processed_at: null,
      head: {
        transport: 'http',
        status: 200,
        headers: { 'content-type': 'application/fhir+json', 'webhook-id': 'msg_1' },
      },
    })
    expect(document?.body.toString()).toBe(body)
    expect(JSON.stringify(document?.head)).not.toContain('webhook-signature')
  })

  it('twice, or 20 times at once, is one document (E2)', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => push(connection, '{"a":1}', signed('{"a":1}', 'msg_2'))),
    )
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200))
    expect(answers.filter((answer) => answer.body.stored === 'new')).toHaveLength(1)
    expect(await documents(connection)).toHaveLength(1)
  })

  it('other bytes under the same message id are another document; equal bytes at two tenants are two (H9)', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    const elsewhere = await connectTo(await otherOrganisation(db))
    await push(connection, '{"a":1}', signed('{"a":1}'))
    await push(connection, '{"a":2}', signed('{"a":2}'))
    await push(elsewhere, '{"a":1}', signed('{"a":1}'))
    expect([(await documents(connection)).length, (await documents(elsewhere)).length]).toEqual([2, 1])
  })

  it('is answered while the inbox is still being woken', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    let end: () => void = () => undefined
    ringing = () =>
      new Promise((resolve) => {
        end = resolve
      })
    expect((await push(connection, '{}', signed('{}'))).status).toBe(200)
    end()
    ringing = async () => undefined
  })

  it('is answered 200 although the inbox cannot be woken: the bytes are safe', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    ringing = async () => {
      throw new Error('Temporal is away')
    }
    expect((await push(connection, '{}', signed('{}'))).status).toBe(200)
    ringing = async () => undefined
    expect(await documents(connection)).toHaveLength(1)
  })

  it.each<[string, string, () => Record<string, string>]>([
    ['no signature', '{}', () => ({})],
    ['a signature of other bytes', '{ }', () => signed('{}')],
    [
      'a signature of another secret',
      '{}',
      () => ({
        ...signed('{}'),
        'webhook-signature': new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).sign('msg_1', NOW, '{}'),
      }),
    ],
    ['a signature of yesterday', '{}', () => signed('{}', 'msg_1', new Date(NOW.getTime() - 86_400_000))],
    ['a signature of tomorrow', '{}', () => signed('{}', 'msg_1', new Date(NOW.getTime() + 86_400_000))],
  ])('H9 with %s is refused, noted in the audit log, and not stored', async (_name, body, headers) => {
    const organisationId = await otherOrganisation(db)
    const connection = await connectTo(organisationId)
    const answer = await push(connection, body, headers())
    expect([answer.status, wordOf(answer)]).toEqual([401, 'bad-signature'])
    expect(await documents(connection)).toEqual([])
    const audits = await db.owner
      .selectFrom('audit_log')
      .selectAll()
      .where('organisation_id', '=', organisationId)
      .execute()
    expect(audits).toMatchObject([{ action: 'push.refused', subject: `connection ${connection}` }])
  })

  it('to a connection that is switched off is stored: what is under way is still heard', async () => {
    const disabled = await connectTo(await otherOrganisation(db), { enabled: false })
    expect((await push(disabled, '{}', signed('{}'))).status).toBe(200)
    expect(await documents(disabled)).toHaveLength(1)
  })

  it('to a connection that is not there or takes no pushes is refused like a wrong signature', async () => {
    const silent = await connectTo(await otherOrganisation(db), { provider_id: 'summit-dental' })
    for (const connection of [newId(), silent]) {
      const answer = await push(connection, '{}', signed('{}'))
      expect([answer.status, wordOf(answer)]).toEqual([401, 'bad-signature'])
      expect(await documents(connection)).toEqual([])
    }
    expect((await push('x', '{}', signed('{}'))).status).toBe(404)
  })

  it('is signed in real time, whatever the business clock says', async () => {
    const clock = { scale: 86_400, now: () => new Date('2031-01-01T00:00:00Z'), realMsUntil: () => 0 }
    const fast = await startApi(db, { clock })
    try {
      const connection = await connectTo(await otherOrganisation(db))
      const statusOf = async (at: Date) => {
        const request = { key: null, raw: '{}', headers: signed('{}', 'msg_1', at) }
        return (await fast.call('POST', `/v1/push/${connection}`, request)).status
      }
      expect(await statusOf(clock.now())).toBe(401)
      expect(await statusOf(new Date(NOW.getTime() - 6 * 60_000))).toBe(401)
      expect(await statusOf(new Date(NOW.getTime() - 4 * 60_000))).toBe(200)
    } finally {
      await fast.close()
    }
  })

  it('beyond 10 MB is refused', async () => {
    const connection = await connectTo(await otherOrganisation(db))
    const body = `"${'x'.repeat(10_000_001)}"`
    const answer = await push(connection, body, signed(body))
    expect([answer.status, wordOf(answer)]).toEqual([413, 'body-too-large'])
  })
})
