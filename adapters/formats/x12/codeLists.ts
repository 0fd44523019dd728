/**
 * X12's own code lists, as sets: is this code one that exists? Nothing here says what a code means
 * to us; that is a provider's mapping. Deactivated codes count as known, because old remittances
 * are read too.
 */

/** CAS01 (source: 005010X221A1); CR is the group of corrections before 5010. */
export const ADJUSTMENT_GROUPS: ReadonlySet<string> = new Set(['CO', 'PR', 'OA', 'PI', 'CR'])

/**
 * Claim adjustment reason codes (source: X12 external code source 139). The numbers are given out
 * upwards: 305 stood in the newest public copy that we found, and a few more may have come since.
 */
export function isAdjustmentReason(code: string): boolean {
  return within(code, '', 1, 310) || LETTERED_REASONS.some(([letter, first, last]) => within(code, letter, first, last))
}

const LETTERED_REASONS: readonly (readonly [letter: string, first: number, last: number])[] = [
  ['A', 0, 8],
  ['B', 1, 23],
  ['D', 1, 23],
  ['P', 1, 33],
  ['W', 1, 10],
  ['Y', 1, 3],
]

/** PLB03-1 (source: 005010X221A1). */
export const PROVIDER_ADJUSTMENTS: ReadonlySet<string> = new Set(
  (
    '50 51 72 90 AH AM AP B2 B3 BD BN C5 CR CS CT CV CW DM E3 FB FC GO HM IP IR IS J1 L3 L6 LE LS OA OB PI PL RA RE SL TL WO WU' as const
  ).split(' '),
)

/** Claim status category codes of STC01-1 (source: X12 external code source 507). */
export function isStatusCategory(code: string): boolean {
  return STATUS_CATEGORIES.has(code) || within(code, 'R', 0, 17) || within(code, 'DR0', 1, 8)
}

const STATUS_CATEGORIES: ReadonlySet<string> = new Set(
  'A0 A1 A2 A3 A4 A5 A6 A7 A8 D0 E0 E1 E2 E3 E4 F0 F1 F2 F3 F3F F3N F4 F5 P0 P1 P2 P3 P4 P5 RQ X0'.split(' '),
)

/** A number without leading zeros after its letters. */
function within(code: string, letter: string, first: number, last: number): boolean {
  if (!code.startsWith(letter)) return false
  const digits = code.slice(letter.length)
  return /^(?:0|[1-9]\d{0,2})$/.test(digits) && Number(digits) >= first && Number(digits) <= last
}
