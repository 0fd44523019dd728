import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { sum } from '../../../domain/amounts.ts'
import { checkRemittance, placeOf, type Remittance } from '../../../domain/money/remittance.ts'
import { decisionFromRemittanceClaim } from '../../../domain/money/remittanceDecision.ts'
import { advice, context, document, incoming, NUMBER, type Paid } from './samples.ts'

async function remittances(text: string, currency = 'AED'): Promise<Remittance[]> {
  const notices = await gulfDental.decode(incoming(text), context({ currency }))
  return notices.map((notice) => {
    if (notice.kind !== 'remittance') throw new Error(`read as ${JSON.stringify(notice)}`)
    return notice.remittance
  })
}

const of = async (...activities: Paid[]) => {
  const [only] = await remittances(advice({ activities }))
  if (only === undefined) throw new Error('no remittance')
  return only
}

const decision = ({ claims }: Remittance, at = 0) => {
  const claim = claims[at]
  const placed = {
    claimId: 'c',
    lineNumbers: claim?.lines.map(({ controlNumber }) => Number(controlNumber)) ?? [],
    soleLine: null,
  }
  const fact = claim && decisionFromRemittanceClaim(claim, placed)
  return fact?.type === 'decided' ? fact : null
}

describe('a Remittance.Advice', () => {
  it('pays in full: a decision that needs no word', async () => {
    const remittance = await of({}, { id: `${NUMBER}-2`, net: '50.5', gross: '50.50', paid: '50.50' })
    expect(remittance).toMatchObject({ payer: 'INS026', traceNumber: 'TT-1001', paidOn: '2026-11-30', amount: 15_050 })
    expect(checkRemittance(remittance)).toEqual([])
    expect(decision(remittance)?.lines).toMatchObject([
      { lineNumber: 1, outcome: 'approved', payable: 10_000 },
      { lineNumber: 2, outcome: 'approved', payable: 5_050 },
    ])
  })

  it('denies with a code and pays 0', async () => {
    const remittance = await of({ paid: '0', denial: 'NCOV-003' })
    expect(remittance.claims[0]?.lines[0]?.adjustments).toEqual([
      { bucket: 'denied', amount: 10_000, said: { list: 'denial', code: 'NCOV-003' } },
    ])
    expect(decision(remittance)?.lines).toMatchObject([{ outcome: 'denied', payable: 0 }])
  })

  it('denies a claim as a whole by the claim’s own code', async () => {
    const [remittance] = await remittances(
      advice({ denial: 'ELIG-001', activities: [{ paid: '0' }, { id: `${NUMBER}-2`, paid: '0' }] }),
    )
    expect(remittance?.claims).toMatchObject([{ outcome: 'denied', said: [{ list: 'denial', code: 'ELIG-001' }] }])
    expect(remittance && checkRemittance(remittance)).toEqual([])
  })

  it('reduces with a code: the rest is denied, the patient’s share is the patient’s', async () => {
    const remittance = await of({ gross: '125.00', share: '25.00', net: '100.00', paid: '80.00', denial: 'BENX-005' })
    expect(remittance.claims[0]).toMatchObject({ charged: 12_500, paid: 8_000, patientResponsibility: 2_500 })
    expect(remittance.claims[0]?.lines[0]?.adjustments.map(({ bucket, amount }) => [bucket, amount])).toEqual([
      ['patient', 2_500],
      ['denied', 2_000],
    ])
    expect(checkRemittance(remittance)).toEqual([])
    expect(decision(remittance)?.lines).toMatchObject([{ outcome: 'reduced', payable: 8_000 }])
  })

  it('pays less without a word: money, no decision, the rest stays open', async () => {
    const remittance = await of({ paid: '50.00' }, { id: `${NUMBER}-2` })
    expect(remittance.amount).toBe(15_000)
    expect(remittance.claims.map(({ itemised, paid }) => [itemised, paid])).toEqual([
      [true, 10_000],
      [false, 5_000],
    ])
    expect(decision(remittance, 1)).toBeNull()
    expect(checkRemittance(remittance)).toEqual([])
  })

  it('takes back: a reversal of that activity alone', async () => {
    const remittance = await of({ paid: '-100.00', denial: 'CLAI-012' }, { id: `${NUMBER}-2` })
    expect(remittance.amount).toBe(0)
    expect(remittance.claims.map(({ kind, charged, paid }) => [kind, charged, paid])).toEqual([
      ['payment', 10_000, 10_000],
      ['reversal', -10_000, -10_000],
    ])
    expect(checkRemittance(remittance)).toEqual([])
  })

  it.each<[string, Paid]>([
    ['Gross', { gross: '100.01' }],
    ['PatientShare', { share: '0.01' }],
    ['Net', { net: '99.99', paid: '99.99' }],
    ['Net of a denied one', { net: '100.01', paid: '0', denial: 'NCOV-003' }],
    ['Net of an instalment', { net: '100.01', paid: '50.00' }],
    ['PaymentAmount', { paid: '100.01' }],
    ['PaymentAmount of a denied one', { paid: '100.01', denial: 'NCOV-003' }],
  ])('one fils off in %s is quarantined: the rule and the place are named', async (_where, activity) => {
    const problems = checkRemittance(await of(activity))
    expect(problems.map((problem) => [problem.rule, placeOf(problem)])).toContainEqual([
      'line-balance',
      'claim 1, line 1',
    ])
  })

  it('is one payment for each payment reference and day', async () => {
    const claims = ['TT-1', 'TT-2', 'TT-1'].map(
      (reference, at) => `<ID>${NUMBER}</ID><IDPayer>GD-${at}</IDPayer><PaymentReference>${reference}</PaymentReference>
      <Activity><ID>${NUMBER}-1</ID><Start>20/11/2026 00:00</Start><Type>6</Type><Code>D0120</Code><Quantity>1</Quantity><Net>10</Net><PaymentAmount>10</PaymentAmount></Activity>`,
    )
    const read = await remittances(document(claims))
    // Without a settlement day it is the day of the document, by Dubai's clocks.
    expect(read.map(({ traceNumber, paidOn, amount }) => [traceNumber, paidOn, amount])).toEqual([
      ['TT-1', '2026-12-01', 2_000],
      ['TT-2', '2026-12-01', 1_000],
    ])
  })

  it('names the sending that its activities name, else the claim; foreign numbers are only references', async () => {
    const corrected = await remittances(advice({ activities: [{ id: 'B1B1B1B1B1B1B1B1-1' }] }))
    expect(corrected[0]?.claims[0]).toMatchObject({
      submissionNumber: 'B1B1B1B1B1B1B1B1',
      lines: [{ controlNumber: '1' }],
    })
    const foreign = await remittances(advice({ activities: [{ id: 'A-99812' }] }))
    expect(foreign[0]?.claims[0]).toMatchObject({ submissionNumber: NUMBER, lines: [{ controlNumber: null }] })
    const stranger = await remittances(advice({ id: 'CLD082435', activities: [{ id: 'A-99812' }] }))
    expect(stranger[0]?.claims[0]).not.toHaveProperty('submissionNumber')
    expect(stranger[0]?.claims[0]?.references).toEqual([{ type: 'claim-number', value: 'GD-000001' }])
  })

  it.each([
    ['a test document', advice({}).replace('PRODUCTION', 'TEST'), 'a test document'],
    [
      'one for somebody else',
      advice({}).replace('<ReceiverID>DHA-F-0001234', '<ReceiverID>DHA-F-9'),
      'another facility',
    ],
    ['a day that is none', advice({ settled: '31/02/2026' }), 'DateSettlement: it is no day'],
    [
      'three decimals of a currency with two',
      advice({ activities: [{ paid: '10.005' }] }),
      'PaymentAmount: it is no amount in AED',
    ],
  ])('that is %s is put before a person', async (_name, text, because) => {
    expect(await gulfDental.decode(incoming(text), context())).toEqual([
      { kind: 'unreadable', because: expect.stringContaining(because) },
    ])
  })

  it('keeps every fils: whatever is paid, denied or shared, the parts add up', async () => {
    const activity = fc.record({
      net: fc.integer({ min: 0, max: 1_000_000 }),
      share: fc.integer({ min: 0, max: 100_000 }),
      paid: fc.oneof(fc.constant(0), fc.constant('net'), fc.integer({ min: -1_000_000, max: 1_200_000 })),
      denial: fc.constantFrom(undefined, 'NCOV-003', 'COPY-001', 'NEW-999'),
    })
    const text = (minor: number) => (minor / 100).toFixed(2)
    await fc.assert(
      fc.asyncProperty(fc.array(activity, { minLength: 1, maxLength: 12 }), async (activities) => {
        const rows = activities.map(({ net, share, paid, denial }, at) => ({
          id: `${NUMBER}-${at + 1}`,
          net: text(net),
          share: text(share),
          gross: text(net + share),
          paid: text(paid === 'net' ? net : Number(paid)),
          ...(denial === undefined ? {} : { denial }),
        }))
        const [remittance] = await remittances(advice({ activities: rows }))
        if (remittance === undefined) throw new Error('nothing read')
        const tooMuch = activities.filter(({ net, paid }) => paid !== 'net' && Number(paid) > net)
        const places = checkRemittance(remittance).filter(({ rule }) => rule === 'line-balance')
        expect(places).toHaveLength(tooMuch.length)
        expect(remittance.amount).toBe(sum(activities.map(({ net, paid }) => (paid === 'net' ? net : Number(paid)))))
        const lines = remittance.claims.flatMap((claim) => claim.lines)
        expect(lines.map((line) => Number(line.controlNumber)).sort((a, b) => a - b)).toEqual(
          activities.map((_, at) => at + 1),
        )
      }),
      { numRuns: 200 },
    )
  })
})
