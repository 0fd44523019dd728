import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listHeldMatches } from '../../../db/inbox/heldMatches.ts'
import { resolveHeld } from '../../../db/inbox/resolveHeld.ts'
import { type FieldEngine, startFieldEngine } from './fieldEngine.ts'

let engine: FieldEngine
let claimId: string
let number: string
beforeEach(async () => {
  engine = await startFieldEngine()
  const claim = await engine.filed('D0120', 'D1110')
  claimId = claim.claimId
  number = claim.submissionNumber
})
afterEach(() => engine.db.close())

const held = () =>
  engine.within((tx) =>
    listHeldMatches(tx, { organisationId: engine.db.organisationId, state: 'held', after: null, limit: 10 }),
  )
const APPROVED_AND_DENIED = [
  ['D0120', 'approved', 5_000],
  ['D1110', 'denied', 0],
]

const amount = (code: string, value: number) => ({
  category: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/adjudication', code }] },
  amount: { value, currency: 'USD' },
})
const item = (itemSequence: number, submitted: number, benefit: number) => ({
  itemSequence,
  adjudication: [amount('submitted', submitted), amount('benefit', benefit)],
})
const response = (over: object) =>
  JSON.stringify({
    resourceType: 'ClaimResponse',
    status: 'active',
    use: 'claim',
    created: '2026-12-01T12:00:00+08:00',
    outcome: 'complete',
    request: { identifier: { system: 'https://claimhub.example/fhir/submission-number', value: number } },
    item: [item(1, 50, 50), item(2, 90, 0)],
    ...over,
  })

const named = (claimNumber: string) => ({
  reference: `Claim/${claimNumber}`,
  identifier: { system: 'https://claimhub.example/fhir/submission-number', value: number },
})

describe('FHIR', () => {
  it('K36: an item’s sequence counts only where the amount submitted is the line’s', async () => {
    await engine.hears('harbor-health', response({ item: [item(1, 90, 0), item(2, 50, 50)] }))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
  })

  it('K36: amounts of no line of ours hold the decision for a person', async () => {
    await engine.hears(
      'harbor-health',
      response({ item: [item(1, 70, 70), item(2, 80, 0)], patient: { display: 'Nora Fieldcase' } }),
    )
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
    expect(await held()).toMatchObject([
      { what: 'notice', doubts: [{ verdict: 'ambiguous', candidates: [{ claimId, against: ['charge', 'lines'] }] }] },
    ])
  })

  it.each([
    ['its display', { patient: { display: 'John Smith' } }],
    [
      'a contained Patient',
      {
        contained: [{ resourceType: 'Patient', id: 'p', name: [{ family: 'Smith', given: ['John'] }] }],
        patient: { reference: '#p' },
      },
    ],
  ])(
    'K37: a decision about another patient, by %s, is held, and recorded once a person releases it',
    async (_name, over) => {
      await engine.hears('harbor-health', response(over))
      expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED', attention: false })
      const [first] = await held()
      expect(first).toMatchObject({ what: 'notice', doubts: [{ verdict: 'contradicted', named: { claimId } }] })
      const act = { organisationId: engine.db.organisationId, actor: 'Ana', reason: 'their slip', now: engine.now }
      await engine.within((tx) => resolveHeld(tx, { ...act, heldId: first?.heldId ?? '' }, { kind: 'released' }))
      expect(await engine.news(claimId)).toMatchObject({ status: 'PARTIAL' })
      expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
    },
  )

  it.each(['Member of record', 'Patient 4711', ''])('believes a patient who is called %j', async (display) => {
    await engine.hears('harbor-health', response({ patient: { display } }))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
  })

  it('K3: a decision under the number of a claim that was replaced goes to the one that is open, shown on both', async () => {
    await engine.hears('harbor-health', response({}))
    await engine.hears('harbor-health', response({ outcome: 'queued', item: undefined, request: named('HH-1') }))
    const replacement = await engine.replacing(claimId)
    await engine.hears('harbor-health', response({ item: [item(1, 50, 50), item(2, 90, 90)] }))
    expect(await engine.claim(replacement.claimId)).toMatchObject({ status: 'APPROVED' })
    expect(await engine.claim(claimId)).toMatchObject({ status: 'PARTIAL', closed: 'replaced' })
    expect((await engine.events(claimId)).at(-1)).toMatchObject({ type: 'answered_on_successor', effect: 'noted' })
  })

  it('K38: the payer’s Patient is the member as the payer knows them', async () => {
    const patient = {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ value: 'SI-90001-02' }],
      name: [{ family: 'Fieldcasey', given: ['Nora'] }],
    }
    await engine.hears('harbor-health', response({ contained: [patient], patient: { reference: '#p' } }))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
    expect((await engine.events(claimId)).map(({ type }) => type)).toContain('member_corrected')
    expect((await engine.items()).map(([kind]) => kind)).toContain('member-corrected')
  })
})

