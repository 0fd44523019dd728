import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Seeded, seedClaims } from '../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type ClaimUnderTest, claimUnderTest } from './product.ts'
import { type Act, play } from './rules.ts'

/** `CLAIMHUB_LONG=1` plays as many as the claim is worth; `npm test` a sample. */
const RUNS = Number(process.env['CLAIMHUB_HISTORIES'] ?? (process.env['CLAIMHUB_LONG'] === '1' ? 10_000 : 25))
const CHARGES = [100, 200]

let db: TestDatabase
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => db.close())

/** What somebody does next: an act, the undoing of an earlier one, or a payment said twice. */
type Move = { act: Act } | { undo: number } | { again: number }

const line = fc.constantFrom(1, 2)
const part = fc.constantFrom(0, 5, 10, 40)
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('decide' as const),
    line,
    payable: fc.constantFrom(0, 20, 40),
    contractual: part,
    patient: fc.constantFrom(0, 15),
  }),
  fc.record({ kind: fc.constantFrom('approve' as const, 'deny' as const) }),
  fc.record({ kind: fc.constant('pay' as const), amount: fc.constantFrom(30, 60, 100, 300, 900) }),
  fc.record({ kind: fc.constant('pay-line' as const), line, paid: fc.constantFrom(20, 50), contractual: part }),
  fc.record({ kind: fc.constant('take-back' as const), amount: fc.constantFrom(30, 100) }),
  fc.record({
    kind: fc.constant('settle' as const),
    line,
    action: fc.constantFrom('bill_patient' as const, 'write_off' as const),
  }),
  fc.record({ kind: fc.constantFrom('refund' as const, 'credit' as const), amount: fc.constantFrom(10, 50) }),
)
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act }) },
  { weight: 3, arbitrary: fc.record({ undo: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ again: fc.nat(20) }) },
)

/**
 * A history under way. Decisions of a line whose explanation of benefits is keyed are not generated
 * here: who speaks last of a line is another rule's test.
 */
class History {
  standing: Act[] = []
  private readonly claim: ClaimUnderTest
  constructor(claim: ClaimUnderTest) {
    this.claim = claim
  }

  async does(act: Act): Promise<void> {
    if (this.isElsewhere(act)) return
    const expected = play(CHARGES, [...this.standing, act])
    // The product takes what the model takes; a take-back of more than was paid waits in suspense.
    if (expected === null && act.kind === 'take-back') return
    expect(await this.claim.does(act), `${act.kind} is ${expected === null ? 'refused' : 'done'}`).toBe(
      expected !== null,
    )
    if (expected !== null) this.standing.push(act)
    await this.agrees()
  }

  /** The last act can always be undone, an earlier one unless something stands on it. */
  async undoes(act: Act): Promise<void> {
    if (act.kind === 'take-back') return
    const last = this.standing.at(-1) === act
    const answer = await this.claim.undoes(act)
    if (last) expect(answer, `the last act, ${act.kind}`).toBe('undone')
    else expect(['undone', 'built-upon']).toContain(answer)
    if (answer === 'undone') this.standing = this.standing.filter((each) => each !== act)
    await this.agrees()
  }

  async repeats(act: Act): Promise<void> {
    await this.claim.repeats(act)
    await this.agrees()
  }

  /** The ledger says what the model says, and the claim's row what the ledger says. */
  async agrees(): Promise<void> {
    const [money, row] = await Promise.all([this.claim.money(), this.claim.row()])
    expect(money, JSON.stringify(this.standing)).toEqual(play(CHARGES, this.standing))
    expect({ open: row.open, denied: row.denied }).toEqual({ open: money.open, denied: money.denied })
  }

  private isElsewhere(act: Act): boolean {
    const decides = ['decide', 'approve', 'deny', 'pay-line'].includes(act.kind)
    return decides && this.standing.some(({ kind }) => kind === 'pay-line')
  }
}

describe('random histories of acts and their undoing', () => {
  it('balances equal the model’s after each step, and undoing everything ends where it began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 12 }), async (moves) => {
        const claim = await claimUnderTest(db, seeded, CHARGES)
        const began = await claim.row()
        const history = new History(claim)
        for (const next of moves) {
          const { standing } = history
          const earlier =
            standing[('undo' in next ? next.undo : 'again' in next ? next.again : 0) % (standing.length || 1)]
          if ('act' in next) await history.does(next.act)
          else if (earlier !== undefined) await ('undo' in next ? history.undoes(earlier) : history.repeats(earlier))
        }
        // The provider's own take-back is nobody's to undo: what stands below it stays.
        if (history.standing.some(({ kind }) => kind === 'take-back')) return
        for (let last = history.standing.at(-1); last !== undefined; last = history.standing.at(-1))
          await history.undoes(last)
        expect(await claim.row()).toEqual(began)
      }),
      {
        numRuns: RUNS,
        // Each was wrong once: an approval that only repeated what money implied is in force again
        // when the money is undone, and speaks before the denial that followed it.
        examples: [
          [
            [
              { act: { kind: 'pay', amount: 900 } },
              { act: { kind: 'approve' } },
              { act: { kind: 'deny' } },
              { undo: 0 },
            ],
          ],
          // A bill stands under the money that takes it back.
          [
            [
              { act: { kind: 'pay-line', line: 2, paid: 20, contractual: 0 } },
              { act: { kind: 'settle', line: 2, action: 'bill_patient' } },
              { act: { kind: 'pay', amount: 100 } },
              { act: { kind: 'pay', amount: 30 } },
              { undo: 1 },
            ],
          ],
          // Money that goes takes no bill back.
          [
            [
              { act: { kind: 'decide', line: 2, payable: 0, contractual: 0, patient: 0 } },
              { act: { kind: 'pay', amount: 300 } },
              { act: { kind: 'settle', line: 2, action: 'bill_patient' } },
              { act: { kind: 'take-back', amount: 30 } },
            ],
          ],
        ],
      },
    )
  }, 3_600_000)
})
