import type { Address, Person, Submission } from '../../../domain/claim.ts'
import { clean, losesLetters } from './characters.ts'
import { toX12Date } from './dates.ts'
import { type Line, X12Refusal } from './write.ts'

/** Who sends, who receives and who pays, as a connection's settings say. */
export interface Parties {
  senderId: string
  receiverId: string
  receiverName: string
  payerId: string
  payerName: string
  submitterName: string
  contactPhone: string
  /** Health care provider taxonomy code of the billing and treating dentist. */
  taxonomy: string
}

/** NM1 of a person; throws when the name has no spelling in X12 or an id is too long. */
export function personName(
  place: string,
  code: string,
  person: { family: string; given: string },
  id?: [string, string],
): Line {
  return [
    'NM1',
    code,
    '1',
    spelled(`${place} NM103`, person.family, 60),
    person.given.trim() === '' ? '' : spelled(`${place} NM104`, person.given, 35),
    '',
    '',
    '',
    ...(id ?? []),
  ]
}

/** NM1 of a person who is asked about: the number finds the claim, so the name may be cut short. */
export function askedAbout(
  code: string,
  person: { family: string; given: string },
  id: [string, string] | [] = [],
): Line {
  const family = clean(person.family, 60)
  if (family === '') throw new X12Refusal('2100 NM103', 'the name has no letter that X12 can carry')
  return ['NM1', code, '1', family, clean(person.given, 35), '', '', '', ...id]
}

/** NM1 of an organisation. */
export function organisationName(place: string, code: string, name: string, id?: [string, string]): Line {
  return ['NM1', code, '2', spelled(`${place} NM103`, name, 60), '', '', '', '', ...(id ?? [])]
}

/**
 * N3 and N4 where the guide asks for them: of the patient, who is the subscriber or not (source:
 * 005010X224A2 2010BA N3, "required when the patient is the subscriber", and 2010CA N3).
 */
export function patientAddress(place: string, address: Address | undefined): Line[] {
  if (address === undefined)
    throw new X12Refusal(`${place} N301`, `the ${WHOSE[place] ?? 'party'}'s address is missing: add it to the patient`)
  return addressLines(place, address)
}

/** N3 and N4; nothing without an address. */
export function addressLines(place: string, address: Address | undefined): Line[] {
  if (!address) return []
  refuseIncomplete(place, address)
  const northAmerican = address.country === 'US' || address.country === 'CA'
  const line2 = address.line2?.trim() ?? ''
  return [
    ['N3', spelled(`${place} N301`, address.line1, 55), line2 === '' ? '' : spelled(`${place} N302`, line2, 55)],
    [
      'N4',
      spelled(`${place} N401`, address.city, 30),
      northAmerican ? clean(address.state ?? '', 2) : '',
      postalCode(address),
      address.country === 'US' ? '' : address.country,
    ],
  ]
}

/**
 * N3 and N4 of the billing provider: a street, never a box (source: 005010X224A2 2010AA N3, "the
 * billing provider address must be a street address; post office box or lockbox addresses are sent
 * in the pay-to address loop"; clearinghouses refuse a PMB with the same edit).
 */
export function billingAddress(address: Address): Line[] {
  for (const [element, text] of [
    ['N301', address.line1],
    ['N302', address.line2 ?? ''],
  ] as const) {
    if (BOX.test(text))
      throw new X12Refusal(
        `2010AA ${element}`,
        "the clinic's address is a post office box, private mailbox or lockbox: give the street where it works",
      )
  }
  return addressLines('2010AA', address)
}

/**
 * P.O. Box, Post Office Box, POB 7, PMB 7, lockbox, and the same of a box in Spanish and French.
 */
const BOX =
  /\bp\s*\.?\s*o\s*\.?\s*box\b|\bpost(?:al)?\s+(?:office\s+)?box\b|\bpob\s*#?\s*\d|\bpmb\b|\bprivate\s+mail\s*box\b|\block\s*-?\s*box\b|\bapartado\s+postal\b|\bcase\s+postale\b|^\s*box\s*#?\s*\d/i

/** N402 and N403 are required in the United States and Canada (source: 005010X224A2 N4). */
function refuseIncomplete(place: string, address: Address): void {
  const { country, state = '', postalCode: code = '' } = address
  if (country !== 'US' && country !== 'CA') return
  const whose = WHOSE[place] ?? 'party'
  if (!/^[A-Za-z]{2}$/.test(state.trim()))
    throw new X12Refusal(`${place} N402`, `the ${whose}'s address has no state of two letters: add it`)
  const plain = code.replace(/[^A-Za-z0-9]/g, '')
  const right = country === 'US' ? /^\d{5}(\d{4})?$/ : /^[A-Za-z]\d[A-Za-z]\d[A-Za-z]\d$/
  if (!right.test(plain))
    throw new X12Refusal(`${place} N403`, `the ${whose}'s address has no postal code of its country: add it`)
}

/** DMG: birth date and sex. */
export function demographics(person: Person): Line {
  return ['DMG', 'D8', toX12Date(person.birthDate), SEX[person.sex]]
}

/**
 * The billing provider is the clinic's organisation, which the HMO pays. The number is the
 * organisation's, or else the clinic's.
 */
export function billingNpi(submission: Submission): string {
  const npi = submission.organisation.npi ?? submission.clinic.npi
  if (npi === undefined) throw new X12Refusal('2010AA NM109', 'neither the organisation nor the clinic has an NPI')
  return npi
}

export function isSubscriber(submission: Submission): boolean {
  return submission.enrolment.relationship === 'self'
}

const SEX: Readonly<Record<Person['sex'], string>> = { female: 'F', male: 'M', other: 'U', unknown: 'U' }

/**
 * Nothing of a text is lost in silence: neither letters without a spelling nor what is too long.
 */
function spelled(place: string, text: string, longest: number): string {
  const written = clean(text, Number.POSITIVE_INFINITY)
  const [loop = '', element = ''] = place.split(' ')
  const field = `the ${WHOSE[loop] ?? 'party'}'s ${FIELDS[element] ?? 'name'}`
  if (written === '') throw new X12Refusal(place, `${field} has no letter that X12 can carry: keep it in Latin letters`)
  if (losesLetters(text))
    throw new X12Refusal(place, `${field} has a letter that X12 cannot carry: keep it in Latin letters`)
  if (written.length > longest)
    throw new X12Refusal(
      place,
      `${field} has at most ${longest} characters, this one has ${written.length}: shorten it`,
    )
  return written
}

const FIELDS: Readonly<Record<string, string>> = {
  NM104: 'given name',
  N301: 'street',
  N302: 'second address line',
  N401: 'city',
}

const WHOSE: Readonly<Record<string, string>> = {
  '1000A': 'submitter',
  '1000B': 'receiver',
  '2010AA': 'clinic',
  '2010BA': 'subscriber',
  '2010CA': 'patient',
  '2310A': 'referring dentist',
  '2310B': 'dentist',
  '2310C': 'clinic',
  '2330A': "first HMO's subscriber",
  '2330B': 'first HMO',
}

/**
 * Digits and letters only. The guide wants nine digits of a US ZIP; 9998 is CMS's filler for an
 * unknown extension.
 */
function postalCode(address: Address): string {
  const code = (address.postalCode ?? '').replace(/[^A-Za-z0-9]/g, '').toUpperCase()
  return address.country === 'US' && /^\d{5}$/.test(code) ? `${code}9998` : code.slice(0, 15)
}
