/** Longer waits than a day are taken as a day: the provider may say a year, a claim can't. */
const LONGEST_MS = 86_400_000

/**
 * Real milliseconds of a Retry-After header, in seconds or as a date (source: RFC 9110, 10.2.3);
 * undefined when it says nothing.
 */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_MS)
}
