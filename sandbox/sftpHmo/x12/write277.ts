import type { SummitClaim } from '../bookTypes.ts'
import { fromMinor } from './amounts.ts'
import { organisation, person, SUMMIT } from './parties.ts'
import type { Inquiry } from './readInquiry.ts'
import { statusOf } from './write277ca.ts'
import { type Composite, day, minute, type SummitEnvelope, type SummitSegment, writeGroup } from './writeX12.ts'

/** One status in a 277; `claim` is null where nothing is on file. */
export interface StatusOut {
  trace: string
  submissionNumber: string
  claim: SummitClaim | null
  status: Composite
  about: Pick<Inquiry, 'patient' | 'subscriber' | 'memberId' | 'isDependent' | 'provider' | 'submitter'>
}

/** 277 (X212): where claims stand, asked for or not; a transaction for each. */
export function write277(envelope: SummitEnvelope, statuses: StatusOut[]): string {
  const group = { code: 'HN', kind: '277', guide: '005010X212', hasGuideInSt: true }
  return writeGroup(
    envelope,
    group,
    statuses.map((each, index) => aboutClaim(envelope, each, index)),
  )
}

/**
 * A status that nobody asked for, in the words of the claim itself. `trace` is the clinic's own
 * number.
 */
export function unasked(claim: SummitClaim, status: Composite, trace: string): StatusOut {
  return {
    trace,
    submissionNumber: trace,
    claim,
    status,
    about: {
      patient: claim.patient,
      subscriber: claim.subscriber ?? claim.patient,
      memberId: claim.memberId,
      isDependent: claim.subscriber !== null,
      provider: { name: claim.payee.name, npi: claim.payee.npi },
      submitter: { name: claim.batch.submitterName, id: claim.batch.submitterId },
    },
  }
}

/** What Summit answers about a claim; null while it is silent about it. */
export function statusNow(claim: SummitClaim | undefined): Composite | null {
  if (!claim) return ['D0', '35']
  if (claim.fate === 'silent') return null
  if (claim.done.has('rejected')) return statusOf(claim, 'rejected')
  if (claim.done.has('denied')) return ['F2', '585']
  if (claim.done.has('payment-1')) return ['F1', '65']
  if (claim.done.has('in-review')) return inReview(claim)
  return claim.done.has('acknowledged') ? ['A2', '20'] : ['A1', '19']
}

/** P1 in process, P2 under review by the payer. */
export function inReview(claim: SummitClaim): Composite {
  return claim.fate === 'deny' || claim.fate === 'pay-part' ? ['P2', '46'] : ['P1', '20']
}

function aboutClaim({ at, control }: SummitEnvelope, out: StatusOut, index: number): SummitSegment[] {
  const { about, claim } = out
  const patient: SummitSegment[] = [
    ['TRN', '2', out.trace],
    ['STC', out.status, day(at), '', ...(claim ? [fromMinor(claim.total, claim.currency)] : [])],
    ...(claim ? ([['REF', '1K', claim.claimNumber]] satisfies SummitSegment[]) : []),
    ['REF', 'EJ', out.submissionNumber],
    ...(claim ? ([['DTP', '472', 'D8', claim.lines[0]?.date ?? day(at)]] satisfies SummitSegment[]) : []),
  ]
  return [
    ['BHT', '0010', '08', `277-${control}-${index + 1}`, day(at), minute(at), 'DG'],
    ['HL', '1', '', '20', '1'],
    organisation('PR', SUMMIT.name, 'PI', SUMMIT.payerId),
    ['HL', '2', '1', '21', '1'],
    organisation('41', about.submitter.name, '46', about.submitter.id),
    ['HL', '3', '2', '19', '1'],
    organisation('1P', about.provider.name, 'XX', about.provider.npi),
    ['HL', '4', '3', '22', about.isDependent ? '1' : '0'],
    person('IL', about.subscriber, about.memberId),
    ...(about.isDependent
      ? ([['HL', '5', '4', '23'], person('QC', about.patient, null), ...patient] satisfies SummitSegment[])
      : patient),
  ]
}