const activity = (
  control: string,
  code: string,
  [net, paid]: [string, string],
  { denial = '', start = '20/11/2026 00:00' } = {},
) =>
  `<Activity><ID>${number}-${control}</ID><Start>${start}</Start><Type>6</Type><Code>${code}</Code><Quantity>1</Quantity><Net>${net}</Net>` +
  `<PaymentAmount>${paid}</PaymentAmount>${denial === '' ? '' : `<DenialCode>${denial}</DenialCode>`}</Activity>`
const advice = (activities: string, extra = '') =>
  `<?xml version="1.0" encoding="utf-8"?><Remittance.Advice><Header><SenderID>INS026</SenderID><ReceiverID>DHA-F-0001234</ReceiverID>` +
  `<TransactionDate>01/12/2026 14:05</TransactionDate><RecordCount>1</RecordCount><DispositionFlag>PRODUCTION</DispositionFlag></Header>` +
  `<Claim><ID>${number}</ID><IDPayer>GD-1</IDPayer>${extra}<PaymentReference>TT-1</PaymentReference>${activities}</Claim></Remittance.Advice>`

describe('national XML', () => {
  it('K36: an activity’s number counts only where code and amount are the line’s', async () => {
    const swapped =
      activity('1', 'D1110', ['90.00', '0.00'], { denial: 'NCOV-003' }) + activity('2', 'D0120', ['50.00', '50.00'])
    await engine.hears('gulf-dental', advice(swapped))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
    expect(await engine.balances(claimId)).toMatchObject({ paid: 5_000, denied: 9_000 })
  })

  it.each([
    ['other services', () => advice(activity('1', 'D2740', ['1000.00', '700.00'], { denial: 'NCOV-003' }))],
    [
      'the same services of another year',
      () => advice(activity('1', 'D0120', ['50.00', '50.00'], { start: '01/03/2025 00:00' })),
    ],
    ['another member', () => advice(activity('1', 'D0120', ['50.00', '50.00']), '<MemberID>SI-77777</MemberID>')],
  ])('K37: %s under our number are held whole', async (_name, text) => {
    await engine.hears('gulf-dental', text())
    expect(await engine.remittances()).toMatchObject([{ state: 'quarantined', problem: { rule: 'claim-evidence' } }])
    expect(await held()).toMatchObject([{ what: 'remittance', doubts: [{ verdict: 'contradicted' }] }])
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
  })

  it('K38: another form of the member number is on the timeline', async () => {
    await engine.hears(
      'gulf-dental',
      advice(
        activity('1', 'D0120', ['50.00', '50.00']) + activity('2', 'D1110', ['90.00', '90.00']),
        '<MemberID>SI-90001-02</MemberID>',
      ),
    )
    expect(await engine.claim(claimId)).toMatchObject({ status: 'APPROVED' })
    expect((await engine.events(claimId)).map(({ type }) => type)).toContain('member_corrected')
  })
})

const TITLES =
  'Your reference,Claim number,Line,Procedure,Claimed,Paid,Plan discount,Member share,Not covered,Remarks,Check number,Check date'
const payments = (rows: string[][], total: [string, string], more: string[] = []) =>
  [
    [TITLES, ...more].join(),
    ...rows.map(([line = '', code = '', claimed = '', paid = '', denied = '', ...extra]) =>
      [number, 'LC-1', line, code, claimed, paid, '', '', denied, '', 'CK-1', '2026-12-01', ...extra].join(),
    ),
    ['Total', '', '', '', ...total, '', '', '', '', 'CK-1', '2026-12-01', ...more.map(() => '')].join(),
    '',
  ].join('\n')

