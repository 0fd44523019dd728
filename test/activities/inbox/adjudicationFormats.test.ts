import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import { decode as decodeCordillera } from '../../../adapters/providers/cordillera-dental/decode.ts'
import { decode as decodeGulf } from '../../../adapters/providers/gulf-dental/decode.ts'
import { decode as decodeHarbor } from '../../../adapters/providers/harbor-health/decode.ts'
import { decode as decodeLaguna } from '../../../adapters/providers/laguna-care/decode.ts'
import { context as harborContext } from '../../adapters/fhir/context.ts'
import { advice, context as gulfContext, incoming, type Paid } from '../../adapters/xml/samples.ts'
import { type FieldClaim, type FieldEngine, startFieldEngine } from '../fieldClaims.ts'

let engine: FieldEngine
beforeAll(async () => {
  engine = await startFieldEngine()
})
afterAll(() => engine.db.close())

let number = 0
const trace = () => {
  number += 1
  return `T-${number}`
}

describe('national XML', () => {
  const xml = (claim: FieldClaim, reference: string, activities: Paid[]): Notice[] => {
    const own = activities.map((each, index) => ({ id: `${claim.submissionNumber}-${index + 1}`, ...each }))
    const text = advice({ id: claim.submissionNumber, reference, settled: '01/12/2026', activities: own })
    const coded = text.replace(/(-2<\/ID>.*?<Code>)D0120/, '$1D1110')
    return decodeGulf(incoming(coded), gulfContext({ currency: 'PHP' }))
  }
  const first = (paid: string, denial?: string): Paid => ({
    net: '50.00',
    gross: '50.00',
    paid,
    ...(denial ? { denial } : {}),
  })
  const second = (paid: string, denial?: string): Paid => ({
    net: '90.00',
    gross: '90.00',
    paid,
    ...(denial ? { denial } : {}),
  })

  it('M11: 80 and 10, taken back, then 70 and 20: the take-back opens the activity with its reasons', async () => {
    const claim = await engine.fieldClaim()
    expect((await claim.says(xml(claim, trace(), [first('50.00'), second('80.00', 'BENX-005')]))).money).toEqual({
      open: 0,
      paid: 13_000,
      denied: 1_000,
    })
    const back = [{ ...second('-80.00'), id: `${claim.submissionNumber}-2` }]
    expect((await claim.says(xml(claim, trace(), back))).money).toEqual({ open: 9_000, paid: 5_000 })
    const again = [{ ...second('70.00', 'BENX-005'), id: `${claim.submissionNumber}-2` }]
    expect((await claim.says(xml(claim, trace(), again))).money).toEqual({ open: 0, paid: 12_000, denied: 2_000 })
  })

  it('M11: denied, then paid, is paid', async () => {
    const claim = await engine.fieldClaim()
    const denied = await claim.says(xml(claim, trace(), [first('50.00'), second('0', 'NCOV-003')]))
    expect(denied).toMatchObject({ status: 'PARTIAL', money: { open: 0, paid: 5_000, denied: 9_000 } })
    const paid = [{ ...second('90.00'), id: `${claim.submissionNumber}-2` }]
    expect(await claim.says(xml(claim, trace(), paid))).toMatchObject({
      status: 'APPROVED',
      closed: 'settled',
      money: { open: 0, paid: 14_000 },
    })
  })

  it('K2: a duplicate denial changes nothing of what is decided, and decides nothing before', async () => {
    const copy = (claim: FieldClaim) => xml(claim, trace(), [first('0', 'DUPL-001'), second('0', 'DUPL-002')])
    const paid = (claim: FieldClaim) => xml(claim, trace(), [first('50.00'), second('90.00')])
    const claim = await engine.fieldClaim()
    const decided = await claim.says(paid(claim))
    expect(await claim.says(copy(claim))).toEqual(decided)
    const other = await engine.fieldClaim()
    expect(await other.says(copy(other))).toMatchObject({
      status: 'IN_REVIEW',
      items: ['duplicate-denial'],
      money: { open: 14_000 },
    })
    expect(await other.says(paid(other))).toEqual(decided)
  })

  it('K2: another decision of a paid activity without a take-back is held', async () => {
    const claim = await engine.fieldClaim()
    const decided = await claim.says(xml(claim, trace(), [first('50.00'), second('80.00', 'BENX-005')]))
    const again = [{ ...second('70.00', 'BENX-005'), id: `${claim.submissionNumber}-2` }]
    expect(await claim.says(xml(claim, trace(), again))).toEqual(decided)
    expect(await engine.openItems()).toContain('suspense')
  })
})

