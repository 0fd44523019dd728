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
  if (!match) return null
  const date = `${match[1]}-${match[2]}-${match[3]}`
  const parsed = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : null
}

/** The instant (ISO 8601 UTC) of CCYYMMDD and HHMM[SS] on a zone's wall clock; null when they are no date and time. */
export function instantOf(date: string, time: string, zone: string): string | null {
  const day = fromX12Date(date)
  const clock = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(time || '0000')
  if (day === null || !clock) return null
  const wall = Date.parse(`${day}T${clock[1]}:${clock[2]}:${clock[3] ?? '00'}Z`)
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  const guess = wall - offsetMs(wall, zone)
  return new Date(wall - offsetMs(guess, zone)).toISOString()
}

function offsetMs(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(new Date(instant).toISOString(), zone)
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - instant
}

function wallClock(instant: string, zone: string) {
  const parts = formatterOf(zone).formatToParts(new Date(instant))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? ''
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

/** Making a formatter costs a hundred times what using it does. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const two = '2-digit'
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
  })
  formatters.set(zone, made)
  return made
}
