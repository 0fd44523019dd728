import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenClaim } from '../../../adapters/contract.ts'
import { ask } from '../../../adapters/providers/summit-dental/ask276.ts'
import { checkX12 } from '../../support/x12/x12Checker.ts'
import { anySubmission } from './arbitrarySubmission.ts'
import { context, dependentSubmission, submission, text } from './samples.ts'

function asked(...claims: OpenClaim[]): string {
  const [message] = ask(claims, context())
  return text(message?.body ?? new Uint8Array())
}

describe('276', () => {
  it('asks about each claim in a transaction of its own, by our number and theirs', () => {
    const out = asked(
      { submission: submission(), references: [] },
      { submission: dependentSubmission(), references: [{ type: 'claim-number', value: 'SD26069001' }] },
    )
    expect(checkX12(out)).toEqual([])
    expect(out.match(/\nTRN\*1\*7K2M9QX4TB6VH0RC~/g)).toHaveLength(2)
    expect(out.match(/\nREF\*1K\*SD26069001~/g)).toHaveLength(1)
    expect(out).toContain('\nAMT*T3*1136.00~\nDTP*472*D8*20260302~')
    expect(out).toContain('\nHL*5*4*23~')
  })

  it('goes out under a name without patient data, and not at all about nobody', () => {
    expect(ask([], context())).toEqual([])
    expect(ask([{ submission: submission(), references: [] }], context())[0]?.name).toBe(
      'BRIGHTSMILE_SUMMITDENTAL_276_117.x12',
    )
  })

  it('passes the checker for any claim', () => {
    fc.assert(
      fc.property(anySubmission, (claim) => {
        expect(checkX12(asked({ submission: claim, references: [] }))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['a patient without a trace', (out: string) => out.replace(/\nTRN.*/, ''), 'TRN*1'],
    ['a wrong level', (out: string) => out.replace('\nHL*4*3*22', '\nHL*4*2*22'), 'wrong level'],
    ['no amount', (out: string) => out.replace(/\nAMT.*/, ''), 'AMT*T3'],
    ['a wrong count', (out: string) => out.replace(/\nSE\*\d+/, '\nSE*3'), 'SE01'],
  ])('the checker goes red on %s', (_name, spoil, expected) => {
    const good = asked({ submission: dependentSubmission(), references: [] })
    expect(checkX12(spoil(good)).join('; ')).toContain(expected)
  })
})
