import { createHash } from 'node:crypto'

/** Decides by seed and rate whether a named fault strikes this time. */
export interface Faults {
  next(name: string): boolean
}

export const NO_FAULTS: Faults = { next: () => false }

/**
 * Faults that come again in the same places for the same seed: the n-th question about a name has
 * the same answer in every run, whatever else was asked in between. `rates` are shares of the
 * questions, 0 to 1; a name without a rate never strikes.
 */
export function makeFaults(seed: number | string, rates: Record<string, number>): Faults {
  const asked = new Map<string, number>()
  return {
    next(name) {
      const count = (asked.get(name) ?? 0) + 1
      asked.set(name, count)
      return chance(`${seed}:${name}:${count}`) < (rates[name] ?? 0)
    },
  }
}

/**
 * Reads `TWIN_FAULTS`: `{"seed": 7, "rates": {"refuse": 0.1}}`; without it, no faults. Throws for
 * anything else.
 */
export function faultsFrom(text: string | undefined): Faults {
  if (!text) return NO_FAULTS
  const { seed, rates } = parse(text)
  if ((typeof seed !== 'number' && typeof seed !== 'string') || !areRates(rates)) {
    throw new Error('TWIN_FAULTS must be {"seed": …, "rates": {"<fault>": 0 to 1}}')
  }
  return makeFaults(seed, rates)
}

function parse(text: string): { seed?: unknown; rates?: unknown } {
  try {
    return Object(JSON.parse(text))
  } catch (cause) {
    throw new Error('TWIN_FAULTS is not JSON', { cause })
  }
}

function areRates(rates: unknown): rates is Record<string, number> {
  if (typeof rates !== 'object' || rates === null) return false
  return Object.values(rates).every((rate) => typeof rate === 'number' && rate >= 0 && rate <= 1)
}

/** 0 to 1, evenly spread and always the same for the same text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48
}
