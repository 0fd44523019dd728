import { describe, expect, it } from 'vitest'
import { X12Refusal } from '../../../adapters/formats/x12/write.ts'
import { assemble, encode } from '../../../adapters/providers/summit-dental/encode837.ts'
import { inspected } from '../../cli/inspect/samples.ts'
import { DECIDED_LINE, firstPayer } from '../../support/coordination/firstPayer.ts'
import { checkX12 } from '../../support/x12/x12Checker.ts'
import { context, JANE, submission, text } from './samples.ts'

const second = (change: Parameters<typeof firstPayer>[1] = {}) =>
  submission({
    lines: [DECIDED_LINE],
    total: 10_000,
    attachments: [],
    enrolment: { memberId: 'SD-1', relationship: 'self', subscriber: JANE, priority: 'secondary' },
    firstPayer: firstPayer(JANE, change),
  })

function written(claim: ReturnType<typeof second>): string {
  const ctx = context()
  return text(assemble([encode(claim, ctx)], ctx).at(-1)?.body ?? new Uint8Array())
}
const segmentsOf = (out: string) => out.split('~').map((each) => each.trim())

describe('837D to the second HMO', () => {
  it('K34 says in loops 2320, 2330 and 2430 what the first HMO paid and adjusted', () => {
    const segments = segmentsOf(written(second()))
    expect(segments).toContain('SBR*S*18*******HM')
    const from = segments.indexOf('SBR*P*18*GRP-1******HM')
    expect(segments.slice(from, from + 9)).toEqual([
      'SBR*P*18*GRP-1******HM',
      'AMT*D*60.00',
      'OI***Y***Y',
      'NM1*IL*1*Doe*Jane****MI*HH-9000001',
      'N3*12 Larch Road',
      'N4*Denver*CO*802029998',
      'NM1*PR*2*Harbor Health*****PI*HARBOR',
      'REF*F8*HH-000017',
      'LX*1',
    ])
    const line = segments.indexOf('REF*6R*1')
    expect(segments.slice(line + 1, line + 6)).toEqual([
      'SVD*HARBOR*60.00*AD:D2392**1',
      'CAS*CO*45*20.00',
      'CAS*PR*3*20.00',
      'DTP*573*D8*20260308',
      'AMT*EAF*20.00',
    ])
  })

  it('K34 passes the independent checker, with claim-level reasons too', () => {
    expect(checkX12(written(second()))).toEqual([])
    const decision = firstPayer(JANE).decision
    if (decision === null) throw new Error('it has decided')
    const deductible = { bucket: 'patient' as const, group: 'PR', reason: '1', amount: 1_000 }
    const whole = second({ decision: { ...decision, paid: 5_000, adjustments: [deductible] } })
    expect(segmentsOf(written(whole))).toContain('CAS*PR*1*10.00')
    expect(checkX12(written(whole))).toEqual([])
  })

  it('K34 names the first HMO without amounts when a person did not wait for it', () => {
    const segments = segmentsOf(written(second({ decision: null })))
    expect(segments).toContain('NM1*PR*2*Harbor Health*****PI*HARBOR')
    expect(segments.filter((each) => /^(SVD|CAS|AMT)\*/.test(each))).toEqual([])
  })

  it('K34 is refused when what the first HMO said does not come to the charge', () => {
    const claim = second()
    const dearer = { ...claim, total: 11_000, lines: [{ ...DECIDED_LINE, charge: 11_000 }] }
    expect(() => encode(dearer, context())).toThrow(X12Refusal)
  })

  it('K34 inspect reads the loops back to the cent, and finds a line that does not balance', async () => {
    const out = written(second())
    const [claim] = (await inspected(out)).transactions[0]?.claims ?? []
    expect(claim).toMatchObject({
      status: 'new',
      reference: null,
      charged: '100.00',
      otherPayers: [
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
      ],
    })
    const torn = await inspected(out.replace('CAS*PR*3*20.00', 'CAS*PR*3*10'))
    expect(torn.transactions[0]?.problems.map(({ code }) => code)).toContain('line-balance')
    const stated = await inspected(out.replace('AMT*D*60.00', 'AMT*D*70'))
    expect(stated.transactions[0]?.problems.map(({ code }) => code)).toContain('claim-balance')
  })
})
