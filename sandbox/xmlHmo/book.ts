import { type EffectEntry, openEffectLedger } from '../effectLedger.ts'
import type { ReceivedActivity } from './readClaim.ts'

/** What the HMO will do with a claim; decided when it takes it and kept in the ledger. */
export type GulfFate = 'pay' | 'pay-part' | 'deny' | 'silent' | 'halves' | 'overpay'

type Effect = Extract<EffectEntry, { kind: 'effect' }>

export interface GulfClaim {
  submissionNumber: string
  /** The HMO's own number (IDPayer). */
  claimNumber: string
  purpose: Effect['purpose']
  memberId: string
  scenario: string
  fate: GulfFate
  /** Business ms when it was taken. */
  at: number
  fileName: string
  claimId: string
  facilityId: string
  activities: ReceivedActivity[]
  /** Submission number of the sending that this one corrects. */
  original: string | null
  /** What has been said (or swallowed) of it. */
  done: Set<string>
  /** Fils paid so far for each activity, in their order. */
  paid: number[]
  /** A correction took its place: nothing more is said of it. */
  superseded: boolean
}

/** A file in the clinic's box: its parts are written out when somebody downloads it. */
export interface BoxFile {
  fileId: string
  at: string
  /** Fils for each activity; null: not spoken of. */
  parts: { claim: GulfClaim; what: string; paid: (number | null)[] }[]
  /** A Prior.Authorization instead of parts. */
  authorisation: AuthorisationSaid | null
  downloaded: boolean
}

export interface AuthorisationSaid {
  granted: boolean
  requestId: string
  number: string
  start: string
  end: string
  limit: string
}

export interface GulfBook {
  record(entry: EffectEntry): void
  claims: Map<string, GulfClaim>
  byFile(fileName: string): GulfClaim | undefined
  /** Sendings of one claim ID, oldest first. */
  sendings(claimId: string): GulfClaim[]
  box: Map<string, BoxFile>
  notes: Map<string, unknown>
  count(kind: EffectEntry['kind']): number
  close(): void
}

/**
 * The HMO's and the post office's books: nothing but a reading of the ledger, so that a kill -9
 * leaves them where they were.
 */
export function openBook(folder: string): GulfBook {
  const ledger = openEffectLedger(folder)
  const claims = new Map<string, GulfClaim>()
  const files = new Map<string, GulfClaim>()
  const box = new Map<string, BoxFile>()
  const notes = new Map<string, unknown>()
  const counts: Record<EffectEntry['kind'], number> = { effect: 0, duplicate: 0, refused: 0, said: 0, note: 0 }

  function apply(entry: EffectEntry): void {
    counts[entry.kind] += 1
    if (entry.kind === 'effect') enterClaim(entry)
    if (entry.kind === 'said') say(entry)
    if (entry.kind === 'note') note(entry)
  }

  function enterClaim(entry: Effect): void {
    const detail = entry.detail as Pick<
      GulfClaim,
      'fate' | 'fileName' | 'claimId' | 'facilityId' | 'activities' | 'original'
    >
    const fresh = { done: new Set<string>(), paid: detail.activities.map(() => 0), superseded: false }
    const claim: GulfClaim = { ...entry, ...detail, ...fresh, at: Date.parse(entry.at) }
    claims.set(claim.submissionNumber, claim)
    files.set(claim.fileName, claim)
    const original = claim.original === null ? undefined : claims.get(claim.original)
    if (original) original.superseded = true
  }

  function say({ about, what, key, at }: Extract<EffectEntry, { kind: 'said' }>): void {
    const claim = claims.get(about)
    if (!claim) return
    claim.done.add(what)
    if (!key.startsWith('f-')) return
    const paid = notes.get(`paid:${key}:${about}:${what}`) as (number | null)[]
    claim.paid = claim.paid.map((sum, index) => sum + (paid[index] ?? 0))
    fileOf(key, at).parts.push({ claim, what, paid })
  }

  function note({ key, value, at }: Extract<EffectEntry, { kind: 'note' }>): void {
    notes.set(key, value)
    const [word, fileId = ''] = key.split(':')
    if (word === 'authorisation') fileOf(fileId, at).authorisation = value as AuthorisationSaid
    if (word === 'downloaded') fileOf(fileId, at).downloaded = true
    if (word === 'swallowed') claims.get(fileId)?.done.add(String(value))
  }

  function fileOf(fileId: string, at: string): BoxFile {
    const known = box.get(fileId)
    if (known) return known
    const made: BoxFile = { fileId, at, parts: [], authorisation: null, downloaded: false }
    box.set(fileId, made)
    return made
  }

  for (const entry of ledger.entries()) apply(entry)
  return {
    record(entry) {
      ledger.append(entry)
      apply(entry)
    },
    claims,
    byFile: (fileName) => files.get(fileName),
    sendings: (claimId) => [...claims.values()].filter((claim) => claim.claimId === claimId),
    box,
    notes,
    count: (kind) => counts[kind],
    close: () => ledger.close(),
  }
}
