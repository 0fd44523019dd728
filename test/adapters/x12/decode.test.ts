import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import { decode } from '../../../adapters/providers/summit-dental/decode.ts'
import { acknowledgement, acknowledgement999, answer, interchange, payment, read } from './documents.ts'
import { context } from './samples.ts'

function factOf(text: string): unknown {
  const notices = read(text)
  expect(notices).toHaveLength(1)
  return notices[0]?.kind === 'claim' ? notices[0].fact : notices[0]
}

describe('277CA', () => {
  it.each([
    ['A0', { type: 'forwarded' }],
    ['A1', { type: 'forwarded' }],
    ['A2', { type: 'received' }],
    ['A3', { type: 'rejected_front_end' }],
    ['A4', { type: 'not_found' }],
    ['A5', { type: 'received' }],
    ['A6', { type: 'rejected_front_end' }],
    ['A7', { type: 'rejected_front_end' }],
    ['A8', { type: 'rejected_front_end' }],
    ['Z9', { type: 'other' }],
    ['a2', { type: 'other' }],
    ['', { type: 'other' }],
  ])('%s means %j', (category, fact) => {
    expect(factOf(acknowledgement([`STC*${category}>20>PR*20260310*WQ*1136`]))).toEqual(fact)
  })

  it('does not take an intermediary for the HMO', () => {
    expect(factOf(acknowledgement(['STC*A2>20>AY*20260310*WQ*1136'], { source: 'AY' }))).toEqual({ type: 'forwarded' })
    expect(factOf(acknowledgement(['STC*A7>20>AY*20260310*U*1136'], { source: 'AY' }))).toEqual({
      type: 'rejected_front_end',
    })
  })

  it('lets a rejection outweigh what else is said, and an unknown code outweigh all', () => {
    expect(factOf(acknowledgement(['STC*A1>19*20260310*U*1136', 'STC*A7>562>85*20260310*U*1136']))).toEqual({
      type: 'rejected_front_end',
    })
    expect(factOf(acknowledgement(['STC*A2>19*20260310*WQ*1136******X1>562>85']))).toEqual({ type: 'other' })
  })

  it('keeps their words, references and time, never a time to come', () => {
    const text = acknowledgement([
      'STC*A2>20>PR*20260310*WQ*1136********Thank you',
      'REF*1K*SD1',
      'REF*D9*CH1',
      'DTP*472*D8*20260302',
    ])
    const references = [
      { type: 'claim-number', value: 'SD1' },
      { type: 'clearinghouse-trace', value: 'CH1' },
    ]
    expect(read(text)).toEqual([
      {
        kind: 'claim',
        match: { submissionNumber: '7K2M9QX4TB6VH0RC', references, marks: expect.anything() },
        fact: { type: 'received' },
        at: '2026-03-10T20:05:00.000Z',
        references,
        said: [
          { list: '277 category', code: 'A2' },
          { list: '277 status', code: '20', text: 'Thank you' },
          { list: '277 entity', code: 'PR' },
          { list: '277 source', code: 'PR' },
        ],
      },
    ])
    expect(read(text, { now: '2026-03-10T19:00:00.000Z' })[0]).toMatchObject({ at: '2026-03-10T19:00:00.000Z' })
  })

  it('rejects a batch without naming claims, by our interchange number', () => {
    const said = [
      { list: '277 category', code: 'A3' },
      { list: '277 status', code: '24' },
      { list: '277 entity', code: '41' },
      { list: '277 source', code: 'PR' },
    ]
    const receiver = (trace: string) => [`TRN*2*${trace}`, 'STC*A3>24>41*20260310*U*1136']
    expect(read(acknowledgement([], { receiver: receiver('000000117') }))).toEqual([
      { kind: 'batch', controlNumber: 117, verdict: 'rejected', said },
    ])
    expect(read(acknowledgement([], { receiver: receiver('000000117-2') }))).toEqual([
      { kind: 'batch', controlNumber: 117, verdict: 'rejected', positions: [2], said },
    ])
    expect(read(acknowledgement([], { receiver: receiver('WHAT') }))[0]?.kind).toBe('unreadable')
  })

  it('rejects a batch whose only billing provider is rejected; of several it cannot tell', () => {
    const provider = ['TRN*1*0', 'STC*A7>562>85**U*1136']
    expect(read(acknowledgement([], { provider }))[0]).toMatchObject({
      kind: 'batch',
      controlNumber: 117,
      verdict: 'rejected',
    })
    const second = ['HL*4*2*19*1', 'NM1*85*2*OTHER*****XX*1999999984']
    expect(read(acknowledgement([], { provider: [...provider, ...second] }))[0]?.kind).toBe('unreadable')
    const unnamed = acknowledgement(['STC*A2>20>PR*20260310*WQ*1136', ...second, 'TRN*1*0', 'STC*A7>562>85**U*90'])
    expect(read(unnamed).map((notice) => notice.kind)).toEqual(['unreadable', 'claim'])
  })

  it('says when the counts are not those of the claims', () => {
    const receiver = ['TRN*2*000000117', 'STC*A1>19>PR*20260310*WQ*1136', 'QTY*90*2', 'AMT*YU*1136']
    expect(read(acknowledgement(['STC*A2>20>PR*20260310*WQ*1136'], { receiver })).map((notice) => notice.kind)).toEqual(
      ['unreadable', 'claim'],
    )
  })
})

