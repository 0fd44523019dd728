import type { RankedCandidate, Verdict } from '../../domain/inbox/judgeMatch.ts'
import type { DayOrNull, Json, JsonOrNull, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export const HELD_STATES = ['held', 'released', 'matched', 'refused', 'superseded'] as const
export type HeldState = (typeof HELD_STATES)[number]

/** One claim of what is held that was not believed. */
export interface MatchDoubt {
  /** Its place in the remittance, from 0; of a notice 0. */
  place: number
  verdict: Verdict
  /** A number by which people look for it, as the document says it. */
  reference: string | null
  /** The claim that it names; null when it names several. */
  named: { claimId: string; claimNumber: string } | null
  /** The claims that may be meant, the likeliest first, with the marks for and against. */
  candidates: RankedCandidate[]
}

export interface HeldMatchesTable extends Tenant {
  id: string
  connection_id: string
  document_id: string
  sequence: number
  content_sha256: Buffer
  what: 'notice' | 'remittance'
  remittance_id: Maybe<string>
  body: Json<Record<string, unknown>>
  doubts: Json<MatchDoubt[]>
  state: HeldState
  /** Which claim each place means, as a person said; null: none of ours. */
  chosen: JsonOrNull<{ place: number; claimId: string | null }[]>
  decided_by: Maybe<string>
  reason: Maybe<string>
  decided_at: TimeOrNull
  created_at: Time
}

export interface MemberCorrectionsTable extends Tenant {
  id: string
  claim_id: string
  enrolment_id: string
  document_id: Maybe<string>
  family: Maybe<string>
  given: Maybe<string>
  birth_date: DayOrNull
  member_id: Maybe<string>
  learned_at: Time
}
