import type { ClaimEvent, Fact } from '../../domain/claims/claimEvents.ts'
import type { Marks } from '../../domain/inbox/marks.ts'
import { placeLines } from '../../domain/inbox/placeLines.ts'
import type { Match, Matched } from './matchClaims.ts'

/** A notice about a claim, as its document was read. */
export interface ReadClaimNotice {
  event: ClaimEvent
  marks: Marks
}

/** Where a notice is recorded, and as what. */
export interface NoticeTarget {
  claimId: string
  submissionId: string | null
  event: ClaimEvent
  /** The claim that it names, where it is recorded on the claim that replaced it. */
  passedOn: string | null
}

/**
 * The claim that a certain notice is recorded on, with the lines of its decision as ours. What is
 * said of a review follows the lineage to the claim that is open; what is said of an arrival stays
 * with the sending that it names. Null: its lines cannot be told from one another.
 */
export function recordedOn({ named, successor }: Match, { event, marks }: ReadClaimNotice): NoticeTarget | null {
  if (named === null) return null
  const isPassedOn = successor !== null && FOLLOWS.has(event.fact.type)
  const target = isPassedOn ? successor : named
  const placed = withOurLines(event, marks, target)
  if (placed === null) return null
  const { claimId, submissionId } = target
  return { claimId, submissionId, event: placed, passedOn: isPassedOn ? named.claimId : null }
}

const FOLLOWS: ReadonlySet<Fact['type']> = new Set(['decided', 'documents_requested', 'in_review'])

/**
 * The decision of each line under our number of it. A line that the provider added is none of ours
 * and leaves the decision. Null where a line is unclear, or two are the same line of ours.
 */
export function withOurLines(event: ClaimEvent, { lines: said = [] }: Marks, target: Matched): ClaimEvent | null {
  const { fact } = event
  if (fact.type !== 'decided' || said.length !== fact.lines.length || target.lines.length === 0) return event
  if (fact.lines.length === 0) return event
  const placed = placeLines(said, target.lines)
  if (placed.some(({ kind }) => kind === 'unclear')) return null
  const lines = fact.lines.flatMap((line, index) => {
    const place = placed[index]
    return place?.kind === 'placed' ? [{ ...line, lineNumber: place.lineNumber }] : []
  })
  if (lines.length === 0 || new Set(lines.map(({ lineNumber }) => lineNumber)).size < lines.length) return null
  return { ...event, fact: { ...fact, lines } }
}
