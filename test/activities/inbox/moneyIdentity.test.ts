import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fieldFile } from '../../support/fieldFiles.ts'
import type { SubmittedClaim } from '../../support/moneySeed.ts'
import { paidFixture, type RealInbox, startRealInbox } from './realInbox.ts'

let inbox: RealInbox
beforeAll(async () => {
  inbox = await startRealInbox()
  inbox.engine.now = new Date('2026-12-20T09:00:00Z')
})
afterAll(() => inbox.close())

let run = 0
beforeEach(async () => {
  run += 1
  await inbox.engine.db.owner.deleteFrom('attention_items').execute()
})

/** Nothing may ever leave the books unbalanced. */
async function booksBalance(): Promise<void> {
  const { rows } = await sql`
    select transaction_id from ledger_entries group by transaction_id having sum(amount) <> 0
    union all select remittance_id from ledger_entries
      where account in ('remitted', 'allocated', 'suspense', 'provider_adjustment') group by remittance_id having sum(amount) <> 0`.execute(
    inbox.engine.db.owner,
  )
  expect(rows).toEqual([])
}

describe('X12 835 (K1, M2)', () => {
  const EXAM = [
    { code: 'D0120', charge: 5000 },
    { code: 'D1110', charge: 9000 },
  ]
  let connectionId: string
  let first: SubmittedClaim
  let second: SubmittedClaim
  beforeEach(async () => {
    connectionId = await inbox.connect('summit-dental')
    first = await inbox.claim(connectionId, EXAM, 'USD')
    second = await inbox.claim(connectionId, EXAM, 'USD')
  })
  /** A field file about our two claims, with a number of this test's own. */
  const file = (name: string, change: (text: string) => string = (text) => text) =>
    change(
      fieldFile(name)
        .replaceAll('CLAMN0AAAAAAAAAA', first.submissionNumber)
        .replaceAll('CLAMN0BBBBBBBBBB', second.submissionNumber)
        .replaceAll('T63', `T63X${run}`),
    )
  const sftp = (text: string, connection = connectionId) =>
    inbox.arrives(connection, text, { transport: 'sftp', name: 'era.835' })
  const paid = async () => [await inbox.paid(first), await inbox.paid(second)]

  it.each<[string, string, (text: string) => string]>([
    ['claims in another order', 'e2e-63-4-other-order.x12', (text) => text],
    ['a remark added', 'e2e-63-5-remark-added.x12', (text) => text],
    [
      'the payer’s name spelled otherwise',
      'e2e-63-1-first.x12',
      (text) => text.replace('N1*PR*SUMMIT DENTAL*', 'N1*PR*Summit Dental Plans, Inc.*'),
    ],
    ['6R padded', 'e2e-63-1-first.x12', (text) => text.replaceAll(/REF\*6R\*(\d)/g, 'REF*6R*000$1')],
    [
      'another envelope',
      'e2e-63-1-first.x12',
      (text) => text.replaceAll('000727941', '000000009').replaceAll('727941', '9'),
    ],
    ['no number of the payer’s own', 'e2e-63-1-first.x12', (text) => text.replaceAll(/\*SD[AB]\*/g, '**')],
  ])('the same payment with %s is noted and posts nothing', async (_name, name, change) => {
    const [posted] = await sftp(file('e2e-63-1-first.x12'))
    expect(await paid()).toEqual([14_000, 12_000])
    const [again] = await sftp(file(name, change))
    expect(again).toMatchObject({ state: 'duplicate', duplicateOf: posted?.remittanceId, amount: 26_000 })
    expect(await paid()).toEqual([14_000, 12_000])
    expect(await inbox.items()).toEqual([])
    await booksBalance()
  })

  it('the same payment split otherwise is held whole, with a readable diff, and posts nothing', async () => {
    const [posted] = await sftp(file('e2e-63-1-first.x12'))
    const moved = (text: string) =>
      text
        .replace(`CLP*${first.submissionNumber}*1*140*140`, `CLP*${first.submissionNumber}*1*140*130`)
        .replace(
          'SVC*AD:D1110*90*90**1~\nDTM*472*20261120~',
          'SVC*AD:D1110*90*80**1~\nDTM*472*20261120~\nCAS*CO*45*10~',
        )
        .replace(`CLP*${second.submissionNumber}*1*140*120*20`, `CLP*${second.submissionNumber}*1*140*130*10`)
        .replace('SVC*AD:D1110*90*70**1~', 'SVC*AD:D1110*90*80**1~')
        .replace('CAS*PR*2*20~', 'CAS*PR*2*10~')
        .replace('SE*29*', 'SE*30*')
    const [held] = await sftp(file('e2e-63-1-first.x12', moved))
    expect(held).toMatchObject({
      state: 'held',
      held: { kind: 'other-body', beside: [posted?.remittanceId], more: 0 },
    })
    const one = `claim ${first.submissionNumber}`
    expect(held?.held?.differences).toEqual([
      { where: one, what: 'paid', before: '140.00 USD', now: '130.00 USD' },
      { where: `${one}, line 2 (D1110)`, what: 'paid', before: '90.00 USD', now: '80.00 USD' },
      { where: `${one}, line 2 (D1110)`, what: 'contractual CO-45', before: null, now: '10.00 USD' },
      { where: `claim ${second.submissionNumber}`, what: 'paid', before: '120.00 USD', now: '130.00 USD' },
      { where: `claim ${second.submissionNumber}`, what: 'patient', before: '20.00 USD', now: '10.00 USD' },
      {
        where: `claim ${second.submissionNumber}, line 2 (D1110)`,
        what: 'paid',
        before: '70.00 USD',
        now: '80.00 USD',
      },
      {
        where: `claim ${second.submissionNumber}, line 2 (D1110)`,
        what: 'patient PR-2',
        before: '20.00 USD',
        now: '10.00 USD',
      },
    ])
    expect(await paid()).toEqual([14_000, 12_000])
    const items = await inbox.items()
    expect(items.map(({ kind }) => kind)).toEqual(['remittance-other-body'])
    expect(items[0]?.because).toContain(`${one}: paid 140.00 USD there, 130.00 USD here`)
    // Once more: it waits already.
    const [again] = await sftp(file('e2e-63-1-first.x12', (text) => moved(text).replaceAll('000727941', '000000007')))
    expect(again).toMatchObject({ state: 'duplicate', duplicateOf: held?.remittanceId })
    expect(await inbox.items()).toHaveLength(1)
  })

  it('the same file with one claim more under a larger amount posts only that claim, and a person looks', async () => {
    const onlyFirst = (text: string) =>
      text
        .replace('BPR*I*260', 'BPR*I*140')
        .replace(/CLP\*[^~]*\*SDB[\s\S]*?\n(?=SE\*)/, '')
        .replace('SE*29*', 'SE*20*')
    await sftp(file('e2e-63-1-first.x12', onlyFirst))
    expect(await paid()).toEqual([14_000, 0])
    expect(await sftp(file('e2e-63-1-first.x12'))).toMatchObject([{ state: 'posted', amount: 12_000 }])
    expect(await paid()).toEqual([14_000, 12_000])
    expect((await inbox.items()).map(({ kind }) => kind)).toEqual(['remittance-same-trace'])
  })

  it('a copy in another connection of the organisation names the posted one (M16)', async () => {
    const [posted] = await sftp(file('e2e-63-1-first.x12'))
    const other = await inbox.connect('summit-east', 'summit-dental')
    const [copy] = await sftp(file('e2e-63-4-other-order.x12'), other)
    expect(copy).toMatchObject({ state: 'duplicate', connectionId: other, duplicateOf: posted?.remittanceId })
    expect(await inbox.items()).toEqual([])
  })

  it('a copy that came first where nobody knows its claims makes room for the right one (M16)', async () => {
    const other = await inbox.connect('summit-east', 'summit-dental')
    const [astray] = await sftp(file('e2e-63-1-first.x12'), other)
    expect((await inbox.items()).map(({ kind }) => kind)).toEqual(['suspense', 'suspense'])
    const [right] = await sftp(file('e2e-63-1-first.x12'))
    expect(right).toMatchObject({ state: 'posted', connectionId })
    expect(await paid()).toEqual([14_000, 12_000])
    const [before] = await inbox.engine.db.owner
      .selectFrom('remittances')
      .select(['state', 'superseded_by'])
      .where('id', '=', astray?.remittanceId ?? '')
      .execute()
    expect(before).toEqual({ state: 'superseded', superseded_by: right?.remittanceId })
    expect(await inbox.items()).toEqual([])
    await booksBalance()
  })
})

