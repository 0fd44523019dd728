/**
 * Money is integer minor units (cents, fils) plus an ISO 4217 currency. Nothing here adds two
 * currencies.
 */

/**
 * An amount in minor units of its currency: 12345 is 123.45 PHP or 12.345 KWD. Always a safe
 * integer.
 */
export type Minor = number

/**
 * Digits after the decimal point, by ISO 4217 currency (source: ISO 4217 table A.1; the currencies
 * our HMOs pay in).
 */
const EXPONENTS: Readonly<Record<string, number>> = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  CAD: 2,
  CHF: 2,
  EUR: 2,
  GBP: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  JOD: 3,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MYR: 2,
  OMR: 3,
  PHP: 2,
  QAR: 2,
  SAR: 2,
  SGD: 2,
  THB: 2,
  TND: 3,
  USD: 2,
  VND: 0,
  ZAR: 2,
}

/** ISO 4217 codes that we know. */
export const CURRENCIES: readonly string[] = Object.keys(EXPONENTS)

export function isCurrency(code: string): boolean {
  return Object.hasOwn(EXPONENTS, code)
}

/** Digits after the decimal point of a currency. Throws on a currency that we don't know. */
export function exponentOf(currency: string): number {
  const exponent = EXPONENTS[currency]
  if (exponent === undefined) throw new RangeError(`unknown currency ${currency}`)
  return exponent
}

/** "123.45" from 12345. Exact; no rounding, no grouping. */
export function formatMinor(amount: Minor, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0')
  const sign = amount < 0 ? '-' : ''
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** "13,600.50" from 1360050: for people. Machines get `formatMinor`, without grouping. */
export function shownAmount(amount: Minor, currency: string): string {
  const [whole = '', fraction] = formatMinor(amount, currency).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** "13,600.50 PHP" from 1360050: an amount in a sentence for people. */
export function moneyInWords(amount: Minor, currency: string): string {
  return `${shownAmount(amount, currency)} ${currency}`
}

/**
 * 12345 from "123.45". Accepts an optional sign and a decimal point; fewer decimals than the
 * currency has are filled up. Answers null for anything else (grouping, exponent, more decimals
 * than the currency has unless they are zero, unsafe size): doubt about an amount is never rounded
 * away.
 */
export function parseMinor(text: string, currency: string): Minor | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim())
  if (!match) return null
  const [, sign = '', whole = '', fraction = ''] = match
  if (whole === '' && fraction === '') return null
  const exponent = exponentOf(currency)
  if (!/^0*$/.test(fraction.slice(exponent))) return null
  const amount = Number(`${whole || '0'}${fraction.slice(0, exponent).padEnd(exponent, '0')}`)
  if (!Number.isSafeInteger(amount)) return null
  return sign === '-' && amount !== 0 ? -amount : amount
}

/**
 * Far more than any HMO states in one document, and far enough below the safe integers that the
 * ledgers it is added to can still be counted.
 */
const MOST: Minor = 1_000_000_000_000_000

/**
 * Whether the amounts of one document can be added up: all of them together, whatever their sign,
 * stay in a range that ledgers bear.
 */
export function countable(amounts: Iterable<Minor>): boolean {
  let total = 0
  for (const amount of amounts) total += Math.abs(amount)
  return total <= MOST
}

/** Throws beyond the safe integers: what comes from outside is checked by `countable` before. */
export function sum(amounts: Iterable<Minor>): Minor {
  let total = 0
  for (const amount of amounts) total += amount
  if (!Number.isSafeInteger(total)) throw new RangeError('amount beyond the safe range')
  return total
}
