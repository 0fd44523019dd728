import type { ColumnType, Generated } from 'kysely'
import type {
  AttachmentLabel,
  ClaimStatus,
  ClosedBecause,
  DeliveryState,
  DocumentKind,
  PaymentStatus,
  Purpose,
  Reference,
  RejectedAt,
  Said,
} from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { ChartedDetails, TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import type { DeadlineKind } from '../../domain/claims/escalation.ts'
import type { Effect } from '../../domain/claims/step.ts'
import type { Adjustment, LineSettlement } from '../../domain/money/lineDecision.ts'
import type { Day, DayOrNull, Json, JsonOrNull, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'
import type { DetailsOf, Diagnosis } from './practiceTables.ts'

export interface ClaimsTable extends Tenant {
  id: string
  claim_number: string
  version: Generated<number>
  clinic_id: string
  patient_id: string
  enrolment_id: string
  provider_id: string
  connection_id: string
  practitioner_id: string
  currency: string
  total: number
  service_from: Day
  service_to: Day
  diagnoses: Json<Diagnosis[]>
  /** Fields that a person has set instead of the visit's. */
  chosen: Generated<('diagnoses' | 'practitioner' | 'details')[]>
  note: Maybe<string>
  details: DetailsOf<TreatmentDetails>
  billing_practitioner_id: Maybe<string>
  status: Generated<ClaimStatus>
  payment_status: Generated<PaymentStatus>
  delivery: Maybe<DeliveryState>
  rejected_at: Maybe<RejectedAt>
  state: ColumnType<Record<string, unknown>, string | undefined, string>
  closed_because: Maybe<ClosedBecause>
  purpose: Generated<Purpose>
  replaces_claim_id: Maybe<string>
  lineage_id: string
  /** The claim to the HMO that pays before this one's. */
  first_claim_id: Maybe<string>
  before_first_reason: Maybe<string>
  imported: Generated<boolean>
  deadline_kind: Maybe<DeadlineKind>
  deadline_starts_at: TimeOrNull
  deadline_due_at: TimeOrNull
  deadline_level: Generated<number>
  attention: Generated<boolean>
  submit_asked_at: TimeOrNull
  submit_promised: Generated<boolean>
  submit_problems: JsonOrNull<string[]>
  submit_failures: Generated<number>
  submit_request: Maybe<string>
  waiting_for: Maybe<string>
  created_at: Time
  submitted_at: TimeOrNull
  updated_at: Time
  closed_at: TimeOrNull
  created_by: string
}

export interface ClaimLinesTable extends Tenant {
  claim_id: string
  line_number: number
  visit_procedure_id: Maybe<string>
  visit_id: Maybe<string>
  code: string
  service_date: Day
  tooth: Maybe<string>
  surfaces: Maybe<string>
  area: Maybe<string>
  quantity: number
  amount: number
  rate_amount: Maybe<number>
  priced_by: 'rate' | 'override' | 'import'
  price_reason: Maybe<string>
  decision: Maybe<'approved' | 'reduced' | 'denied' | 'pending'>
  payable: Maybe<number>
  adjustments: ColumnType<Adjustment[], string | undefined, string>
  settlement: Maybe<LineSettlement>
  details: DetailsOf<ChartedDetails>
}

export interface ClaimAuthorisationsTable extends Tenant {
  claim_id: string
  authorisation_id: string
}

export interface AttachmentsTable extends Tenant {
  id: string
  claim_id: string
  kind: DocumentKind
  media_type: string
  file_name: string
  sha256: Buffer
  size: number
  tooth: Maybe<string>
  /** What it is for besides its own kind and tooth. */
  labels: ColumnType<AttachmentLabel[], string | undefined, string>
  captured_on: DayOrNull
  bytes: Buffer
  created_at: Time
}

export interface EvidenceTable extends Tenant {
  id: string
  claim_id: string
  media_type: string
  file_name: string
  sha256: Buffer
  size: number
  bytes: Buffer
  added_by: string
  created_at: Time
}

export interface ClaimReferencesTable extends Tenant {
  connection_id: string
  type: Reference['type']
  value: string
  claim_id: string
  submission_id: Maybe<string>
  learned_at: Time
}

export interface ClaimEventsTable extends Tenant {
  id: string
  claim_id: string
  feed: Generated<number>
  xid: Generated<string>
  notice_id: Maybe<string>
  submission_id: Maybe<string>
  type: Fact['type']
  fact: Json<Fact>
  said: ColumnType<Said[], string | undefined, string>
  effect: Effect
  from_status: ClaimStatus
  to_status: ClaimStatus
  implied: Generated<ClaimStatus[]>
  actor: string
  act: JsonOrNull<Record<string, unknown>>
  happened_at: Time
  recorded_at: Time
  /** Which program recorded it; null: before it was kept. */
  build: Maybe<string>
  adapter_version: Maybe<number>
  /** How often the database had been restored. */
  era: Generated<number>
}