describe('lists', () => {
  const HEAD =
    'Laguna Care Payments\nYour reference,Claim number,Line,Procedure,Claimed,Paid,Plan discount,Member share,Not covered,Remarks,Check number,Check date\n'
  const laguna = async (claim: FieldClaim, rows: string[], paid: string): Promise<Notice[]> => {
    const check = trace()
    const text = `${HEAD}${rows.map((row) => `${claim.submissionNumber},LC-1,${row},${check},2026-12-01`).join('\n')}\nTotal,,,,140.00,${paid},,,,,${check},2026-12-01\n`
    const ctx = { ...harborContext(), settings: {} as never, currency: 'PHP' }
    return decodeLaguna(
      { transport: 'manual', name: 'p.csv', mediaType: 'text/csv', body: new TextEncoder().encode(text) },
      ctx,
    )
  }

  it.each(['CARC 18', 'OA-18 duplicate', 'Duplicate claim'])(
    'K2: a portal list that says "%s" changes nothing of what is decided',
    async (reason) => {
      const claim = await engine.fieldClaim()
      const paid = await claim.says(
        await laguna(claim, ['1,D0120,50.00,50.00,,,,', '2,D1110,90.00,90.00,,,,'], '140.00'),
      )
      expect(paid).toMatchObject({ status: 'APPROVED', closed: 'settled', money: { open: 0, paid: 14_000 } })
      const copy = await laguna(
        claim,
        [`1,D0120,50.00,0.00,,,50.00,${reason}`, `2,D1110,90.00,0.00,,,90.00,${reason}`],
        '0.00',
      )
      expect(await claim.says(copy)).toEqual(paid)
    },
  )

  it('K6, K33: reviews and another payer first are read from codes in a portal list', async () => {
    const claim = await engine.fieldClaim()
    const pending = await laguna(claim, ['1,D0120,50.00,50.00,,,,', '2,D1110,90.00,0.00,,,90.00,OA-133'], '50.00')
    expect(await claim.says(pending)).toMatchObject({
      status: 'IN_REVIEW',
      items: [],
      money: { open: 9_000, paid: 5_000 },
    })
    const other = await engine.fieldClaim()
    const first = await laguna(other, ['1,D0120,50.00,50.00,,,,', '2,D1110,90.00,0.00,,,90.00,OA-22'], '50.00')
    expect(await other.says(first)).toMatchObject({
      status: 'PARTIAL',
      closed: null,
      items: ['other-payer-first'],
      money: { otherPayer: 9_000 },
    })
  })

  const TITLES =
    'record,mode,payment_no,paid_on,currency,kind,submission,claim_no,line_ref,procedure,charged,paid,cut_1,reason_1,cut_2,reason_2,text\n'
  const cordillera = (claim: FieldClaim, rows: string[], total: string): Notice[] => {
    const payment = trace()
    const text = `${TITLES}${rows.map((row) => `PAY,LIVE,${payment},2026-12-01,PHP,${row.replace('CLAIM', `${claim.submissionNumber},CDH-1`)}`).join('\n')}\nTRL,${rows.length},${total}\n`
    const ctx = { ...harborContext(), settings: {} as never, currency: 'PHP' }
    return decodeCordillera({ transport: 'sftp', name: 'CDH_PAY.csv', body: new TextEncoder().encode(text) }, ctx)
  }

  it('K4: a reversal in a list takes back what was posted, whatever its reasons', async () => {
    const claim = await engine.fieldClaim()
    const paid = [
      'PAYMENT,CLAIM,1,D0120,50.00,25.00,25.00,C01,,,',
      'PAYMENT,CLAIM,2,D1110,90.00,40.00,30.00,C01,20.00,M01,',
    ]
    expect((await claim.says(cordillera(claim, paid, '65.00'))).money).toEqual({
      open: 0,
      paid: 6_500,
      contractual: 5_500,
      patient: 2_000,
    })
    const back = ['REVERSAL,CLAIM,2,D1110,-90.00,-40.00,-50.00,C01,,,']
    const state = await claim.says(cordillera(claim, back, '-40.00'))
    expect(state).toMatchObject({
      items: ['reversal-differs'],
      money: { open: 9_000, paid: 2_500, contractual: 2_500 },
    })
  })

  it('K2: a list that decides again without a reversal is held', async () => {
    const claim = await engine.fieldClaim()
    const paid = await claim.says(
      cordillera(claim, ['PAYMENT,CLAIM,1,D0120,50.00,50.00,,,,,', 'PAYMENT,CLAIM,2,D1110,90.00,90.00,,,,,'], '140.00'),
    )
    expect(await claim.says(cordillera(claim, ['PAYMENT,CLAIM,2,D1110,90.00,0.00,90.00,D01,,,'], '0.00'))).toEqual(paid)
  })
})

