import { formatMinor } from '../../../../domain/amounts.ts'
import type { Relationship, Submission } from '../../../../domain/claim.ts'
import type { FirstPayer } from '../../../../domain/coordination/firstPayer.ts'
import { toX12Date } from '../dates.ts'
import { addressLines, organisationName, personName } from '../parties.ts'
import type { Line } from '../write.ts'
import { adjustmentSegments } from './adjustments.ts'

/**
 * Loops 2320, 2330A and 2330B: the HMO that pays before, who is insured there, and what it paid and
 * adjusted of the claim as a whole. What it decided of the lines stands in their loops 2430.
 * Nothing where the patient has no such HMO. Source: 005010X224A2, loops 2320 to 2330B.
 */
export function otherPayerLoops({ firstPayer, currency }: Submission): Line[] {
  if (firstPayer === undefined) return []
  return [
    otherSubscriber(firstPayer),
    ...decided(firstPayer, currency),
    // Benefits are assigned to the clinic, and the patient has signed that data may be released.
    ['OI', '', '', 'Y', '', '', 'Y'],
    personName('2330A', 'IL', firstPayer.cover.subscriber, ['MI', firstPayer.cover.memberId]),
    ...addressLines('2330A', firstPayer.cover.subscriber.address),
    organisationName('2330B', 'PR', firstPayer.name, ['PI', firstPayer.payerId]),
    ...(firstPayer.claimReference === undefined ? [] : ([['REF', 'F8', firstPayer.claimReference]] satisfies Line[])),
  ]
}

function otherSubscriber({ cover }: FirstPayer): Line {
  const { relationship, group = '', plan = '' } = cover
  const groupName = group === '' ? plan : ''
  return ['SBR', 'P', PATIENT_TO_SUBSCRIBER[relationship], group, groupName, '', '', '', '', 'HM']
}

function decided({ decision }: FirstPayer, currency: string): Line[] {
  if (decision === null) return []
  const money = (amount: number) => formatMinor(amount, currency)
  return [...adjustmentSegments('2320', decision.adjustments, money), ['AMT', 'D', money(decision.paid)]]
}

/**
 * The day of the first HMO's decision (DTP*573) stands in each loop 2430; in 2330B only when no
 * line has one, which a decision always has.
 */
export function decidedOn({ decidedOn: day }: { decidedOn: string }): Line {
  return ['DTP', '573', 'D8', toX12Date(day)]
}

const PATIENT_TO_SUBSCRIBER: Readonly<Record<Relationship, string>> = {
  self: '18',
  spouse: '01',
  child: '19',
  other: 'G8',
}
