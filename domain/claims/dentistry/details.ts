/**
 * What dentistry says of a service and of a claim beside code, tooth and charge. The numbers in
 * brackets are the fields of the ADA dental claim form (2024) that ask the same.
 */

/** Whether a prosthesis is the first at its place or replaces another (43). */
export const PLACEMENTS = ['initial', 'replacement'] as const
export type Placement = (typeof PLACEMENTS)[number]

export const ACCIDENT_KINDS = ['auto', 'employment', 'other'] as const
/** What the treatment results from (45 to 47). */
export interface Accident {
  kind: (typeof ACCIDENT_KINDS)[number]
  /** YYYY-MM-DD */
  on: string
  /** Two letters, of an accident on the road. */
  state?: string
  /** ISO 3166-1 alpha-2 */
  country?: string
}

/** An orthodontic treatment (40 to 42). */
export interface Orthodontics {
  /** YYYY-MM-DD: when the bands or brackets were placed. */
  bandedOn?: string
  /** Of the whole treatment. */
  months?: number
  remainingMonths?: number
}

export const TOOTH_STATES = ['missing', 'to_be_extracted'] as const
/** A tooth that isn't there any more, or soon won't be (33). Universal notation. */
export interface MissingTooth {
  tooth: string
  status: (typeof TOOTH_STATES)[number]
}

/** A dentist who is no practitioner of the clinic. */
export interface OtherDentist {
  family: string
  given: string
  npi?: string
  licence?: string
}

/** Who gets the money, when it is not the organisation itself. */
export interface Payee {
  name: string
  bank?: {
    name: string
    /** Account number or IBAN. */
    account: string
    /** Routing number, BIC or branch code. */
    code?: string
  }
}

/** What one service has beside its code (29a, 30, 38, 41, 43, 44). Days are YYYY-MM-DD. */
export interface LineDetails {
  /** In the practice's own words: the texts of CDT are the ADA's. */
  description?: string
  placement?: Placement
  /** When the prosthesis that is replaced was placed … */
  priorPlacedOn?: string
  /** … or why nobody knows. */
  priorUnknownBecause?: string
  /** When a removable or fixed orthodontic appliance was placed. */
  appliancePlacedOn?: string
  /** Two digits of the CMS list; 11, the office, where nothing is said. */
  placeOfService?: string
}

/** The same with the diagnoses that it is done for, as the practice writes them: by code. */
export interface ChartedDetails extends LineDetails {
  diagnoses?: string[]
}

/** What a visit says of all its services, and a claim of all its lines. */
export interface TreatmentDetails {
  accident?: Accident
  orthodontics?: Orthodontics
  referringDentist?: OtherDentist
}

/** What a claim has beside its parties and lines. */
export interface ClaimDetails extends TreatmentDetails {
  /** Absent: not charted. Empty: charted, and none is missing. */
  missingTeeth?: MissingTooth[]
  /** The dentist who bills (48 to 52), where that is a person and not the organisation. */
  billingDentist?: OtherDentist
  payee?: Payee
  /** To whom the benefits go (37): `clinic` unless said otherwise. */
  assignment?: 'clinic' | 'patient'
  /** Signatures that the practice keeps on file (36, 37, 53). */
  signatures?: {
    /** YYYY-MM-DD: when the patient or subscriber signed consent and assignment. */
    patientOn?: string
    dentist?: boolean
  }
}
