import type { NamedPerson } from './marks.ts'

/** `partly`: only one of the two names agrees. `unsaid`: nothing that can be compared. */
export type NameVerdict = 'same' | 'partly' | 'other' | 'unsaid'

/**
 * Whether two spellings may be one person's name. Case, accents, order, hyphens and blanks,
 * particles, titles, a missing or added middle name, an initial, a name that was cut and a slip of
 * the keyboard are all the same name; alphabets that cannot be compared say nothing.
 */
export function compareNames(said: NamedPerson, known: NamedPerson): NameVerdict {
  const ours = partsOf(known)
  const theirs = partsOf(said)
  if (ours.family.length === 0 || !isComparable(theirs, ours)) return 'unsaid'
  if (said.family === undefined && said.given === undefined && !said.name?.includes(','))
    return compareWhole(theirs.family, ours)
  const straight = compareParts(theirs, ours)
  if (straight === 'same') return straight
  // Some forms have the two the other way round.
  const swapped = compareParts({ family: theirs.given, given: theirs.family }, ours)
  return swapped === 'same' ? 'same' : straight
}

interface NameParts {
  family: string[]
  given: string[]
}

function partsOf({ family, given, name }: NamedPerson): NameParts {
  if (family !== undefined || given !== undefined) return { family: tokens(family), given: tokens(given) }
  const [first = '', rest] = (name ?? '').split(',', 2)
  return rest === undefined ? { family: tokens(first), given: [] } : { family: tokens(first), given: tokens(rest) }
}

/** Titles and suffixes that documents add and leave out. */
const NO_NAMES = new Set(['MR', 'MRS', 'MS', 'MISS', 'DR', 'JR', 'SR', 'II', 'III', 'IV'])

/** Letters that Unicode does not take apart. */
const LETTERS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'O',
  Đ: 'D',
  Ð: 'D',
  Ł: 'L',
  Þ: 'TH',
  ẞ: 'SS',
}

function tokens(text: string | undefined): string[] {
  const plain = (text ?? '')
    .toUpperCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ÆŒØĐÐŁÞẞ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/['’`´.]/g, '')
  const found = plain.split(/[^\p{L}]+/u).filter((token) => token !== '')
  const names = found.filter((token) => !NO_NAMES.has(token))
  return names.length === 0 ? found : names
}

/** A name in another alphabet than ours cannot be told from any other. */
function isComparable(theirs: NameParts, ours: NameParts): boolean {
  const [said, known] = [theirs, ours].map(({ family, given }) => [...family, ...given].join(''))
  if (said === undefined || said === '' || known === undefined || known === '') return false
  return /\p{Script=Latin}/u.test(said) === /\p{Script=Latin}/u.test(known)
}

function compareParts(theirs: NameParts, ours: NameParts): NameVerdict {
  const family = theirs.family.length === 0 ? null : familyAgrees(theirs.family, ours.family)
  const given = theirs.given.length === 0 || ours.given.length === 0 ? null : givenAgrees(theirs.given, ours.given)
  if (family !== false && given !== false) return 'same'
  return family === true || given === true ? 'partly' : 'other'
}

/** A name in one text: some beginning or end of it is the family name, the rest the given one. */
function compareWhole(said: string[], ours: NameParts): NameVerdict {
  if (isClose(said.join(''), ours.family.join(''))) return 'same'
  let best: NameVerdict = 'other'
  for (let cut = 1; cut < Math.max(said.length, 2); cut += 1) {
    const [head, tail] = [said.slice(0, cut), said.slice(cut)]
    for (const parts of [
      { family: head, given: tail },
      { family: tail, given: head },
    ]) {
      const verdict = compareParts(parts, ours)
      if (verdict === 'same') return verdict
      if (verdict === 'partly') best = verdict
    }
  }
  return best
}

function familyAgrees(said: string[], known: string[]): boolean {
  const [a, b] = [said.join(''), known.join('')]
  if (isClose(a, b) || isCut(a, b, 5)) return true
  // A double name of which one half is used.
  return said.some((one) => one.length >= 4 && known.some((other) => isClose(one, other)))
}

function givenAgrees(said: string[], known: string[]): boolean {
  if (isClose(said.join(''), known.join(''))) return true
  return said.some((one) => known.some((other) => isClose(one, other) || isCut(one, other, 3) || isInitial(one, other)))
}

/** One is the other's beginning, of so many letters at least. */
function isCut(a: string, b: string, letters: number): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.length >= letters && long.startsWith(short)
}

function isInitial(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.length === 1 && long.startsWith(short)
}

/** A slip of the keyboard: none in a short name, one from five letters on, two from nine on. */
function isClose(a: string, b: string): boolean {
  if (a === b) return a !== ''
  const short = Math.min(a.length, b.length)
  const slips = short >= 9 ? 2 : short >= 5 ? 1 : 0
  return slips > 0 && distance(a, b) <= slips
}

/** Letters that are wrong, missing, added or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
}
