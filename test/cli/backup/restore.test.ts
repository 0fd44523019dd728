import { appendFileSync, cpSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { backup } from '../../../cli/backup/backup.ts'
import { restore } from '../../../cli/backup/restore.ts'
import { noteRestore } from '../../../db/setup/noteRestore.ts'
import { liftRestore } from '../../../db/setup/restoreFreeze.ts'
import { answered, type Engine, type Submitted, startEngine, taken } from '../../activities/engine.ts'
import { refused, said } from '../../support/commands.ts'
import type { TestDatabase } from '../../support/database.ts'
import { actAsOperator } from '../../support/deployment.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'
import { type OwnServer, ownServer } from './ownServer.ts'

const CHARGE = 160_000
const json = true as const
let server: OwnServer
let db: TestDatabase
let engine: Engine
/** What the provider has, by its idempotency key: a second copy under the same key is none. */
let effects: string[]
beforeAll(async () => {
  server = await ownServer()
  await server.start()
  db = await server.open()
  engine = await startEngine({ db })
}, 60_000)
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await db.close()
  await server.end()
})

const provider = (of: Engine, keyed: boolean) => {
  of.declaration.delivery = { ...of.declaration.delivery, keyWindowHours: keyed ? 24 : 0, lookup: false }
  of.script.push(
    ...Array.from({ length: 20 }, () => async (_out: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
      if (!keyed || !effects.includes(idempotencyKey)) effects.push(idempotencyKey)
      return answered(taken)
    }),
  )
}
const controlNumber = async ({ interchangeId }: Submitted) =>
  (
    await engine.db.owner
      .selectFrom('interchanges')
      .select('control_number')
      .where('id', '=', interchangeId)
      .executeTakeFirstOrThrow()
  ).control_number

/** The payment of a claim, as the source gives it: each time under the same key. */
async function collectPayment({ submissionNumber, claimId }: Submitted, key: string): Promise<void> {
  const lines = [remittanceLine({ charged: CHARGE, paid: CHARGE })]
  const remittance = balancedRemittance([remittanceClaim({ submissionNumber, lines })], {
    paidOn: '2026-03-20',
    traceNumber: key,
  })
  await engine.arrives([{ kind: 'remittance', remittance }], key)
  await engine.inbox()
  await engine.news(claimId)
}

async function paidOf({ claimId }: Submitted): Promise<number> {
  const rows = await engine.db.owner
    .selectFrom('ledger_entries')
    .select('amount')
    .where('claim_id', '=', claimId)
    .where('account', '=', 'paid')
    .execute()
  return rows.reduce((sum, { amount }) => sum + amount, 0)
}

describe('a backup of a server that works', () => {
  it.each(['http', 'sftp'])(
    'G8 restored after its claims left and were paid (%s): each is at the HMO once, paid once, and no number comes twice',
    { timeout: 120_000 },
    async (channel) => {
      actAsOperator(db)
      effects = []
      provider(engine, channel === 'http')
      const to = path.join(server.parent, `backup-${channel}`)
      const sending = await engine.submitted()
      const written = await said(() => backup({ to, json }))
      expect(written).toMatchObject({ ok: true, method: 'base', schema: expect.stringMatching(/^00\d\d_/) })
      // The life that is lost: it leaves, it is paid, and another claim uses the next number.
      expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
      await collectPayment(sending, `EFT-${channel}`)
      expect(await paidOf(sending)).toBe(CHARGE)
      const used = [await controlNumber(sending), await controlNumber(await engine.submitted())]
      const { organisationId, seeded } = { organisationId: db.organisationId, seeded: engine.seeded }
      await db.close()
      await server.stop()
      await said(() => restore({ from: to, cluster: server.folder, json }))
      await server.start()

      db = await server.open(organisationId)
      engine = await startEngine({ db, seeded })
      provider(engine, channel === 'http')
      expect(await paidOf(sending)).toBe(0)
      // Sent by nobody, noted or not.
      expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
      expect(await noteRestore(db.databases, { numbersADay: 50, now: engine.now })).toBe(true)
      if (channel === 'sftp') engine.looks.push('cannot_tell', 'arrived')
      await engine.settle(sending)
      await engine.settle(sending)
      expect(effects).toHaveLength(1)
      await db.owner.transaction().execute((tx) => liftRestore(tx, { by: 'Ana', now: engine.now, detail: {} }))
      await engine.deliver(sending)
      expect(effects).toHaveLength(1)
      await collectPayment(sending, `EFT-${channel}`)
      await collectPayment(sending, `EFT-${channel}`)
      expect([effects.length, await paidOf(sending)]).toEqual([1, CHARGE])
      expect(
        await db.owner.selectFrom('remittances').select('state').where('trace_number', '=', `EFT-${channel}`).execute(),
      ).toEqual([{ state: 'posted' }])
      const next = await engine.submitted()
      expect(used).not.toContain(await controlNumber(next))
      expect(await engine.deliver(next)).toMatchObject({ kind: 'settled' })
    },
  )

  it('is verified before anything is touched, and never put where a server runs', { timeout: 60_000 }, async () => {
    actAsOperator(db)
    const to = path.join(server.parent, 'verified')
    await said(() => backup({ to, json }))
    expect(await refused(() => backup({ to }))).toContain('is not empty')
    expect(await refused(() => restore({ from: to, cluster: server.folder }))).toMatch(
      /a server \(process \d+\) runs on/,
    )
    const elsewhere = path.join(server.parent, 'elsewhere')
    const damaged = path.join(server.parent, 'damaged')
    cpSync(to, damaged, { recursive: true })
    const { files } = JSON.parse(readFileSync(path.join(to, 'manifest.json'), 'utf8'))
    appendFileSync(path.join(damaged, files[0].path), 'x')
    expect(await refused(() => restore({ from: damaged, cluster: elsewhere }))).toContain('the backup is damaged')
    expect(await refused(() => restore({ from: server.parent, cluster: elsewhere }))).toContain('is no backup')
    expect(await refused(() => restore({ from: to }))).toContain('say --data FOLDER')
  })
})
