import { describe, expect, it } from 'vitest'
import { bodyDifferences } from '../../../domain/money/identity/bodyDifferences.ts'
import { payerKey } from '../../../domain/money/identity/keys.ts'
import { type PostedPayment, sameMoney } from '../../../domain/money/identity/sameMoney.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const exam = { controlNumber: '1', code: 'D0120', charged: 5000, paid: 5000 }
const clean = { controlNumber: '2', code: 'D1110', charged: 9000, paid: 7000, adjustments: { patient: 2000 } }
const one = (over: Partial<RemittanceClaim> = {}) =>
  remittanceClaim({
    submissionNumber: 'CLAMN0AAAAAAAAAA',
    lines: [remittanceLine(exam), remittanceLine(clean)],
    ...over,
  })
const two = (over: Partial<RemittanceClaim> = {}) =>
  remittanceClaim({ submissionNumber: 'CLAMN0BBBBBBBBBB', lines: [remittanceLine(exam)], ...over })
const check = (claims: RemittanceClaim[], over: Partial<Remittance> = {}) =>
  balancedRemittance(claims, { payer: 'SUMMIT DENTAL', traceNumber: 'T63', currency: 'USD', ...over })

const postedAs = (remittance: Remittance, providerId = 'summit', remittanceId = 'first'): PostedPayment => ({
  ...remittance,
  remittanceId,
  providerId,
  payer: payerKey(remittance.payer),
})
const judged = (now: Remittance, ...before: Remittance[]) =>
  sameMoney(
    { remittance: now, providerId: 'summit' },
    before.map((each, index) => postedAs(each, 'summit', `posted ${index + 1}`)),
  )

describe('F1 the same payment in another wording (K1) is a duplicate', () => {
  const first = check([one(), two()])
  it.each<[string, Remittance]>([
    ['claims in another order', check([two(), one()])],
    ['lines in another order', check([one({ lines: [remittanceLine(clean), remittanceLine(exam)] }), two()])],
    ['a remark added', check([one({ said: [{ list: 'RARC', code: 'N381' }] }), two()], { said: [{ text: 'hello' }] })],
    ['the payer spelled otherwise', check([one(), two()], { payer: 'Summit  Dental.' })],
    [
      '6R padded with zeros and blanks',
      check([
        one({
          lines: [
            remittanceLine({ ...exam, controlNumber: '0001' }),
            remittanceLine({ ...clean, controlNumber: '2 ' }),
          ],
        }),
        two(),
      ]),
    ],
    [
      'no 6R at all',
      check([one({ lines: [exam, clean].map((line) => remittanceLine({ ...line, controlNumber: null })) }), two()]),
    ],
    ['the payer’s claim number added', check([one({ references: [{ type: 'claim-number', value: 'SDA' }] }), two()])],
    ['our number in small letters', check([one({ submissionNumber: 'clamn0aaaaaaaaaa' }), two()])],
    [
      'a reason split in two',
      check([one({ lines: [remittanceLine(exam), { ...remittanceLine(clean), adjustments: halves() }] }), two()]),
    ],
    [
      'the words of a reason',
      check([one({ lines: [remittanceLine(exam), { ...remittanceLine(clean), adjustments: worded() }] }), two()]),
    ],
  ])('%s', (_name, now) => {
    expect(bodyDifferences(first, now, 'USD')).toEqual([])
    expect(judged(now, first)).toEqual({ kind: 'duplicate', of: 'posted 1' })
    expect(judged(first, now)).toEqual({ kind: 'duplicate', of: 'posted 1' })
  })

  function halves() {
    const said = { list: 'CARC', code: 'CO-45' }
    return [1500, 500].map((amount) => ({ bucket: 'patient' as const, amount, said }))
  }
  function worded() {
    return [{ bucket: 'patient' as const, amount: 2000, said: { list: 'CARC', code: 'CO-45', text: 'coinsurance' } }]
  }
})

