import type { EffectEntry } from '../effectLedger.ts'

/** What the HMO will do with a claim; decided when it takes it and kept in the ledger. */
export type HarborFate =
  | 'pay'
  | 'pay-less-contract'
  | 'pay-part'
  | 'deny'
  | 'reject-coding'
  | 'reject-reference'
  | 'silent'
  | 'halves'
  | 'overpay'
  | 'void'

export interface HarborClaim {
  submissionNumber: string
  claimNumber: string
  purpose: 'new' | 'replacement' | 'void'
  memberId: string
  facilityId: string
  currency: string
  scenario: string
  fate: HarborFate
  /** Business ms when it was taken. */
  at: number
  lines: { sequence: number; code: string; charge: number; taken?: number }[]
  /** The claim that this one replaces or voids, when it is in the book. */
  original: string | null
  idempotencyKey: string | null
  bytesSha256: string
  /** What has been said (or swallowed) of it. */
  done: Set<string>
  paid: number
  /** A correction or void took its place: nothing more is said of it. */
  superseded: boolean
  /** Business ms when the papers came that it was asked for. */
  papersAt: number | null
}

/** Papers that came for a claim, under a number of their own. */
export interface HarborPapers {
  submissionNumber: string
  claim: HarborClaim
  at: number
  bytesSha256: string
}

/** A resource as published: exactly these characters are served and pushed. */
export interface Published {
  key: string
  type: 'ClaimResponse' | 'PaymentReconciliation' | 'CommunicationRequest'
  id: string
  about: string[]
  lastUpdated: string
  json: string
  pushed: boolean
}

export type HarborSaid = Extract<EffectEntry, { kind: 'said' }>
