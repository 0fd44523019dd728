/**
 * What `writeJson` can write. Properties that are undefined are left out, as are empty arrays (FHIR
 * has none).
 */
export type JsonOut = string | number | boolean | Decimal | JsonOut[] | { [name: string]: JsonOut | undefined }

const DIGITS: unique symbol = Symbol('digits')

/**
 * A JSON number with exactly these digits: FHIR decimals keep their places ("136.00"), and no float
 * rounds them.
 */
export interface Decimal {
  readonly [DIGITS]: string
}

export function decimal(digits: string): Decimal {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(digits)) throw new RangeError('not the digits of a decimal number')
  return { [DIGITS]: digits }
}

/** Compact JSON in the order of the properties: the same value gives the same bytes. */
export function writeJson(value: JsonOut): string {
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('only whole numbers are written as numbers; use decimal()')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (isDecimal(value)) return value[DIGITS]
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined || (Array.isArray(member) && member.length === 0)
      ? []
      : [`${JSON.stringify(name)}:${writeJson(member)}`],
  )
  return `{${members.join(',')}}`
}

function isDecimal(value: object): value is Decimal {
  return DIGITS in value
}