describe('277', () => {
  const inReview = { type: 'in_review' }
  const failed = { type: 'inquiry_failed' }
  it.each([
    ['P0', inReview],
    ['P1', inReview],
    ['P2', inReview],
    ['P4', inReview],
    ['P5', inReview],
    ['F0', inReview],
    ['F1', inReview],
    ['F3', inReview],
    ['F3F', inReview],
    ['F3N', inReview],
    ['F4', inReview],
    ['F2', { type: 'decided', outcome: 'denied', lines: [] }],
    ['P3', { type: 'documents_requested', documents: ['what status code 20 asks for'] }],
    ['R16', { type: 'documents_requested', documents: ['what status code 20 asks for'] }],
    ['D0', { type: 'not_found' }],
    ['A4', { type: 'not_found' }],
    ['E0', failed],
    ['E1', failed],
    ['E2', failed],
    ['E3', failed],
    ['E4', failed],
    ['P9', { type: 'other' }],
    ['R99', { type: 'other' }],
    ['F9', { type: 'other' }],
    ['E9', { type: 'other' }],
  ])('%s means %j', (category, fact) => {
    expect(factOf(answer([`STC*${category}>20*20260310**1136*0`]))).toEqual(fact)
  })

  it('E9 never makes a known state of a code that is not in the list', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][0-9A-Z]{0,3}$/), (category) => {
        const known = /^(A[0-8]|P[0-5]|R\d|R1[0-7]|F[0-4]|F3[FN]|D0|E[0-4])$/.test(category)
        expect((factOf(answer([`STC*${category}>20*20260310**1136*0`])) as { type: string }).type === 'other').toBe(
          !known,
        )
      }),
    )
  })

  it('finds our number by REF*EJ before the trace', () => {
    expect(read(answer(['STC*P1>20*20260310**1136*0', 'REF*EJ*abcd']))[0]).toMatchObject({
      match: { submissionNumber: 'ABCD' },
    })
  })

  it('reads two claims under one subscriber, and one without status as unreadable', () => {
    const two = answer(['STC*P1>20*20260310**1136*0', 'TRN*2*SECOND', 'STC*F1>65*20260310**90*90', 'TRN*2*THIRD'])
    expect(read(two).map((notice) => (notice.kind === 'claim' ? notice.match.submissionNumber : notice.kind))).toEqual([
      'unreadable',
      '7K2M9QX4TB6VH0RC',
      'SECOND',
    ])
  })

  it('does not take the failure of a whole inquiry for a claim state', () => {
    const text = interchange({ group: 'HN', guide: '005010X212', kind: '277' }, [
      'BHT*0010*08*SD1*20260310*1405*DG',
      'HL*1**20*1',
      'NM1*PR*2*S*****PI*SUM01',
      'HL*2*1*21*0',
      'NM1*41*2*B*****46*B',
      'TRN*2*000000117',
      'STC*E1>0*20260310',
    ])
    expect(read(text)).toEqual([{ kind: 'unreadable', because: 'the inquiry was answered as a whole: E1:0' }])
  })
})

describe('what cannot be believed', () => {
  it('is unreadable as a whole: cut, miscounted, or a test in production', () => {
    const good = payment('136', ['CLP*X*1*136*136*0*HM*SD1', 'SVC*AD>D1110*136*136**1'])
    expect(read(good)[0]?.kind).toBe('remittance')
    for (const bad of [
      good.slice(0, -30),
      good.replace('SE*9', 'SE*8'),
      good.replace('GE*1*901', 'GE*1*902'),
      good.replace('*0*P*>', '*0*T*>'),
    ]) {
      expect(bad).not.toBe(good)
      expect(read(bad).map((notice) => notice.kind)).toEqual(['unreadable'])
    }
    expect(read(good.replace('*0*P*>', '*0*T*>'), { mode: 'test' })[0]?.kind).toBe('remittance')
  })

  it('is any other kind of document', () => {
    expect(read(interchange({ group: 'HB', guide: '005010X279A1', kind: '271' }, ['BHT*0022*11']))[0]?.kind).toBe(
      'unreadable',
    )
    expect(read(interchange({ group: 'HN', guide: '005010X213', kind: '277' }, ['BHT*0085*08']))[0]?.kind).toBe(
      'unreadable',
    )
    expect(decode({ transport: 'http', status: 200, headers: {}, body: new Uint8Array() }, context())[0]?.kind).toBe(
      'unreadable',
    )
  })

  it('keeps the good interchange of a file whose other one is cut', () => {
    const good = acknowledgement999(['AK1*HC*117*005010X224A2', 'AK9*A*1*1*1'])
    expect(read(good + good.slice(0, -50)).map((notice) => notice.kind)).toEqual(['batch', 'unreadable'])
  })

  it('never throws, and repeats nothing of a patient', () => {
    const good = payment('136', [
      'CLP*X*1*136*136*0*HM*SD1',
      'NM1*QC*1*SECRETNAME*JANE****MI*SECRETID',
      'SVC*AD>D1110*136*136**1',
      'CAS*CO*45*1',
    ])
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 6 }), (from, length, noise) => {
        const unreadable = read(good.slice(0, from) + noise + good.slice(from + length)).filter(
          (notice: Notice) => notice.kind === 'unreadable',
        )
        expect(JSON.stringify(unreadable)).not.toContain('SECRET')
      }),
      { numRuns: 500 },
    )
  })
})
