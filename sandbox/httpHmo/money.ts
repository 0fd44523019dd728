/**
 * The twin's own arithmetic: whole cents; fewer or more places by currency. Shares nothing with the
 * product.
 */
const PLACES: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, BHD: 3, JOD: 3, KWD: 3, OMR: 3, TND: 3 }

const factor = (currency: string) => 10 ** (PLACES[currency] ?? 2)

/** Minor units of a JSON number; null when it has more places than the currency. */
export function toMinor(value: unknown, currency: string): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  const minor = Math.round(value * factor(currency))
  return minor / factor(currency) === value && Number.isSafeInteger(minor) ? minor : null
}

export function fhirMoney(minor: number, currency: string): { value: number; currency: string } {
  return { value: minor / factor(currency), currency }
}
