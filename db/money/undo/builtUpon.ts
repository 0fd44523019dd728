import type { LedgerKind } from '../../../domain/money/ledger.ts'
import { type Refused, refused } from '../../refused.ts'
import type { Follower } from './reversing.ts'

const NAMED: Record<LedgerKind, string> = {
  charge: 'the withdrawal of the charge',
  decision: 'a decision',
  payment: 'a payment',
  remittance: 'a remittance',
  settlement: 'a bill to the patient or a write-off',
  adjustment: 'an allocation from suspense',
  reversal: 'a payment that replaced the decision',
  bank_receipt: 'a receipt at the bank',
  refund: 'a refund',
  offset: 'an offset',
  credit: 'a credit',
  transfer: 'a transfer to another claim',
}

/** What stands on an act must be undone before it: named one by one. */
export function builtUpon(followers: Follower[]): Refused {
  const named = followers.map(({ kind, actor, postedAt }) => `${NAMED[kind]} of ${postedAt.slice(0, 10)} (${actor})`)
  const detail = `it was built upon: ${[...new Set(named)].join('; ')} followed; undo that first`
  return refused('built-upon', detail, { followedBy: followers })
}

export function undoneAlready(what: string): Refused {
  return refused('already-undone', `${what} is undone already`)
}
