import { z } from 'zod'
import { CURRENCIES, isCurrency } from '../../domain/amounts.ts'
import { isNpi } from '../../domain/practice/npi.ts'
import { hasPhoneDigits } from '../../domain/practice/phone.ts'

/** Schemas that many routes share. Lengths are limits against abuse, not rules of any HMO. */

export const id = z.uuid().meta({ description: 'UUIDv7', example: '0197c0de-7a11-7000-8000-000000000001' })
/** The practice app's own id of a thing. */
export const externalId = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\S(.*\S)?$/, 'must not begin or end with a space')
export const providerId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens')
/** Rises with every change in the practice app; an older one never overwrites a newer one. */
export const version = z.int().min(0)
export const words = (max: number) => z.string().trim().min(1).max(max).meta({ pattern: '\\S' })
/** YYYY-MM-DD, a day that exists, 1900 to 2199. */
export const day = z.iso
  .date()
  .refine((text) => text >= '1900-01-01' && text < '2200-01-01', 'must be a day between 1900 and 2199')
  .meta({ pattern: '^(?:19|20|21)\\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$' })
export const instant = z.iso.datetime().meta({ description: 'UTC' })
/** Minor units of the currency: 12345 is 123.45 PHP. */
export const minor = z.int().min(0).max(1_000_000_000_000)
export const currency = z
  .string()
  .refine(isCurrency, 'must be an ISO 4217 currency that claimhub knows')
  .meta({ example: 'PHP', enum: [...CURRENCIES] })
/** IANA name of a time zone. */
export const zone = z
  .string()
  .max(64)
  .refine(isZone, 'must be an IANA time zone, such as Asia/Manila')
  .meta({ pattern: '^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}$', example: 'Asia/Manila' })
/** Its check digit is the Luhn formula's over 80840 and the nine digits before (CMS). */
export const npi = z
  .string()
  .regex(/^\d{10}$/, '10 digits')
  .refine(isNpi, 'must be an NPI: its check digit is wrong')
  .meta({ example: '1234567893' })
export const phone = z
  .string()
  .regex(/^\+?[0-9 ().-]{3,30}$/, 'digits, spaces and + ( ) . -')
  .refine((text) => hasPhoneDigits(text, null), 'must have 7 to 15 digits')

export const address = z
  .strictObject({
    line1: words(100),
    line2: words(100).optional(),
    city: words(100),
    state: words(50).optional(),
    postalCode: words(20).optional(),
    country: z.string().regex(/^[A-Z]{2}$/, 'ISO 3166-1 alpha-2'),
  })
  .meta({ id: 'Address' })

export const sex = z.enum(['female', 'male', 'other', 'unknown'])
export const person = z
  .strictObject({ family: words(100), given: words(100), birthDate: day, sex, address: address.optional() })
  .meta({ id: 'Person' })

/** A whole number from 0 as we write it, of at most so many digits: no sign, no leading zero. */
export const wholeNumber = (digits: number) => `(?:0|[1-9]\\d{0,${digits - 1}})`
/**
 * A place in a list that the list itself gave: two parts with a dot between. Only what we write
 * ourselves is taken (Postgres reads `08` as octal): anything else is a 422.
 */
export const placeCursor = <T>(first: string, second: string, place: (first: string, second: string) => T) =>
  z
    .string()
    .regex(new RegExp(`^${first}\\.${second}$`), 'must be a cursor that this list gave')
    .transform((text) => {
      const [before = '', after = ''] = text.split('.')
      return place(before, after)
    })

/** `?limit=` of a list. */
export const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)
/** `?flag=true` */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export interface Raw {
  mediaTypes: readonly string[]
  limitBytes: number
}
const RAW = new WeakMap<z.ZodType, Raw>()

/** A body that is taken as it comes, as a Buffer. */
export function rawBody(raw: Raw): z.ZodType<Buffer, Buffer> {
  const schema = z.instanceof(Buffer) as z.ZodType<Buffer, Buffer>
  RAW.set(schema, raw)
  return schema
}

/** An answer that is bytes. */
export function rawAnswer(mediaTypes: readonly string[]): z.ZodType<Buffer, Buffer> {
  return rawBody({ mediaTypes, limitBytes: 0 })
}

/** How a schema made by rawBody or rawAnswer is to be read; undefined for JSON. */
export function rawOf(schema: z.ZodType): Raw | undefined {
  return RAW.get(schema)
}

function isZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}
