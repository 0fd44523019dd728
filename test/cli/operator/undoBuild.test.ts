import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { undo } from '../../../cli/operator/undo.ts'
import { connect, type Databases } from '../../../db/connect.ts'
import { about, type Engine, type Submitted, startEngine } from '../../activities/engine.ts'
import { printed, refused, said } from '../../support/commands.ts'
import { actAsOperator } from '../../support/deployment.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const CHARGE = 160_000
const json = true as const
let engine: Engine
const opened: Databases[] = []
beforeEach(async () => {
  engine = await startEngine()
  actAsOperator(engine.db)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  for (const databases of opened.splice(0)) await databases.close()
  await engine.db.close()
})

/** From now on the worker is this build, with this version of the adapter. */
function release(build: string, version: number): void {
  const databases = connect(engine.db.address, { build, adapterVersions: { [engine.declaration.id]: version } })
  opened.push(databases)
  engine.deps.databases = databases
}

async function sentClaim(): Promise<Submitted> {
  const sending = await engine.submitted()
  await engine.deliver(sending)
  return sending
}

const reads = async (claims: Submitted[], says: Parameters<Engine['arrives']>[0]) => {
  await engine.arrives(says)
  await engine.inbox()
  for (const { claimId } of claims) await engine.news(claimId)
}

const decided = ({ submissionNumber }: Submitted, payable: number) =>
  about(submissionNumber, {
    type: 'decided',
    outcome: 'approved',
    lines: [
      {
        lineNumber: 1,
        outcome: payable < CHARGE ? ('reduced' as const) : ('approved' as const),
        payable,
        adjustments:
          payable < CHARGE
            ? [{ bucket: 'contractual', amount: CHARGE - payable, said: { list: 'CARC', code: 'CO-45' } }]
            : [],
      },
    ],
  })

const paid = (claims: Submitted[], amount: number, traceNumber: string) => ({
  kind: 'remittance' as const,
  remittance: balancedRemittance(
    claims.map(({ submissionNumber }) =>
      remittanceClaim({
        submissionNumber,
        lines: [
          remittanceLine({
            charged: CHARGE,
            paid: amount,
            adjustments: amount < CHARGE ? { contractual: CHARGE - amount } : {},
          }),
        ],
      }),
    ),
    { paidOn: '2026-03-20', traceNumber },
  ),
})

const standing = async (claimId: string) => {
  const { status, payment_status } = await engine.db.owner
    .selectFrom('claims')
    .select(['status', 'payment_status'])
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow()
  const entries = await engine.db.owner
    .selectFrom('ledger_entries')
    .select(['account', 'amount'])
    .where('claim_id', '=', claimId)
    .execute()
  const sums: Record<string, number> = {}
  for (const { account, amount } of entries) sums[account] = (sums[account] ?? 0) + amount
  const left = Object.fromEntries(
    Object.entries(sums).filter(([account, amount]) => amount !== 0 && account !== 'allocated'),
  )
  return { status, payment: payment_status, ...left }
}

describe('claimhub undo --build', () => {
  it('every event and posting keeps the build and the adapter version that made it', async () => {
    release('A', 3)
    const claim = await sentClaim()
    release('B', 4)
    await reads([claim], [paid([claim], CHARGE, 'EFT-1')])
    const events = await engine.db.owner
      .selectFrom('claim_events')
      .select(['type', 'build', 'adapter_version'])
      .execute()
    const of = (type: string) => events.find((event) => event.type === type)
    expect(of('sent')).toMatchObject({ build: 'A', adapter_version: 3 })
    expect(of('money_posted')).toMatchObject({ build: 'B', adapter_version: 4 })
    const postings = await engine.db.owner
      .selectFrom('ledger_transactions')
      .select(['kind', 'build', 'adapter_version'])
      .orderBy('id')
      .execute()
    expect(postings).toEqual([
      { kind: 'charge', build: 'A', adapter_version: 3 },
      { kind: 'remittance', build: 'B', adapter_version: 4 },
    ])
  })

  it('reverses what the bad build posted on claims on which a good one has posted too', async () => {
    release('A', 3)
    const [one, two] = [await sentClaim(), await sentClaim()]
    await reads([one], [decided(one, 100_000)])
    const before = [await standing(one.claimId), await standing(two.claimId)]
    release('B', 4)
    await reads([one, two], [decided(two, CHARGE), paid([one, two], 20_000, 'EFT-1')])
    const wrong = [await standing(one.claimId), await standing(two.claimId)]
    expect(wrong.map((claim) => 'paid' in claim && claim.paid)).toEqual([20_000, 20_000])

    const dry = await said(() => undo({ build: 'B', dryRun: true, json }))
    expect(dry).toMatchObject({ ok: true, remittances: 1, decisions: 1, claims: 2, refused: [] })
    expect([await standing(one.claimId), await standing(two.claimId)]).toEqual(wrong)

    const done = await said(() => undo({ build: 'B', reason: 'a bad release', json }))
    expect({ ...done, dryRun: true }).toEqual(dry)
    for (const { claimId } of [one, two]) await engine.news(claimId)
    expect([await standing(one.claimId), await standing(two.claimId)]).toEqual(before)
    expect(await said(() => undo({ build: 'B', reason: 'again', json }))).toMatchObject({
      remittances: 0,
      decisions: 0,
    })
    const reversed = await engine.db.owner
      .selectFrom('ledger_transactions')
      .select('id')
      .where('reverses', 'is not', null)
      .execute()
    expect(reversed.length).toBeGreaterThan(0)
  })

  it('leaves what another build’s postings stand on, and says which', async () => {
    release('B', 4)
    const claim = await sentClaim()
    await reads([claim], [decided(claim, CHARGE - 60_000)])
    release('C', 5)
    await reads([claim], [decided(claim, CHARGE - 20_000)])
    const before = await standing(claim.claimId)
    const done = await said(() => undo({ build: 'B', reason: 'a bad release', json }))
    expect(done).toMatchObject({
      ok: false,
      decisions: 0,
      refused: [{ because: expect.stringContaining('built upon') }],
    })
    expect(await standing(claim.claimId)).toEqual(before)
    expect(process.exitCode).toBe(1)
  })

  it('wants a reason, and names the documents to be read again', async () => {
    release('B', 4)
    const claim = await sentClaim()
    await reads([claim], [paid([claim], CHARGE, 'EFT-1')])
    expect(await refused(() => undo({ build: 'B' }))).toContain('say --reason')
    const [document] = await engine.db.owner
      .selectFrom('documents')
      .select('id')
      .where('direction', '=', 'in')
      .execute()
    expect(await printed(() => undo({ build: 'B', dryRun: true }))).toContain(document?.id ?? 'no document')
  })
})
