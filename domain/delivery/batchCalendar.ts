import { dayIn, instantOf } from '../zones.ts'

/**
 * When the claims of a connection leave together. Wall-clock times are in the connection's zone.
 */
export type BatchCalendar = {
  /** HH:MM, 24 hours. */
  at: string
  /** A batch that holds this many takes no more; the provider's own limit holds besides. */
  maxClaims?: number | undefined
} & (
  | { every: 'day' }
  /** 1 = Monday … 7 = Sunday. */
  | { every: 'week'; weekday: number }
  /** 1 to 31; a month that is shorter closes on its last day. */
  | { every: 'month'; day: number }
)

/**
 * The first cut-off after an instant (ISO 8601 UTC in and out). A time that the clocks skip is the
 * moment after the gap; one that comes twice is the first of the two. Throws `RangeError` when the
 * zone is unknown.
 */
export function nextCutOff(calendar: BatchCalendar, zone: string, after: string): string {
  const today = dayIn(zone, after)
  // A month's day may lie up to 31 days ahead, and today's may have passed.
  for (let ahead = 0; ahead <= 62; ahead += 1) {
    const date = plusDays(today, ahead)
    if (!isCutOffDay(calendar, date)) continue
    const instant = instantOf(`${date}T${calendar.at}:00`, zone)
    if (instant > after) return instant
  }
  throw new RangeError('a calendar without a day has no cut-off')
}

function isCutOffDay(calendar: BatchCalendar, date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  switch (calendar.every) {
    case 'day':
      return true
    case 'week':
      return (at.getUTCDay() + 6) % 7 === calendar.weekday - 1
    case 'month': {
      const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
      return at.getUTCDate() === Math.min(calendar.day, last)
    }
  }
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
