import { formatMinor, isCurrency, type Minor, parseMinor } from '../../../domain/amounts.ts'
import { type Decimal, decimal } from './writeJson.ts'

/** Beyond any amount; keeps a hostile exponent from making a gigabyte of zeros. */
const LARGEST_EXPONENT = 30

/**
 * Minor units from the digits of a FHIR decimal, exactly. FHIR allows an exponent ("1.5e3", source:
 * R4 datatypes, decimal). Null for anything that is not an exact amount of the currency.
 */
export function minorOf(digits: string, currency: string): Minor | null {
  if (!isCurrency(currency)) return null
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(digits)
  if (!match) return null
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const exponent = Number(power)
  if (Math.abs(exponent) > LARGEST_EXPONENT) return null
  const all = `${'0'.repeat(LARGEST_EXPONENT)}${whole}${fraction}${'0'.repeat(LARGEST_EXPONENT)}`
  const point = LARGEST_EXPONENT + whole.length + exponent
  return parseMinor(`${sign}${all.slice(0, point)}.${all.slice(point)}`, currency)
}

/** Minor units as a FHIR decimal with the currency's places. */
export function decimalOf(amount: Minor, currency: string): Decimal {
  return decimal(formatMinor(amount, currency))
}
