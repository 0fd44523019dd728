import { type Minor, parseMinor } from '../../../domain/amounts.ts'
import type { Said } from '../../../domain/claim.ts'
import type { Adjustment } from '../../../domain/money/lineDecision.ts'
import type { ClaimMatch, Notice } from '../../contract.ts'
import { matchByNumbers } from '../../formats/table/paymentRows.ts'
import { calendarDay, instantAt } from '../../formats/wallClock.ts'
import { bucketOf } from './codes.ts'
import type { CordilleraColumn } from './columns.ts'
import { CURRENCY } from './declaration.ts'
import type { CordilleraRow } from './readRows.ts'

/**
 * Two decimals always, no grouping; below a billion, so that no file adds up to more than we can
 * count.
 */
const AMOUNT = /^-?\d{1,9}\.\d{2}$/
const TIME = /^(\d{4}-\d{2}-\d{2}) ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)$/

/** Null when it is not written exactly as agreed. */
export function amountOf(text: string): Minor | null {
  return AMOUNT.test(text) ? parseMinor(text, CURRENCY) : null
}

/** A line or count from 1, or null. */
export function numberOf(text: string): number | null {
  return /^[1-9]\d{0,2}$/.test(text) ? Number(text) : null
}

/** YYYY-MM-DD, or null when it is no day. */
export function dayOf(text: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? calendarDay(text) : null
}

/** The instant of a time on Cordillera's clocks, or null. */
export function instantOf(text: string, zone: string): string | null {
  const [, day = '', time = ''] = TIME.exec(text) ?? []
  return dayOf(day) === null ? null : instantAt(day, time, zone)
}

/**
 * What of a row's charge is not paid, each part with its reason; null when a part is no amount or
 * has no reason.
 */
export function cutsOf(row: CordilleraRow): Adjustment[] | null {
  const cuts = CUTS.map(([amount, reason]) => cutOf(row.cell(amount), row.cell(reason)))
  return cuts.includes(null) ? null : cuts.filter((cut) => cut !== null && cut !== 'none')
}

const CUTS = [
  ['cut_1', 'reason_1'],
  ['cut_2', 'reason_2'],
] as const satisfies [CordilleraColumn, CordilleraColumn][]

function cutOf(text: string, reason: string): Adjustment | 'none' | null {
  if (text === '' && reason === '') return 'none'
  const amount = amountOf(text)
  if (amount === null || reason === '') return null
  const { known, ...meaning } = bucketOf(reason)
  return { ...meaning, amount, said: { list: 'reason', code: reason, ...(known ? {} : { text: 'unknown code' }) } }
}

/** Our number first, theirs as a fallback. */
export function matchOf(row: CordilleraRow): ClaimMatch {
  return matchByNumbers(row.cell('submission'), row.cell('claim_no'))
}

/** Goes with an amount whose reason we don't know, so that a person looks at it. */
export function unknownReasons(match: ClaimMatch, adjustments: Adjustment[]): Notice[] {
  const said = adjustments.map((each) => each.said).filter(({ code = '' }) => !bucketOf(code).known)
  if (said.length === 0) return []
  return [{ kind: 'claim', match, fact: { type: 'other' }, said: distinct(said), references: match.references }]
}

/** Each word once: fifty lines refused for one reason say it once. */
export function distinct(said: Said[]): Said[] {
  return [...new Map(said.map((each) => [JSON.stringify(each), each])).values()]
}
