/**
 * The longest text of an element, by segment and place (source: 005010X224A2 and X12.3 data
 * elements). What is not here cannot be too long, for it is ours or a code.
 */
const LONGEST: Readonly<Record<string, number>> = {
  NM103: 60,
  NM104: 35,
  NM109: 80,
  N301: 55,
  N302: 55,
  N401: 30,
  N402: 2,
  N403: 15,
  N404: 3,
  SBR03: 50,
  SBR04: 60,
  REF02: 50,
  PER04: 256,
  NTE02: 80,
}

/** Characters that the element may have at most; null where the guide sets no limit of interest. */
export function longestOf(segment: string, place: number): number | null {
  return LONGEST[`${segment}${String(place).padStart(2, '0')}`] ?? null
}

/** What stands in an element, in the words of a claim: for refusals. Null: only the place tells. */
export function fieldOf([segment, qualifier]: readonly [string, ...unknown[]], place: number): string | null {
  const of = typeof qualifier === 'string' ? qualifier : ''
  switch (segment) {
    case 'NM1':
      if (place === 9) return of === 'IL' ? 'the member number' : null
      return NAMES[of] === undefined ? null : `the ${NAMES[of]}'s ${place === 4 ? 'given name' : 'name'}`
    case 'SBR':
      return place === 3 ? 'the group number' : place === 4 ? 'the plan' : null
    case 'REF':
      return place === 2 ? (REFERENCES[of] ?? null) : null
    case 'NTE':
      return 'the note'
    default:
      return null
  }
}

const NAMES: Readonly<Record<string, string>> = {
  '85': 'organisation',
  IL: 'subscriber',
  QC: 'patient',
  '82': 'dentist',
  '77': 'clinic',
  DN: 'referring dentist',
}

const REFERENCES: Readonly<Record<string, string>> = {
  G1: 'the authorisation number',
  G3: 'the predetermination number',
  '9F': 'the referral number',
  F8: "the provider's claim number",
  '0B': "the dentist's licence number",
  G2: "the dentist's accreditation number",
  EI: "the organisation's tax number",
  '6R': "the line's control number",
}
