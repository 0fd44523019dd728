import type { Submission, SubmissionLine } from '../../../../domain/claim.ts'
import { clean } from '../characters.ts'
import { toX12Date } from '../dates.ts'
import { type Element, type Line, X12Refusal } from '../write.ts'

/**
 * The dental details of an 837D: their places in loops 2300 and 2400 (source: 005010X224A2).
 */

/** The office, where nothing else is said (source: CMS place of service codes). */
const OFFICE = '11'

/** CLM05-1: the claim's place is its first line's; SV303 says where another differs. */
export function placeOfClaim({ lines }: Submission): string {
  return lines[0]?.placeOfService ?? OFFICE
}

/** CLM11: what the treatment results from, with the place of an accident on the road. */
export function relatedCauses({ accident, clinic }: Submission): Element {
  if (accident === undefined) return ''
  const country = accident.country ?? clinic.address.country
  return [CAUSES[accident.kind], '', '', accident.state ?? '', country === 'US' ? '' : country]
}

const CAUSES = { auto: 'AA', employment: 'EM', other: 'OA' } as const

export function accidentDate({ accident }: Submission): Line[] {
  return accident === undefined ? [] : [['DTP', '439', 'D8', toX12Date(accident.on)]]
}

/** 2300 DTP*452: when the bands were placed. */
export function bandingDate({ orthodontics }: Submission): Line[] {
  return orthodontics?.bandedOn === undefined ? [] : [['DTP', '452', 'D8', toX12Date(orthodontics.bandedOn)]]
}

/** DN1: months of the whole treatment, and those that remain. */
export function orthodonticMonths({ orthodontics }: Submission): Line[] {
  const { months, remainingMonths } = orthodontics ?? {}
  if (months === undefined && remainingMonths === undefined) return []
  return [
    ['DN1', months === undefined ? '' : String(months), remainingMonths === undefined ? '' : String(remainingMonths)],
  ]
}

/** DN2, one a tooth: E will be extracted, M is missing. The guide takes 35. */
export function toothStatus({ missingTeeth = [] }: Submission): Line[] {
  if (missingTeeth.length > 35)
    throw new X12Refusal('2300 DN2', `at most 35 missing teeth, this claim has ${missingTeeth.length}`)
  return missingTeeth.map(({ tooth, status }) => ['DN2', tooth, status === 'missing' ? 'M' : 'E', '', '', '', 'JP'])
}

/** There is no element for why a prior date is unknown: it goes into the claim's note, by line. */
export function priorPlacementNotes({ lines }: Submission): string[] {
  return lines.flatMap(({ lineNumber, priorUnknownBecause: why }) =>
    why === undefined ? [] : [`Line ${lineNumber} prior placement date unknown: ${why}`],
  )
}

/** SV301: the code, and in its seventh component the practice's own words for it. */
export function procedure({ code, description }: SubmissionLine): Element {
  const words = clean(description ?? '', Number.POSITIVE_INFINITY)
  if (words.length > 80)
    throw new X12Refusal('2400 SV301-7', `a description has at most 80 characters, ${code} has more`)
  return words === '' ? ['AD', code] : ['AD', code, '', '', '', '', words]
}

/** SV305: initial or replacement. */
export function placement({ placement: placed }: SubmissionLine): string {
  return placed === undefined ? '' : placed === 'initial' ? 'I' : 'R'
}

/** SV303, only where it differs from the claim's. */
export function placeOfLine(submission: Submission, { placeOfService = OFFICE }: SubmissionLine): string {
  return placeOfService === placeOfClaim(submission) ? '' : placeOfService
}

/** SV311: one to four of the claim's diagnoses, the main one first. */
export function pointers({ diagnosisPointers = [], lineNumber }: SubmissionLine, diagnoses: number): Element {
  if (diagnosisPointers.length > 4 || diagnosisPointers.some((pointer) => pointer < 1 || pointer > diagnoses))
    throw new X12Refusal('2400 SV311', `line ${lineNumber} points at a diagnosis that the claim does not have`)
  return diagnosisPointers.map(String)
}

/** 2400 DTP*441 of the prior prosthesis, DTP*452 of an appliance. */
export function placementDates({ priorPlacedOn, appliancePlacedOn }: SubmissionLine): Line[] {
  return [
    ...(priorPlacedOn === undefined ? [] : ([['DTP', '441', 'D8', toX12Date(priorPlacedOn)]] satisfies Line[])),
    ...(appliancePlacedOn === undefined ? [] : ([['DTP', '452', 'D8', toX12Date(appliancePlacedOn)]] satisfies Line[])),
  ]
}
