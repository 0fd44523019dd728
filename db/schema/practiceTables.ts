import type { ColumnType, Generated } from 'kysely'
import type { Address, AuthorisationKind, Person, Relationship } from '../../domain/claim.ts'
import type { ChartedDetails, MissingTooth, Payee, TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import type { Day, DayOrNull, Json, JsonOrNull, Maybe, Tenant } from './columns.ts'

export interface ClinicsTable extends Tenant {
  id: string
  external_id: string
  name: string
  npi: Maybe<string>
  phone: Maybe<string>
  address: Json<Address>
  zone: Generated<string>
  version: Generated<number>
  payee: JsonOrNull<Payee>
}

export interface PractitionersTable extends Tenant {
  id: string
  external_id: string
  version: number
  family: string
  given: string
  npi: Maybe<string>
  licence: Maybe<string>
  accreditations: Json<Record<string, string>>
  signature_on_file: Generated<boolean>
}

export interface PatientsTable extends Tenant {
  id: string
  external_id: string
  version: number
  family: string
  given: string
  birth_date: Day
  sex: Person['sex']
  address: JsonOrNull<Address>
  phone: Maybe<string>
  missing_teeth: JsonOrNull<MissingTooth[]>
  search: ColumnType<string, never, never>
}

export interface EnrolmentsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  provider_id: string
  member_id: string
  card_number: Maybe<string>
  plan: Maybe<string>
  group_number: Maybe<string>
  relationship: Relationship
  subscriber: JsonOrNull<Person>
  priority: Generated<'primary' | 'secondary'>
  valid_from: Day
  valid_to: DayOrNull
  assignment: Generated<'clinic' | 'patient'>
  signed_on: DayOrNull
}

export interface AuthorisationsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  provider_id: string
  kind: AuthorisationKind
  number: string
  issued_on: Day
  valid_until: DayOrNull
  codes: Generated<string[]>
  teeth: Generated<string[]>
  amount: Maybe<number>
  currency: Maybe<string>
  used: Generated<number>
}

export interface Diagnosis {
  system: 'icd-10' | 'icd-10-cm'
  code: string
}

/** What a visit says of all its services; the place becomes each service's own. */
export interface VisitDetails extends TreatmentDetails {
  placeOfService?: string
}

/** JSON that is `{}` unless said otherwise. */
export type DetailsOf<T> = ColumnType<T, T | string | undefined, T | string>

export interface VisitsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  clinic_id: string
  practitioner_id: string
  visited_on: Day
  status: 'planned' | 'completed' | 'cancelled'
  diagnoses: Json<Diagnosis[]>
  receipts: Generated<number>
  currency: string
  details: DetailsOf<VisitDetails>
  billing_practitioner_id: Maybe<string>
}

export interface VisitProceduresTable extends Tenant {
  id: string
  external_id: string
  visit_id: string
  code: string
  tooth: Maybe<string>
  surfaces: Maybe<string>
  area: Maybe<string>
  quantity: Generated<number>
  fee: number
  /** No longer in its visit; it stays because a claim has it. */
  removed: Generated<boolean>
  details: DetailsOf<ChartedDetails>
}

export interface RatesTable extends Tenant {
  id: string
  external_id: string
  version: number
  provider_id: string
  clinic_id: Maybe<string>
  plan: Maybe<string>
  code: string
  amount: number
  currency: string
  valid_from: Day
  valid_to: DayOrNull
}
