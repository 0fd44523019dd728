import { z } from 'zod'
import {
  concept,
  extensions,
  humanName,
  identifier,
  meta,
  money,
  personReference,
  reference,
  sequence,
  text,
} from './datatypes.ts'

/** A Claim as a server gives it back. */
export const claimEcho = z.object({
  resourceType: z.literal('Claim'),
  id: text.optional(),
  identifier: z.array(identifier).optional(),
})

/** A Communication as a server gives it back: it has the papers. */
export const communicationEcho = z.object({
  resourceType: z.literal('Communication'),
  identifier: z.array(identifier).optional(),
})

const adjudications = z.array(z.object({ category: concept, reason: concept.optional(), amount: money.optional() }))

/** Source: FHIR R4 ClaimResponse. `outcome` is the outcome of processing, not an approval. */
export const claimResponse = z.object({
  resourceType: z.literal('ClaimResponse'),
  id: text.optional(),
  meta: meta.optional(),
  status: text,
  use: text.optional(),
  created: text.optional(),
  patient: personReference.optional(),
  contained: z.array(z.unknown()).optional(),
  request: reference.optional(),
  outcome: text,
  disposition: text.optional(),
  extension: extensions.optional(),
  item: z
    .array(
      z.object({
        itemSequence: sequence,
        adjudication: adjudications,
      }),
    )
    .optional(),
  addItem: z.array(z.unknown()).optional(),
  /** Of the claim as a whole. */
  adjudication: adjudications.optional(),
  error: z.array(z.object({ itemSequence: sequence.optional(), code: concept })).optional(),
})
export type ClaimResponse = z.infer<typeof claimResponse>

export const operationOutcome = z.object({
  resourceType: z.literal('OperationOutcome'),
  extension: extensions.optional(),
  issue: z
    .array(z.object({ severity: text, code: text, details: concept.optional(), diagnostics: text.optional() }))
    .min(1),
})
export type OperationOutcome = z.infer<typeof operationOutcome>

/** A payer's question: which papers it wants, about which claims. */
export const communicationRequest = z.object({
  resourceType: z.literal('CommunicationRequest'),
  status: text,
  about: z.array(reference).min(1),
  subject: personReference.optional(),
  contained: z.array(z.unknown()).optional(),
  authoredOn: text.optional(),
  payload: z.array(z.object({ contentString: text.optional() })).optional(),
  reasonCode: z.array(concept).optional(),
})

/** A Patient as the payer knows them. What cannot be read of it is left out. */
export const patientResource = z.object({
  resourceType: z.literal('Patient'),
  id: text.optional(),
  identifier: z.array(identifier).optional().catch(undefined),
  name: z.array(humanName).optional().catch(undefined),
  birthDate: z.iso.date().optional().catch(undefined),
})
