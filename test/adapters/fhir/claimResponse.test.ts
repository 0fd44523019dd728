import { describe, expect, it } from 'vitest'
import { isObject, readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { decodeClaimResponse } from '../../../adapters/providers/harbor-health/decodeClaimResponse.ts'
import { inspected, problemsOf } from '../../cli/inspect/samples.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'
import { context } from './context.ts'

type Amounts = Record<string, number>

const adjudication = (amounts: Amounts) =>
  Object.entries(amounts).map(([code, value]) => ({ category: { coding: [{ code }] }, amount: { value } }))

function response(parts: { items?: Amounts[]; added?: Amounts[]; header?: Amounts; total?: Amounts }): string {
  const { items = [], added = [], header, total } = parts
  return JSON.stringify({
    resourceType: 'ClaimResponse',
    status: 'active',
    outcome: 'complete',
    request: { identifier: { value: 'ABCD1234EFGH5678' } },
    item: items.map((each, index) => ({ itemSequence: index + 1, adjudication: adjudication(each) })),
    ...(added.length === 0 ? {} : { addItem: added.map((each) => ({ adjudication: adjudication(each) })) }),
    ...(header === undefined ? {} : { adjudication: adjudication(header) }),
    ...(total === undefined ? {} : { total: adjudication(total) }),
  })
}

/** What the live inbox makes of it. */
function live(text: string) {
  const read = readJson(new TextEncoder().encode(text))
  if (!read.ok || !isObject(read.value)) throw new Error('no object')
  const notice = decodeClaimResponse(read.value, context())
  return notice.kind === 'claim' ? notice : null
}

// Source: FHIR R4 code system `adjudication`: tax is "the amount of tax".
describe('adjudication `tax` informs only', () => {
  const ITEM = { submitted: 115, eligible: 115, tax: 15, copay: 11.5, benefit: 103.5 }

  it('to the live inbox: the line is approved with its copay', () => {
    const adjustments = [{ bucket: 'patient', amount: 1150 }]
    expect(live(response({ items: [ITEM] }))?.fact).toMatchObject({
      type: 'decided',
      lines: [{ lineNumber: 1, outcome: 'approved', payable: 10_350, adjustments }],
    })
  })

  it('to inspect, as it was seen in the field', async () => {
    const report = await inspected(fieldBytes('121-nphies-tax-and-copay.json'))
    expect(problemsOf(report)).toEqual([])
    expect(report.transactions[0]?.claims[0]).toMatchObject({
      charged: '115.00',
      paid: '103.50',
      patientResponsibility: '11.50',
      adjustments: [{ group: 'copay', amount: '11.50' }],
    })
  })
})

describe('amounts only in the header or in added items are read, or flagged', () => {
  it('inspect reads them from the header, as it was seen in the field', async () => {
    const report = await inspected(fieldBytes('122-header-adjudication-only.json'))
    expect(problemsOf(report)).toEqual([])
    expect(report.transactions[0]?.claims[0]).toMatchObject({ charged: '115.00', paid: '100.00', status: 'processed' })
  })

  it.each([
    ['the header', response({ header: { submitted: 115, benefit: 100 } }), []],
    ['the totals', response({ total: { submitted: 115, benefit: 100 } }), []],
    ['added items', response({ added: [{ submitted: 115, benefit: 100 }] }), ['unknown-code at ClaimResponse.addItem']],
  ])('inspect reads them from %s', async (_, text, problems) => {
    const report = await inspected(text)
    expect(report.transactions[0]?.claims[0]).toMatchObject({ charged: '115.00', paid: '100.00' })
    expect(problemsOf(report)).toEqual(problems)
  })

  it('inspect says where header and items contradict each other', async () => {
    const report = await inspected(response({ items: [{ submitted: 115, benefit: 100 }], header: { benefit: 90 } }))
    expect(problemsOf(report)).toEqual([expect.stringMatching(/^claim-balance/)])
  })

  it.each([
    ['only in the header', response({ header: { submitted: 115, benefit: 100 } })],
    ['only in added items', response({ added: [{ submitted: 115, benefit: 100 }] })],
    ['taken away in the header', response({ items: [{ submitted: 115, benefit: 115 }], header: { deductible: 15 } })],
    [
      'another benefit in the header',
      response({ items: [{ submitted: 115, benefit: 115 }], header: { benefit: 100 } }),
    ],
    ['only in the header, items without', response({ items: [{}], header: { submitted: 115, benefit: 100 } })],
  ])('the live inbox decides nothing by amounts %s: a person looks', (_, text) => {
    expect(live(text)).toMatchObject({ fact: { type: 'other' }, said: [{}] })
  })

  it('the live inbox takes a header that says what the lines say', () => {
    const text = response({
      items: [{ submitted: 115, benefit: 100, copay: 15 }],
      header: { submitted: 115, benefit: 100 },
    })
    expect(live(text)?.fact).toMatchObject({ type: 'decided', lines: [{ payable: 10_000 }] })
  })
})
