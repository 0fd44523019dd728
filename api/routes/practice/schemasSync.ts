import { z } from 'zod'
import { AUTHORISATION_KINDS } from '../../../domain/claim.ts'
import { hasPhoneDigits } from '../../../domain/practice/phone.ts'
import { isCodePattern, parseCode } from '../../../domain/practice/procedures.ts'
import { AREAS, parseArea, parseSurfaces } from '../../../domain/practice/tooth.ts'
import {
  address,
  currency,
  day,
  externalId,
  minor,
  npi,
  person,
  phone,
  providerId,
  sex,
  version,
  words,
  zone,
} from '../../http/schemas.ts'
import { missingTeeth, payee, serviceDetailShape, tooth, visitDetails } from './schemasDental.ts'

/**
 * What the practice app owns and sends. Things refer to each other by external id; `providerId` is
 * the hub's.
 */

const nullable = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null)
/** A dental code or tooth as the domain writes it; null from `parse` is a refusal. */
const parsed = (parse: (text: string) => string | null, must: string) =>
  z
    .string()
    .max(40)
    .transform((text, context) => {
      const value = parse(text)
      if (value === null) context.addIssue({ code: 'custom', message: must })
      return value ?? text
    })

/** How a text that the domain reads must look, for the document. */
const shaped = (pattern: string, example: string) => ({ override: { type: 'string' as const, pattern, example } })

const code = parsed(parseCode, 'must be a CDT code: D and four digits').meta(shaped('^\\s*[Dd]\\d{4}\\s*$', 'D2740'))
const surfaces = parsed(parseSurfaces, 'must be surfaces: of M O D B F L I').meta(
  shaped('^\\s*[MODBFLImodbfli]+\\s*$', 'MOD'),
)
const area = parsed(parseArea, 'must be an area of the mouth: 00 01 02 10 20 30 40').meta({
  override: { type: 'string', enum: [...AREAS] },
})
const versioned = { externalId, version }
/** The last day that has begun anywhere on earth (UTC+14, the Line Islands' zone). */
const latestToday = (now: Date) => new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10)

/** Days of a thing that cannot be yet: a birth to come, a completed visit of a day to come. */
export function daysToCome(item: object, now: Date): { pointer: string; detail: string }[] {
  const { birthDate, visitedOn, status } = item as { birthDate?: string; visitedOn?: string; status?: string }
  const latest = latestToday(now)
  return [
    ...(birthDate !== undefined && birthDate > latest
      ? [{ pointer: '/birthDate', detail: 'must not be in the future: nobody is born yet on that day' }]
      : []),
    ...(status === 'completed' && visitedOn !== undefined && visitedOn > latest
      ? [{ pointer: '/visitedOn', detail: 'must not be in the future for a completed visit' }]
      : []),
  ]
}

/** The hub asks that a period doesn't end before it begins. */
const inOrder = (from: string, to: string | null) => to === null || from <= to

export const clinic = z
  .strictObject({
    ...versioned,
    name: words(200),
    npi: nullable(npi),
    phone: nullable(phone),
    address,
    zone: zone.default('UTC'),
    payee: nullable(payee),
  })
  .refine(
    ({ phone: number, address: { country } }) =>
      // What has no number of digits that a phone has is said at the field itself.
      number === null || !hasPhoneDigits(number, null) || hasPhoneDigits(number, country),
    {
      path: ['phone'],
      message: 'must have ten digits in the United States and Canada, with or without +1',
    },
  )
  .meta({ id: 'SyncClinic' })

export const practitioner = z
  .strictObject({
    ...versioned,
    family: words(100),
    given: words(100),
    npi: nullable(npi),
    licence: nullable(words(50)),
    accreditations: z
      .record(providerId, words(50))
      .default({})
      .meta({ description: 'Accreditation number by provider' }),
    signatureOnFile: z.boolean().default(false),
  })
  .meta({ id: 'SyncPractitioner' })

export const patient = z
  .strictObject({
    ...versioned,
    family: words(100),
    given: words(100),
    birthDate: day,
    sex: sex.default('unknown'),
    address: nullable(address),
    phone: nullable(phone),
    missingTeeth: nullable(missingTeeth),
  })
  .meta({ id: 'SyncPatient' })

