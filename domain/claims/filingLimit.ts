/**
 * Days before the last day on which the provider takes a claim; each warns once, the last one that
 * is reached.
 */
export const FILING_WARNINGS = [14, 7, 1] as const
export type FilingWarning = (typeof FILING_WARNINGS)[number]

/**
 * The warning that is due on a day; null when the last day is further off, or over (then the claim
 * is refused, not warned of). YYYY-MM-DD.
 */
export function filingWarning(lastDay: string, today: string): FilingWarning | null {
  const left = (Date.parse(`${lastDay}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000
  if (left < 0) return null
  return FILING_WARNINGS.findLast((days) => left <= days) ?? null
}
