/**
 * Real milliseconds everywhere in this file: a provider's outage does not run faster because
 * business time does.
 */

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** Between two tries of a provider that could not be reached a moment ago. */
const LONGEST_MS = 5 * MINUTE
/**
 * And of one that has been out of reach for so long that a person knows; then of one that is so for
 * over a day more.
 */
const SLOW_MS = 15 * MINUTE
const SLOWEST_MS = 60 * MINUTE

/**
 * How long a sending rests after an attempt of which nothing left: 1 s, 2 s, 4 s … 5 min, a quarter
 * of an hour once a person has been told, an hour when that was over a day ago; never shorter than
 * the provider asked for, and a day at most. `jitter`: 0 to 1, so that a recovered provider is not
 * stormed.
 */
export function retryDelayMs(
  tried: { attempt: number; overdueForMs: number | null; retryAfterMs?: number | undefined },
  jitter: number,
): number {
  const growing = Math.min(LONGEST_MS, SECOND * 2 ** Math.min(Math.max(tried.attempt, 1) - 1, 10))
  const { overdueForMs } = tried
  const pace = overdueForMs === null ? growing : overdueForMs < DAY ? SLOW_MS : SLOWEST_MS
  return Math.max(pace * (0.5 + jitter / 2), Math.min(tried.retryAfterMs ?? 0, DAY))
}

/**
 * How long a submission that the adapter cannot write rests: 1 min, 2 min, 4 min … a day. The same
 * bytes fail again until somebody mends the adapter or the claim, and the person who can has an
 * item.
 */
export function unwritableDelayMs(attempt: number): number {
  return Math.min(DAY, MINUTE * 2 ** Math.min(Math.max(attempt, 1) - 1, 12))
}

/**
 * How long ago (real milliseconds) a sending had been tried in vain for so long that a person must
 * know; null: not yet. `since`: the first attempt of which nothing left, in business time.
 */
export function overdueForMs(since: Date | null, now: Date, scale: number, alertMs: number): number | null {
  if (since === null) return null
  const overdue = (now.getTime() - since.getTime()) / scale - alertMs
  return overdue < 0 ? null : overdue
}
