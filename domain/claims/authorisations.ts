import type { Minor } from '../amounts.ts'
import type { AuthorisationKind } from '../claim.ts'
import { codeMatches } from '../practice/procedures.ts'
import {
  type AuthorisationRule,
  type CheckedClaim,
  type CheckedLine,
  linesInScope,
  type NamedAuthorisation,
  type SubmitProblem,
} from './requirements.ts'

/**
 * A line that needs an authorisation must have one of a right kind that is valid on the service
 * date, covers its code and tooth and has enough left. What the claim names without need must hold
 * for at least one of its lines: an expired LOA never leaves.
 */
export function authorisationProblems(claim: CheckedClaim, rules: AuthorisationRule[]): SubmitProblem[] {
  const left = new Map(
    claim.authorisations.map((authorisation) => [
      authorisation,
      authorisation.amount === null ? null : authorisation.amount - authorisation.used,
    ]),
  )
  const needed = neededBy(claim, rules)
  const needing = new Set(needed.map(({ line }) => line))
  const required = needed.flatMap(({ line, kinds }) => lineProblem(claim, line, kinds, left))
  const idle = claim.authorisations.filter(
    (authorisation) => !needed.some(({ kinds }) => kinds.includes(authorisation.kind)),
  )
  const others = claim.lines.filter((line) => !needing.has(line))
  return [...required, ...idle.flatMap((authorisation) => idleProblem(claim, authorisation, others, left))]
}

/** Each line once, with the kinds that serve it; a line under two rules needs both. */
function neededBy(
  claim: CheckedClaim,
  rules: AuthorisationRule[],
): { line: CheckedLine; kinds: AuthorisationKind[] }[] {
  return rules.flatMap((rule) => linesInScope(claim, rule.when).map((line) => ({ line, kinds: rule.kinds })))
}

type Left = Map<NamedAuthorisation, Minor | null>

function lineProblem(claim: CheckedClaim, line: CheckedLine, kinds: AuthorisationKind[], left: Left): SubmitProblem[] {
  const problem = (type: string, detail: string): SubmitProblem[] => [{ type, detail, lineNumber: line.lineNumber }]
  const what = `${line.code} (line ${line.lineNumber})`
  const ofKind = claim.authorisations.filter((each) => kinds.includes(each.kind))
  if (ofKind.length === 0)
    return problem('authorisation-required', `${kinds.map(named).join(' or ')} required for ${what}`)
  const valid = ofKind.filter((each) => validOn(each, line.serviceDate))
  if (valid.length === 0)
    return problem(
      'authorisation-expired',
      `${numbers(ofKind)} not valid on the service date ${line.serviceDate} of ${what}`,
    )
  const covering = valid.filter((each) => covers(each, line))
  if (covering.length === 0)
    return problem('authorisation-not-covering', `${numbers(valid)} doesn't cover ${what}${ofTooth(line)}`)
  return takeFrom(covering, claim, line, left)
    ? []
    : problem('authorisation-exceeded', `${numbers(covering)} has too little left for ${what}`)
}

function idleProblem(
  claim: CheckedClaim,
  authorisation: NamedAuthorisation,
  lines: CheckedLine[],
  left: Left,
): SubmitProblem[] {
  const valid = claim.lines.filter((line) => validOn(authorisation, line.serviceDate))
  if (valid.length === 0)
    return [
      {
        type: 'authorisation-expired',
        detail: `${numbers([authorisation])} is not valid on any service date of the claim`,
      },
    ]
  if (!valid.some((line) => covers(authorisation, line))) {
    return [
      { type: 'authorisation-not-covering', detail: `${numbers([authorisation])} covers none of the claim's services` },
    ]
  }
  const meant = lines.filter((line) => validOn(authorisation, line.serviceDate) && covers(authorisation, line))
  if (meant.every((line) => takeFrom([authorisation], claim, line, left))) return []
  return [
    {
      type: 'authorisation-exceeded',
      detail: `${numbers([authorisation])} has too little left for the services that it covers`,
    },
  ]
}

/**
 * Uses up the first authorisation that has enough left for the line; another currency is never
 * compared.
 */
function takeFrom(covering: NamedAuthorisation[], claim: CheckedClaim, line: CheckedLine, left: Left): boolean {
  for (const authorisation of covering) {
    const rest = left.get(authorisation) ?? null
    if (rest === null) return true
    if (authorisation.currency !== claim.currency || rest < line.charge) continue
    left.set(authorisation, rest - line.charge)
    return true
  }
  return false
}

/** True from the day of issue to the last day, both included. */
export function validOn(authorisation: Pick<NamedAuthorisation, 'issuedOn' | 'validUntil'>, day: string): boolean {
  return authorisation.issuedOn <= day && (authorisation.validUntil === null || day <= authorisation.validUntil)
}

function covers(authorisation: NamedAuthorisation, line: CheckedLine): boolean {
  const tooth =
    authorisation.teeth.length === 0 || (line.tooth !== undefined && authorisation.teeth.includes(line.tooth))
  return tooth && (authorisation.codes.length === 0 || codeMatches(line.code, authorisation.codes))
}

function ofTooth(line: CheckedLine): string {
  return line.tooth === undefined ? '' : ` on tooth ${line.tooth}`
}

function numbers(authorisation: NamedAuthorisation[]): string {
  return authorisation.map((each) => `${named(each.kind)} ${each.number}`).join(', ')
}

const NAMES: Record<AuthorisationKind, string> = {
  loa: 'LOA',
  preauthorisation: 'pre-authorisation',
  referral: 'referral',
  predetermination: 'predetermination',
}

function named(kind: AuthorisationKind): string {
  return NAMES[kind]
}
