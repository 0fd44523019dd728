import type { Judgement, RankedCandidate } from './judgeMatch.ts'
import type { CandidateClaim } from './marks.ts'

/**
 * The claim that an answer is recorded on: payers answer a replacement under the original's number
 * (RFI 1945), so that decision and money of a claim that was replaced belong to the one that is
 * open, unless what the document says contradicts that. Null: the claim that is named itself.
 */
export function openSuccessor({ named, ranked }: Judgement, candidates: CandidateClaim[]): RankedCandidate | null {
  const replacedBy = candidates.find(({ claimId }) => claimId === named?.claimId)?.replacedBy ?? null
  const open = ranked.find(({ claimId }) => claimId === replacedBy) ?? null
  return open === null || open.against.length > (named?.against.length ?? 0) ? null : open
}
