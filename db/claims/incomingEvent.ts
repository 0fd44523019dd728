import type { Said } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'

/** One event on its way into a claim's timeline. */
export interface IncomingEvent {
  event: ClaimEvent
  /** `provider`, `hub`, or the person's name as the API key states it. */
  actor: string
  noticeId?: string
  submissionId?: string
  act?: Record<string, unknown>
  /** The event is about the void of the claim, not about the claim's own sending. */
  ofVoid?: true
}

/** Their codes for a sentence on the worklist; their free text may name a patient and stays out. */
export function codesOf(said: Said[]): string {
  const codes = said.flatMap((word) =>
    word.code === undefined ? [] : [`${word.list ? `${word.list} ` : ''}${word.code}`],
  )
  return codes.length === 0 ? 'without a code' : codes.join(', ')
}
