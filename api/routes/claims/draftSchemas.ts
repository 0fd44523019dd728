import { z } from 'zod'
import type { Ticked } from '../../../db/drafts/selectLines.ts'
import { currency, id, providerId, version, words } from '../../http/schemas.ts'
import { serviceDetails, treatmentDetails } from '../practice/schemasDental.ts'

/**
 * Minor units; below zero has a problem type of its own (`wrong-amount`), which the rules answer.
 */
export const anyAmount = z.int().min(-1_000_000_000_000).max(1_000_000_000_000)
export const reason = z.strictObject({ reason: words(500) })
export const diagnoses = z
  .array(z.strictObject({ system: z.enum(['icd-10', 'icd-10-cm']), code: z.string().regex(/^[A-Z]\d[A-Z0-9.]{1,8}$/) }))
  .max(12)
export const mode = z.enum(['test', 'production'])

const lines = z
  .array(
    z.strictObject({
      procedureId: id,
      price: z
        .strictObject({ amount: anyAmount, currency, reason: words(500) })
        .optional()
        .meta({ description: 'instead of the negotiated rate, for the whole line; audited with its reason' }),
      details: serviceDetails.optional().meta({ description: 'instead of, or beside, what the visit says of it' }),
    }),
  )
  .min(1)
  .max(200)

export const newDraft = z
  .strictObject({
    patientId: id,
    providerId,
    mode: mode.optional().meta({ description: 'the connection; production first unless said otherwise' }),
    enrolmentId: id.optional().meta({ description: 'else the one that holds on the service date, primary first' }),
    practitionerId: id.optional().meta({ description: 'who claims, when the visits were by several' }),
    lines,
    authorisationIds: z.array(id).max(20).default([]),
    diagnoses: diagnoses.optional().meta({ description: "else the visits' own" }),
    details: treatmentDetails.optional().meta({ description: "else the visits' own" }),
    note: words(1000).optional(),
    overrideDuplicate: reason.optional().meta({ description: 'take a procedure that is on another claim; audited' }),
    overrideFilingLimit: reason.optional().meta({ description: 'take a procedure past the filing limit; audited' }),
    overrideOrder: reason
      .optional()
      .meta({ description: 'claim from the second HMO before the one that pays first has decided; audited' }),
  })
  .meta({ id: 'NewClaim' })

export const draftChange = z
  .strictObject({
    version: version.meta({ description: 'the version of the draft that the change is made to' }),
    practitionerId: id.optional(),
    lines: lines.optional(),
    authorisationIds: z.array(id).max(20).optional(),
    diagnoses: diagnoses.optional(),
    details: treatmentDetails.optional(),
    note: words(1000).nullable().optional(),
    overrideDuplicate: reason.optional(),
    overrideFilingLimit: reason.optional(),
    overrideOrder: reason.optional(),
  })
  .meta({ id: 'ClaimChange' })

export function tickedOf(wanted: z.output<typeof lines>): Ticked[] {
  return wanted.map(({ procedureId, price, details }) => ({
    procedureId,
    override: price ?? null,
    ...(details === undefined ? {} : { details }),
  }))
}
