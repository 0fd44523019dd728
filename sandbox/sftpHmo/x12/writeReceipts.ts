import type { SummitInterchange } from '../bookTypes.ts'
import { type SummitEnvelope, type SummitSegment, writeGroup, writeInterchange } from './writeX12.ts'

/** TA1: the interchange could be opened, or why not. */
export function writeTa1(envelope: SummitEnvelope, interchange: SummitInterchange): string {
  const { control, date, time, note } = interchange
  return writeInterchange(envelope, 0, [['TA1', control, date, time, note === '000' ? 'A' : 'R', note]])
}

/** 999: one transaction for each functional group of the interchange. */
export function write999(envelope: SummitEnvelope, interchange: SummitInterchange): string {
  const group = { code: 'FA', kind: '999', guide: '005010X231A1', hasGuideInSt: true }
  return writeGroup(envelope, group, interchange.groups.map(aboutGroup))
}

function aboutGroup(group: SummitInterchange['groups'][number]): SummitSegment[] {
  const { transactions } = group
  const accepted = transactions.filter((each) => each.accepted).length
  const verdict = accepted === transactions.length ? 'A' : accepted === 0 ? 'R' : 'P'
  const counts = [transactions.length, transactions.length, accepted].map(String)
  return [
    ['AK1', group.code, group.control, group.guide],
    ...transactions.flatMap((each): SummitSegment[] => [
      ['AK2', each.kind, each.control, group.guide],
      // 5: one or more segments are in error.
      ['IK5', ...(each.accepted ? ['A'] : ['R', '5'])],
    ]),
    ['AK9', verdict, ...counts],
  ]
}
