/**
 * What two documents call the same payer: letters and digits only, without regard to case. A
 * remittance that names no payer has none.
 */
export function payerKey(payer: string): string {
  return payer.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')
}

/**
 * What a check or transfer is called, whoever writes it: letters and digits only, without the zeros
 * that banks pad numbers with. Empty: it has no number.
 */
export function traceKey(trace: string): string {
  return trace
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/^0+/, '')
}

/**
 * How far the day that a person writes down may be from the provider's own. An 835 and its transfer
 * come within three business days of each other (source: CAQH CORE rule 370); a check by mail that
 * waits to be deposited takes longer.
 */
export const NEARBY_DAYS = 14

const DAY_MS = 86_400_000

/** Two days, YYYY-MM-DD, that may be one payment's. */
export function areNearby(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= NEARBY_DAYS * DAY_MS
}
