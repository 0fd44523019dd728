import { type Evidence, evidenceFor, type MarkName } from './evidence.ts'
import type { CandidateClaim, Marks } from './marks.ts'

/**
 * `certain`: the marks mean one claim. `contradicted`: what names a claim does not fit it.
 * `ambiguous`: it may be one of several, or nothing but the number speaks for it. `unknown`: it
 * names no claim of ours.
 */
export type Verdict = 'certain' | 'contradicted' | 'ambiguous' | 'unknown'

export interface RankedCandidate extends Evidence {
  claimId: string
  claimNumber: string
  submissionId: string | null
}

export interface Judgement {
  verdict: Verdict
  /** The claim that is meant: the certain one, or of a contradiction the one that is named. */
  named: RankedCandidate | null
  /** Every claim that may be meant, the likeliest first. */
  ranked: RankedCandidate[]
}

/**
 * The rule of matching: a number is believed when nothing else that the document says contradicts
 * it. Patient, service dates and codes contradict by themselves; another charge or payee only where
 * none of them speaks for the claim (a payer may add lines or cut a charge: RFI 1738, 2551). The
 * payer's own number is believed like ours where only one lineage of ours has it. Claims found by
 * marks alone are shown and never taken.
 */
export function judgeMatch(marks: Marks, candidates: CandidateClaim[]): Judgement {
  const weighed = candidates.map((claim) => ({ claim, evidence: evidenceFor(marks, claim) }))
  const ranked = [...weighed].sort((a, b) => scoreOf(b.evidence) - scoreOf(a.evidence))
  const shown = ranked.map(rankedOf)
  const named = namedBy(weighed, 'number') ?? namedBy(weighed, 'reference')
  if (named === null) return { verdict: 'unknown', named: null, ranked: shown }
  const fitting = named.filter(({ evidence }) => !isContradicted(evidence))
  const lineages = new Set(fitting.map(({ claim }) => claim.lineageId))
  const [first] = fitting
  if (first === undefined) return { verdict: 'contradicted', named: onlyOf(named), ranked: shown }
  if (lineages.size > 1) {
    const proved = fitting.filter(({ evidence }) => isProved(evidence))
    const [one] = proved
    const isOne = one !== undefined && new Set(proved.map(({ claim }) => claim.lineageId)).size === 1
    return isOne && proved.length === 1
      ? { verdict: 'certain', named: rankedOf(one), ranked: shown }
      : { verdict: 'ambiguous', named: null, ranked: shown }
  }
  const verdict = isInDoubt(first, weighed) ? 'ambiguous' : 'certain'
  return { verdict, named: rankedOf(first), ranked: shown }
}

interface Weighed {
  claim: CandidateClaim
  evidence: Evidence
}

function namedBy(weighed: Weighed[], foundBy: CandidateClaim['foundBy']): Weighed[] | null {
  const found = weighed.filter(({ claim }) => claim.foundBy === foundBy)
  return found.length === 0 ? null : found
}

function onlyOf(named: Weighed[]): RankedCandidate | null {
  const [first] = named
  return first !== undefined && named.length === 1 ? rankedOf(first) : null
}

const CONTRADICT: readonly MarkName[] = ['name', 'birth-date', 'service-dates', 'codes']
const PROVE: readonly MarkName[] = ['name', 'birth-date', 'member-id', 'service-dates', 'codes', 'charge']

function isContradicted(evidence: Evidence): boolean {
  if (evidence.against.some((mark) => CONTRADICT.includes(mark))) return true
  // Cards are changed; without the name the number of another member is another patient's.
  return evidence.against.includes('member-id') && !evidence.for.includes('name')
}

function isProved({ for: speaks }: Evidence): boolean {
  return speaks.some((mark) => PROVE.includes(mark))
}

/**
 * Nothing but the number speaks for the claim, and the charge, the payee or the payer's own number
 * speaks against it.
 */
function isInDoubt({ claim, evidence }: Weighed, weighed: Weighed[]): boolean {
  if (isProved(evidence)) return false
  const speaksOfOther = weighed.some(
    ({ claim: other }) => other.foundBy === 'reference' && other.lineageId !== claim.lineageId,
  )
  return evidence.against.length > 0 || (claim.foundBy === 'number' && speaksOfOther)
}

function scoreOf({ for: speaks, against }: Evidence): number {
  const weight = (marks: MarkName[]) => marks.reduce((total, mark) => total + WEIGHTS[mark], 0)
  return weight(speaks) - 2 * weight(against)
}

/** For the order of candidates only: no verdict depends on it. */
const WEIGHTS: Record<MarkName, number> = {
  number: 3,
  reference: 2,
  name: 3,
  'birth-date': 3,
  'member-id': 3,
  'service-dates': 2,
  codes: 2,
  charge: 2,
  payee: 1,
  lines: 1,
}

function rankedOf({ claim, evidence }: Weighed): RankedCandidate {
  const { claimId, claimNumber, submissionId } = claim
  return { claimId, claimNumber, submissionId, ...evidence }
}
