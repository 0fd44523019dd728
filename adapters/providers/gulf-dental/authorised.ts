import type { Submission, SubmissionLine } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { codeMatches } from '../../../domain/practice/procedures.ts'
import { declaration } from './declaration.ts'

type Authorisation = Submission['authorisations'][number]

/**
 * The authorisation that each service is done under: an Activity names one. It goes with the
 * services that need one and with those that it names itself; where no service needs one, the claim
 * names it of its own accord and it goes with all. Throws for a number that no service would carry,
 * and for a service of two numbers: nothing is dropped in silence.
 */
export function authorisationsOf({ authorisations, lines }: Submission): Map<SubmissionLine, string> {
  const held = distinct(authorisations.filter(({ kind }) => kind === 'loa' || kind === 'preauthorisation'))
  const anyNeeds = lines.some(needsOne)
  const found = new Map<SubmissionLine, string>()
  for (const line of lines) {
    const number = numberFor(line, held, anyNeeds)
    if (number !== null) found.set(line, number)
  }
  const written = new Set(found.values())
  if (held.some(({ number }) => !written.has(number)))
    throw new FormatRefusal(
      'PriorAuthorizationID',
      `the claim names ${held.length} authorisations and one of them would go with no service: take it off or say which codes or teeth it covers`,
    )
  return found
}

function numberFor(line: SubmissionLine, held: Authorisation[], anyNeeds: boolean): string | null {
  const named = held.filter((each) => isNamed(each) && covers(each, line))
  const general = needsOne(line) || !anyNeeds ? held.filter((each) => !isNamed(each)) : []
  const [first, second] = named.length > 0 ? named : general
  if (first === undefined) return null
  if (second !== undefined)
    throw new FormatRefusal(
      'PriorAuthorizationID',
      `line ${line.lineNumber} is covered by two authorisations and may name one: say which codes or teeth each covers, or split the claim`,
    )
  return first.number
}

/** It says itself which services it is for. */
function isNamed({ codes = [], teeth = [] }: Authorisation): boolean {
  return codes.length > 0 || teeth.length > 0
}

function covers({ codes = [], teeth = [] }: Authorisation, { code, tooth }: SubmissionLine): boolean {
  const byCode = codes.length === 0 || codeMatches(code, codes)
  return byCode && (teeth.length === 0 || (tooth !== undefined && teeth.includes(tooth)))
}

function needsOne({ code, charge }: SubmissionLine): boolean {
  return declaration.requirements.authorisations.some(
    ({ when }) => (when.codes === undefined || codeMatches(code, when.codes)) && charge >= (when.chargeFrom ?? 0),
  )
}

function distinct(authorisations: Authorisation[]): Authorisation[] {
  return [...new Map(authorisations.map((each) => [each.number, each])).values()]
}
