import { describe, expect, it } from 'vitest'
import type { ClaimPosition, Layer, PositionRow } from '../../../domain/money/claimPosition.ts'
import type { LedgerAccount } from '../../../domain/money/ledger.ts'
import {
  arrivingEntries,
  goingTo,
  leavingEntries,
  overpaidOf,
  settledByMoney,
} from '../../../domain/money/overpayment.ts'

const row = (layer: Layer, account: LedgerAccount, amount: number, lineNumber: number | null = 1): PositionRow => ({
  layer,
  account,
  amount,
  lineNumber,
})
const position = (...rows: PositionRow[]): ClaimPosition => ({ claimId: 'c', rows })
const charge = row('charge', 'open', 100)

describe('an overpaid claim', () => {
  it('is overpaid by what is below zero, and never by less than nothing', () => {
    expect(overpaidOf(position(charge, row('money', 'open', -130)))).toBe(30)
    expect(overpaidOf(position(charge, row('money', 'open', -70)))).toBe(0)
  })

  it('gives from the lines that are paid beyond their charge, then from the claim as a whole', () => {
    const paid = position(charge, row('money', 'open', -120), row('money', 'open', -30, null))
    expect(leavingEntries(paid, 60)).toEqual([
      { account: 'paid', amount: -20, claimId: 'c', lineNumber: 1 },
      { account: 'open', amount: 20, claimId: 'c', lineNumber: 1 },
      { account: 'paid', amount: -40, claimId: 'c', lineNumber: null },
      { account: 'open', amount: 40, claimId: 'c', lineNumber: null },
      { account: 'allocated', amount: -60, claimId: 'c', lineNumber: null },
    ])
  })

  it('says where the money goes', () => {
    const accounts = (['refund', 'offset', 'credit'] as const).map((action) => goingTo(action, 5))
    expect(accounts.map(({ account, amount }) => [account, amount])).toEqual([
      ['remitted', 5],
      ['provider_adjustment', 5],
      ['credit', 5],
    ])
    expect(arrivingEntries('d', 5).map(({ account, amount, claimId }) => [account, amount, claimId])).toEqual([
      ['open', -5, 'd'],
      ['paid', 5, 'd'],
      ['allocated', 5, 'd'],
    ])
  })
})

describe('M8: what a person made of a denial, when money comes or goes', () => {
  const denied = [charge, row('decision', 'open', -100), row('decision', 'denied', 100)]
  const billed = [row('settlement', 'denied', -100), row('settlement', 'patient', 100)]

  it('the bill is taken back as far as the claim is overpaid by what came', () => {
    const after = position(...denied, ...billed, row('money', 'open', -60, null))
    expect(settledByMoney(after, 60)).toEqual([
      { account: 'patient', amount: -60, claimId: 'c', lineNumber: 1 },
      { account: 'open', amount: 60, claimId: 'c', lineNumber: 1 },
    ])
    expect(settledByMoney(after, -60)).toEqual([])
    expect(settledByMoney(after, 0)).toEqual([])
  })

  it('the patient’s before what was written off', () => {
    const mixed = [
      row('settlement', 'denied', -100),
      row('settlement', 'patient', 30),
      row('settlement', 'write_off', 70),
    ]
    const back = settledByMoney(position(...denied, ...mixed, row('money', 'open', -60, null)), 60)
    expect(back.map(({ account, amount }) => [account, amount])).toEqual([
      ['patient', -30],
      ['open', 60],
      ['write_off', -30],
    ])
  })

  it('what was paid after all and is taken back is denied again', () => {
    const paidBack = [row('settlement', 'patient', -60), row('settlement', 'open', 60)]
    expect(settledByMoney(position(...denied, ...billed, ...paidBack), -60)).toEqual([
      { account: 'open', amount: -60, claimId: 'c', lineNumber: 1 },
      { account: 'denied', amount: 60, claimId: 'c', lineNumber: 1 },
    ])
  })
})
