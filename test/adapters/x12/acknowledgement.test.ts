import { describe, expect, it } from 'vitest'
import { acknowledgement999, read } from './documents.ts'

describe('999 and TA1', () => {
  const group = 'AK1*HC*117*005010X224A2'
  it('accepts and rejects the whole group', () => {
    expect(read(acknowledgement999([group, 'AK2*837*0001*005010X224A2', 'IK5*A', 'AK9*A*1*1*1']))[0]).toMatchObject({
      kind: 'batch',
      controlNumber: 117,
      verdict: 'accepted',
    })
    expect(read(acknowledgement999([group, 'AK2*837*0001*005010X224A2', 'IK5*E*5', 'AK9*E*1*1*1']))[0]).toMatchObject({
      verdict: 'accepted',
    })
    for (const verdict of ['R', 'M', 'W', 'X']) {
      const [notice] = read(
        acknowledgement999([group, 'AK2*837*0001*005010X224A2', `IK5*${verdict}*5`, `AK9*${verdict}*1*1*0`]),
      )
      expect(notice).toMatchObject({ kind: 'batch', controlNumber: 117, verdict: 'rejected' })
      expect(notice).not.toHaveProperty('positions')
    }
  })

  it('names the rejected transactions by their place, with the reason and without the bad value', () => {
    const notices = read(
      acknowledgement999([
        group,
        'AK2*837*0001',
        'IK5*A',
        'AK2*837*0002',
        'IK3*NM1*9**8',
        'IK4*9*67*7*JANE-DOE',
        'IK5*R*5',
        'AK2*837*0003',
        'IK5*R',
        'AK9*P*3*3*1',
      ]),
    )
    expect(notices).toEqual([
      {
        kind: 'batch',
        controlNumber: 117,
        verdict: 'rejected',
        positions: [2, 3],
        said: [
          { list: '999 AK9', code: 'P' },
          { list: '999 IK3', code: '8', text: 'segment 9 NM1' },
          { list: '999 IK4', code: '7', text: 'segment 9 NM1 element 9' },
          { list: '999 IK5', code: '5', text: 'transaction' },
        ],
      },
    ])
    expect(JSON.stringify(notices)).not.toContain('JANE')
  })

  it.each([
    [[group, 'AK9*P*1*1*0']],
    [[group, 'AK9*Q*1*1*0']],
    [[group]],
    [['AK9*A*1*1*1']],
    [['AK1*HC*ABC*005010X224A2', 'AK9*A*1*1*1']],
    [[group, 'AK2*837*XYZ', 'IK5*R', 'AK9*P*1*1*0']],
  ])('cannot read %j', (segments) => {
    expect(read(acknowledgement999(segments)).map((notice) => notice.kind)).toEqual(['unreadable'])
  })

  it('reads TA1 in an interchange without groups', () => {
    const ta1 = (segment: string) =>
      read(
        `${['ISA*00*          *00*          *ZZ*S              *ZZ*B              *260310*1405*^*00501*000000901*0*P*>', segment, 'IEA*0*000000901'].join('~')}~`,
      )
    expect(ta1('TA1*000000117*260310*1400*A*000')).toEqual([
      { kind: 'batch', controlNumber: 117, verdict: 'accepted', said: [{ list: 'TA1', code: 'A' }] },
    ])
    expect(ta1('TA1*000000117*260310*1400*R*025')).toEqual([
      {
        kind: 'batch',
        controlNumber: 117,
        verdict: 'rejected',
        said: [
          { list: 'TA1', code: 'R' },
          { list: 'TA1 note', code: '025' },
        ],
      },
    ])
    expect(ta1('TA1*0*260310*1400*A*000')[0]?.kind).toBe('unreadable')
    expect(ta1('TA1*000000117*260310*1400*Q*000')[0]?.kind).toBe('unreadable')
  })
})
