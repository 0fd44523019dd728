import { type Minor, parseMinor } from '../../../domain/amounts.ts'
import { type BookkeepingStyle, plainAmount, STYLE_WORDS } from './bookkeeping.ts'
import type { Cell } from './cells.ts'

/**
 * How a provider writes amounts and days in text cells. Agreed once, by connection or declaration;
 * never guessed from the file.
 */
export interface Writing {
  currency: string
  decimal: '.' | ','
  /**
   * What stands between thousands, if anything. A space is also the narrow and the unbreakable one.
   */
  thousands: ',' | '.' | ' ' | "'" | null
  /** Ways of bookkeepers that were agreed besides; none where it is absent. */
  bookkeeping?: readonly BookkeepingStyle[]
  days: 'YYYY-MM-DD' | 'DD/MM/YYYY' | 'MM/DD/YYYY' | 'DD.MM.YYYY'
}

/**
 * The amount of a cell in minor units; null when it is not written as agreed: doubt is never
 * rounded away.
 */
export function amountOf(cell: Cell, writing: Writing): Minor | null {
  switch (cell.kind) {
    case 'day':
      return null
    case 'number':
      return parseMinor(asShown(cell.digits), writing.currency)
    case 'text':
      return amountOfText(cell.text.trim(), writing)
  }
}

/**
 * What the text of a cell looks like that is no amount as agreed: an amount in a way of
 * bookkeepers; null when it looks like none. Quotes nothing of the cell.
 */
export function looksLikeAmount(cell: Cell, writing: Writing): string | null {
  if (cell.kind !== 'text') return null
  const plain = plainAmount(cell.text.trim(), writing.currency)
  if (plain === null || amountOfPlain(plain.text, writing) === null) return null
  return plain.styles.map((style) => STYLE_WORDS[style]).join(' and ') || null
}

/** The day of a cell as YYYY-MM-DD; null when it is none, or not written as agreed. */
export function dayOf(cell: Cell, writing: Writing): string | null {
  if (cell.kind === 'day') return cell.day
  if (cell.kind === 'number') return null
  const [year = '', month = '', day = ''] = partsOfDay(cell.text.trim(), writing.days) ?? []
  const written = `${year}-${month}-${day}`
  const parsed = new Date(`${written}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(written) ? written : null
}

function amountOfText(text: string, writing: Writing): Minor | null {
  const agreed = writing.bookkeeping ?? []
  if (agreed.length === 0) return amountOfPlain(text, writing)
  const plain = plainAmount(text, writing.currency)
  return plain?.styles.every((style) => agreed.includes(style)) ? amountOfPlain(plain.text, writing) : null
}

function amountOfPlain(text: string, { currency, decimal, thousands }: Writing): Minor | null {
  const [sign = ''] = /^[+-]?/.exec(text) ?? []
  const [whole = '', fraction, ...rest] = text.slice(sign.length).split(decimal)
  if (rest.length > 0) return null
  const digits = ungrouped(whole, thousands)
  if (digits === null || (fraction !== undefined && !/^\d+$/.test(fraction))) return null
  return parseMinor(`${sign}${digits}${fraction === undefined ? '' : `.${fraction}`}`, currency)
}

/** Groups must be threes throughout: `1,23` is no number, whatever was meant. */
function ungrouped(whole: string, thousands: Writing['thousands']): string | null {
  if (/^\d+$/.test(whole)) return whole
  if (thousands === null) return null
  const plain = thousands === ' ' ? whole.replace(/[\u00a0\u202f]/g, ' ') : whole
  const [first = '', ...groups] = plain.split(thousands)
  return /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group)) ? first + groups.join('') : null
}

/**
 * A spreadsheet program keeps 136.2 as 136.19999999999999 and shows 136.2: it never shows more than
 * 15 digits (source: IEEE 754, Excel specifications). Digits beyond those are no part of the
 * amount.
 */
function asShown(digits: string): string {
  if (!/[eE]/.test(digits) && digits.replace(/\D/g, '').length <= 15) return digits
  const number = Number(digits)
  const shown = Number.isFinite(number) ? String(Number(number.toPrecision(15))) : digits
  return shown.includes('e') ? digits : shown
}

function partsOfDay(text: string, days: Writing['days']): [string, string, string] | null {
  const match = DAYS[days].exec(text)
  const { year, month, day } = match?.groups ?? {}
  return year === undefined || month === undefined || day === undefined
    ? null
    : [year, month.padStart(2, '0'), day.padStart(2, '0')]
}

const DAYS: Readonly<Record<Writing['days'], RegExp>> = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
  'DD/MM/YYYY': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})$/,
  'MM/DD/YYYY': /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/,
  'DD.MM.YYYY': /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
}
