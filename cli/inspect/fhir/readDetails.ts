import type { JsonObject, JsonValue } from '../../../adapters/formats/fhir/readJson.ts'
import { SYSTEMS } from '../../../adapters/formats/fhir/systems.ts'
import { type OtherDentist, PLACEMENTS } from '../../../domain/claims/dentistry/details.ts'
import { fromFdi } from '../../../domain/practice/tooth.ts'
import { type DetailedService, known, type ReadDetails, toldDetails } from '../details.ts'
import { codeAt, listAt, look, textAt } from './look.ts'

/** The dental details of a FHIR Claim, as `adapters/formats/fhir/dentalDetails.ts` writes them. */
export function readDetails(claim: JsonObject): ReadDetails | undefined {
  const infos = listAt(claim, 'supportingInfo')
  const info = (code: string) => infos.find((each) => categoryOf(each) === 'info' && codeAt(each, 'code') === code)
  const orthodontics = known({
    bandedOn: textAt(info('banded-on'), 'timingDate') ?? undefined,
    months: monthsIn(info('treatment-months')),
    remainingMonths: monthsIn(info('remaining-months')),
  })
  const missing = infos.filter((each) => categoryOf(each) === 'missingtooth')
  const signatures = known({
    patientOn: textAt(info('patient-signature-on-file'), 'timingDate') ?? undefined,
    dentist: info('dentist-signature-on-file') === undefined ? undefined : true,
  })
  return toldDetails({
    ...(look(claim, 'accident') === undefined ? {} : { accident: accidentIn(claim) }),
    ...(Object.keys(orthodontics).length === 0 ? {} : { orthodontics }),
    ...(missing.length === 0 && info('no-missing-teeth') === undefined
      ? {}
      : {
          missingTeeth: missing.map((each) => ({
            tooth: toothIn(look(each, 'code')) ?? '',
            status: textAt(each, 'valueString') === null ? ('missing' as const) : ('to_be_extracted' as const),
          })),
        }),
    ...dentists(claim),
    ...payment(claim),
    ...(Object.keys(signatures).length === 0 ? {} : { signatures }),
    lines: listAt(claim, 'item').map((item, index) => lineOf(claim, infos, item, index)),
  })
}

function lineOf(claim: JsonObject, infos: JsonObject[], item: JsonObject, index: number): DetailedService {
  const named = new Set(numbersAt(item, 'informationSequence'))
  const own = infos.filter((each) => named.has(textAt(each, 'sequence') ?? ''))
  const prosthesis = own.find((each) => categoryOf(each) === 'prosthesis')
  const appliance = own.find((each) => codeAt(each, 'code') === 'appliance-placed-on')
  const placed = codeAt(prosthesis, 'code')
  const diagnoses = listAt(claim, 'diagnosis')
  const pointers = numbersAt(item, 'diagnosisSequence')
  const all = pointers.length === diagnoses.length && pointers.every((each, place) => Number(each) === place + 1)
  return known({
    lineNumber: index + 1,
    tooth: toothIn(look(item, 'bodySite')) ?? undefined,
    description: textAt(item, 'productOrService', 'text') ?? undefined,
    placement: PLACEMENTS.find((each) => each === placed),
    priorPlacedOn: textAt(prosthesis, 'timingDate') ?? undefined,
    priorUnknownBecause: textAt(prosthesis, 'valueString') ?? undefined,
    appliancePlacedOn: textAt(appliance, 'timingDate') ?? undefined,
    placeOfService: codeAt(item, 'locationCodeableConcept') ?? undefined,
    // All of them in order is what a line without diagnoses of its own says.
    diagnoses: all
      ? undefined
      : pointers.map((each) => codeAt(diagnoses[Number(each) - 1], 'diagnosisCodeableConcept') ?? ''),
  })
}

function accidentIn(claim: JsonObject): NonNullable<ReadDetails['accident']> {
  const type = codeAt(claim, 'accident', 'type')
  return known({
    kind: type === 'MVA' ? ('auto' as const) : type === 'WPA' ? ('employment' as const) : ('other' as const),
    on: textAt(claim, 'accident', 'date') ?? '',
    state: textAt(claim, 'accident', 'locationAddress', 'state') ?? undefined,
    country: textAt(claim, 'accident', 'locationAddress', 'country') ?? undefined,
  })
}

function dentists(claim: JsonObject): Pick<ReadDetails, 'billingDentist' | 'referringDentist'> {
  const role = contained(claim, textAt(claim, 'provider', 'reference'))
  const request = contained(claim, textAt(claim, 'referral', 'reference'))
  const billing = contained(claim, textAt(role, 'practitioner', 'reference'))
  const referring = contained(claim, textAt(request, 'requester', 'reference'))
  return {
    ...(billing === undefined ? {} : { billingDentist: dentistIn(billing) }),
    ...(referring === undefined ? {} : { referringDentist: dentistIn(referring) }),
  }
}

function dentistIn(resource: JsonObject): OtherDentist {
  const number = (system: string) => {
    const found = listAt(resource, 'identifier').find((each) => textAt(each, 'system') === system)
    return textAt(found, 'value') ?? undefined
  }
  return known({
    family: textAt(resource, 'name', 0, 'family') ?? '',
    given: textAt(resource, 'name', 0, 'given', 0) ?? '',
    npi: number(SYSTEMS.npi),
    licence: number(SYSTEMS.licence),
  })
}

function payment(claim: JsonObject): Pick<ReadDetails, 'assignment' | 'payee'> {
  const type = codeAt(claim, 'payee', 'type')
  const party = contained(claim, textAt(claim, 'payee', 'party', 'reference'))
  const account = listAt(party, 'identifier').find((each) => textAt(each, 'system') === SYSTEMS.bankAccount)
  const code = listAt(party, 'identifier').find((each) => textAt(each, 'system') === SYSTEMS.bankCode)
  const bank = known({
    name: textAt(account, 'assigner', 'display') ?? '',
    account: textAt(account, 'value') ?? '',
    code: textAt(code, 'value') ?? undefined,
  })
  return {
    ...(type === 'subscriber' ? { assignment: 'patient' as const } : {}),
    ...(type === 'provider' ? { assignment: 'clinic' as const } : {}),
    ...(party === undefined
      ? {}
      : { payee: { name: textAt(party, 'name') ?? '', ...(account === undefined ? {} : { bank }) } }),
  }
}

function contained(claim: JsonObject, reference: string | null): JsonObject | undefined {
  if (reference === null || !reference.startsWith('#')) return undefined
  return listAt(claim, 'contained').find((each) => textAt(each, 'id') === reference.slice(1))
}

/** Universal, whichever of the two notations the code is in. */
function toothIn(concept: JsonValue | undefined): string | null {
  const system = textAt(concept, 'coding', 0, 'system')
  const code = textAt(concept, 'coding', 0, 'code')
  if (code === null || system === SYSTEMS.fdiArea) return null
  return system === SYSTEMS.universalTooth ? code : (fromFdi(code) ?? code)
}

function categoryOf(info: JsonObject): string | null {
  return codeAt(info, 'category')
}

function monthsIn(info: JsonObject | undefined): number | undefined {
  const value = textAt(info, 'valueQuantity', 'value')
  return value === null || !/^\d{1,4}$/.test(value) ? undefined : Number(value)
}

/** Numbers arrive as their source text. */
function numbersAt(item: JsonObject, name: string): string[] {
  const found = look(item, name)
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : []
}