describe('a list of a portal, CSV (K1, M2)', () => {
  const HEAD =
    'Laguna Care Payments\nYour reference,Claim number,Line,Procedure,Claimed,Paid,Plan discount,Member share,Not covered,Remarks,Check number,Check date\n'
  let connectionId: string
  let claims: SubmittedClaim[]
  beforeEach(async () => {
    connectionId = await inbox.connect('laguna-care')
    const lines = [
      { code: 'D2740', charge: 1_200_000 },
      { code: 'D2392', charge: 160_050 },
    ]
    claims = [await inbox.claim(connectionId, lines, 'PHP'), await inbox.claim(connectionId, lines, 'PHP')]
  })
  const row = (claim: number, line: 1 | 2, over: { paid?: string; discount?: string; remarks?: string } = {}) => {
    const [code, charge] = line === 1 ? ['D2740', '12000.00'] : ['D2392', '1600.50']
    const { paid = charge, discount = '', remarks = '' } = over
    return `${claims[claim]?.submissionNumber},LC-${run}-${claim},${line},${code},${charge},${paid},${discount},,,${remarks},CK-${run},2026-11-20\n`
  }
  const list = (claimed: string, paid: string, ...rows: string[]) =>
    inbox.arrives(connectionId, `${HEAD}${rows.join('')}Total,,,,${claimed},${paid},,,,,CK-${run},2026-11-20\n`, {
      transport: 'manual',
      name: 'payments.csv',
      mediaType: 'text/csv',
    })
  const paid = () => Promise.all(claims.map((claim) => inbox.paid(claim)))

  it('sorted otherwise and with remarks is noted and posts nothing', async () => {
    const [posted] = await list('27201.00', '27201.00', row(0, 1), row(0, 2), row(1, 1), row(1, 2))
    const [again] = await list('27201.00', '27201.00', row(1, 2), row(0, 2), row(1, 1, { remarks: 'paid' }), row(0, 1))
    expect(again).toMatchObject({ state: 'duplicate', duplicateOf: posted?.remittanceId })
    expect(await paid()).toEqual([1_360_050, 1_360_050])
  })

  it('that shows more of a check than yesterday adds only what is new: lines and claims', async () => {
    await list('12000.00', '12000.00', row(0, 1))
    expect(await paid()).toEqual([1_200_000, 0])
    const [more] = await list('13600.50', '13600.50', row(0, 2), row(0, 1))
    expect(more).toMatchObject({ state: 'posted', amount: 160_050 })
    const [most] = await list('27201.00', '27201.00', row(0, 1), row(0, 2), row(1, 1), row(1, 2))
    expect(most).toMatchObject({ state: 'posted', amount: 1_360_050 })
    expect(await paid()).toEqual([1_360_050, 1_360_050])
    expect(await inbox.items()).toEqual([])
    const [less] = await list('12000.00', '12000.00', row(0, 1))
    expect(less).toMatchObject({ state: 'duplicate' })
    await booksBalance()
  })

  it('that says otherwise what is posted of a check is held whole', async () => {
    await list('12000.00', '12000.00', row(0, 1))
    const [held] = await list('13600.50', '13500.50', row(0, 1, { paid: '11900.00', discount: '100.00' }), row(0, 2))
    expect(held).toMatchObject({ state: 'held', held: { kind: 'other-body' } })
    expect(held?.held?.differences).toContainEqual({
      where: `claim ${claims[0]?.submissionNumber}, line 1 (D2740)`,
      what: 'paid',
      before: '12,000.00 PHP',
      now: '11,900.00 PHP',
    })
    expect(await paid()).toEqual([1_200_000, 0])
  })
})

