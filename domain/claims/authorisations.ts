import type { Minor } from '../amounts.ts'
import type { AuthorisationKind } from '../claim.ts'
import { codeMatches } from '../practice/procedures.ts'
import {
  type AuthorisationRule,
  type CheckedClaim,
  type CheckedLine,
  type HeldAuthorisation,
  linesInScope,
  type SubmitProblem,
} from './requirements.ts'

/**
 * A line that needs an authorisation must have one of a right kind that is valid on the service
 * date, covers its code and tooth and has enough left. What the claim names without need must hold
 * for at least one of its lines: an expired LOA never leaves.
 */
export function authorisationProblems(claim: CheckedClaim, rules: AuthorisationRule[]): SubmitProblem[] {
  const left = new Map(
    claim.authorisations.map((held) => [held, held.amount === null ? null : held.amount - held.used]),
  )
  const needed = neededBy(claim, rules)
  const needing = new Set(needed.map(({ line }) => line))
  const required = needed.flatMap(({ line, kinds }) => lineProblem(claim, line, kinds, left))
  const idle = claim.authorisations.filter((held) => !needed.some(({ kinds }) => kinds.includes(held.kind)))
  const others = claim.lines.filter((line) => !needing.has(line))
  return [...required, ...idle.flatMap((held) => idleProblem(claim, held, others, left))]
}

/** Each line once, with the kinds that serve it; a line under two rules needs both. */
function neededBy(
  claim: CheckedClaim,
  rules: AuthorisationRule[],
): { line: CheckedLine; kinds: AuthorisationKind[] }[] {
  return rules.flatMap((rule) => linesInScope(claim, rule.when).map((line) => ({ line, kinds: rule.kinds })))
}

type Left = Map<HeldAuthorisation, Minor | null>

function lineProblem(claim: CheckedClaim, line: CheckedLine, kinds: AuthorisationKind[], left: Left): SubmitProblem[] {
  const problem = (type: string, detail: string): SubmitProblem[] => [{ type, detail, lineNumber: line.lineNumber }]
  const what = `${line.code} (line ${line.lineNumber})`
  const held = claim.authorisations.filter((each) => kinds.includes(each.kind))
  if (held.length === 0)
    return problem('authorisation-required', `${kinds.map(named).join(' or ')} required for ${what}`)
  const valid = held.filter((each) => validOn(each, line.serviceDate))
  if (valid.length === 0)
    return problem(
      'authorisation-expired',
      `${numbers(held)} not valid on the service date ${line.serviceDate} of ${what}`,
    )
  const covering = valid.filter((each) => covers(each, line))
  if (covering.length === 0)
    return problem('authorisation-not-covering', `${numbers(valid)} doesn't cover ${what}${ofTooth(line)}`)
  return takeFrom(covering, claim, line, left)
    ? []
    : problem('authorisation-exceeded', `${numbers(covering)} has too little left for ${what}`)
}

function idleProblem(claim: CheckedClaim, held: HeldAuthorisation, lines: CheckedLine[], left: Left): SubmitProblem[] {
  const valid = claim.lines.filter((line) => validOn(held, line.serviceDate))
  if (valid.length === 0)
    return [
      { type: 'authorisation-expired', detail: `${numbers([held])} is not valid on any service date of the claim` },
    ]
  if (!valid.some((line) => covers(held, line))) {
    return [{ type: 'authorisation-not-covering', detail: `${numbers([held])} covers none of the claim's services` }]
  }
  const meant = lines.filter((line) => validOn(held, line.serviceDate) && covers(held, line))
  if (meant.every((line) => takeFrom([held], claim, line, left))) return []
  return [
    {
      type: 'authorisation-exceeded',
      detail: `${numbers([held])} has too little left for the services that it covers`,
    },
  ]
}

/**
 * Uses up the first authorisation that has enough left for the line; another currency is never
 * compared.
 */
function takeFrom(covering: HeldAuthorisation[], claim: CheckedClaim, line: CheckedLine, left: Left): boolean {
  for (const held of covering) {
    const rest = left.get(held) ?? null
    if (rest === null) return true
    if (held.currency !== claim.currency || rest < line.charge) continue
    left.set(held, rest - line.charge)
    return true
  }
  return false
}

/** True from the day of issue to the last day, both included. */
export function validOn(held: Pick<HeldAuthorisation, 'issuedOn' | 'validUntil'>, day: string): boolean {
  return held.issuedOn <= day && (held.validUntil === null || day <= held.validUntil)
}

function covers(held: HeldAuthorisation, line: CheckedLine): boolean {
  const tooth = held.teeth.length === 0 || (line.tooth !== undefined && held.teeth.includes(line.tooth))
  return tooth && (held.codes.length === 0 || codeMatches(line.code, held.codes))
}

function ofTooth(line: CheckedLine): string {
  return line.tooth === undefined ? '' : ` on tooth ${line.tooth}`
}

function numbers(held: HeldAuthorisation[]): string {
  return held.map((each) => `${named(each.kind)} ${each.number}`).join(', ')
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
