import { z } from 'zod'
import { ACCIDENT_KINDS, PLACEMENTS, TOOTH_STATES } from '../../../domain/claims/dentistry/details.ts'

/** The dental details as the API answers them: what isn't known isn't there. */

const dentist = z.object({
  family: z.string(),
  given: z.string(),
  npi: z.string().optional(),
  licence: z.string().optional(),
})

const treatment = {
  accident: z
    .object({
      kind: z.enum(ACCIDENT_KINDS),
      on: z.string(),
      state: z.string().optional(),
      country: z.string().optional(),
    })
    .optional(),
  orthodontics: z
    .object({ bandedOn: z.string().optional(), months: z.int().optional(), remainingMonths: z.int().optional() })
    .optional(),
  referringDentist: dentist.optional(),
}
export const treatmentDetailsView = z.object(treatment).meta({ id: 'TreatmentDetailsView' })
export const visitDetailsView = z
  .object({ ...treatment, placeOfService: z.string().optional() })
  .meta({ id: 'VisitDetails' })

export const serviceDetailsView = z
  .object({
    description: z.string().optional(),
    placement: z.enum(PLACEMENTS).optional(),
    priorPlacedOn: z.string().optional(),
    priorUnknownBecause: z.string().optional(),
    appliancePlacedOn: z.string().optional(),
    placeOfService: z.string().optional(),
    diagnoses: z.array(z.string()).optional(),
  })
  .meta({ id: 'ServiceDetailsView' })

export const missingTeethView = z.array(z.object({ tooth: z.string(), status: z.enum(TOOTH_STATES) }))
