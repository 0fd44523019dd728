import { z } from 'zod'
import { ACCIDENT_KINDS, PLACEMENTS, TOOTH_STATES } from '../../domain/claims/dentistry/details.ts'
import { parseTooth } from '../../domain/practice/tooth.ts'

/** The dental details of a claim file (docs/inspect.md); all may be left out. */

const words = z.string().trim().min(1).max(200)
const day = z.iso.date()
const place = z.string().regex(/^\d{2}$/, 'two digits of the CMS list of places')
const letters = z.string().regex(/^[A-Z]{2}$/, 'two capital letters')
const months = z.int().min(0).max(120)

export const tooth = z.string().transform((text, ctx) => {
  const known = parseTooth(text)
  if (known !== null) return known
  ctx.addIssue({ code: 'custom', message: 'no tooth: 1 to 32 or A to T, supernumerary 51 to 82 or AS to TS' })
  return z.NEVER
})

const dentist = z.strictObject({
  family: words,
  given: words,
  npi: words.optional(),
  licence: words.optional(),
})

export const lineDetails = {
  description: z.string().trim().min(1).max(80).optional(),
  placement: z.enum(PLACEMENTS).optional(),
  priorPlacedOn: day.optional(),
  priorUnknownBecause: words.optional(),
  appliancePlacedOn: day.optional(),
  placeOfService: place.optional(),
  /** 1-based places among the claim's diagnoses. */
  diagnosisPointers: z.array(z.int().min(1)).max(4).optional(),
}

export const claimDetails = {
  accident: z
    .strictObject({ kind: z.enum(ACCIDENT_KINDS), on: day, state: letters.optional(), country: letters.optional() })
    .optional(),
  orthodontics: z
    .strictObject({ bandedOn: day.optional(), months: months.optional(), remainingMonths: months.optional() })
    .optional(),
  missingTeeth: z
    .array(z.strictObject({ tooth, status: z.enum(TOOTH_STATES).default('missing') }))
    .max(104)
    .optional(),
  referringDentist: dentist.optional(),
  billingDentist: dentist.optional(),
  payee: z
    .strictObject({
      name: words,
      bank: z.strictObject({ name: words, account: words, code: words.optional() }).optional(),
    })
    .optional(),
  assignment: z.enum(['clinic', 'patient']).optional(),
  signatures: z.strictObject({ patientOn: day.optional(), dentist: z.boolean().optional() }).optional(),
}
