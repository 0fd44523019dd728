import { formatMinor } from '../../../domain/amounts.ts'
import type { Reference, Submission } from '../../../domain/claim.ts'
import { toX12Date, x12Date, x12Time } from './dates.ts'
import { askedAbout, billingNpi, demographics, isSubscriber, organisationName, type Parties } from './parties.ts'
import type { Line } from './write.ts'

/** The guide of the 276 claim status inquiry, for GS08 and ST03. */
export const STATUS_INQUIRY_GUIDE = '005010X212'

/**
 * One 276 transaction about one claim (without ST and SE). TRN02 is our submission number: the
 * payer's 277 brings it back; the payer's own claim number goes along when we know it.
 */
export function statusInquiry(
  claim: { submission: Submission; references: Reference[] },
  parties: Parties,
  header: { reference: string; now: string; zone: string },
): Line[] {
  const { submission } = claim
  const self = isSubscriber(submission)
  const person = self ? submission.patient : submission.enrolment.subscriber
  return [
    ['BHT', '0010', '13', header.reference, x12Date(header.now, header.zone), x12Time(header.now, header.zone)],
    ['HL', '1', '', '20', '1'],
    organisationName('2100A', 'PR', parties.payerName, ['PI', parties.payerId]),
    ['HL', '2', '1', '21', '1'],
    organisationName('2100B', '41', parties.submitterName, ['46', parties.senderId]),
    ['HL', '3', '2', '19', '1'],
    organisationName('2100C', '1P', submission.organisation.name, ['XX', billingNpi(submission)]),
    ['HL', '4', '3', '22', self ? '0' : '1'],
    ...(self ? [demographics(person)] : []),
    askedAbout('IL', person, ['MI', submission.enrolment.memberId]),
    ...(self ? claimAskedFor(claim) : []),
    ...(self ? [] : dependent(claim)),
  ]
}

function dependent(claim: { submission: Submission; references: Reference[] }): Line[] {
  const { patient } = claim.submission
  return [['HL', '5', '4', '23'], demographics(patient), askedAbout('QC', patient), ...claimAskedFor(claim)]
}

function claimAskedFor({ submission, references }: { submission: Submission; references: Reference[] }): Line[] {
  const payers = references.findLast((reference) => reference.type === 'claim-number')
  const dates = submission.lines.map((line) => toX12Date(line.serviceDate)).sort()
  const [first, last] = [dates[0] ?? '', dates.at(-1) ?? '']
  return [
    ['TRN', '1', submission.submissionNumber],
    ...(payers === undefined ? [] : ([['REF', '1K', payers.value]] satisfies Line[])),
    ['REF', 'EJ', submission.submissionNumber],
    ['AMT', 'T3', formatMinor(submission.total, submission.currency)],
    first === last ? ['DTP', '472', 'D8', first] : ['DTP', '472', 'RD8', `${first}-${last}`],
  ]
}
