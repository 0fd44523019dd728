import { formatMinor, sum } from '../../../../domain/amounts.ts'
import type { Purpose, Submission } from '../../../../domain/claim.ts'
import { x12Date, x12Time } from '../dates.ts'
import { otherPayerLoops } from '../otherPayer/claimLoops.ts'
import {
  billingAddress,
  billingNpi,
  demographics,
  isSubscriber,
  organisationName,
  type Parties,
  patientAddress,
  personName,
} from '../parties.ts'
import { type Line, X12Refusal } from '../write.ts'
import { claimDetail } from './dentalClaimDetail.ts'
import { serviceLine } from './dentalClaimLine.ts'
import { placeOfClaim, relatedCauses } from './dentalDetails.ts'

/** The guide of the 837 dental claim, for GS08 and ST03. */
export const DENTAL_CLAIM_GUIDE = '005010X224A2'

/** BHT and loops 1000A, 1000B. `reference` is BHT03 and comes back in a 277CA. */
export function dentalClaimHeader(parties: Parties, reference: string, now: string, zone: string): Line[] {
  return [
    ['BHT', '0019', '00', reference, x12Date(now, zone), x12Time(now, zone), 'CH'],
    organisationName('1000A', '41', parties.submitterName, ['46', parties.senderId]),
    ['PER', 'IC', '', 'TE', telephone(parties.contactPhone)],
    organisationName('1000B', '40', parties.receiverName, ['46', parties.receiverId]),
  ]
}

/** PER04: ten digits in North America, without the country code 1 (source: 005010X224A2 PER04). */
function telephone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  return digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
}

/**
 * Loops 2000A to 2400 of one claim in a transaction of its own (005010X224A2). Throws `X12Refusal`
 * for what the format cannot carry, before anything is sent: a correction without the payer's
 * number, a total that is not the sum of its lines, letters without a spelling.
 */
export function dentalClaim(submission: Submission, parties: Parties): Line[] {
  const self = isSubscriber(submission)
  return [
    ...billingProvider(submission, parties),
    ...subscriber(submission, parties, self),
    ...(self ? [] : dependent(submission)),
    claim(submission),
    ...claimDetail(submission, parties.taxonomy),
    ...otherPayerLoops(submission),
    ...submission.lines.flatMap((line) => serviceLine(submission, line)),
  ]
}

/**
 * 2010AA: the organisation, or the dentist who bills (source: 005010X224A2 2010AA NM102, 1 is a
 * person).
 */
function billingProvider(submission: Submission, parties: Parties): Line[] {
  const { organisation, clinic, currency, billingDentist } = submission
  const taxId = organisation.taxId?.replace(/[^A-Za-z0-9]/g, '') ?? ''
  if (taxId === '') throw new X12Refusal('2010AA REF02', 'the organisation has no tax number')
  return [
    ['HL', '1', '', '20', '1'],
    ['PRV', 'BI', 'PXC', parties.taxonomy],
    // The guide assumes US dollars unless this says otherwise.
    ...(currency === 'USD' ? [] : ([['CUR', '85', currency]] satisfies Line[])),
    billingDentist === undefined
      ? organisationName('2010AA', '85', organisation.name, ['XX', billingNpi(submission)])
      : personName('2010AA', '85', billingDentist, ['XX', billingDentist.npi ?? billingNpi(submission)]),
    ...billingAddress(clinic.address),
    ['REF', 'EI', taxId],
    ...(billingDentist?.licence === undefined ? [] : ([['REF', '0B', billingDentist.licence]] satisfies Line[])),
  ]
}

function subscriber(submission: Submission, parties: Parties, self: boolean): Line[] {
  const { enrolment, patient } = submission
  const person = self ? patient : enrolment.subscriber
  const plan = enrolment.group === undefined ? (enrolment.plan ?? '') : ''
  return [
    ['HL', '2', '1', '22', self ? '0' : '1'],
    // HM: the payer is an HMO.
    [
      'SBR',
      enrolment.priority === 'primary' ? 'P' : 'S',
      self ? '18' : '',
      enrolment.group ?? '',
      plan,
      '',
      '',
      '',
      '',
      'HM',
    ],
    personName('2010BA', 'IL', person, ['MI', enrolment.memberId]),
    // Only of a subscriber who is the patient; else the guide says not to send them.
    ...(self ? [...patientAddress('2010BA', person.address), demographics(person)] : []),
    organisationName('2010BB', 'PR', parties.payerName, ['PI', parties.payerId]),
  ]
}

function dependent(submission: Submission): Line[] {
  const { patient, enrolment } = submission
  return [
    ['HL', '3', '2', '23', '0'],
    ['PAT', PATIENT_TO_SUBSCRIBER[enrolment.relationship]],
    personName('2010CA', 'QC', patient),
    ...patientAddress('2010CA', patient.address ?? enrolment.subscriber.address),
    demographics(patient),
  ]
}

function claim(submission: Submission): Line {
  const total = sum(submission.lines.map((line) => line.charge))
  if (total !== submission.total) throw new X12Refusal('2300 CLM02', 'the total is not the sum of the lines')
  // Y A and Y: signature on file, assignment accepted, release of information signed. CLM08 says to
  // whom the benefits go: Y to the clinic, N to the patient.
  const amount = formatMinor(total, submission.currency)
  return [
    'CLM',
    submission.submissionNumber,
    amount,
    '',
    '',
    [placeOfClaim(submission), 'B', frequencyOf(submission)],
    'Y',
    'A',
    submission.assignment === 'patient' ? 'N' : 'Y',
    'Y',
    '',
    relatedCauses(submission),
  ]
}

/**
 * CLM05-3. A correction without the payer's own number would be read as a second claim: refused.
 */
function frequencyOf({ purpose, originalReference }: Submission): string {
  const frequency = FREQUENCY[purpose]
  if (frequency === undefined) throw new X12Refusal('2300 CLM05-3', `an 837 cannot carry a ${purpose}`)
  if (frequency !== '1' && originalReference === undefined) {
    throw new X12Refusal('2300 REF02', `a ${purpose} needs the payer's number of the original claim`)
  }
  return frequency
}

/** Claim frequency (source: NUBC type of bill, third digit). A supplement is no claim. */
const FREQUENCY: Readonly<Partial<Record<Purpose, string>>> = { new: '1', replacement: '7', appeal: '7', void: '8' }

const PATIENT_TO_SUBSCRIBER = { self: '18', spouse: '01', child: '19', other: 'G8' } as const
