import { readTexts } from '../../../adapters/formats/xml/dentalTexts.ts'
import { childrenIn, textIn, type XmlElement } from '../../../adapters/formats/xml/read.ts'
import { DENTAL, readSite } from '../../../adapters/formats/xml/tooth.ts'
import {
  ACCIDENT_KINDS,
  type MissingTooth,
  type OtherDentist,
  PLACEMENTS,
} from '../../../domain/claims/dentistry/details.ts'
import { type DetailedService, known, type ReadDetails, toldDetails } from '../details.ts'

/** The dental details of a claim of a national exchange, as text observations say them. */
export function readDetails(claim: XmlElement): ReadDetails | undefined {
  const activities = childrenIn(claim, 'Activity')
  const [first] = activities
  const texts = first === undefined ? [] : readTexts(first)
  const all = (name: string) => texts.filter((each) => each.name === name).map(({ value }) => value)
  const one = (name: string) => all(name)[0]
  const kind = ACCIDENT_KINDS.find((each) => each === one('AccidentKind'))
  const orthodontics = known({
    bandedOn: one('BandingDate'),
    months: numberIn(one('TreatmentMonths')),
    remainingMonths: numberIn(one('RemainingMonths')),
  })
  const missing = [...all('MissingTooth'), ...all('ToothToBeExtracted')]
  const ordering = first === undefined ? null : textIn(first, 'OrderingClinician')
  const referring = one('ReferringDentist')
  return toldDetails({
    ...(kind === undefined
      ? {}
      : {
          accident: known({
            kind,
            on: one('AccidentDate') ?? '',
            state: one('AccidentState'),
            country: one('AccidentCountry'),
          }),
        }),
    ...(Object.keys(orthodontics).length === 0 ? {} : { orthodontics }),
    ...(missing.length === 0
      ? {}
      : {
          missingTeeth: texts.flatMap(({ name, value }): MissingTooth[] =>
            name === 'ToothToBeExtracted'
              ? [{ tooth: value, status: 'to_be_extracted' as const }]
              : name === 'MissingTooth' && value !== 'none'
                ? [{ tooth: value, status: 'missing' as const }]
                : [],
          ),
        }),
    ...(referring === undefined ? {} : { referringDentist: dentistIn(referring, ordering) }),
    lines: activities.map(lineOf),
  })
}

function lineOf(activity: XmlElement, index: number): DetailedService {
  const texts = readTexts(activity)
  const one = (name: string) => texts.find((each) => each.name === name)?.value
  const placed = one('Placement')
  const site = childrenIn(activity, 'Observation').find((each) => textIn(each, 'Type') === DENTAL)
  const diagnoses = texts.filter(({ name }) => name === 'Diagnosis').map(({ value }) => value)
  return known({
    lineNumber: index + 1,
    tooth: site === undefined ? undefined : readSite(textIn(site, 'Code') ?? '', null).tooth,
    description: one('Description'),
    placement: PLACEMENTS.find((each) => each === placed),
    priorPlacedOn: one('PriorPlacement'),
    priorUnknownBecause: one('PriorPlacementUnknown'),
    appliancePlacedOn: one('AppliancePlacement'),
    placeOfService: one('PlaceOfService'),
    diagnoses: diagnoses.length === 0 ? undefined : diagnoses,
  })
}

/** `Family, Given (NPI 1234567893)`; the licence is the ordering clinician's. */
function dentistIn(text: string, licence: string | null): OtherDentist {
  const [, family = text, given = '', npi] = /^(.*?), (.*?)(?: \(NPI (\d+)\))?$/.exec(text) ?? []
  return known({ family, given, npi, licence: licence ?? undefined })
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined
}
