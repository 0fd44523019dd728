import { describe, expect, it } from 'vitest'
import { billable, type Performed, plusDays, recentFrom } from '../../../domain/practice/billable.ts'

const performed: Performed = {
  visitStatus: 'completed',
  serviceDate: '2026-03-01',
  claimedOn: null,
  covered: true,
  turn: { kind: 'first' },
  price: { kind: 'rate', amount: 100, rateAmount: 100 },
  filingLimitDays: 30,
  visitCurrency: 'PHP',
  currency: 'PHP',
}

describe('billable', () => {
  it.each<[string, Partial<Performed>, string, string]>([
    [
      'claimed from the other HMO of a patient with two, which has not decided yet',
      { turn: { kind: 'waits', because: 'Summit Dental pays first' } },
      '2026-03-02',
      'Summit Dental pays first',
    ],
    ['a visit of tomorrow', {}, '2026-02-28', 'the service date is in the future: today is 2026-02-28 at the clinic'],
    [
      'a visit in another currency than the connection',
      { visitCurrency: 'USD' },
      '2026-03-02',
      'the visit is in USD, and this provider is claimed from in PHP',
    ],
  ])('%s is shown disabled with the reason', (_what, change, today, because) => {
    expect(billable({ ...performed, ...change }, today)).toEqual({ kind: 'disabled', because })
  })

  it('a completed, covered, priced and unclaimed procedure is, until its last day', () => {
    expect(billable(performed, '2026-03-31')).toEqual({ kind: 'billable', lastDay: '2026-03-31' })
  })
  it('is shown disabled with the reason the day after', () => {
    expect(billable(performed, '2026-04-01')).toEqual({
      kind: 'disabled',
      because: 'the filing limit of 30 days passed on 2026-03-31',
    })
  })
  it.each<[Partial<Performed>, string]>([
    [{ visitStatus: 'planned' }, 'the visit is planned, not completed'],
    [{ visitStatus: 'cancelled' }, 'the visit is cancelled, not completed'],
    [{ claimedOn: 'C-2026-000001' }, 'already on claim C-2026-000001'],
    [{ covered: false }, 'not covered on 2026-03-01'],
  ])('is hidden: %j', (change, because) => {
    expect(billable({ ...performed, ...change }, '2026-03-02')).toEqual({ kind: 'hidden', because })
  })
  it('is blocked until somebody prices it', () => {
    const unpriced = { ...performed, price: { kind: 'blocked' as const, because: 'no rate' } }
    expect(billable(unpriced, '2026-03-02')).toEqual({ kind: 'blocked', because: 'no rate', lastDay: '2026-03-31' })
    expect(billable(unpriced, '2026-05-01').kind).toBe('disabled')
  })
})

describe('days', () => {
  it('counts over month ends and leap days', () => {
    expect(plusDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(plusDays('2026-03-01', -1)).toBe('2026-02-28')
  })
  it('recent is 90 days unless asked otherwise', () => {
    expect(recentFrom('2026-06-30')).toBe('2026-04-01')
    expect(recentFrom('2026-06-30', 10)).toBe('2026-06-20')
  })
})
