/**
 * Calendar days in a time zone. A day of a claim (a visit, a payment, a piece of news) is a day in
 * the zone of its clinic; nothing else turns instants into days or days into instants.
 */

/** The day, YYYY-MM-DD, that a calendar in the zone shows at an instant (ISO 8601 UTC). */
export function dayIn(zone: string, instant: string): string {
  return wallClock(Date.parse(instant), zone).slice(0, 10)
}

/** YYYY-MM-DD HH:MM in the zone: for people. */
export function minuteIn(zone: string, instant: string): string {
  return wallClock(Date.parse(instant), zone).slice(0, 16).replace('T', ' ')
}

/**
 * When something happened of which only the day is known, as an instant (ISO 8601 UTC): noon of
 * that day in the zone, and never later than now.
 */
export function someTimeOn(day: string, zone: string, now: string): string {
  const noon = instantOf(`${day}T12:00:00`, zone)
  return noon < now ? noon : now
}

/** The instant (ISO 8601 UTC) at which a day begins in the zone. */
export function startOf(day: string, zone: string): string {
  return instantOf(`${day}T00:00:00`, zone)
}

/**
 * The earliest instant at which the zone's wall clock shows this time or, where it is skipped, a
 * later one.
 */
export function instantOf(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}Z`)
  // Before and after a change of the clocks near by: both offsets are tried, the earlier instant
  // that fits wins.
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map((near) => offsetMs(near, zone))
  const fitting = offsets.map((offset) => asUtc - offset).filter((instant) => wallClock(instant, zone) === wall)
  // Nothing fits: the time is skipped, and the offset from before the change leads to as much
  // behind the gap.
  const instant = fitting.length > 0 ? Math.min(...fitting) : asUtc - (offsets[0] ?? 0)
  return new Date(instant).toISOString()
}

function offsetMs(instant: number, zone: string): number {
  return Date.parse(`${wallClock(instant, zone)}Z`) - instant
}

const CLOCKS = new Map<string, Intl.DateTimeFormat>()

/** YYYY-MM-DDTHH:MM:SS as a clock on the zone's wall shows it. */
function wallClock(instant: number, zone: string): string {
  const known = CLOCKS.get(zone)
  const shown =
    known ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' })
  if (known === undefined) CLOCKS.set(zone, shown)
  return shown.format(instant).replace(' ', 'T')
}
