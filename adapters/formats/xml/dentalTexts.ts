import type { Submission, SubmissionLine } from '../../../domain/claim.ts'
import type { OtherDentist } from '../../../domain/claims/dentistry/details.ts'
import { childrenIn, textIn, type XmlElement } from './read.ts'
import type { Written } from './write.ts'

/** The type of an observation that is neither a tooth nor a paper. */
const TEXT = 'Text'

/**
 * What the schema has no element for goes as text: our name of it, its value, what the value is.
 */
type ValueType = 'Date' | 'Text' | 'Number' | 'Tooth'

/** What the claim says as a whole, for its first activity. */
export function claimTexts({ accident, orthodontics, missingTeeth, referringDentist }: Submission): Written[] {
  return [
    ...texts('AccidentKind', accident?.kind, 'Text'),
    ...texts('AccidentDate', accident?.on, 'Date'),
    ...texts('AccidentState', accident?.state, 'Text'),
    ...texts('AccidentCountry', accident?.country, 'Text'),
    ...texts('BandingDate', orthodontics?.bandedOn, 'Date'),
    ...texts('TreatmentMonths', orthodontics?.months, 'Number'),
    ...texts('RemainingMonths', orthodontics?.remainingMonths, 'Number'),
    // An empty list says that all teeth are there.
    ...(missingTeeth?.length === 0 ? texts('MissingTooth', 'none', 'Text') : []),
    ...(missingTeeth ?? []).flatMap(({ tooth, status }) =>
      texts(status === 'missing' ? 'MissingTooth' : 'ToothToBeExtracted', tooth, 'Tooth'),
    ),
    ...texts('ReferringDentist', referringDentist && nameOf(referringDentist), 'Text'),
  ]
}

/** What one service says, for its own activity. */
export function lineTexts({ diagnoses }: Submission, line: SubmissionLine): Written[] {
  return [
    ...texts('Description', line.description, 'Text'),
    ...texts('Placement', line.placement, 'Text'),
    ...texts('PriorPlacement', line.priorPlacedOn, 'Date'),
    ...texts('PriorPlacementUnknown', line.priorUnknownBecause, 'Text'),
    ...texts('AppliancePlacement', line.appliancePlacedOn, 'Date'),
    ...texts('PlaceOfService', line.placeOfService, 'Text'),
    ...(line.diagnosisPointers ?? []).flatMap((pointer) => texts('Diagnosis', diagnoses[pointer - 1]?.code, 'Text')),
  ]
}

/** The text observations of an activity, by our names; a name may come more than once. */
export function readTexts(activity: XmlElement): { name: string; value: string }[] {
  return childrenIn(activity, 'Observation')
    .filter((each) => textIn(each, 'Type') === TEXT)
    .map((each) => ({ name: textIn(each, 'Code') ?? '', value: textIn(each, 'Value') ?? '' }))
}

function texts(name: string, value: string | number | undefined, valueType: ValueType): Written[] {
  if (value === undefined) return []
  return [
    [
      'Observation',
      [
        ['Type', TEXT],
        ['Code', name],
        ['Value', String(value)],
        ['ValueType', valueType],
      ],
    ],
  ]
}

function nameOf({ family, given, npi }: OtherDentist): string {
  return npi === undefined ? `${family}, ${given}` : `${family}, ${given} (NPI ${npi})`
}
