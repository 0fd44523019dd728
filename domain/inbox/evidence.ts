import { type Minor, sum } from '../amounts.ts'
import type { CandidateClaim, LineMarks, Marks, NamedPerson } from './marks.ts'
import { compareNames } from './personNames.ts'

/** What tells one claim from another; `lines`: which of its lines are meant. */
export const MARK_NAMES = [
  'number',
  'reference',
  'name',
  'birth-date',
  'member-id',
  'service-dates',
  'codes',
  'charge',
  'payee',
  'lines',
] as const
export type MarkName = (typeof MARK_NAMES)[number]

/** The marks that speak for a claim and against it. What a document leaves out is in neither. */
export interface Evidence {
  for: MarkName[]
  against: MarkName[]
}

type Weighed = 'for' | 'against' | 'unsaid'

/** Weighs each mark of a document by itself: whether the claim has the same. */
export function evidenceFor(marks: Marks, claim: CandidateClaim): Evidence {
  const person = personMarks(marks, claim)
  const lines = marks.lines ?? []
  const weighed: [MarkName, Weighed][] = [
    ['number', claim.foundBy === 'number' ? 'for' : 'unsaid'],
    ['reference', claim.foundBy === 'reference' ? 'for' : 'unsaid'],
    ['name', person.name],
    ['birth-date', person.birthDate],
    ['member-id', person.memberId],
    ['service-dates', compareDays(marks, claim)],
    ['codes', compareCodes(lines, claim)],
    ['charge', compareCharge(marks, claim)],
    ['payee', comparePayee(marks.payee ?? {}, claim.payees)],
  ]
  const those = (wanted: Weighed) => weighed.flatMap(([mark, verdict]) => (verdict === wanted ? [mark] : []))
  return { for: those('for'), against: those('against') }
}

/**
 * The three marks of the patient together. A name of which half agrees is another member of the
 * family unless the birth date (or, of a new family name, the member number) is the patient's own;
 * the holder of the plan in the patient's place says nothing.
 */
function personMarks(marks: Marks, claim: CandidateClaim): Record<'name' | 'birthDate' | 'memberId', Weighed> {
  const { patient: said } = marks
  const { patient: known } = claim
  const memberId = compareMemberIds(marks.memberIds ?? [], claim.memberId)
  if (said === undefined || known === undefined) return { name: 'unsaid', birthDate: 'unsaid', memberId }
  const birthDate = compareBirthDates(said.birthDate, known.birthDate)
  const verdict = compareNames(said, known)
  if (verdict !== 'same' && isSubscriber(said, claim)) return { name: 'unsaid', birthDate: 'unsaid', memberId }
  const isKnownOtherwise = birthDate === 'for' || (memberId === 'for' && hasNewFamilyName(said, known))
  const name =
    verdict === 'same'
      ? 'for'
      : verdict === 'unsaid' || (verdict === 'partly' && isKnownOtherwise)
        ? 'unsaid'
        : 'against'
  return { name, birthDate, memberId }
}

function hasNewFamilyName({ given }: NamedPerson, known: NamedPerson): boolean {
  return given !== undefined && compareNames({ given }, known) === 'same'
}

function isSubscriber(said: NamedPerson, { patient, subscriber }: CandidateClaim): boolean {
  if (subscriber === undefined || (patient !== undefined && compareNames(subscriber, patient) === 'same')) return false
  return (
    compareNames(said, subscriber) === 'same' && compareBirthDates(said.birthDate, subscriber.birthDate) !== 'against'
  )
}

/** One part of the date that is wrong, or day and month swapped, is a slip and says nothing. */
function compareBirthDates(said: string | undefined, known: string | undefined): Weighed {
  if (said === undefined || known === undefined) return 'unsaid'
  if (said === known) return 'for'
  const [a, b] = [said.split('-'), known.split('-')]
  const wrong = a.filter((part, index) => part !== b[index]).length
  const isSwapped = a[0] === b[0] && a[1] === b[2] && a[2] === b[1]
  return wrong === 1 || isSwapped ? 'unsaid' : 'against'
}

/**
 * Without blanks and signs; a dependant's suffix behind a sign (-02) and leading zeros do not
 * count.
 */
