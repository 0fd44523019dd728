import type { Minor } from './amounts.ts'
import type { ClaimDetails, LineDetails } from './claims/dentistry/details.ts'
import type { FirstPayer } from './coordination/firstPayer.ts'
import type { Address, Person, Relationship } from './people.ts'

export type { Address, Person, Relationship } from './people.ts'
export type { Said } from './said.ts'

/** What the claim is with the provider. `CANCELLED` is ours. */
export const STATUSES = [
  'DRAFT',
  'SUBMITTED',
  'RECEIVED',
  'IN_REVIEW',
  'APPROVED',
  'PARTIAL',
  'REJECTED',
  'CANCELLED',
] as const
export type ClaimStatus = (typeof STATUSES)[number]

/**
 * What people are shown. `SUBMITTING`: the submission of a draft was accepted, and it is not frozen
 * yet; it becomes SUBMITTED, or a DRAFT again with the reasons on the worklist.
 */
export const SHOWN_STATUSES = ['DRAFT', 'SUBMITTING', ...STATUSES.slice(1)] as const satisfies readonly (
  | ClaimStatus
  | 'SUBMITTING'
)[]
export type ShownStatus = ClaimStatus | 'SUBMITTING'

/** What the ledger says of the claim's money. */
export const PAYMENT_STATUSES = ['UNPAID', 'PART_PAID', 'PAID', 'OVERPAID'] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/**
 * Where a REJECTED claim fell: never adjudicated (send a corrected new original) or adjudicated
 * (replacement or appeal).
 */
export type RejectedAt = 'front_end' | 'adjudicated'

/** Why nothing more is expected of a claim. */
export type ClosedBecause = 'settled' | 'cancelled' | 'replaced'

/** What one sending of a claim asks the provider to do. */
export const PURPOSES = ['new', 'replacement', 'appeal', 'void', 'supplement'] as const
export type Purpose = (typeof PURPOSES)[number]
/**
 * What an appeal of a claim that was paid in part carries: the claim again, or only what was denied
 * or reduced of it.
 */
export type Appeals = 'whole-claim' | 'disputed-lines'

/**
 * Delivery of an interchange. `WAITING` waits for a batch cut-off; `RESEND` is "known not to have
 * arrived, send the same again".
 */
export const DELIVERY_STATES = ['WAITING', 'READY', 'SENDING', 'SENT', 'UNKNOWN', 'RESEND', 'REFUSED'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** A number that the provider (or a clearinghouse on the way) gave. */
export interface Reference {
  type: 'claim-number' | 'clearinghouse-trace' | 'batch' | 'authorisation' | 'payment'
  value: string
}

/** What kind of paper an attachment is. */
export const DOCUMENT_KINDS = [
  'xray',
  'photo',
  'perio_chart',
  'treatment_plan',
  'referral',
  'authorisation',
  'eob',
  'claim_form',
  'receipt',
  'narrative',
  'other',
] as const
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

export interface SubmissionLine extends LineDetails {
  /** 1-based place in the claim. */
  lineNumber: number
  /** Goes out with the line and comes back with its decision (X12 REF*6R, FHIR item.sequence). */
  controlNumber: string
  /** CDT code, `D` and four digits. */
  code: string
  /** YYYY-MM-DD */
  serviceDate: string
  /** Universal notation: 1–32, A–T; supernumerary teeth 51–82, AS–TS. */
  tooth?: string
  /** Of M O D B F L I, in that order of the chart, without repeats. */
  surfaces?: string
  /** Oral cavity area: 00 01 02 10 20 30 40. */
  area?: string
  quantity: number
  charge: Minor
  /** 1-based places of the line's own diagnoses among the claim's, the first the main one. */
  diagnosisPointers?: number[]
  /**
   * The control number of the same service in the sending that opened the claim; absent where
   * nothing is corrected, or the service was not in it.
   */
  openingControlNumber?: string
}

/** What a file is for. One file may be for several teeth and be of several kinds. */
export interface AttachmentLabel {
  kind: DocumentKind
  tooth?: string
}

/** All that a file is for, its own kind and tooth first. */
export function labelsOf({ kind, tooth, labels = [] }: AttachmentLabel & { labels?: AttachmentLabel[] }) {
  return [tooth === undefined ? { kind } : { kind, tooth }, ...labels]
}

export interface SubmissionAttachment {
  attachmentId: string
  kind: DocumentKind
  mediaType: string
  fileName: string
  sha256: string
  size: number
  tooth?: string
  /** Further kinds and teeth that it is for. */
  labels?: AttachmentLabel[]
  /** YYYY-MM-DD, when the image was taken. */
  capturedOn?: string
}

/**
 * One sending of a claim, frozen at submit: an adapter maps this and nothing else. Patient data
 * lives here and in Postgres, never in Temporal, logs or errors.
 */
export interface Submission extends ClaimDetails {
  submissionId: string
  /**
   * 16 of Crockford base32, uppercase; unique in the deployment; comes back from the provider.
   * Match without regard to case.
   */
  submissionNumber: string
  purpose: Purpose
  claimId: string
  claimNumber: string
  currency: string
  /** Sum of the lines' charges. */
  total: Minor
  /**
   * What the provider calls the claim that this one corrects; needed by replacement, appeal, void
   * and supplement.
   */
  originalReference?: string
  /** Our own number of the submission that this one corrects. */
  originalSubmissionNumber?: string
  /**
   * Our own number of the sending that opened the claim at the provider: the last `new` of its
   * lineage. A format whose claim keeps one id over all corrections names it by this.
   */
  openingSubmissionNumber?: string
  organisation: { name: string; taxId?: string; npi?: string }
  clinic: { name: string; npi?: string; phone?: string; address: Address }
  practitioner: { family: string; given: string; npi?: string; licence?: string; accreditation?: string }
  patient: Person
  enrolment: {
    memberId: string
    plan?: string
    group?: string
    relationship: Relationship
    subscriber: Person
    priority: 'primary' | 'secondary'
  }
  /** The HMO that pays before this one, with what it decided; absent where nobody does. */
  firstPayer?: FirstPayer
  /** `codes` and `teeth`: what it covers, where it says so. */
  authorisations: { kind: AuthorisationKind; number: string; codes?: string[]; teeth?: string[] }[]
  diagnoses: { system: 'icd-10' | 'icd-10-cm'; code: string }[]
  lines: SubmissionLine[]
  attachments: SubmissionAttachment[]
  note?: string
}

export const AUTHORISATION_KINDS = ['loa', 'preauthorisation', 'referral', 'predetermination'] as const
export type AuthorisationKind = (typeof AUTHORISATION_KINDS)[number]
