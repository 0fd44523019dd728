import { calendarDay, instantAt, wallClock } from '../wallClock.ts'

/** CCYYMMDD of an instant in a zone. */
export function x12Date(instant: string, zone: string): string {
  const { year, month, day } = wallClock(instant, zone)
  return `${year}${month}${day}`
}

/** HHMM of an instant in a zone. */
export function x12Time(instant: string, zone: string): string {
  const { hour, minute } = wallClock(instant, zone)
  return `${hour}${minute}`
}

/** CCYYMMDD from YYYY-MM-DD. */
export function toX12Date(date: string): string {
  return date.replaceAll('-', '')
}

/** YYYY-MM-DD from CCYYMMDD; null when that is no day of the calendar. */
export function fromX12Date(text: string): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  return match ? calendarDay(`${match[1]}-${match[2]}-${match[3]}`) : null
}

/**
 * The instant (ISO 8601 UTC) of CCYYMMDD and HHMM[SS] on a zone's wall clock; null when they are no
 * date and time.
 */
export function instantOf(date: string, time: string, zone: string): string | null {
  const day = fromX12Date(date)
  const clock = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(time || '0000')
  return day === null || !clock ? null : instantAt(day, `${clock[1]}:${clock[2]}:${clock[3] ?? '00'}`, zone)
}