describe('the same payment with another body (K1, F2) is held with what differs', () => {
  it('of a line: amounts as people write them', () => {
    const now = check([
      one({ lines: [remittanceLine({ ...exam, paid: 4000, adjustments: { denied: 1000 } }), remittanceLine(clean)] }),
      two({ lines: [remittanceLine({ ...exam, charged: 6000, paid: 6000 })] }),
    ])
    expect(judged(now, check([one(), two()]))).toEqual({
      kind: 'other-body',
      beside: ['posted 1'],
      differences: [
        { where: 'claim CLAMN0AAAAAAAAAA', what: 'paid', before: '120.00 USD', now: '110.00 USD' },
        { where: 'claim CLAMN0AAAAAAAAAA, line 1 (D0120)', what: 'paid', before: '50.00 USD', now: '40.00 USD' },
        { where: 'claim CLAMN0AAAAAAAAAA, line 1 (D0120)', what: 'denied CO-45', before: null, now: '10.00 USD' },
        { where: 'claim CLAMN0BBBBBBBBBB', what: 'charged', before: '50.00 USD', now: '60.00 USD' },
        { where: 'claim CLAMN0BBBBBBBBBB', what: 'paid', before: '50.00 USD', now: '60.00 USD' },
        { where: 'claim CLAMN0BBBBBBBBBB, line 1 (D0120)', what: 'charged', before: '50.00 USD', now: '60.00 USD' },
        { where: 'claim CLAMN0BBBBBBBBBB, line 1 (D0120)', what: 'paid', before: '50.00 USD', now: '60.00 USD' },
      ],
    })
  })

  it('of a reason, a claim that is gone, one that is new, and what the provider kept back', () => {
    const before = check([one(), two()])
    const now = check([one({ lines: [remittanceLine(exam), { ...remittanceLine(clean), adjustments: denied() }] })], {
      amount: before.amount,
      providerAdjustments: [{ reason: { list: 'PLB', code: 'WO' }, reference: 'x', amount: -5000 }],
    })
    const found = judged(now, before)
    expect(found.kind === 'other-body' && found.differences).toEqual([
      { where: 'claim CLAMN0AAAAAAAAAA, line 2 (D1110)', what: 'patient CO-45', before: '20.00 USD', now: null },
      { where: 'claim CLAMN0AAAAAAAAAA, line 2 (D1110)', what: 'denied CO-45', before: null, now: '20.00 USD' },
      { where: 'claim CLAMN0BBBBBBBBBB', what: 'paid', before: '50.00 USD', now: null },
      { where: 'the payment', what: 'kept back WO', before: null, now: '-50.00 USD' },
    ])
    function denied() {
      return [{ bucket: 'denied' as const, amount: 2000, said: { list: 'CARC', code: 'CO-45' } }]
    }
  })

  it('also when two equal procedures change their places', () => {
    const lines = (first: number, second: number) => [
      remittanceLine({ ...exam, paid: first, adjustments: { denied: 5000 - first } }),
      remittanceLine({ ...exam, controlNumber: '3', paid: second, adjustments: { denied: 5000 - second } }),
    ]
    expect(judged(check([one({ lines: lines(0, 5000) })]), check([one({ lines: lines(5000, 0) })])).kind).toBe(
      'other-body',
    )
  })

  it('also when another format of the same HMO calls the payer otherwise', () => {
    const list = check([one({ itemised: false, lines: [], paid: 12_000, charged: 14_000 })], { payer: 'SUM01' })
    expect(judged(list, check([one()])).kind).toBe('other-body')
  })
})

describe('the same number is another payment (F2)', () => {
  const first = check([one()])
  it.each<[string, Remittance]>([
    ['of another amount', check([two()])],
    ['of another day', check([one()], { paidOn: '2026-03-16' })],
    [
      'of another payer, for other claims',
      check([two({ paid: 12_000, lines: [], itemised: false })], { payer: 'OTHER' }),
    ],
  ])('%s', (_name, now) => {
    expect(judged(now, first)).toEqual({ kind: 'new' })
  })

  it('of a stranger that another HMO of ours never pays for', () => {
    const found = sameMoney({ remittance: check([one()], { payer: 'OTHER' }), providerId: 'harbor' }, [postedAs(first)])
    expect(found).toEqual({ kind: 'new' })
  })
})

describe('a list that shows more of a check than yesterday (M2)', () => {
  const summed = (claims: RemittanceClaim[]) => check(claims, { summed: true })
  const rest = (now: Remittance, ...before: Remittance[]) => {
    const found = judged(now, ...before)
    return found.kind === 'addition' ? found.rest : found
  }

  it('adds only the claims that are new', () => {
    expect(rest(summed([two(), one()]), summed([one()]))).toMatchObject({ amount: 5000, claims: [two()] })
  })

  it('adds only the lines that are new, also on the third day', () => {
    const day1 = summed([one({ lines: [remittanceLine(exam)] })])
    const day2 = summed([one()])
    const more = rest(day2, day1)
    expect(more).toMatchObject({
      amount: 7000,
      claims: [{ charged: 9000, paid: 7000, lines: [remittanceLine(clean)] }],
    })
    if ('kind' in more) throw new Error(more.kind)
    expect(judged(summed([one(), two()]), day1, more)).toMatchObject({ kind: 'addition', rest: { claims: [two()] } })
    expect(judged(day2, day1, more)).toEqual({ kind: 'duplicate', of: 'posted 2' })
  })

  it('adds what is new also where the document states the total', () => {
    expect(rest(check([one(), two()]), check([one()]))).toMatchObject({ amount: 5000, claims: [two()] })
  })

  it('repeats nothing when it shows less or the same', () => {
    expect(judged(summed([one()]), summed([one(), two()]))).toEqual({ kind: 'duplicate', of: 'posted 1' })
    expect(judged(summed([two(), one()]), summed([one(), two()]))).toEqual({ kind: 'duplicate', of: 'posted 1' })
  })

  it('is held when it says otherwise what is posted', () => {
    const now = summed([
      one({ lines: [remittanceLine({ ...exam, paid: 4900, adjustments: { denied: 100 } }), remittanceLine(clean)] }),
      two(),
    ])
    expect(judged(now, summed([one()]))).toMatchObject({ kind: 'other-body', beside: ['posted 1'] })
  })

  it('may take back and correct what it paid before', () => {
    const back = one({ kind: 'reversal', charged: -14_000, paid: -12_000, itemised: false, lines: [] })
    const anew = one({
      lines: [remittanceLine(exam), remittanceLine({ ...clean, paid: 6000, adjustments: { patient: 3000 } })],
    })
    expect(judged(summed([back, anew]), summed([one()]))).toMatchObject({
      kind: 'addition',
      rest: { amount: -1000, claims: [back, anew] },
    })
  })

  it('of other claims under the same number is another part of the check', () => {
    expect(judged(summed([two()]), summed([one()]))).toEqual({ kind: 'new' })
  })
})
