import type { Minor } from '../amounts.ts'
import type {
  Address,
  AttachmentLabel,
  AuthorisationKind,
  DocumentKind,
  Purpose,
  Relationship,
  SubmissionLine,
} from '../claim.ts'
import type { OrderedLine } from '../coordination/payerOrder.ts'
import { codeMatches } from '../practice/procedures.ts'
import type { ClaimDetails } from './dentistry/details.ts'
import type { DentalField } from './dentistry/fields.ts'

/** What must be there before a claim may leave; checked in the API and again in freeze. */
export interface Requirements {
  attachments: AttachmentRule[]
  authorisations: AuthorisationRule[]
  fields: FieldRule[]
}

/**
 * Which lines a rule is about. Codes are CDT codes or ranges such as `D2700-D2799`; all given
 * conditions must hold.
 */
export interface RuleScope {
  codes?: string[]
  plans?: string[]
  /** Applies when the line's charge is at least this many minor units. */
  chargeFrom?: number
}
export interface AttachmentRule {
  when: RuleScope
  kind: DocumentKind
  /** One per tooth of the matching lines, or one for the claim. */
  per: 'claim' | 'tooth'
}
export interface AuthorisationRule {
  when: RuleScope
  kinds: AuthorisationKind[]
}
export interface FieldRule {
  when: RuleScope
  field:
    | 'tooth'
    | 'surfaces'
    | 'area'
    | 'diagnosis'
    | 'practitioner_licence'
    | 'practitioner_npi'
    | 'practitioner_accreditation'
    | 'clinic_npi'
    | 'organisation_tax_id'
    | 'patient_address'
    | DentalField
}

/**
 * What a provider's declaration says about a claim that may leave. A `ProviderDeclaration` is one.
 */
export interface SubmitRules {
  name: string
  requirements: Requirements
  purposes: readonly Purpose[]
  diagnosisRequired: boolean
  limits: { linesPerClaim: number; fields?: FieldLimits }
  /** Details that its format cannot carry; absent: it carries all. */
  noPlaceFor?: readonly DentalField[]
}

/** How much of each field a provider's format can carry; what is not here is not limited by it. */
export interface FieldLimits {
  /** Characters. */
  memberId?: number
  plan?: number
  group?: number
  note?: number
  authorisationNumber?: number
  familyName?: number
  givenName?: number
  /** How many of them a claim may have. */
  diagnoses?: number
  attachments?: number
  /** Letters of one line. */
  surfaces?: number
}

/**
 * One line as it is checked: `priced` is false while no rate holds and nobody has set an amount.
 */
export interface CheckedLine extends SubmissionLine {
  priced: boolean
  visitCompleted: boolean
}

export interface AttachedFile extends AttachmentLabel {
  labels?: AttachmentLabel[]
}

/**
 * A LOA, pre-authorisation, referral or predetermination that the claim names. Days are YYYY-MM-DD.
 */
export interface NamedAuthorisation {
  kind: AuthorisationKind
  number: string
  issuedOn: string
  validUntil: string | null
  /** CDT codes or ranges; empty: any. */
  codes: string[]
  /** Universal teeth; empty: any. */
  teeth: string[]
  /** The most it pays for, in minor units of its currency; null: no limit. */
  amount: Minor | null
  currency: string | null
  /** What other claims have used of the amount already. */
  used: Minor
}

/** A claim as the rules see it: a draft, or what freeze has just read. Days are YYYY-MM-DD. */
export interface CheckedClaim extends ClaimDetails {
  purpose: Purpose
  currency: string
  originalReference?: string
  organisation: { taxId?: string; npi?: string }
  clinic: { npi?: string; phone?: string; address?: Address }
  practitioner: { npi?: string; licence?: string; accreditation?: string }
  patient: { family?: string; given?: string; address?: Address; birthDate?: string }
  enrolment: {
    memberId?: string
    plan?: string
    group?: string
    relationship?: Relationship
    validFrom: string
    validTo: string | null
    subscriber?: { birthDate: string; address?: Address }
  }
  note?: string
  diagnoses: readonly unknown[]
  lines: CheckedLine[]
  attachments: AttachedFile[]
  authorisations: NamedAuthorisation[]
  /**
   * The lines against the HMO that pays before, where the patient has one; `waived`: a person said
   * why the claim does not wait for it.
   */
  order?: { lines: OrderedLine[]; waived: boolean }
}

/** One thing that is missing or wrong before a claim may leave. */
export interface SubmitProblem {
  /** `missing-attachment`, `authorisation-expired` …: the problem type of the API. */
  type: string
  /** A sentence without patient data. */
  detail: string
  lineNumber?: number
  /** Of `differs-from-visit`: the field, and its value in the draft and in the visit. */
  field?: string
  draft?: string
  visit?: string
}

/** The lines that a rule is about. */
export function linesInScope(claim: Pick<CheckedClaim, 'lines' | 'enrolment'>, when: RuleScope): CheckedLine[] {
  const { plan } = claim.enrolment
  if (when.plans !== undefined && (plan === undefined || !when.plans.includes(plan))) return []
  return claim.lines.filter(
    (line) => (when.codes === undefined || codeMatches(line.code, when.codes)) && line.charge >= (when.chargeFrom ?? 0),
  )
}
