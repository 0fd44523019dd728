import { describe, expect, it } from 'vitest'
import { type Priceable, priceLine, type Rate, rateFor } from '../../../domain/practice/pricing.ts'

const line: Priceable = {
  code: 'D2740',
  serviceDate: '2026-03-10',
  quantity: 1,
  clinicId: 'makati',
  plan: 'gold',
  currency: 'PHP',
}
const rate = (over: Partial<Rate> = {}): Rate => ({
  code: 'D2740',
  amount: 100,
  currency: 'PHP',
  clinicId: null,
  plan: null,
  validFrom: '2026-01-01',
  validTo: null,
  ...over,
})
const general = rate({ amount: 1 })
const ofPlan = rate({ amount: 2, plan: 'gold' })
const ofClinic = rate({ amount: 3, clinicId: 'makati' })
const ofBoth = rate({ amount: 4, clinicId: 'makati', plan: 'gold' })

describe('the negotiated rate', () => {
  it.each([
    [[general], 1],
    [[general, ofPlan], 2],
    [[ofPlan, general, ofClinic], 3],
    [[general, ofBoth, ofClinic, ofPlan], 4],
  ])('the narrower rate wins, in any order', (rates, amount) => {
    expect(rateFor(line, rates)?.amount).toBe(amount)
    expect(rateFor(line, [...rates].reverse())?.amount).toBe(amount)
  })

  it.each([
    ['another clinic', rate({ clinicId: 'cebu' })],
    ['another plan', rate({ plan: 'silver' })],
    ['another code', rate({ code: 'D2750' })],
    ['another currency', rate({ currency: 'USD' })],
    ['one that ended the day before', rate({ validTo: '2026-03-09' })],
    ['one that begins the day after', rate({ validFrom: '2026-03-11' })],
  ])('%s does not apply', (_name, other) => {
    expect(rateFor(line, [other])).toBeNull()
  })

  it('holds on its first and its last day', () => {
    expect(rateFor(line, [rate({ validFrom: '2026-03-10', validTo: '2026-03-10' })])).not.toBeNull()
  })

  it('takes the version of the service date, and of two that hold the later one', () => {
    const old = rate({ amount: 90, validFrom: '2025-01-01', validTo: '2025-12-31' })
    const overlapping = rate({ amount: 110, validFrom: '2026-03-01' })
    expect(rateFor({ ...line, serviceDate: '2025-06-01' }, [rate(), old, overlapping])?.amount).toBe(90)
    expect(rateFor(line, [overlapping, rate(), old])?.amount).toBe(110)
  })
})

describe('the price of a line', () => {
  it('is the rate times the quantity', () => {
    expect(priceLine({ ...line, quantity: 3 }, [rate()], null)).toEqual({ kind: 'rate', amount: 300, rateAmount: 300 })
  })
  it('is blocked without a rate, and says why', () => {
    const price = priceLine(line, [], null)
    expect(price).toEqual({
      kind: 'blocked',
      because: 'no negotiated rate for D2740 on 2026-03-10: set the amount with a reason',
    })
  })
  it('is what a person says, with the reason and the rate beside it', () => {
    const override = { amount: 80, reason: 'agreed by phone' }
    expect(priceLine(line, [rate()], override)).toEqual({
      kind: 'override',
      amount: 80,
      rateAmount: 100,
      reason: 'agreed by phone',
    })
    expect(priceLine(line, [], override)).toEqual({
      kind: 'override',
      amount: 80,
      rateAmount: null,
      reason: 'agreed by phone',
    })
  })
  it('a rate of zero is a price', () => {
    expect(priceLine(line, [rate({ amount: 0 })], null)).toEqual({ kind: 'rate', amount: 0, rateAmount: 0 })
  })
})
