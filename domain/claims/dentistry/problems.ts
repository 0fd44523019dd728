import { parseTooth } from '../../practice/tooth.ts'
import type { CheckedClaim, CheckedLine, SubmitProblem } from '../requirements.ts'

/**
 * What a claim's dental details leave out or contradict, whoever pays it. Presence of a detail is a
 * provider's requirement; what a detail that is there needs is not.
 */
export function detailProblems(claim: CheckedClaim): SubmitProblem[] {
  return [
    ...claim.lines.flatMap((line) => [
      ...priorPlacement(line),
      ...appliance(line),
      ...pointers(line, claim.diagnoses.length),
    ]),
    ...orthodontics(claim),
    ...accident(claim),
    ...missingTeeth(claim),
  ]
}

/**
 * A replacement says when the prior prosthesis was placed, or why nobody knows; an initial one has
 * no prior (source: ADA claim form 2024, field 44; 005010X224A2 2400 DTP*441, required when SV305
 * is R).
 */
function priorPlacement(line: CheckedLine): SubmitProblem[] {
  const { placement, priorPlacedOn, priorUnknownBecause, serviceDate, code } = line
  const known = priorPlacedOn !== undefined || priorUnknownBecause !== undefined
  if (placement === 'replacement' && !known)
    return [missing(line, `the date of the prior placement of ${code}, or why it is unknown, is required`)]
  if (placement !== 'replacement' && known)
    return [contradiction(line, `${code} has a prior placement, but is not said to be a replacement`)]
  if (priorPlacedOn !== undefined && priorPlacedOn > serviceDate)
    return [contradiction(line, `the prior placement of ${code} is after its service date ${serviceDate}`)]
  return []
}

/** Source: ADA claim form 2024, field 41; 005010X224A2 2400 DTP*452. */
function appliance(line: CheckedLine): SubmitProblem[] {
  const { appliancePlacedOn, serviceDate, code } = line
  if (appliancePlacedOn === undefined || appliancePlacedOn <= serviceDate) return []
  return [contradiction(line, `the appliance of ${code} is placed after its service date ${serviceDate}`)]
}

/**
 * A line names one to four of the claim's own diagnoses (source: ADA claim form 2024, fields 29a
 * and 34a; 005010X224A2 2400 SV311). A code that the claim doesn't have is a pointer 0.
 */
function pointers(line: CheckedLine, diagnoses: number): SubmitProblem[] {
  const given = line.diagnosisPointers ?? []
  if (given.some((pointer) => pointer < 1 || pointer > diagnoses))
    return [contradiction(line, `${line.code} is done for a diagnosis that the claim does not have`)]
  if (given.length > 4)
    return [contradiction(line, `${line.code} is done for ${given.length} diagnoses, and a line names at most four`)]
  return []
}

/** Source: ADA claim form 2024, fields 41 and 42; 005010X224A2 2300 DTP*452, DN101 and DN102. */
function orthodontics(claim: CheckedClaim): SubmitProblem[] {
  const { bandedOn, months, remainingMonths } = claim.orthodontics ?? {}
  const last = lastDay(claim)
  return [
    ...(remainingMonths !== undefined && months !== undefined && remainingMonths > months
      ? [contradiction(null, `${remainingMonths} months of treatment remain of ${months}`)]
      : []),
    ...(bandedOn !== undefined && last !== '' && bandedOn > last
      ? [contradiction(null, `the banding date is after the last service date ${last}`)]
      : []),
  ]
}

/**
 * An accident comes before its treatment; one on the road names its state in the United States
 * (source: ADA claim form 2024, fields 45 to 47; 005010X224A2 2300 CLM11-4 and DTP*439).
 */
function accident({ accident: told, ...claim }: CheckedClaim): SubmitProblem[] {
  if (told === undefined) return []
  const last = lastDay(claim)
  const domestic = (told.country ?? claim.clinic.address?.country) === 'US'
  return [
    ...(told.kind === 'auto' && domestic && told.state === undefined
      ? [missing(null, 'the state of the auto accident is required')]
      : []),
    ...(last !== '' && told.on > last
      ? [contradiction(null, `the accident is after the last service date ${last}`)]
      : []),
  ]
}

/** Source: ADA claim form 2024, field 33; 005010X224A2 2300 DN2, each tooth once. */
function missingTeeth({ missingTeeth: charted = [] }: CheckedClaim): SubmitProblem[] {
  const teeth = charted.map(({ tooth }) => parseTooth(tooth) ?? tooth)
  const twice = teeth.find((tooth, index) => teeth.indexOf(tooth) !== index)
  return twice === undefined ? [] : [contradiction(null, `tooth ${twice} is charted as missing twice`)]
}

function lastDay({ lines }: Pick<CheckedClaim, 'lines'>): string {
  return (
    lines
      .map((line) => line.serviceDate)
      .sort()
      .at(-1) ?? ''
  )
}

function missing(line: CheckedLine | null, detail: string): SubmitProblem {
  return problem('missing-field', line, detail)
}

function contradiction(line: CheckedLine | null, detail: string): SubmitProblem {
  return problem('contradictory-details', line, detail)
}

function problem(type: string, line: CheckedLine | null, detail: string): SubmitProblem {
  if (line === null) return { type, detail }
  return { type, detail: `${detail} (line ${line.lineNumber})`, lineNumber: line.lineNumber }
}
