import { describe, expect, it } from 'vitest'
import { isObject, type JsonObject, readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { inspected } from '../../cli/inspect/samples.ts'
import { DECIDED_LINE, firstPayer } from '../../support/coordination/firstPayer.ts'
import { context } from './context.ts'
import { sampleSubmission } from './sampleSubmission.ts'

const { patient } = sampleSubmission()

async function written(change: Parameters<typeof firstPayer>[1] = {}): Promise<{ bytes: string; claim: JsonObject }> {
  const submission = sampleSubmission({
    lines: [DECIDED_LINE],
    total: 10_000,
    attachments: [],
    firstPayer: firstPayer(patient, change),
  })
  const ctx = context({})
  const [message] = await harborHealth.assemble([await harborHealth.encode(submission, ctx)], ctx)
  if (!message?.body) throw new Error('one message was expected')
  const read = readJson(message.body)
  if (!read.ok || !isObject(read.value)) throw new Error('it wrote no JSON object')
  return { bytes: new TextDecoder().decode(message.body), claim: read.value }
}
const contained = (claim: JsonObject, id: string) =>
  (claim['contained'] as JsonObject[]).find((each) => each['id'] === id)

describe('a Claim to the second HMO', () => {
  it('K34 has both insurances in their order, and the first one’s answer', async () => {
    const { claim } = await written()
    expect(claim['insurance']).toMatchObject([
      {
        sequence: '1',
        focal: false,
        coverage: { reference: '#first-coverage' },
        claimResponse: { reference: '#first-response' },
      },
      { sequence: '2', focal: true, coverage: { reference: '#coverage' } },
    ])
    expect(contained(claim, 'first-coverage')).toMatchObject({ subscriberId: 'HH-9000001', order: '1' })
    const response = contained(claim, 'first-response')
    expect(response).toMatchObject({
      identifier: [{ value: 'HH-000017' }],
      insurer: { identifier: { value: 'HARBOR' }, display: 'Harbor Health' },
      created: '2026-03-08',
      outcome: 'complete',
    })
    const [item] = (response?.['item'] ?? []) as JsonObject[]
    const parts = ((item?.['adjudication'] ?? []) as JsonObject[]).map((part) => {
      const { category, amount, reason } = part as Record<string, Record<string, unknown>>
      const code = (concept?: Record<string, unknown>) =>
        ((concept?.['coding'] ?? []) as JsonObject[]).map((coding) => String(coding['code'])).join('-')
      return [code(category), code(reason), String(amount?.['value'])].join(' ')
    })
    expect(parts).toEqual([
      'submitted  100.00',
      'eligible  80.00',
      'contractual CO-45 20.00',
      'copay PR-3 20.00',
      'benefit  60.00',
    ])
  })

  it('K34 has no answer where a person did not wait for it, and no second insurance for others', async () => {
    const { claim } = await written({ decision: null })
    expect((claim['insurance'] as JsonObject[]).map((each) => each['claimResponse'])).toEqual([undefined, undefined])
    expect(contained(claim, 'first-response')).toBeUndefined()
  })

  it('K34 names who is insured with the first HMO when it is not the patient', async () => {
    const subscriber = { family: 'Cruz', given: 'Lea', birthDate: '1980-01-02', sex: 'female' as const }
    const { claim } = await written({ cover: { memberId: 'HH-1', relationship: 'child', subscriber } })
    expect(contained(claim, 'first-coverage')).toMatchObject({ subscriber: { reference: '#first-subscriber' } })
    expect(contained(claim, 'first-subscriber')).toMatchObject({ birthDate: '1980-01-02' })
  })

  it('K34 inspect reads it back to the cent', async () => {
    const { bytes } = await written()
    const [claim] = (await inspected(bytes)).transactions[0]?.claims ?? []
    expect(claim?.otherPayers).toEqual([
      {
        order: 'primary',
        payer: 'HARBOR',
        reference: 'HH-000017',
        paid: '60.00',
        adjustments: [],
        lines: [
          {
            line: 1,
            paid: '60.00',
            adjustments: [
              { group: 'CO', reason: '45', amount: '20.00' },
              { group: 'PR', reason: '3', amount: '20.00' },
            ],
          },
        ],
      },
    ])
  })
})
