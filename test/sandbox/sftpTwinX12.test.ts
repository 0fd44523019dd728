import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateX12 } from '../support/x12/pyx12.ts'
import { checkX12 } from '../support/x12/x12Checker.ts'
import { type Sample, saidOf, sample, startTwin, type Twin } from './sftpTwin.ts'

const CLAIMS: (Sample & { kind: 'claim' | 'dependent'; ends: string[] })[] = [
  {
    kind: 'claim',
    control: 1,
    clm: 'PF00000000000001',
    member: 'PF-1',
    ends: ['acknowledged', 'in-review', 'payment-1'],
  },
  {
    kind: 'dependent',
    control: 2,
    clm: 'PF00000000000002',
    member: 'PF-2',
    ends: ['acknowledged', 'in-review', 'payment-1'],
  },
  {
    kind: 'claim',
    control: 3,
    clm: 'PP00000000000001',
    member: 'PP-1',
    ends: ['forwarded', 'acknowledged', 'payment-1'],
  },
  { kind: 'dependent', control: 4, clm: 'PP00000000000002', member: 'PP-2', ends: ['forwarded', 'payment-1'] },
  { kind: 'claim', control: 5, clm: 'FR00000000000001', member: 'FR-1', ends: ['rejected'] },
  { kind: 'claim', control: 6, clm: 'DR00000000000001', member: 'DR-1', ends: ['denied'] },
  { kind: 'claim', control: 7, clm: 'SI00000000000001', member: 'SI-1', ends: [] },
  { kind: 'claim', control: 8, clm: 'SL00000000000001', member: 'SL-1', ends: ['acknowledged', 'payment-1'] },
  { kind: 'claim', control: 9, clm: 'TP00000000000001', member: 'TP-1', ends: ['payment-1', 'payment-2'] },
  { kind: 'dependent', control: 10, clm: 'TP00000000000002', member: 'TP-2', ends: ['payment-1', 'payment-2'] },
  { kind: 'claim', control: 11, clm: 'OP00000000000001', member: 'OP-1', ends: ['payment-1', 'payment-2'] },
  { kind: 'claim', control: 12, clm: 'HP00000000000001', member: 'HP-1', ends: ['acknowledged', 'payment-1'] },
]

describe('every file of every scenario', () => {
  let twin: Twin
  beforeAll(async () => {
    twin = await startTwin()
    for (const claim of CLAIMS) twin.put(`${claim.control}.x12`, sample(claim.kind, claim))
    twin.put(
      'broken.x12',
      sample('claim', { control: 13, clm: 'XX00000000000001', member: 'PF-9' }).replace('CLM*', 'CLN*'),
    )
    twin.put('cut.x12', sample('claim', { control: 14, clm: 'XX00000000000002', member: 'PF-9' }).replace(/IEA.*/, ''))
    for (const { clm, ends } of CLAIMS) await saidOf(twin, clm, ...ends)
    const numberOf = (clm: string) =>
      twin.of('effect').find((effect) => effect.submissionNumber === clm)?.claimNumber ?? ''
    twin.put(
      '15.x12',
      sample('claim', {
        control: 15,
        clm: 'PP00000000000011',
        member: 'PP-1',
        frequency: '7',
        original: numberOf('PP00000000000001'),
      }),
    )
    twin.put(
      '16.x12',
      sample('claim', {
        control: 16,
        clm: 'PF00000000000011',
        member: 'PF-1',
        frequency: '8',
        original: numberOf('PF00000000000001'),
      }),
    )
    twin.put(
      '17.x12',
      sample('claim', { control: 17, clm: 'DR00000000000011', member: 'DR-1', frequency: '7', original: 'SD99999999' }),
    )
    twin.put('18.x12', sample('inquiry', { control: 18, clm: 'PF00000000000001', member: 'PF-1' }))
    twin.put('19.x12', sample('inquiry', { control: 19, clm: 'NOBODY0000000000', member: 'PF-1' }))
    await saidOf(twin, 'PP00000000000001', 'taken-back')
    await saidOf(twin, 'PF00000000000001', 'taken-back')
    await saidOf(twin, 'DR00000000000011', 'rejected')
    await saidOf(twin, 'BRIGHTSMILE-000000018', 'answered')
    await saidOf(twin, 'BRIGHTSMILE-000000019', 'answered')
  })
  afterAll(() => twin.stop())

  it('is there in all kinds', () => {
    const kinds = new Set(twin.out().map(({ kind }) => kind))
    expect([...kinds].sort()).toEqual(['277', '277CA', '835', '999', 'TA1'])
    const said = new Set(twin.of('said').map((entry) => `${entry.about} ${entry.what}`))
    for (const { clm, ends } of CLAIMS) for (const what of ends) expect(said).toContain(`${clm} ${what}`)
    expect([...said].filter((entry) => entry.startsWith('SI'))).toEqual([])
  })

  it('satisfies pyx12 where pyx12 knows the guide', async () => {
    const files = twin.out().filter(({ kind }) => ['999', '277CA', '835'].includes(kind))
    expect(files.length).toBeGreaterThan(20)
    const results = await validateX12(files.map(({ file }) => file))
    expect(results.filter(({ errors }) => errors.length > 0)).toEqual([])
  })

  it('satisfies our own checker where pyx12 does not know it', () => {
    const files = twin.out().filter(({ kind }) => kind !== '835')
    for (const { name, text } of files) expect(checkX12(text), name).toEqual([])
  })

  it('ends its segments in more than one way', () => {
    const ends = new Set(
      twin.out().map(({ text }) => (text.endsWith('~\r\n') ? 'windows' : text.endsWith('~\n') ? 'unix' : 'none')),
    )
    expect(ends.size).toBe(3)
  })
})
