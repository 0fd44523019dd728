import type { Guard } from './guard.ts'

const REMITTANCES = 'test/db/money/remittances.test.ts'

/** F: what the provider pays. */
export const GUARDS_OF_MONEY: readonly Guard[] = [
  {
    id: 'F1',
    guard: 'the same money in the same split is a duplicate',
    file: 'domain/money/identity/sameMoney.ts',
    stands: "return { kind: 'duplicate', of: payment.remittanceId }",
    becomes: "return { kind: 'new' }",
    test: 'test/domain/money/sameMoney.test.ts',
  },
  {
    id: 'F2',
    guard: 'another amount under the same number is another payment',
    file: 'domain/money/identity/sameMoney.ts',
    stands: 'const equal = check.filter(({ amount }) => amount === remittance.amount)',
    becomes: 'const equal = check',
    test: 'test/domain/money/sameMoney.test.ts',
  },
  {
    id: 'F3',
    guard: 'a cent is a difference',
    file: 'domain/money/remittance.ts',
    stands: 'return difference === 0 ? [] : [{ ...where, difference }]',
    becomes: 'return Math.abs(difference) <= 1 ? [] : [{ ...where, difference }]',
    test: 'test/domain/money/remittance.test.ts',
  },
  {
    id: 'F4',
    guard: 'what is taken back makes room for the correction',
    file: 'domain/money/plan/claimPlan.ts',
    stands: 'const inOrder = [...parts.filter(isReversal), ...parts.filter((part) => !isReversal(part))]',
    becomes: 'const inOrder = parts.filter((part) => !isReversal(part))',
    test: 'test/domain/money/ledger.test.ts',
  },
  {
    id: 'F5',
    guard: 'a reversal of what was never posted waits in suspense',
    file: 'domain/money/plan/remittancePlan.ts',
    stands: '    plan.suspended.push(part.index)\n',
    becomes: '',
    test: 'test/domain/money/ledger.test.ts',
  },
  {
    id: 'F6',
    guard: 'too much is never clipped',
    file: 'domain/money/ledger.ts',
    stands: "if (open < 0) return 'OVERPAID'",
    becomes: '',
    test: 'test/domain/money/ledger.test.ts',
  },
  {
    id: 'F7',
    guard: 'what finds no claim stays visible in suspense',
    file: 'domain/money/plan/remittancePlan.ts',
    stands: "(claim.kind !== 'not_ours' && !placed[index] ? [index] : [])",
    becomes: "(claim.kind === 'not_ours' && !placed[index] ? [index] : [])",
    test: REMITTANCES,
  },
  {
    id: 'F9',
    guard: 'the claims of a remittance are locked while it is posted',
    file: 'db/money/remittanceRows.ts',
    stands: 'order by id for no key update`.execute(tx)',
    becomes: 'order by id`.execute(tx)',
    test: REMITTANCES,
  },
  {
    id: 'F10',
    guard: 'a decimal more than the currency has is doubt',
    file: 'domain/amounts.ts',
    stands: 'if (!/^0*$/.test(fraction.slice(exponent))) return null',
    becomes: '',
    test: 'test/domain/amounts.test.ts',
  },
  {
    id: 'F12',
    guard: 'money on a claim that is over is on the worklist',
    file: 'db/money/posting/remittanceItems.ts',
    stands: "return [{ kind: 'money-on-ended-claim', ids: { claimId: claim.claimId }, words }]",
    becomes: 'return words.traceNumber === null ? [] : []',
    test: REMITTANCES,
  },
]
