import type { SubmissionLine } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { parseTooth } from '../../../domain/practice/tooth.ts'
import { present, type Written } from './write.ts'

export const DENTAL = 'Universal Dental'

/**
 * Oral cavity areas left, what the exchange calls them right: quadrants, arches and the whole
 * mouth.
 */
const AREAS: Readonly<Record<string, string>> = {
  '00': 'FM',
  '01': 'UA',
  '02': 'LA',
  '10': 'UR',
  '20': 'UL',
  '30': 'LL',
  '40': 'LR',
}

export type Site = Pick<SubmissionLine, 'tooth' | 'surfaces' | 'area'>

/** Where in the mouth a service was done; null where it was done nowhere in particular. */
export function siteObservation({ tooth, surfaces, area }: Site): Written | null {
  if (tooth === undefined && surfaces !== undefined)
    throw new FormatRefusal('Observation', 'a service has surfaces without a tooth: add the tooth')
  if (tooth !== undefined) return observation(tooth, surfaces ?? null, 'Tooth')
  const code = area === undefined ? undefined : AREAS[area]
  return code === undefined ? null : observation(code, null, 'Area')
}

function observation(code: string, value: string | null, valueType: string): Written {
  return [
    'Observation',
    present(['Type', DENTAL], ['Code', code], value === null ? null : ['Value', value], ['ValueType', valueType]),
  ]
}

/** The same, read: a tooth with its surfaces, or an area; nothing for a code that is neither. */
export function readSite(code: string, value: string | null): Site {
  const area = Object.entries(AREAS).find(([, theirs]) => theirs === code)?.[0]
  if (area !== undefined) return { area }
  if (parseTooth(code) !== code) return {}
  return value === null ? { tooth: code } : { tooth: code, surfaces: value }
}