function compareMemberIds(said: string[], known: string | undefined): Weighed {
  const theirs = said.filter((each) => folded(each) !== '')
  if (theirs.length === 0 || known === undefined || folded(known) === '') return 'unsaid'
  return theirs.some((each) => isSameMember(each, known)) ? 'for' : 'against'
}

function isSameMember(a: string, b: string): boolean {
  const forms = (text: string) => [text, text.replace(/[\s/*_-]+[0-9A-Z]{1,2}$/i, '')].map(folded)
  return forms(a).some((one) => one !== '' && forms(b).includes(one))
}

function folded(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^0+/, '')
}

/** One day more or less is a clock in another zone. */
function compareDays(marks: Marks, { lines }: CandidateClaim): Weighed {
  const ours = lines.flatMap(({ serviceDate }) => serviceDate ?? [])
  const days = (marks.lines ?? []).flatMap(({ day }) => (day === null ? [] : [{ from: day, to: day }]))
  const said = days.length > 0 ? days : marks.days === undefined ? [] : [marks.days]
  if (ours.length === 0 || said.length === 0) return 'unsaid'
  const isMeant = ({ from, to }: { from: string; to: string }) =>
    ours.some((day) => dayAfter(from, -1) <= day && day <= dayAfter(to, 1))
  return said.some(isMeant) ? 'for' : 'against'
}

/** So many days after (or before) a day; a text that is no day stays as it is. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  return Number.isNaN(at.getTime()) ? day : new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

/**
 * All the document's codes are ours, or all of ours are there (a payer may add lines): for. None:
 * against.
 */
function compareCodes(said: LineMarks[], { lines }: CandidateClaim): Weighed {
  const theirs = said.flatMap(({ code }) => (code === null || code === '' ? [] : [code]))
  if (theirs.length === 0 || lines.length === 0) return 'unsaid'
  const known = lines.map(({ code }) => code)
  const has = (codes: string[], wanted: string) => codes.some((code) => isSameCode(code, wanted))
  if (!theirs.some((code) => has(known, code))) return 'against'
  return theirs.every((code) => has(known, code)) || known.every((code) => has(theirs, code)) ? 'for' : 'unsaid'
}

/** `D1110`, `1110` and `d1110` are one code. */
export function isSameCode(a: string, b: string): boolean {
  const plain = (code: string) =>
    code
      .toUpperCase()
      .replace(/[^0-9A-Z]/g, '')
      .replace(/^D(?=\d{4}$)/, '')
  return plain(a) === plain(b)
}

/** What we charged in all, or in the lines that the document names (a payer may split a claim). */
function compareCharge(marks: Marks, { total, lines }: CandidateClaim): Weighed {
  const named = (marks.lines ?? []).flatMap(({ charged }) => (charged === null ? [] : [Math.abs(charged)]))
  const whole = marks.charged === undefined ? null : Math.abs(marks.charged)
  if (whole === null && named.length === 0) return 'unsaid'
  if (whole === total) return 'for'
  const charges = lines.map(({ charge }) => charge)
  if (named.length > 0 && isPartOf(named, charges)) return 'for'
  return whole !== null && charges.includes(whole) && named.length === 0 ? 'unsaid' : 'against'
}

/** Each charge is one of ours, none twice; or together they are one of ours that was split. */
function isPartOf(said: Minor[], charges: Minor[]): boolean {
  const left = [...charges]
  const isEach = said.every((charge) => {
    const at = left.indexOf(charge)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
  return isEach || charges.includes(sum(said))
}

/** Only a number of the same kind can be another one. */
function comparePayee(said: NonNullable<Marks['payee']>, { npis, taxIds }: CandidateClaim['payees']): Weighed {
  const pairs = [
    { theirs: said.npi, ours: npis },
    { theirs: said.taxId, ours: taxIds },
  ].flatMap(({ theirs, ours }) => (theirs === undefined || ours.length === 0 ? [] : [{ theirs, ours }]))
  if (pairs.length === 0) return 'unsaid'
  return pairs.some(({ theirs, ours }) => ours.some((id) => folded(id) === folded(theirs))) ? 'for' : 'against'
}
