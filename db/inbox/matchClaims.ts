import { sql } from 'kysely'
import type { Reference } from '../../domain/claim.ts'
import { openSuccessor } from '../../domain/inbox/followLineage.ts'
import { type Judgement, judgeMatch, type RankedCandidate } from '../../domain/inbox/judgeMatch.ts'
import type { CandidateClaim, SentLine, SoughtClaim } from '../../domain/inbox/marks.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import {
  type Asked,
  claimsByNumber,
  claimsByPatient,
  claimsByReference,
  type FoundClaim,
  successorsIn,
} from './candidateClaims.ts'

export type { SoughtClaim }

/** A claim of ours that a document means, with the lines of the sending that it is about. */
export interface Matched {
  claimId: string
  claimNumber: string
  /**
   * The sending that it is about; of a match by reference the claim's last one, null when it was
   * never sent.
   */
  submissionId: string | null
  currency: string
  lines: SentLine[]
}

/** What the rule of matching says of one thing that a document names. */
export interface Match {
  verdict: Judgement['verdict']
  /** The claim that it names; null when it names none, or more than one. */
  named: Matched | null
  /** That claim was replaced: the claim that is open now, on which its answers are recorded. */
  successor: Matched | null
  /** Every claim that may be meant, the likeliest first. */
  ranked: RankedCandidate[]
}

/**
 * Whether a reference of this type names one claim. Batch, payment and authorisation numbers may be
 * shared by claims: that only one claim has them today proves nothing.
 */
const NAMES_ONE_CLAIM = {
  'claim-number': true,
  'clearinghouse-trace': true,
  batch: false,
  authorisation: false,
  payment: false,
} satisfies Record<Reference['type'], boolean>

/**
 * Finds and judges the claims that a connection's documents name, all in at most three statements:
 * by our numbers without regard to case, by the provider's references, and by the lineage of what
 * was found. The rule itself is `judgeMatch`. Never another connection's claim.
 */
export async function matchClaims(tx: Tx, asked: Asked, sought: SoughtClaim[]): Promise<Match[]> {
  const byNumber = grouped(await claimsByNumber(tx, asked, sought.flatMap(numberOf)), numbersOf)
  const byReference = grouped(await claimsByReference(tx, asked, sought.flatMap(namingReferences)), ({ reference }) => [
    reference,
  ])
  const named = sought.map((each) => [
    ...numberOf(each).flatMap((number) => foundAs(byNumber.get(number), 'number')),
    ...namingReferences(each).flatMap((reference) => foundAs(byReference.get(keyOf(reference)), 'reference')),
  ])
  const lineages = new Set(named.flat().flatMap(({ claim }) => (claim.isReplaced ? [claim.lineageId] : [])))
  const successors = new Map((await successorsIn(tx, asked, [...lineages])).map((claim) => [claim.replaces, claim]))
  return sought.map((each, index) => matchOf(each, named[index] ?? [], successors))
}

/**
 * The claims that a person may want instead of what was contradicted: what was found, and the
 * claims of the patient that the document names, the likeliest first.
 */
export async function moreCandidates(
  tx: Tx,
  asked: Asked,
  sought: SoughtClaim,
  match: Match,
): Promise<RankedCandidate[]> {
  const { marks = {} } = sought
  const { patient } = marks
  const families = [patient?.family, ...(patient?.name ?? '').split(/[\s,]+/)].flatMap((name) =>
    name === undefined || name === '' ? [] : [name.toUpperCase()],
  )
  const found = await claimsByPatient(tx, asked, {
    families,
    birthDate: patient?.birthDate ?? null,
    memberIds: marks.memberIds ?? [],
  })
  const known = new Set(match.ranked.map(({ claimId }) => claimId))
  const others = foundAs(
    found.filter(({ claimId }) => !known.has(claimId)),
    'marks',
  )
  const ranked = judgeMatch(
    marks,
    others.map((each) => candidateOf(each, null)),
  ).ranked.filter(({ for: speaks }) => speaks.length > 0)
  return [...match.ranked, ...ranked].sort((a, b) => balance(b) - balance(a))
}

function balance({ for: speaks, against }: RankedCandidate): number {
  return speaks.length - 2 * against.length
}

interface Found {
  claim: FoundClaim
  foundBy: CandidateClaim['foundBy']
}

function foundAs(claims: FoundClaim[] | undefined, foundBy: CandidateClaim['foundBy']): Found[] {
  return (claims ?? []).map((claim) => ({ claim, foundBy }))
}

