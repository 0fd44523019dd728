import type { z } from 'zod'
import type { Appeals, Purpose } from '../domain/claim.ts'
import type { DentalField } from '../domain/claims/dentistry/fields.ts'
import type { FieldLimits, Requirements } from '../domain/claims/requirements.ts'

export const TRANSPORTS = ['http', 'sftp', 'email', 'manual'] as const

export type TransportName = (typeof TRANSPORTS)[number]

export interface ProviderDeclaration<S = unknown> {
  /** Also the folder's name, kebab-case. */
  id: string
  name: string
  transport: TransportName
  format: 'x12' | 'fhir' | 'xml' | 'csv' | 'pdf'
  /**
   * Changes when the bytes that `encode` makes change. A submission stays with the version of its
   * first try.
   */
  version: number
  /**
   * The adapter's own settings of a connection. Secrets and addresses are the transport's
   * (`endpoint`).
   */
  settings: z.ZodType<S>
  /** How the transport signs in. */
  auth: 'none' | 'basic' | 'bearer' | 'oauth2-client-credentials' | 'password-or-key' | 'password'
  purposes: Purpose[]
  /**
   * What an appeal carries, declared where it is one of the purposes: all lines of the claim, or of
   * a claim that was paid in part only what was denied or reduced of it.
   */
  appeals?: Appeals
  delivery: DeliveryCapabilities
  requirements: Requirements
  /**
   * Defaults; a connection may state its own. Working days or calendar days from the stage's start.
   */
  deadlines: DeadlineDefaults
  /** `fields`: what the format can carry of each; asked before a claim may leave. */
  limits: { linesPerClaim: number; messageBytes: number; attachmentBytes: number; fields?: FieldLimits }
  toothNotation: 'universal' | 'fdi'
  /**
   * Dental details that its format has no place for. A claim leaves without them, and who sends it
   * is told; every other detail must be in what leaves.
   */
  noPlaceFor?: readonly DentalField[]
  /** How many claims one interchange may carry. */
  batching: { claimsPerInterchange: number }
  /** CDT codes only unless the provider says otherwise. */
  diagnosisRequired: boolean
}

export interface DeliveryCapabilities {
  /** Hours for which the provider remembers an idempotency key; 0 = it knows none. */
  keyWindowHours: number
  /** Can `ask` find a submission by our own number? */
  lookup: boolean
  /** Seconds (business time) until a submission can be found by `ask`. */
  lookupLagSeconds: number
  /** Does the provider drop a second copy by control number or submission number? */
  dedupes: boolean
  /** Does an acknowledgement come for each sending? */
  acks: boolean
  /**
   * What to do when nothing tells what became of an UNKNOWN delivery: send the same again, or hold
   * for a person.
   */
  unknownPolicy: 'resend' | 'hold'
}

export interface DeadlineDefaults {
  ackDays: number
  decisionDays: number
  documentsDays: number
  paymentDays: number
  resubmissionDays: number
  /** From the service date. */
  filingLimitDays: number
  /** Between two levels of escalation. */
  levelDays: number
  workingDays: boolean
}
