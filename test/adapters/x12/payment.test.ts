import { describe, expect, it } from 'vitest'
import { paymentMeaningOf } from '../../../adapters/providers/summit-dental/codes.ts'
import type { Remittance } from '../../../domain/money/remittance.ts'
import { costOf } from '../../support/cost.ts'
import { fieldFile } from '../../support/fieldFiles.ts'
import { payment, read } from './documents.ts'

function remittanceOf(text: string): Remittance {
  const [notice] = read(text)
  if (notice?.kind !== 'remittance') throw new Error(`not a remittance: ${JSON.stringify(notice)}`)
  return notice.remittance
}

const CLAIM = ['CLP*7k2m9qx4tb6vh0rc*1*100*80*20*HM*SD1', 'SVC*AD>D1110*100*80**1', 'CAS*PR*3*20', 'REF*6R*L1']

describe('835', () => {
  it('says who paid what to whom and when', () => {
    expect(remittanceOf(payment('80', CLAIM))).toMatchObject({
      payer: '512345678',
      traceNumber: 'CHK1',
      paidOn: '2026-03-20',
      currency: 'USD',
      amount: 8000,
    })
    expect(remittanceOf(payment('80', CLAIM)).claims[0]).toMatchObject({
      submissionNumber: '7K2M9QX4TB6VH0RC',
      references: [{ type: 'claim-number', value: 'SD1' }],
      charged: 10_000,
      paid: 8000,
      patientResponsibility: 2000,
      itemised: true,
    })
  })

  it('takes the payer by its identifier where TRN03 is missing', () => {
    const text = payment('80', CLAIM, { trn: 'TRN*1*CHK1' }).replace(
      'N1*PR*SUMMIT DENTAL',
      'N1*PR*SUMMIT DENTAL*PI*SUM01',
    )
    expect(remittanceOf(text)).toMatchObject({ payer: 'SUM01', amount: 8000 })
  })

  // Source: 835 guide, BPR03 D: "a debit to the payer's account and a credit to the provider's".
  it('a debit flag (BPR03 D) is money that the provider gets, with the sign of BPR02', () => {
    const text = payment('80', CLAIM, { bpr: 'BPR*I*80*D*ACH************20260320' })
    expect(remittanceOf(text)).toMatchObject({ amount: 8000, claims: [{ paid: 8000 }] })
    expect(remittanceOf(fieldFile('e2e-65-debit-flag.x12'))).toMatchObject({ amount: 14_000 })
  })

  // Source: 835 guide, BPR01 and BPR04; X12 RFI 352, 1581, 2228.
  it.each([
    ['a notification (BPR01 H)', 'BPR*H*80*C*CHK************20260320', 'BPR01'],
    ['a notification in small letters', 'BPR*h*80*C*CHK************20260320', 'BPR01'],
    ['a prenotification (BPR01 P)', 'BPR*P*80*C*ACH************20260320', 'BPR01'],
    ['no payment (BPR04 NON)', 'BPR*I*80*C*NON************20260320', 'BPR04'],
    ['less than nothing', 'BPR*H*-80*C*NON************20260320', 'BPR01'],
  ])('an amount by which no money moves is held, never cash: %s', (_, bpr, where) => {
    const notices = read(payment('80', CLAIM, { bpr }))
    expect(notices).toEqual([{ kind: 'unreadable', because: expect.stringMatching(`^${where}: .*no money moves`) }])
  })

  it('a notification without an amount is read, and the one of the field is held', () => {
    const zero = ['CLP*7k2m9qx4tb6vh0rc*4*100*0*0*HM*SD1', 'CAS*CO*29*100']
    expect(remittanceOf(payment('0', zero, { bpr: 'BPR*H*0*C*NON************20260320' })).amount).toBe(0)
    expect(read(fieldFile('e2e-66-notification-only-with-amount.x12'))).toMatchObject([{ kind: 'unreadable' }])
  })

  it('reads six reasons of one CAS and six pairs of one PLB, each with its own reference', () => {
    const reasons = 'CAS*CO*45*1**24*2**59*3**131*4**253*5**16*6'
    const pairs = 'PLB*1234567893*20261231*WO>R1*1*FB>R2*-2*72>R3*3*L6>R4*-4*CS>R5*5*J1*6'
    const read = remittanceOf(payment('70', ['CLP*X*1*100*79*0*HM*SD1', reasons], { tail: [pairs] }))
    expect(read.claims[0]?.adjustments.map((each) => [each.bucket, each.amount, each.said.code])).toEqual([
      ['contractual', 100, 'CO-45'],
      ['contractual', 200, 'CO-24'],
      ['contractual', 300, 'CO-59'],
      ['contractual', 400, 'CO-131'],
      ['contractual', 500, 'CO-253'],
      ['denied', 600, 'CO-16'],
    ])
    expect(read.providerAdjustments.map((each) => [each.reason.code, each.reference, each.amount])).toEqual([
      ['WO', 'R1', 100],
      ['FB', 'R2', -200],
      ['72', 'R3', 300],
      ['L6', 'R4', -400],
      ['CS', 'R5', 500],
      ['J1', '', 600],
    ])
  })

  it('keeps adjustments of the claim apart from those of its lines', () => {
    const [claim] = remittanceOf(
      payment('80', ['CLP*X*1*100*70*0*HM*SD1', 'CAS*CO*45*10', 'SVC*AD>D1110*100*80**1', 'CAS*PR*1*20']),
    ).claims
    expect(claim?.adjustments.map((each) => each.amount)).toEqual([1000])
    expect(claim?.lines[0]?.adjustments.map((each) => each.amount)).toEqual([2000])
    expect(claim?.lines[0]?.controlNumber).toBeNull()
  })

  it.each([
    ['1', 'payment', 'processed'],
    ['2', 'payment', 'processed'],
    ['3', 'payment', 'processed'],
    ['19', 'payment', 'processed'],
    ['20', 'payment', 'processed'],
    ['21', 'payment', 'processed'],
    ['4', 'payment', 'denied'],
    ['22', 'reversal', 'processed'],
    ['23', 'not_ours', 'processed'],
  ])('CLP02 %s is a %s, %s', (status, kind, outcome) => {
    expect(read(payment('0', [`CLP*X*${status}*0*0*0*HM*SD1`]))).toMatchObject([
      { remittance: { claims: [{ kind, outcome }] } },
    ])
  })

  it('does not call a claim denied because nothing is paid', () => {
    expect(remittanceOf(payment('0', ['CLP*X*1*100*0*100*HM*SD1', 'CAS*PR*1*100'])).claims[0]?.outcome).toBe(
      'processed',
    )
  })

  it('keeps a predetermination out of the money', () => {
    const notices = read(payment('0', ['CLP*X*25*100*0*0*HM*SD1']))
    expect(notices).toMatchObject([
      { kind: 'remittance', remittance: { claims: [] } },
      { kind: 'claim', match: { submissionNumber: 'X' }, fact: { type: 'other' } },
    ])
    expect(read(payment('5', ['CLP*X*25*100*5*0*HM*SD1']))[0]?.kind).toBe('unreadable')
  })

  it('tells a person about a code that it does not know, and books the money all the same', () => {
    const notices = read(payment('90', ['CLP*X*77*100*90*0*HM*SD1', 'CAS*CO*ZZ9*5**45*5']))
    expect(notices).toMatchObject([
      {
        kind: 'remittance',
        remittance: {
          claims: [
            {
              outcome: 'processed',
              adjustments: [
                { bucket: 'denied', said: { code: 'CO-ZZ9', text: 'unknown code' } },
                { bucket: 'contractual' },
              ],
            },
          ],
        },
      },
      {
        kind: 'claim',
        fact: { type: 'other' },
        said: [
          { list: 'CARC', code: 'CO-ZZ9' },
          { list: 'CLP02', code: '77' },
        ],
      },
    ])
  })

  it('finds the line by the code as it was sent', () => {
    const [claim] = remittanceOf(
      payment('80', ['CLP*X*1*100*80*20*HM*SD1', 'SVC*AD>D2750*100*80**1*AD>D2740', 'CAS*PR*3*20']),
    ).claims
    expect(claim?.lines[0]?.code).toBe('D2740')
    expect(claim?.said).toContainEqual({ list: 'SVC01', code: 'D2750', text: 'D2740 paid as D2750' })
  })

  it("takes the document's own currency", () => {
    expect(remittanceOf(payment('80.125', ['CLP*X*1*80.125*80.125*0*HM*SD1'], { head: ['CUR*PR*KWD'] }))).toMatchObject(
      { currency: 'KWD', amount: 80_125 },
    )
    expect(read(payment('80', CLAIM, { head: ['CUR*PR*XXX'] }))[0]).toEqual({
      kind: 'unreadable',
      because: 'CUR02: no currency that we know',
    })
  })

  it.each([
    ['an amount that is none', payment('8O', CLAIM), 'BPR02: not an amount'],
    ['half a cent', payment('80.005', CLAIM), 'BPR02: not an amount'],
    ['no charge', payment('80', ['CLP*X*1**80*0*HM*SD1']), 'CLP 1 CLP03: the amount is missing'],
    [
      'a bad line amount',
      payment('80', ['CLP*X*1*80*80*0*HM*SD1', 'SVC*AD>D1110*80*1e3**1']),
      'CLP 1 SVC 1 SVC03: not an amount',
    ],
    [
      'a bad adjustment',
      payment('80', ['CLP*X*1*80*80*0*HM*SD1', 'CAS*CO*45*1*1*16*x']),
      'segment 8 CAS06: not an amount',
    ],
    [
      'an adjustment without amount',
      payment('80', ['CLP*X*1*80*80*0*HM*SD1', 'CAS*CO*45*1**16']),
      'segment 8 CAS06: the amount is missing',
    ],
    ['no date', payment('80', CLAIM, { bpr: 'BPR*I*80*C*CHK' }), 'BPR16: no payment date'],
    [
      'an impossible date',
      payment('80', CLAIM, { bpr: 'BPR*I*80*C*CHK************20260231' }),
      'BPR16: no payment date',
    ],
    ['no BPR', payment('80', CLAIM, { bpr: 'NTE*ADD*x' }), 'ST 0001: BPR is missing'],
    ['no trace', payment('80', CLAIM, { trn: 'NTE*ADD*x' }), 'ST 0001: TRN02, the payment number is missing'],
    ['a service outside a claim', payment('80', ['SVC*AD>D1110*80*80**1']), 'segment 7: SVC outside a claim'],
  ])('cannot read %s, and names the place', (_name, text, because) => {
    expect(read(text)[0]).toEqual({ kind: 'unreadable', because })
  })

  it('reads a file of 5,000 claims at a cost that grows with the claims', async () => {
    const claims = (count: number) =>
      Array.from({ length: count }, (_, index) => [
        `CLP*N${index}*1*300*240*60*HM*SD${index}`,
        'NM1*QC*1*DOE*JANE****MI*PF-100200',
        ...[1, 2, 3].flatMap((line) => [
          'SVC*AD>D1110*100*80**1',
          'DTM*472*20260302',
          'CAS*CO*45*10',
          'CAS*PR*3*10',
          `REF*6R*L${line}`,
        ]),
      ]).flat()
    const one = payment('1200000', claims(5_000))
    const tenth = payment('120000', claims(500))
    const ten = await costOf(() => {
      for (let times = 0; times < 10; times += 1) remittanceOf(tenth)
    })
    const cost = await costOf(() => {
      const read = remittanceOf(one)
      expect(read.claims).toHaveLength(5_000)
      expect(read.claims.reduce((total, claim) => total + claim.paid, 0)).toBe(read.amount)
    })
    // As many claims in one file as in ten: where the cost grows with their square, ten times as
    // much.
    expect(cost).toBeLessThan(4 * ten)
  })
})

describe('claim statuses', () => {
  // Source: 005010X221A1 CLP02 and the codes of before 5010; X12 RFI 457, 1733.
  it('K6: under review is pending, and a status of no list has no word', () => {
    expect(['5', '10', '13', '15', '16', '17', '27'].map(paymentMeaningOf)).toEqual(Array(7).fill('pending'))
    expect(['', 'A', '26'].map(paymentMeaningOf)).toEqual([null, null, null])
  })
})