describe('FHIR', () => {
  const CATEGORY = 'http://terminology.hl7.org/CodeSystem/adjudication'
  const OWN = 'https://harbor-health.example/fhir/adjudication'
  const adjudication = (system: string, code: string, value: number, reason?: { system: string; code: string }) => ({
    category: { coding: [{ system, code }] },
    amount: { value, currency: 'PHP' },
    ...(reason === undefined ? {} : { reason: { coding: [reason] } }),
  })
  const response = (claim: FieldClaim, created: string, lines: object[][]): Promise<Notice[]> | Notice[] => {
    const resource = {
      resourceType: 'ClaimResponse',
      status: 'active',
      use: 'claim',
      outcome: 'complete',
      created,
      request: { identifier: { value: claim.submissionNumber } },
      item: lines.map((adjudications, index) => ({ itemSequence: index + 1, adjudication: adjudications })),
    }
    const body = new TextEncoder().encode(JSON.stringify(resource))
    return decodeHarbor({ transport: 'http', status: 200, headers: {}, body }, { ...harborContext(), currency: 'PHP' })
  }
  const approved = (charge: number) => [
    adjudication(CATEGORY, 'submitted', charge),
    adjudication(CATEGORY, 'benefit', charge),
  ]
  const refused = (charge: number, reason: { system: string; code: string }) => [
    adjudication(CATEGORY, 'submitted', charge),
    adjudication(CATEGORY, 'benefit', 0),
    adjudication(OWN, 'denied', charge, reason),
  ]
  const CARC = 'https://x12.org/codes/claim-adjustment-reason-codes'

  it.each([
    { system: CARC, code: '18' },
    { system: 'https://harbor-health.example/fhir/adjudication-reason', code: 'duplicate' },
  ])('K2: a ClaimResponse that refuses a copy by $code changes nothing', async (reason) => {
    const claim = await engine.fieldClaim()
    const decided = await claim.says(await response(claim, '2026-12-01T08:00:00Z', [approved(50), approved(90)]))
    expect(decided).toMatchObject({ status: 'APPROVED', items: [], money: { open: 14_000 } })
    expect(
      await claim.says(await response(claim, '2026-12-02T08:00:00Z', [refused(50, reason), refused(90, reason)])),
    ).toEqual(decided)
    expect(
      await claim.says(await response(claim, '2026-12-02T09:00:00Z', [approved(50), refused(90, reason)])),
    ).toEqual(decided)
  })

  it('K6: a line under review is pending', async () => {
    const claim = await engine.fieldClaim()
    const lines = [approved(50), refused(90, { system: CARC, code: '133' })]
    expect(await claim.says(await response(claim, '2026-12-01T08:00:00Z', lines))).toEqual({
      status: 'IN_REVIEW',
      closed: null,
      items: [],
      money: { open: 14_000, paid: 0 },
    })
  })

  it('K33: another payer first is open until somebody acts', async () => {
    const claim = await engine.fieldClaim()
    const lines = [refused(50, { system: CARC, code: '22' }), refused(90, { system: CARC, code: '22' })]
    expect(await claim.says(await response(claim, '2026-12-01T08:00:00Z', lines))).toEqual({
      status: 'REJECTED',
      closed: null,
      items: ['other-payer-first'],
      money: { open: 0, paid: 0, otherPayer: 14_000 },
    })
  })
})
