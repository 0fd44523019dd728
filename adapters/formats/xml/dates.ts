import { calendarDay, instantAt, wallClock } from '../wallClock.ts'

/** dd/MM/yyyy HH:mm of an instant, by a zone's clocks. */
export function toXmlTime(instant: string, zone: string): string {
  const { year, month, day, hour, minute } = wallClock(instant, zone)
  return `${day}/${month}/${year} ${hour}:${minute}`
}

/**
 * A day (YYYY-MM-DD) as dd/MM/yyyy HH:mm: what happened on a day whose hour nobody kept happened at
 * midnight.
 */
export function dayToXmlTime(day: string): string {
  const [year, month, date] = day.split('-')
  return `${date}/${month}/${year} 00:00`
}

/**
 * YYYY-MM-DD from dd/MM/yyyy, with or without a time behind it; null when that is no day of the
 * calendar.
 */
export function fromXmlDay(text: string): string | null {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})( \d{2}:\d{2})?$/.exec(text.trim())
  return match ? calendarDay(`${match[3]}-${match[2]}-${match[1]}`) : null
}

/** The instant (ISO 8601 UTC) of dd/MM/yyyy HH:mm by a zone's clocks; null when it is none. */
export function fromXmlTime(text: string, zone: string): string | null {
  const day = fromXmlDay(text)
  const time = / (([01]\d|2[0-3]):[0-5]\d)$/.exec(text.trim())?.[1]
  return day === null || time === undefined ? null : instantAt(day, `${time}:00`, zone)
}
