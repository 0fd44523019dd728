import { fromFdi, parseTooth } from './tooth.ts'

/** In which notation a practice names its teeth. The hub itself keeps the universal one. */
export const TOOTH_NOTATIONS = ['universal', 'fdi'] as const
export type ToothNotation = (typeof TOOTH_NOTATIONS)[number]

export type ReadTooth = { kind: 'tooth'; tooth: string } | { kind: 'refused'; because: string }

const MUST = {
  universal: 'must be a tooth in universal notation: 1 to 32 or A to T, supernumerary 51 to 82 or AS to TS',
  fdi: 'must be a tooth in FDI notation: 11 to 48 or 51 to 85',
} as const

/**
 * A tooth in universal notation. Where nobody has said the notation, a number that means one tooth
 * in one and another tooth in the other (16 is a molar in both, not the same) is a doubt and
 * refused; what only one of them has is that.
 */
export function readTooth(text: string, notation: ToothNotation | null): ReadTooth {
  const universal = parseTooth(text)
  const fdi = fromFdi(text.trim().replace(/^#/, ''))
  if (notation !== null) {
    const tooth = notation === 'fdi' ? fdi : universal
    return tooth === null ? { kind: 'refused', because: MUST[notation] } : { kind: 'tooth', tooth }
  }
  if (universal !== null && fdi !== null && universal !== fdi)
    return {
      kind: 'refused',
      because:
        'is a tooth in universal and another one in FDI notation: say toothNotation, or have the practice\u2019s notation set',
    }
  const tooth = universal ?? fdi
  return tooth === null ? { kind: 'refused', because: `${MUST.universal}; or in FDI` } : { kind: 'tooth', tooth }
}