describe('a portal’s list', () => {
  it('K36: its own line numbers are not believed against code and charge', async () => {
    const rows = [
      ['1', 'D1110', '90.00', '0.00', '90.00'],
      ['2', 'D0120', '50.00', '50.00'],
    ]
    await engine.hears('laguna-care', payments(rows, ['140.00', '50.00']))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
  })

  it.each([
    ['other services', [['1', 'D2740', '1000.00', '700.00', '300.00']], ['1000.00', '700.00'], []],
    ['another patient', [['1', 'D0120', '50.00', '50.00', '', 'John Smith']], ['50.00', '50.00'], ['Patient']],
    ['another day', [['1', 'D0120', '50.00', '50.00', '', '2025-03-01']], ['50.00', '50.00'], ['Service date']],
    ['nothing but another charge', [['', '', '1000.00', '700.00', '300.00']], ['1000.00', '700.00'], []],
  ] as [string, string[][], [string, string], string[]][])(
    'K37: %s under our number are held whole',
    async (_name, rows, total, more) => {
      await engine.hears('laguna-care', payments(rows, total, more))
      expect(await engine.remittances()).toMatchObject([{ state: 'quarantined', problem: { rule: 'claim-evidence' } }])
      expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
    },
  )

  it('K8: another charge for our services is posted, and an item with both figures', async () => {
    const rows = [
      ['1', 'D0120', '40.00', '40.00'],
      ['2', 'D1110', '90.00', '90.00'],
    ]
    await engine.hears('laguna-care', payments(rows, ['130.00', '130.00']))
    expect((await engine.items()).find(([kind]) => kind === 'charge-differs')?.[1]).toMatch(
      /a charge of 130\.00 USD, we charged 140\.00 USD$/,
    )
  })

  it('K7: decided as a whole, in part: the claim is PARTIAL, and a person is asked for the lines', async () => {
    await engine.hears('laguna-care', payments([['', '', '140.00', '50.00', '90.00']], ['140.00', '50.00']))
    expect(await engine.claim(claimId)).toMatchObject({ status: 'PARTIAL' })
    expect((await engine.items()).map(([kind]) => kind)).toContain('lines-unclear')
  })
})

describe('a file of decisions', () => {
  const decisions = (...rows: string[]) =>
    [
      'record,mode,submission,claim_no,line,procedure,decision,charged,payable,cut_1,reason_1,cut_2,reason_2,text,decided_at',
      ...rows.map((row) => `DEC,LIVE,${number},CDH-1,${row},2026-12-01 10:00:00`),
      `TRL,${rows.length},50.00`,
      '',
    ].join('\n')

  it('K36: its line numbers are not believed against code and charge', async () => {
    const rows = ['1,D1110,DENIED,90.00,0.00,90.00,D01,,,', '2,D0120,APPROVED,50.00,50.00,,,,,']
    await engine.hears('cordillera-dental', decisions(...rows))
    expect(await engine.lines(claimId)).toEqual(APPROVED_AND_DENIED)
  })

  it('K37: other services under our number are held', async () => {
    await engine.hears('cordillera-dental', decisions('1,D2740,REDUCED,1000.00,50.00,950.00,D01,,,'))
    expect(await held()).toMatchObject([{ what: 'notice', doubts: [{ verdict: 'contradicted' }] }])
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
  })
})

describe('277CA', () => {
  const acknowledged = (name: string, charge: string) =>
    [
      'ISA*00*          *00*          *ZZ*SUMMITDENTAL   *ZZ*BRIGHTSMILE    *261201*1200*^*00501*000669465*0*P*:',
      'GS*HN*SUMMITDENTAL*BRIGHTSMILE*20261201*1200*669465*X*005010X214',
      'ST*277*0001*005010X214',
      'BHT*0085*08*REF1*20261201*1200*TH',
      'HL*1**20*1',
      'NM1*PR*2*SUMMIT DENTAL*****PI*SUM01',
      'HL*2*1*21*1',
      'NM1*41*2*BRIGHT SMILE*****46*BRIGHTSMILE',
      'HL*3*2*19*1',
      'NM1*85*2*BRIGHT SMILE*****XX*1093817462',
      'HL*4*3*PT',
      `NM1*QC*1*${name}****MI*SI-90001`,
      `TRN*2*${number}`,
      `STC*A2:20*20261201*WQ*${charge}`,
      'DTP*472*D8*20261120',
      'SE*14*0001',
      'GE*1*669465',
      'IEA*1*000669465',
      '',
    ].join('~\n')

  it('K37: an acknowledgement about another patient is held; about ours, without an amount, it counts', async () => {
    await engine.hears('summit-dental', acknowledged('SMITH*JOHN', '140'))
    expect(await held()).toMatchObject([{ what: 'notice', doubts: [{ verdict: 'contradicted' }] }])
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
    await engine.hears('summit-dental', acknowledged('FIELDCASE*NORA', '0'))
    expect(await engine.claim(claimId)).toMatchObject({ status: 'RECEIVED' })
  })
})