function matchOf({ marks }: SoughtClaim, named: Found[], successors: ReadonlyMap<string, FoundClaim>): Match {
  const found = new Map<string, { each: Found; replacedBy: string | null }>()
  for (const each of named) {
    const open = openIn(each.claim, successors)
    if (!found.has(each.claim.claimId)) found.set(each.claim.claimId, { each, replacedBy: open?.claimId ?? null })
    if (open !== null && !found.has(open.claimId))
      found.set(open.claimId, { each: { claim: open, foundBy: each.foundBy }, replacedBy: null })
  }
  const candidates = [...found.values()].map(({ each, replacedBy }) => candidateOf(each, replacedBy))
  const judgement = judgeMatch(marks ?? {}, candidates)
  const matchedAs = (ranked: RankedCandidate | null) => {
    const claim = ranked === null ? undefined : found.get(ranked.claimId)?.each.claim
    return claim === undefined ? null : matchedOf(claim)
  }
  const { verdict, ranked } = judgement
  return {
    verdict,
    ranked,
    named: matchedAs(judgement.named),
    successor: matchedAs(openSuccessor(judgement, candidates)),
  }
}

/**
 * The end of the chain of corrections that begins with the claim; null when it was not replaced.
 */
function openIn(claim: FoundClaim, successors: ReadonlyMap<string, FoundClaim>): FoundClaim | null {
  let [last, next] = [null as FoundClaim | null, successors.get(claim.claimId)]
  // Each claim replaces one other: a chain has no circle, and no more links than claims.
  for (let links = successors.size; claim.isReplaced && next !== undefined && links > 0; links -= 1) {
    last = next
    next = successors.get(next.claimId)
  }
  return last
}

function candidateOf({ claim, foundBy }: Found, replacedBy: string | null): CandidateClaim {
  const { submissionNumber: _number, currency: _currency, isReplaced: _replaced, ...known } = claim
  return { ...known, foundBy, replacedBy }
}

export function matchedOf({ claimId, claimNumber, submissionId, currency, lines }: FoundClaim): Matched {
  return { claimId, claimNumber, submissionId, currency, lines }
}

function grouped<T>(items: T[], keysOf: (item: T) => string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) for (const key of keysOf(item)) groups.set(key, [...(groups.get(key) ?? []), item])
  return groups
}

function numbersOf({ submissionNumber, claimNumber }: FoundClaim): string[] {
  return [...new Set([submissionNumber ?? claimNumber, claimNumber])]
}

/** What a provider calls a claim. */
export interface LearnedReferences {
  connectionId: string
  claimId: string
  submissionId: string | null
  references: Reference[]
}

/**
 * Keeps what the provider calls claims, so that later documents find them. What is known already
 * stays as it is.
 */
export async function rememberReferences(
  tx: Tx,
  organisationId: string,
  learned: LearnedReferences[],
  now: Date,
): Promise<void> {
  const rows = learned.flatMap(({ connectionId, claimId, submissionId, references }) =>
    references
      .filter(({ value }) => value.trim() !== '')
      .map(({ type, value }) => ({
        connection_id: connectionId,
        type,
        value: value.trim(),
        claim_id: claimId,
        submission_id: submissionId,
      })),
  )
  if (rows.length === 0) return
  await pipelined(
    tx,
    sql`
    insert into claim_references (organisation_id, connection_id, type, value, claim_id, submission_id, learned_at)
    select ${organisationId}::uuid, r.connection_id, r.type, r.value, r.claim_id, r.submission_id, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as r(connection_id uuid, type text, value text, claim_id uuid, submission_id uuid)
    on conflict do nothing`,
  )
}

/** Our own number as we keep it, in capitals; none where the document names none. */
export function numberOf({ submissionNumber }: SoughtClaim): string[] {
  const number = submissionNumber?.trim().toUpperCase() ?? ''
  return number === '' ? [] : [number]
}

/** The provider's references that name one claim. */
export function namingReferences({ references }: SoughtClaim): Reference[] {
  return references
    .filter((reference) => NAMES_ONE_CLAIM[reference.type] && reference.value.trim() !== '')
    .map(({ type, value }) => ({ type, value: value.trim() }))
}

function keyOf({ type, value }: Reference): string {
  return `${type} ${value}`
}

/** The newest claim number that the provider gave; null while it has given none. */
export async function claimNumberOf(tx: Tx, organisationId: string, claimId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('claim_references')
    .select('value')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('type', '=', 'claim-number')
    .orderBy('learned_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.value ?? null
}
