import { describe, expect, it } from 'vitest'
import { harborHealth } from '../../adapters/providers/harbor-health/index.ts'
import { assemble, encode } from '../../adapters/providers/summit-dental/encode837.ts'
import { adjudicate } from '../../sandbox/httpHmo/adjudicate.ts'
import type { HarborClaim } from '../../sandbox/httpHmo/bookTypes.ts'
import { readClaim } from '../../sandbox/httpHmo/readClaim.ts'
import { paymentsAt } from '../../sandbox/sftpHmo/adjudicate.ts'
import type { SummitClaim } from '../../sandbox/sftpHmo/bookTypes.ts'
import { readClaims } from '../../sandbox/sftpHmo/x12/readClaim.ts'
import { readX12 } from '../../sandbox/sftpHmo/x12/readX12.ts'
import { context as fhirContext } from '../adapters/fhir/context.ts'
import { sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { context, JANE, submission } from '../adapters/x12/samples.ts'
import { DECIDED_LINE, firstPayer } from '../support/coordination/firstPayer.ts'

describe('a twin behind another insurer', () => {
  it('K34 Summit takes loops 2320 to 2330 for another payer’s, and pays what that one left as secondary', () => {
    const claim = submission({ lines: [DECIDED_LINE], total: 10_000, attachments: [], firstPayer: firstPayer(JANE) })
    const body = assemble([encode(claim, context())], context()).at(-1)?.body ?? new Uint8Array()
    const transaction = readX12(Buffer.from(body))?.[0]?.groups[0]?.transactions[0]
    const [read] = transaction === undefined ? [] : (readClaims(transaction, ':') ?? [])
    expect(read).toMatchObject({
      originalReference: null,
      memberId: claim.enrolment.memberId,
      lines: [{ taken: 8_000 }],
    })
    const [payment] = paymentsAt(
      { ...read, fate: 'pay-less-contract', done: new Set() } as unknown as SummitClaim,
      'payment-1',
    )
    expect(payment).toMatchObject({
      status: '2',
      charge: 10_000,
      paid: 2_000,
      lines: [{ adjustments: [{ group: 'OA', reason: '23', amount: 8_000 }] }],
    })
  })

  it.each([
    ['pay-less-contract', { benefit: 2_000, contractual: 0, copay: 0, noncovered: 0 }],
    ['deny', { benefit: 0, contractual: 0, copay: 0, noncovered: 2_000 }],
  ] as const)('K34 Harbor reads the first one’s answer: %s is about what was left', async (fate, decided) => {
    const { patient } = sampleSubmission()
    const claim = sampleSubmission({
      lines: [DECIDED_LINE],
      total: 10_000,
      attachments: [],
      firstPayer: firstPayer(patient),
    })
    const ctx = fhirContext({})
    const [message] = await harborHealth.assemble([await harborHealth.encode(claim, ctx)], ctx)
    const read = readClaim(Buffer.from(message?.body ?? []))
    if (Array.isArray(read)) throw new Error(read.map(({ text }) => text).join(', '))
    expect(read.lines).toMatchObject([{ taken: 8_000 }])
    expect(adjudicate({ ...read, fate } as unknown as HarborClaim)).toMatchObject([
      { charge: 10_000, otherPayer: 8_000, ...decided },
    ])
  })
})
