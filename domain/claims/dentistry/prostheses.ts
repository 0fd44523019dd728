import { codeMatches } from '../../practice/procedures.ts'
import type { FieldRule } from '../requirements.ts'

/**
 * Codes of prostheses that are placed: crowns, inlays and onlays, dentures, implant-borne
 * prostheses, bridges. Repairs, relines and the body of an implant are none (source: CDT's ranges;
 * ADA claim form 2024, field 43: "applies to crowns and all fixed or removable prostheses").
 */
export const PROSTHESES = [
  'D2510-D2664',
  'D2710-D2799',
  'D5110-D5286',
  'D5810-D5866',
  'D6055-D6077',
  'D6082-D6088',
  'D6094-D6094',
  'D6097-D6099',
  'D6110-D6123',
  'D6194-D6195',
  'D6205-D6794',
] as const

/** Limited, interceptive and comprehensive treatment and its visits (source: CDT's ranges). */
export const ORTHODONTIC_TREATMENTS = ['D8010-D8090', 'D8670-D8670'] as const

export function isProsthesis(code: string): boolean {
  return codeMatches(code, PROSTHESES)
}

/**
 * What an HMO that pays prostheses and orthodontics asks of them: initial or replacement of each
 * prosthesis (source: ADA claim form 2024, field 43; 005010X224A2 2400 SV305), and of a treatment
 * with bands their date and its months (fields 41 and 42; 2300 DTP*452 and DN101). A declaration
 * takes these rules into its own; a replacement's prior date is asked of every claim
 * (`detailProblems`).
 */
export const DENTAL_REQUIREMENTS: FieldRule[] = [
  { when: { codes: [...PROSTHESES] }, field: 'placement' },
  { when: { codes: [...ORTHODONTIC_TREATMENTS] }, field: 'banding_date' },
  { when: { codes: [...ORTHODONTIC_TREATMENTS] }, field: 'orthodontic_months' },
]
