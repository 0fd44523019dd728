import type { Minor } from '../amounts.ts'
import type { Reference } from '../claim.ts'

/**
 * A person as a document names them: in two parts, or as one text. What it leaves out is not there.
 */
export interface NamedPerson {
  family?: string
  given?: string
  /** The whole name where the document does not part it: "Nora Fieldcase", "Fieldcase, Nora". */
  name?: string
  /** YYYY-MM-DD */
  birthDate?: string
}

/** A line as a document names it. Null: it does not say. */
export interface LineMarks {
  /** Ours as it came back, or the payer's own: the two look alike. */
  controlNumber: string | null
  code: string | null
  /** Minor units; its sign does not matter. */
  charged: Minor | null
  /** YYYY-MM-DD */
  day: string | null
}

/**
 * What a document says of a claim beside the claim's numbers. What is not there is neither for nor
 * against a claim.
 */
export interface Marks {
  patient?: NamedPerson
  /** Each number by which the document knows the patient. */
  memberIds?: string[]
  /** First and last day of the services, both included. */
  days?: { from: string; to: string }
  /** What the claim as a whole charges, minor units; its sign does not matter. */
  charged?: Minor
  /** Of a decision line by line: one for each of its lines, in their order. */
  lines?: LineMarks[]
  /** Who is paid. */
  payee?: { npi?: string; taxId?: string }
}

/**
 * What the provider says that we have wrong of the member, as far as it says it (source: X12 835
 * NM1*74, "corrected patient or insured").
 */
export interface MemberCorrection {
  family?: string
  given?: string
  /** YYYY-MM-DD */
  birthDate?: string
  memberId?: string
}

/** What a document names of a claim: numbers, and marks by which it can be known. */
export interface SoughtClaim {
  /** Our submission number, or our claim number. */
  submissionNumber?: string
  references: Reference[]
  marks?: Marks
}

/** A line as it was sent. */
export interface SentLine {
  lineNumber: number
  controlNumber: string
  code: string
  charge: Minor
  /** YYYY-MM-DD; absent on claims that another system sent. */
  serviceDate?: string
}

/** A claim of ours that a document may mean, as it was sent. What is not known is not there. */
export interface CandidateClaim {
  claimId: string
  claimNumber: string
  /** The claims that correct one another share it. */
  lineageId: string
  /** The sending that is meant; null when there is none. */
  submissionId: string | null
  /** It was replaced: the claim of its lineage that is open now, where one was sent. */
  replacedBy: string | null
  /** How the document names it. `marks`: by nothing but what it says of patient and services. */
  foundBy: 'number' | 'reference' | 'marks'
  patient?: NamedPerson
  /** Who holds the plan; some payers name them in the patient's place. */
  subscriber?: NamedPerson
  memberId?: string
  /** What the sending charged in all, minor units. */
  total: Minor
  lines: SentLine[]
  /** Numbers of ours that may stand for the payee. */
  payees: { npis: string[]; taxIds: string[] }
}
