import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { freeze, unfreeze } from '../../../cli/operator/freeze.ts'
import { type Api, startApi } from '../../api/harness.ts'
import { refused, said } from '../../support/commands.ts'
import { actAsOperator } from '../../support/deployment.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
let api: Api
beforeEach(async () => {
  engine = await startEngine()
  api = await startApi(engine.db, { adapterOf: engine.deps.adapterOf, unseal: () => ({}) })
  actAsOperator(engine.db)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await api.close()
  await engine.db.close()
})

const waitingFor = async (claimId: string) =>
  (await engine.db.owner.selectFrom('claims').select('waiting_for').where('id', '=', claimId).executeTakeFirstOrThrow())
    .waiting_for

const scopes = () => [{ all: true }, { account: engine.seeded.connectionId }, { adapter: engine.declaration.id }]

describe('frozen sending', () => {
  it.each([0, 1, 2])('sends nothing, says so on the claim, and goes on when it is lifted (scope %i)', async (which) => {
    const scope = scopes()[which] ?? {}
    const sending = await engine.submitted()
    expect(await said(() => freeze({ ...scope, reason: 'a bad release', json: true }))).toMatchObject({ frozen: true })
    const held = await engine.deliver(sending)
    expect(held).toMatchObject({ kind: 'not_sent' })
    expect(held.kind === 'not_sent' && held.retryInMs >= 5_000).toBe(true)
    expect([engine.sent.length, await waitingFor(sending.claimId)]).toEqual([
      0,
      expect.stringContaining('sending to Harbor Health is frozen'),
    ])
    expect(await engine.openItems()).toContain('sending-frozen')
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'READY', attempt: 0 })

    expect(await said(() => unfreeze({ ...scope, json: true }))).toMatchObject({ lifted: true, stillFrozen: [] })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent).toHaveLength(1)
    expect(await engine.openItems()).not.toContain('sending-frozen')
  })

  it('goes on collecting, and asks nobody', async () => {
    await said(() => freeze({ all: true, reason: 'the HMO moves its systems', json: true }))
    await engine.collect()
    const mailbox = await engine.db.owner.selectFrom('mailboxes').select('last_success_at').executeTakeFirstOrThrow()
    expect(mailbox.last_success_at).not.toBeNull()
  })

  it('is said by /readyz to who has a key, and by the connection', async () => {
    await said(() => freeze({ account: engine.seeded.connectionId, reason: 'a bad release', json: true }))
    const freezes = [
      {
        scope: 'connection',
        cause: 'operator',
        reason: 'a bad release',
        by: expect.any(String),
        since: expect.any(String),
      },
    ]
    expect((await api.call('GET', '/readyz')).body).toEqual({
      ok: true,
      postgres: true,
      temporal: true,
      frozen: freezes,
    })
    expect((await api.call('GET', '/readyz', { key: null })).body).toEqual({ ok: true })
    const { body } = await api.call('GET', `/v1/connections/${engine.seeded.connectionId}`)
    expect(body.frozen).toEqual(freezes[0])
  })

  it('stands once, names what is not there, and stands in the operator’s log with who and why', async () => {
    const json = true
    expect(await said(() => freeze({ all: true, reason: 'first', json }))).toMatchObject({ frozen: true })
    expect(await said(() => freeze({ all: true, reason: 'second', json }))).toMatchObject({ frozen: false })
    expect(await refused(() => freeze({ adapter: 'nobody', reason: 'x' }))).toContain('there is no adapter nobody')
    expect(await refused(() => freeze({ all: true, adapter: 'x', reason: 'x' }))).toContain('say one of')
    expect(await said(() => unfreeze({ all: true, json }))).toMatchObject({ lifted: true })
    expect(await said(() => unfreeze({ all: true, json }))).toMatchObject({ lifted: false })
    const log = await engine.db.owner.selectFrom('operator_log').select(['action', 'detail']).orderBy('id').execute()
    expect(log).toEqual([
      { action: 'sending.freeze', detail: { reason: 'first' } },
      { action: 'sending.unfreeze', detail: {} },
    ])
  })
})
