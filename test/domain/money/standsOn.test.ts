import { describe, expect, it } from 'vitest'
import type { LedgerAccount, LedgerKind } from '../../../domain/money/ledger.ts'
import { isPaymentDay } from '../../../domain/money/paymentDay.ts'
import { type PostedOnClaim, standsOn } from '../../../domain/money/standsOn.ts'

type Amounts = Partial<Record<LedgerAccount, number>>
const posted = (kind: LedgerKind, amounts: Amounts, lineNumber: number | null = 1): PostedOnClaim => ({
  kind,
  withdrawal: false,
  entries: Object.entries(amounts).map(([account, amount]) => ({
    account: account as LedgerAccount,
    amount,
    lineNumber,
  })),
})
const payment = posted('payment', { open: -60, paid: 60 }, null)
const denial = posted('decision', { open: -100, denied: 100 })
const bill = posted('settlement', { denied: -100, patient: 100 })
const billBack = posted('settlement', { patient: -60, open: 60 })
const openRest = posted('settlement', { open: -40, write_off: 40 })
const itemised = posted('payment', { open: -100, paid: 80, contractual: 20 })
const refund = posted('refund', { open: 20, paid: -20 }, null)
const credit = posted('credit', { open: 20, paid: -20 }, null)
const takeBack = posted('remittance', { open: 60, paid: -60 }, null)
const withdrawal = { ...posted('settlement', { denied: 100, patient: -100 }), withdrawal: true }

describe('what stands on what', () => {
  it.each<[string, PostedOnClaim, PostedOnClaim, boolean]>([
    ['a payment beside a payment', payment, payment, false],
    ['a decision beside money that only pays', denial, payment, false],
    ['a payment beside a decision', payment, denial, false],
    ['a decision on a decision of the line', denial, denial, true],
    ['a decision on the reasons of a payment', denial, itemised, true],
    ['a decision beside what became of a denial', denial, bill, false],
    ['a bill on the denial', bill, denial, true],
    ['a bill on an earlier settlement of the line', bill, openRest, true],
    ['a bill beside money', bill, payment, false],
    ['the open rest on the payment that left it', openRest, payment, true],
    ['a bill taken back on the bill', billBack, bill, true],
    ['a bill taken back on money', billBack, payment, true],
    ['more money on a bill taken back', payment, billBack, true],
    ['less money beside a bill taken back', posted('remittance', { open: 5, paid: -5 }), billBack, false],
    ['a payment that replaced a decision on it', posted('reversal', { open: 100, denied: -100 }), denial, true],
    ['the same beside the reasons of a payment', posted('reversal', { open: 100, denied: -100 }), itemised, false],
    ['reasons of a payment beside a decision: its reversal stands there', itemised, denial, false],
    ['a refund on the payment', refund, payment, true],
    ['a refund on a decision that made it too much', refund, denial, true],
    ['a credit on a decision that made it too much', credit, denial, true],
    ['a refund beside what moves nothing open', refund, bill, false],
    ['a take-back on the payment', takeBack, payment, true],
    ['a take-back beside a decision', takeBack, denial, false],
    ['a withdrawal on a decision', withdrawal, denial, true],
    ['a withdrawal on a settlement', withdrawal, bill, true],
    ['a withdrawal beside money, which stays', withdrawal, itemised, false],
  ])('%s', (_what, later, earlier, expected) => {
    expect(standsOn(later, earlier)).toBe(expected)
  })

  it('is told by line; what is said of the claim as a whole is said of each', () => {
    const other = posted('decision', { open: -5, denied: 5 }, 2)
    const whole = posted('decision', { open: -5, denied: 5 }, null)
    expect(standsOn(other, denial)).toBe(false)
    expect(standsOn(whole, denial)).toBe(true)
    expect(standsOn(denial, whole)).toBe(true)
  })
})

describe('the day of a payment', () => {
  const now = new Date('2026-03-20T09:00:00Z')
  it.each([
    ['2026-03-20', true],
    ['2026-06-18', true],
    ['2026-06-19', false],
    ['2099-01-01', false],
    ['2012-01-01', true],
    ['2001-03-01', true],
    ['2001-02-28', false],
    ['1900-01-01', false],
  ])('%s: %s', (day, expected) => {
    expect(isPaymentDay(day, now)).toBe(expected)
  })
})
