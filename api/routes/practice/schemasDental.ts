import { z } from 'zod'
import { ACCIDENT_KINDS, PLACEMENTS, TOOTH_STATES } from '../../../domain/claims/dentistry/details.ts'
import { parseTooth } from '../../../domain/practice/tooth.ts'
import { day, npi, words } from '../../http/schemas.ts'

/**
 * What dentistry says of a service, a visit or a patient beside code, tooth and charge; the field
 * numbers are those of the ADA dental claim form (2024).
 */

export const tooth = z
  .string()
  .max(40)
  .transform((text, context) => {
    const known = parseTooth(text)
    if (known === null)
      context.addIssue({
        code: 'custom',
        message: 'must be a tooth in universal notation: 1 to 32 or A to T, supernumerary 51 to 82 or AS to TS',
      })
    return known ?? text
  })
  .meta({
    override: {
      type: 'string',
      pattern: '^\\s*#?(?:0?[1-9]|[12]\\d|3[0-8]|4[1-8]|5[1-9]|[67]\\d|8[0-5]|[A-Ta-t][Ss]?)\\s*$',
      example: '14',
      description:
        'in the notation of the request or of the practice: universal (1 to 32, A to T, supernumerary 51 to 82, AS to TS) or FDI',
    },
  })
const diagnosis = z.string().regex(/^[A-Z]\d[A-Z0-9.]{1,8}$/, 'must be an ICD-10 code')
const placeOfService = z
  .string()
  .regex(/^\d{2}$/, 'must be two digits of the CMS list of places')
  .meta({ description: 'CMS place of service (38); 11, the office, unless said otherwise' })

/** An object without the keys that are null: a detail is there or it isn't. */
function known<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).transform(withoutNulls)
}
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish()

type WithoutNulls<T> = { [K in keyof T]: Exclude<T[K], null | undefined> } extends infer P
  ? { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
      [K in keyof P & keyof T as undefined extends T[K] ? K : never]?: P[K]
    }
  : never

function withoutNulls<T extends object>(given: T): WithoutNulls<T> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null && value !== undefined),
  ) as WithoutNulls<T>
}

const dentist = known({
  family: words(100),
  given: words(100),
  npi: maybe(npi),
  licence: maybe(words(50)),
})

const accident = known({
  kind: z.enum(ACCIDENT_KINDS),
  on: day,
  state: maybe(z.string().regex(/^[A-Z]{2}$/, 'two capital letters')),
  country: maybe(z.string().regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2')),
})

const orthodontics = known({
  bandedOn: maybe(day),
  months: maybe(z.int().min(1).max(120)),
  remainingMonths: maybe(z.int().min(0).max(120)),
})

/** Of a whole claim. */
export const treatmentDetails = known({
  accident: maybe(accident).meta({ description: 'What the treatment results from (45 to 47)' }),
  orthodontics: maybe(orthodontics).meta({ description: 'Bands, months, remaining months (40 to 42)' }),
  referringDentist: maybe(dentist),
}).meta({ id: 'TreatmentDetails' })

/** Of a whole visit. */
export const visitDetails = {
  accident: maybe(accident).meta({ description: 'What the treatment results from (45 to 47)' }),
  orthodontics: maybe(orthodontics).meta({ description: 'Bands, months, remaining months (40 to 42)' }),
  referringDentist: maybe(dentist),
  placeOfService: maybe(placeOfService),
}

/** Of one service. */
const ofService = {
  description: maybe(words(80)).meta({ description: 'In the practice’s own words (30)' }),
  placement: maybe(z.enum(PLACEMENTS)).meta({ description: 'Of a prosthesis (43)' }),
  priorPlacedOn: maybe(day).meta({ description: 'Of the prosthesis that is replaced (44)' }),
  priorUnknownBecause: maybe(words(60)).meta({ description: 'Why nobody knows the prior date' }),
  appliancePlacedOn: maybe(day).meta({ description: 'Of an orthodontic appliance (41)' }),
  placeOfService: maybe(placeOfService),
  diagnoses: maybe(z.array(diagnosis).min(1).max(4)).meta({ description: 'Of the visit’s, for this service (29a)' }),
}
export const serviceDetails = known(ofService).meta({ id: 'ServiceDetails' })
export const serviceDetailShape = ofService

/** The names of a shape's keys, taken out of an item; what is null or absent is left out. */
export function detailsIn(item: object, shape: z.ZodRawShape): Record<string, unknown> {
  return withoutNulls(
    Object.fromEntries(Object.entries(item).filter(([name]) => Object.hasOwn(shape, name))),
  ) as Record<string, unknown>
}

export const missingTeeth = z
  .array(z.strictObject({ tooth, status: z.enum(TOOTH_STATES).default('missing') }))
  .max(104)
  .meta({ description: 'Charted as missing or about to be extracted (33); empty: none; null: not charted' })

export const payee = known({
  name: words(200),
  bank: maybe(known({ name: words(200), account: words(60), code: maybe(words(40)) })),
}).meta({ id: 'Payee', description: 'Who gets the money, when it is not the organisation itself' })
