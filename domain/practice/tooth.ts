/**
 * Teeth, surfaces and areas of the mouth. The hub uses the universal notation; an adapter
 * translates where its HMO uses FDI. Source: ADA universal numbering (1–32 permanent from the upper
 * right, A–T primary) and ISO 3950 (FDI).
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
  if (/^[A-T]$/.test(tooth)) return tooth
  if (!/^0?[1-9]$|^[12]\d$|^3[0-2]$/.test(tooth)) return null
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

/** FDI number of a universal tooth: 14 is 26, A is 55. Null when it is no tooth. */
export function toFdi(universal: string): string | null {
  const tooth = parseTooth(universal)
  if (tooth === null) return null
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
