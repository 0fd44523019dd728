import { describe, expect, it } from 'vitest'
import {
  keyedTwins,
  type PaymentByHand,
  type PaymentOnRecord,
  recordedBefore,
} from '../../../domain/money/identity/keyedTwin.ts'
import { payerKey, traceKey } from '../../../domain/money/identity/keys.ts'

describe('a number', () => {
  it('is the same with blanks, dashes, small letters and padding', () => {
    expect(traceKey(' chk-0042 ')).toBe(traceKey('CHK 0042'))
    expect(traceKey('0000042')).toBe('42')
    expect(payerKey('Summit Dental, Inc.')).toBe(payerKey('SUMMIT DENTAL INC'))
  })
})

describe('an electronic payment of what was keyed (M6)', () => {
  const electronic = {
    amount: 300,
    paidOn: '2026-03-15',
    trace: 'T1',
    paid: new Map([
      ['A', 100],
      ['B', 200],
    ]),
    isWhole: true,
  }
  const keyed = (over: Partial<PaymentByHand> = {}): PaymentByHand => ({
    remittanceId: 'k',
    lineageId: 'A',
    amount: 100,
    paidOn: '2026-03-18',
    trace: '',
    ...over,
  })
  const ids = (...payments: Partial<PaymentByHand>[]) =>
    keyedTwins(
      electronic,
      payments.map((over, index) => keyed({ remittanceId: String(index), ...over })),
    ).map(({ remittanceId }) => remittanceId)

  it.each<[string, Partial<PaymentByHand>]>([
    ['without a number, same claim, amount and a nearby day', {}],
    ['under another number', { trace: 'CHK9' }],
    ['before the provider’s own day', { paidOn: '2026-03-01' }],
    ['by its number, whatever amount, claim and day', { trace: 'T1', amount: 7, lineageId: 'C', paidOn: '2025-01-01' }],
    ['as the whole check on one of its claims', { amount: 300 }],
  ])('%s', (_name, over) => {
    expect(ids(over)).toEqual(['0'])
  })

  it.each<[string, Partial<PaymentByHand>]>([
    ['another amount', { amount: 99 }],
    ['another claim', { lineageId: 'C' }],
    ['a day that is far', { paidOn: '2026-04-15' }],
    ['the amount of another claim of the check', { amount: 200 }],
  ])('not %s', (_name, over) => {
    expect(ids(over)).toEqual([])
  })

  it('in parts that add up to it', () => {
    expect(ids({ amount: 60 }, { amount: 40 })).toEqual(['0', '1'])
    expect(ids({ amount: 60 }, { amount: 41 })).toEqual([])
  })

  it('one check keyed for several claims is all of them', () => {
    expect(ids({ trace: 'T1' }, { trace: 'T1', lineageId: 'B', amount: 200 })).toEqual(['0', '1'])
  })
})

describe('a list that shows a part of a check (M6)', () => {
  it('says nothing of a claim that was keyed with the number and is not in it', () => {
    const part = { amount: 100, paidOn: '2026-03-15', trace: 'T1', paid: new Map([['A', 100]]), isWhole: false }
    const keyed = ['A', 'B'].map((lineageId) => ({
      remittanceId: lineageId,
      lineageId,
      amount: 100,
      paidOn: '2026-03-15',
      trace: 'T1',
    }))
    expect(keyedTwins(part, keyed).map(({ remittanceId }) => remittanceId)).toEqual(['A'])
    expect(keyedTwins({ ...part, isWhole: true }, keyed)).toHaveLength(2)
  })
})

describe('a payment to be keyed (M6)', () => {
  const wanted = { amount: 100, paidOn: '2026-03-15', trace: 'T1' }
  const recorded = (over: Partial<PaymentOnRecord>): PaymentOnRecord => ({
    remittanceId: 'r',
    source: 'manual',
    amount: 100,
    paidOn: '2026-03-15',
    trace: '',
    traceNumber: '',
    paid: 100,
    isWhole: true,
    ...over,
  })
  it.each<[string, Partial<PaymentOnRecord>]>([
    [
      'the same number for the claim, whatever amount and day',
      { trace: 'T1', amount: 5, paid: 5, paidOn: '2025-01-01' },
    ],
    ['the same amount for the claim on a nearby day', { paidOn: '2026-03-20' }],
    ['a remittance that pays the claim as much', { source: 'document', amount: 900 }],
    [
      'a remittance of the number that doesn’t name the claim',
      { source: 'document', trace: 'T1', paid: null, amount: 900 },
    ],
  ])('is asked about beside %s', (_name, over) => {
    expect(recordedBefore(wanted, [recorded(over)])?.remittanceId).toBe('r')
  })
  it.each<[string, Partial<PaymentOnRecord>]>([
    ['another part of the same check for another claim', { trace: 'T1', paid: null }],
    ['a list that shows another part of the check', { source: 'document', trace: 'T1', paid: null, isWhole: false }],
    ['another amount', { amount: 60, paid: 60 }],
    ['a day that is far', { paidOn: '2026-04-15' }],
  ])('is taken beside %s', (_name, over) => {
    expect(recordedBefore(wanted, [recorded(over)])).toBeNull()
  })
})
