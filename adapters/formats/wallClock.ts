/** What a zone's clocks show at an instant (ISO 8601 UTC), each part with its leading zeros. */
export function wallClock(instant: string, zone: string) {
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

/**
 * The instant (ISO 8601 UTC) at which a zone's clocks show `time` (HH:MM:SS) on `day` (YYYY-MM-DD).
 */
export function instantAt(day: string, time: string, zone: string): string {
  const wall = Date.parse(`${day}T${time}Z`)
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  const guess = wall - offsetMs(wall, zone)
  return new Date(wall - offsetMs(guess, zone)).toISOString()
}

/** The same text when it is a day of the calendar (YYYY-MM-DD), else null. */
export function calendarDay(text: string): string | null {
  const parsed = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text) ? text : null
}

function offsetMs(instant: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallClock(new Date(instant).toISOString(), zone)
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - instant
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
