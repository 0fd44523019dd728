import { z } from 'zod'
import {
  AUTHORISATION_KINDS,
  DELIVERY_STATES,
  DOCUMENT_KINDS,
  PAYMENT_STATUSES,
  PURPOSES,
  SHOWN_STATUSES,
  STATUSES,
} from '../../../domain/claim.ts'
import { LINE_SETTLEMENTS } from '../../../domain/money/lineDecision.ts'
import { id, instant } from '../../http/schemas.ts'
import { serviceDetailsView, treatmentDetailsView } from '../practice/viewsDental.ts'

/**
 * What the API shows of a claim. Amounts are minor units of `currency`, days YYYY-MM-DD, instants
 * UTC.
 */

export const status = z.enum(STATUSES)
export const shownStatus = z.enum(SHOWN_STATUSES).meta({
  description: 'SUBMITTING: the submission was accepted, and the draft is not frozen yet; nobody changes it meanwhile',
})
export const delivery = z.enum(DELIVERY_STATES)
const amount = z.int()
/** The provider's own words. */
export const said = z.object({
  list: z.string().optional(),
  code: z.string().optional(),
  text: z.string().optional(),
})

export const summaryView = z
  .object({
    claimId: id,
    claimNumber: z.string().meta({ example: 'C-2026-000123' }),
    status: shownStatus,
    paymentStatus: z.enum(PAYMENT_STATUSES),
    delivery: delivery.nullable(),
    rejectedAt: z.enum(['front_end', 'adjudicated']).nullable(),
    closed: z.enum(['settled', 'cancelled', 'replaced']).nullable(),
    attention: z.boolean(),
    waitingFor: z.string().nullable(),
    dueAt: instant.nullable(),
    providerId: z.string(),
    connectionId: id,
    clinicId: id,
    practitionerId: id,
    enrolmentId: id,
    patient: z.object({ patientId: id, externalId: z.string(), family: z.string(), given: z.string() }),
    currency: z.string(),
    total: amount,
    serviceFrom: z.string(),
    serviceTo: z.string(),
    purpose: z.enum(PURPOSES),
    replacesClaimId: id.nullable(),
    imported: z.boolean(),
    createdAt: instant,
    submittedAt: instant.nullable(),
    updatedAt: instant,
  })
  .meta({ id: 'ClaimSummary' })

export const attachmentView = z
  .object({
    attachmentId: id,
    kind: z.enum(DOCUMENT_KINDS),
    mediaType: z.string(),
    fileName: z.string(),
    sha256: z.string(),
    size: z.int(),
    tooth: z.string().nullable(),
    labels: z
      .array(z.object({ kind: z.enum(DOCUMENT_KINDS), tooth: z.string().optional() }))
      .meta({ description: 'further kinds and teeth that the file is for' }),
    capturedOn: z.string().nullable(),
  })
  .meta({ id: 'Attachment' })

const lineView = z
  .object({
    lineNumber: z.int(),
    procedureId: id.nullable(),
    visitId: id.nullable(),
    code: z.string(),
    serviceDate: z.string(),
    tooth: z.string().nullable(),
    surfaces: z.string().nullable(),
    area: z.string().nullable(),
    quantity: z.int(),
    amount,
    rateAmount: amount.nullable(),
    pricedBy: z.enum(['rate', 'override', 'import']),
    priceReason: z.string().nullable(),
    decision: z.enum(['approved', 'reduced', 'denied', 'pending']).nullable(),
    payable: amount.nullable(),
    adjustments: z.array(z.object({ bucket: z.string(), amount, said })),
    settlement: z.enum(LINE_SETTLEMENTS).nullable(),
    details: serviceDetailsView,
  })
  .meta({ id: 'ClaimLine' })

const balancesView = z
  .object({
    charged: amount,
    open: amount.meta({ description: 'not yet explained by a payment or an adjustment; below zero: overpaid' }),
    paid: amount,
    contractual: amount,
    patient: amount.meta({ description: 'what the patient owes' }),
    otherPayer: amount,
    denied: amount.meta({ description: 'denied or reduced, and nobody has said yet what becomes of it' }),
    withheldTax: amount,
    discount: amount,
    bankFee: amount,
    writeOff: amount,
    takenBack: amount,
    paymentStatus: z.enum(PAYMENT_STATUSES),
  })
  .meta({ id: 'Balances' })

const otherHmoClaim = z
  .object({ claimId: id, claimNumber: z.string(), providerId: z.string(), status: shownStatus })
  .nullable()
/** What stands, in sentences. Days are those of the clinic's zone. */
export const statementView = z
  .object({
    sentence: z.string().meta({
      description: 'what the claim is, who said it, when and how',
      example: 'In review, as Summit Dental said on 24 Nov 2026 by 277CA',
    }),
    at: instant,
    by: z.enum(['provider', 'person', 'hub']),
    lastContact: z.object({ at: instant.nullable(), sentence: z.string() }).meta({
      description: 'when the provider was last heard of',
      example: { at: null, sentence: 'no contact since 3 Nov 2026' },
    }),
    reasons: z
      .array(
        z.object({
          lineNumber: z.int().nullable(),
          amount: amount.nullable(),
          codes: z.array(z.string()),
          sentence: z.string(),
          said: z.string().nullable().meta({ description: "the provider's own words" }),
        }),
      )
      .meta({ description: 'why something was turned down, line by line' }),
  })
  .meta({ id: 'Statement' })

export const claimView = summaryView
  .extend({
    version: z.int(),
    diagnoses: z.array(z.object({ system: z.string(), code: z.string() })),
    note: z.string().nullable(),
    details: treatmentDetailsView,
    billingPractitionerId: id.nullable(),
    lineageId: id,
    replacedBy: z.object({ claimId: id, claimNumber: z.string(), status: shownStatus }).nullable(),
    firstClaim: otherHmoClaim.meta({ description: 'the claim to the HMO that pays before this one' }),
    secondClaim: otherHmoClaim.meta({ description: 'the claim to the HMO that pays after this one' }),
    lines: z.array(lineView),
    attachments: z.array(attachmentView),
    authorisations: z.array(
      z.object({
        authorisationId: id,
        kind: z.enum(AUTHORISATION_KINDS),
        number: z.string(),
        validUntil: z.string().nullable(),
      }),
    ),
    submissions: z.array(
      z.object({
        submissionId: id,
        submissionNumber: z.string(),
        purpose: z.enum(PURPOSES),
        delivery,
        controlNumber: z.int(),
        attempts: z.int(),
        because: z.string().nullable(),
        createdAt: instant,
        sentAt: instant.nullable(),
      }),
    ),
    references: z.array(z.object({ type: z.string(), value: z.string(), learnedAt: instant })),
    balances: balancesView,
    statement: statementView.nullable().meta({ description: 'null for a draft' }),
  })
  .meta({ id: 'Claim' })

/** What keeps a draft from leaving. */
export const problemView = z
  .object({
    type: z.string(),
    detail: z.string(),
    lineNumber: z.int().optional(),
    field: z.string().optional().meta({ description: 'of `differs-from-visit`, with both values' }),
    draft: z.string().optional(),
    visit: z.string().optional(),
  })
  .meta({ id: 'SubmitProblem' })

/**
 * What became of a person's action: recorded with its effect, or stored and to be recorded as soon
 * as a worker is there.
 */
export const actionView = z
  .object({ claimId: id, recorded: z.boolean(), status: status.nullable(), effect: z.string().nullable() })
  .meta({ id: 'ActResult' })

export const claimPath = z.object({ claimId: id })