export const enrolment = z
  .strictObject({
    ...versioned,
    patientExternalId: externalId,
    providerId,
    memberId: words(80),
    cardNumber: nullable(words(80)),
    plan: nullable(words(100)),
    groupNumber: nullable(words(100)),
    relationship: z.enum(['self', 'spouse', 'child', 'other']),
    subscriber: nullable(person).meta({ description: 'Needed unless the patient is the subscriber' }),
    priority: z.enum(['primary', 'secondary']).default('primary'),
    validFrom: day,
    validTo: nullable(day),
    assignment: z.enum(['clinic', 'patient']).default('clinic').meta({ description: 'To whom the benefits go' }),
    signedOn: nullable(day).meta({ description: 'When consent and assignment were signed, if they are on file' }),
  })
  .refine((value) => value.relationship === 'self' || value.subscriber !== null, {
    path: ['subscriber'],
    message: 'is needed when the patient is not the subscriber',
  })
  .refine((value) => inOrder(value.validFrom, value.validTo), {
    path: ['validTo'],
    message: 'must not be before validFrom',
  })
  .meta({
    id: 'SyncEnrolment',
    description:
      'A relationship other than `self` needs `subscriber`, such as {"family":"Reyes","given":"Jo","birthDate":"1960-02-01","sex":"male"}; `validTo` is not before `validFrom`.',
  })

export const authorisation = z
  .strictObject({
    ...versioned,
    patientExternalId: externalId,
    providerId,
    kind: z.enum(AUTHORISATION_KINDS),
    number: words(80),
    issuedOn: day,
    validUntil: nullable(day),
    codes: z
      .array(
        z
          .string()
          .max(11)
          .regex(/^D\d{4}(?:-D\d{4})?$/, 'must be a CDT code or a range such as D2700-D2799')
          .refine(isCodePattern, 'must be a CDT code or a range such as D2700-D2799'),
      )
      .max(200)
      .default([]),
    teeth: z.array(tooth).max(52).default([]),
    amount: nullable(minor),
    currency: nullable(currency),
    used: minor.default(0).meta({ description: 'Used elsewhere, not through claimhub' }),
  })
  .refine((value) => (value.amount === null) === (value.currency === null), {
    path: ['currency'],
    message: 'an amount needs a currency, and only an amount does',
  })
  .refine((value) => inOrder(value.issuedOn, value.validUntil), {
    path: ['validUntil'],
    message: 'must not be before issuedOn',
  })
  .meta({
    id: 'SyncAuthorisation',
    description:
      '`amount` and `currency` come together or not at all, such as {"amount":500000,"currency":"PHP"}; `validUntil` is not before `issuedOn`.',
  })

const procedure = z
  .strictObject({
    externalId,
    code,
    tooth: nullable(tooth),
    surfaces: nullable(surfaces),
    area: nullable(area),
    quantity: z.int().min(1).max(99).default(1),
    fee: minor.meta({ description: 'The clinic’s list price of the whole line' }),
    ...serviceDetailShape,
  })
  .meta({ id: 'SyncProcedure' })

export const visit = z
  .strictObject({
    ...versioned,
    patientExternalId: externalId,
    clinicExternalId: externalId,
    practitionerExternalId: externalId,
    visitedOn: day,
    status: z.enum(['planned', 'completed', 'cancelled']),
    diagnoses: z
      .array(
        z.strictObject({
          system: z.enum(['icd-10', 'icd-10-cm']),
          code: z.string().regex(/^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/, 'must be an ICD-10 code'),
        }),
      )
      .max(12)
      .default([]),
    receipts: minor.default(0).meta({ description: 'What the patient has paid already' }),
    currency,
    billingPractitionerExternalId: nullable(externalId).meta({
      description: 'The dentist who bills, where it is not the organisation (48)',
    }),
    ...visitDetails,
    procedures: z.array(procedure).max(100).default([]),
  })
  .refine((value) => new Set(value.procedures.map((each) => each.externalId)).size === value.procedures.length, {
    path: ['procedures'],
    message: 'an externalId is there twice',
  })
  .meta({
    id: 'SyncVisit',
    description: 'Each procedure has an `externalId` of its own; a completed visit is not in the future.',
  })

export const rate = z
  .strictObject({
    ...versioned,
    providerId,
    clinicExternalId: nullable(externalId),
    plan: nullable(words(100)),
    code,
    amount: minor,
    currency,
    validFrom: day,
    validTo: nullable(day),
  })
  .refine((value) => inOrder(value.validFrom, value.validTo), {
    path: ['validTo'],
    message: 'must not be before validFrom',
  })
  .meta({ id: 'SyncRate', description: '`validTo` is not before `validFrom`.' })

export const syncResult = z
  .object({
    externalId: z.string(),
    result: z.enum(['created', 'updated', 'unchanged', 'stale', 'rejected']),
    id: z.string().optional(),
    reason: z
      .enum(['invalid', 'twice', 'unknown-reference', 'other-patient', 'version-conflict', 'synced-at-once'])
      .optional(),
    because: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    kept: z
      .array(z.string())
      .optional()
      .meta({ description: 'Procedures that are no longer in the visit but stay, because a claim has them' }),
  })
  .meta({ id: 'SyncResult' })
