/**
 * Teeth, surfaces and areas of the mouth. The hub uses the universal notation; an adapter
 * translates where its HMO uses FDI. Source: ADA universal numbering (1–32 permanent from the upper
 * right, A–T primary; a supernumerary tooth is the nearest one plus 50, or with an S behind it:
 * 51–82, AS–TS) and ISO 3950 (FDI).
 */

/**
 * Oral cavity areas: whole mouth, upper and lower arch, and the four quadrants (source: CDT,
 * formats.md 7).
 */
export const AREAS = ['00', '01', '02', '10', '20', '30', '40'] as const
export type Area = (typeof AREAS)[number]

/** The order in which surfaces are written on a chart. */
const SURFACES = 'MODBFLI'
const PRIMARY = 'ABCDEFGHIJKLMNOPQRST'

/**
 * The tooth in universal notation as the hub stores it, or null: `8`, `08`, `#8` and ` a ` are all
 * somebody's way to write a tooth.
 */
export function parseTooth(text: string): string | null {
  const tooth = text.trim().replace(/^#/, '').toUpperCase()
  if (/^[A-T]S?$/.test(tooth)) return tooth
  if (!/^0?[1-9]$|^[12]\d$|^3[0-2]$|^5[1-9]$|^[67]\d$|^8[0-2]$/.test(tooth)) return null
  return String(Number(tooth))
}

/**
 * Surfaces in the order of the chart without repeats, or null when one of them is no surface: `dom`
 * is `MOD`.
 */
export function parseSurfaces(text: string): string | null {
  const given = new Set(text.trim().toUpperCase())
  if (given.size === 0 || [...given].some((surface) => !SURFACES.includes(surface))) return null
  return [...SURFACES].filter((surface) => given.has(surface)).join('')
}

export function parseArea(text: string): Area | null {
  return AREAS.find((area) => area === text.trim()) ?? null
}

/**
 * The tooth that a supernumerary one stands beside: of 64 it is 14, of `AS` it is A. Null for every
 * other tooth.
 */
export function besideSupernumerary(universal: string): string | null {
  const tooth = parseTooth(universal)
  if (tooth === null) return null
  if (tooth.endsWith('S') && tooth.length === 2) return tooth.slice(0, 1)
  return Number(tooth) > 50 ? String(Number(tooth) - 50) : null
}

/**
 * The tooth as people write it in FDI: 14 is 26. FDI has no numbers for supernumerary teeth; on
 * paper one is named by its neighbour, `26 supernumerary`. Null when it is no tooth.
 */
export function inFdiWords(universal: string): string | null {
  const beside = besideSupernumerary(universal)
  return beside === null ? toFdi(universal) : `${toFdi(beside)} supernumerary`
}

/**
 * FDI number of a universal tooth: 14 is 26, A is 55. Null when it is no tooth, and for a
 * supernumerary one, which FDI has no number for.
 */
export function toFdi(universal: string): string | null {
  const tooth = parseTooth(universal)
  if (tooth === null || besideSupernumerary(tooth) !== null) return null
  const primary = PRIMARY.indexOf(tooth)
  return primary >= 0 ? fdi(primary, 5, 5) : fdi(Number(tooth) - 1, 8, 1)
}

/** Universal tooth of an FDI number. Null when it is no FDI number. */
export function fromFdi(number: string): string | null {
  const text = number.trim()
  if (/^[1-4][1-8]$/.test(text)) return String(place(text, 8, 1) + 1)
  if (/^[5-8][1-5]$/.test(text)) return PRIMARY[place(text, 5, 5)] ?? null
  return null
}

/**
 * Quadrants run clockwise from the upper right; in quadrants 1 and 3 the count starts at the back
 * tooth, in 2 and 4 at the midline.
 */
function fdi(index: number, perQuadrant: number, firstQuadrant: number): string {
  const quadrant = Math.floor(index / perQuadrant)
  const step = index % perQuadrant
  return `${firstQuadrant + quadrant}${quadrant % 2 === 0 ? perQuadrant - step : step + 1}`
}

function place(number: string, perQuadrant: number, firstQuadrant: number): number {
  const quadrant = Number(number[0]) - firstQuadrant
  const position = Number(number[1])
  return quadrant * perQuadrant + (quadrant % 2 === 0 ? perQuadrant - position : position - 1)
}