describe('other formats (K1, M2)', () => {
  const LINES = [
    { code: 'D2740', charge: 1_200_000 },
    { code: 'D2392', charge: 160_050 },
  ]

  it('a file with a total: rows in another order and words added', async () => {
    const connectionId = await inbox.connect('cordillera-dental')
    const claim = await inbox.claim(connectionId, LINES, 'PHP')
    const text = paidFixture('cordillera-dental', 'message.csv').replaceAll('K7Q2M4X8Z1B3C5D9', claim.submissionNumber)
    const head = { transport: 'sftp', name: 'pay.csv' }
    const [posted] = await inbox.arrives(connectionId, text, head)
    const [title, one, two, total] = text.split('\n')
    const again = [title, two?.replace(/,$/, ',thank you'), one, total, ''].join('\n')
    expect(await inbox.arrives(connectionId, again, head)).toMatchObject([
      { state: 'duplicate', duplicateOf: posted?.remittanceId },
    ])
    expect(await inbox.paid(claim)).toBe(1_360_050)
  })

  it('a list in a mail, sent once more with other words', async () => {
    const connectionId = await inbox.connect('visayas-health')
    const claim = await inbox.claim(connectionId, LINES, 'PHP')
    const text = paidFixture('visayas-health', 'message.eml').replaceAll('7K2M9QX4TB6VH0RC', claim.submissionNumber)
    const head = { transport: 'email', sender: 'trusted' }
    const [posted] = await inbox.arrives(connectionId, text, head)
    expect(posted).toMatchObject({ state: 'posted' })
    const again = text
      .replace('<p@', '<q@')
      .replace('Dear practice', 'Once more')
      .replace('13600.50;13600.50;;', '13600.50;13600.50;;as agreed')
    expect(await inbox.arrives(connectionId, again, head)).toMatchObject([
      { state: 'duplicate', duplicateOf: posted?.remittanceId },
    ])
    expect(await inbox.paid(claim)).toBe(1_360_050)
  })

  it('national XML: sent once more at another time, activities in another order', async () => {
    const connectionId = await inbox.connect('gulf-dental')
    const claim = await inbox.claim(
      connectionId,
      [
        { code: 'D2740', charge: 120_000 },
        { code: 'D2392', charge: 16_050 },
      ],
      'AED',
    )
    const text = paidFixture('gulf-dental', 'message.xml').replaceAll('K7Q2M4X8Z1B3C5D9', claim.submissionNumber)
    const head = { transport: 'http', status: 200, headers: {} }
    const [posted] = await inbox.arrives(connectionId, text, head)
    expect(posted).toMatchObject({ state: 'posted', amount: 136_050 })
    const activities = [...text.matchAll(/ {4}<Activity>[\s\S]*?<\/Activity>\n/g)].map(([each]) => each)
    const turned = text.replace(activities.join(''), [...activities].reverse().join('')).replace('14:05', '16:45')
    expect(await inbox.arrives(connectionId, turned, head)).toMatchObject([
      { state: 'duplicate', duplicateOf: posted?.remittanceId },
    ])
    expect(await inbox.paid(claim)).toBe(136_050)
  })

  describe('FHIR PaymentReconciliation', () => {
    const payment = (
      id: string,
      versionId: string,
      details: [SubmittedClaim, number][],
      over: Record<string, unknown> = {},
    ) =>
      JSON.stringify({
        resourceType: 'PaymentReconciliation',
        id,
        meta: { versionId },
        status: 'active',
        created: '2026-11-06T04:00:00.000Z',
        paymentIssuer: { identifier: { value: 'HARBOR' } },
        outcome: 'complete',
        paymentDate: '2026-11-06',
        paymentAmount: { value: details.reduce((total, [, paid]) => total + paid, 0), currency: 'PHP' },
        paymentIdentifier: { value: `HHPAY-${id}` },
        detail: details.map(([{ submissionNumber }, paid], index) => ({
          identifier: { value: `${id}-${index}` },
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/payment-type', code: 'payment' }] },
          request: {
            identifier: { system: 'https://claimhub.example/fhir/submission-number', value: submissionNumber },
          },
          amount: { value: paid, currency: 'PHP' },
        })),
        ...over,
      })
    const head = { transport: 'http', status: 200, headers: { 'content-type': 'application/fhir+json' } }
    let connectionId: string
    let claims: [SubmittedClaim, SubmittedClaim]
    beforeEach(async () => {
      connectionId = await inbox.connect('harbor-health')
      claims = [await inbox.claim(connectionId, LINES, 'PHP'), await inbox.claim(connectionId, LINES, 'PHP')]
    })
    const paid = async () => [await inbox.paid(claims[0]), await inbox.paid(claims[1])]

    it('details in another order and the issuer named otherwise are wording', async () => {
      const [one, two] = claims
      const [posted] = await inbox.arrives(
        connectionId,
        payment(`PR-${run}`, '1', [
          [one, 100],
          [two, 50],
        ]),
        head,
      )
      const issuer = { paymentIssuer: { identifier: { value: 'Harbor' }, display: 'Harbor Health Inc.' } }
      const again = payment(
        `PR-${run}`,
        '1',
        [
          [two, 50],
          [one, 100],
        ],
        issuer,
      )
      expect(await inbox.arrives(connectionId, again, head)).toMatchObject([
        { state: 'duplicate', duplicateOf: posted?.remittanceId },
      ])
      expect(await paid()).toEqual([10_000, 5_000])
    })

    it('a newer version takes the place of the older one; an older one changes nothing', async () => {
      const [one, two] = claims
      const [first] = await inbox.arrives(connectionId, payment(`PR-${run}`, '9', [[one, 100]]), head)
      const [newer] = await inbox.arrives(
        connectionId,
        payment(`PR-${run}`, '10', [
          [one, 80],
          [two, 50],
        ]),
        head,
      )
      expect(newer).toMatchObject({ state: 'posted', amount: 13_000 })
      expect(await paid()).toEqual([8_000, 5_000])
      const [older] = await inbox.arrives(connectionId, payment(`PR-${run}`, '9', [[one, 100]]), head)
      expect(older).toMatchObject({ state: 'duplicate', duplicateOf: first?.remittanceId })
      const before = await inbox.engine.db.owner
        .selectFrom('remittances')
        .select(['state', 'superseded_by'])
        .where('id', '=', first?.remittanceId ?? '')
        .executeTakeFirstOrThrow()
      expect(before).toEqual({ state: 'superseded', superseded_by: newer?.remittanceId })
      expect(await inbox.items()).toEqual([])
      await booksBalance()
    })

    it('a newer version takes the place of one that is held', async () => {
      const [one, two] = claims
      const of = { paymentIdentifier: { value: `HHPAY-HELD-${run}` } }
      const [first] = await inbox.arrives(connectionId, payment(`PR-A${run}`, '1', [[one, 100]], of), head)
      const [held] = await inbox.arrives(connectionId, payment(`PR-B${run}`, '1', [[two, 100]], of), head)
      expect(held).toMatchObject({ state: 'held', held: { beside: [first?.remittanceId] } })
      const mended = { paymentIdentifier: { value: `HHPAY-OTHER-${run}` } }
      const [newer] = await inbox.arrives(connectionId, payment(`PR-B${run}`, '2', [[two, 100]], mended), head)
      expect(newer).toMatchObject({ state: 'posted' })
      expect(await inbox.items()).toEqual([])
      expect(await paid()).toEqual([10_000, 10_000])
    })

    it('a newer version that says the same changes nothing', async () => {
      const [one] = claims
      const [first] = await inbox.arrives(connectionId, payment(`PR-${run}`, '1', [[one, 100]]), head)
      expect(await inbox.arrives(connectionId, payment(`PR-${run}`, '2', [[one, 100]]), head)).toMatchObject([
        { state: 'duplicate', duplicateOf: first?.remittanceId },
      ])
    })
  })
})
