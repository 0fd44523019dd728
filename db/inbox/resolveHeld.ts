import { sql } from 'kysely'
import type { MemberCorrection } from '../../domain/inbox/marks.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import type { Tx } from '../connect.ts'
import { type PostableHeld, postHeldRemittance, refuseHeldRemittance } from '../money/heldRemittance.ts'
import { type Refused, refused } from '../refused.ts'
import type { HeldState, MatchDoubt } from '../schema/heldTables.ts'
import { audit } from '../setup/audit.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { claimsById } from './candidateClaims.ts'
import { matchedOf } from './matchClaims.ts'
import { learnCorrection } from './memberCorrections.ts'
import { insertNotices, type NewNotice } from './notices.ts'
import { type ReadClaimNotice, withOurLines } from './noticeTarget.ts'

/** What a person says of something that is held. */
export type Resolution =
  /** It means the claim that it names. */
  | { kind: 'released' }
  /** It means these claims, by place; null: none of ours. */
  | { kind: 'matched'; claims: { place: number; claimId: string | null }[] }
  /** It means nothing of ours: nothing of it is ever recorded. */
  | { kind: 'refused' }

export interface ResolvingAct {
  organisationId: string
  heldId: string
  actor: string
  /** No patient data. */
  reason: string
  now: Date
}

export interface ResolvedHeld {
  kind: 'resolved'
  state: HeldState
  providerId: string
  /** Claims that have notices now and must be signalled. */
  claimIds: string[]
}

/**
 * Takes a held notice or remittance as it is, with other claims, or not at all; the item leaves the
 * worklist, and who did it and why is kept. Refuses by `held-not-found`, `held-was-resolved`,
 * `held-names-no-claim`, `claim-not-found`, `wrong-currency` and `remittance-not-quarantined`.
 */
export async function resolveHeld(tx: Tx, act: ResolvingAct, resolution: Resolution): Promise<ResolvedHeld | Refused> {
  const { organisationId, heldId, actor, reason, now } = act
  const held = await lockHeld(tx, act)
  if (held === undefined) return refused('held-not-found', 'there is nothing held of this id')
  if (held.state !== 'held') return refused('held-was-resolved', `it is ${held.state} already`, { state: held.state })
  const chosen = choicesOf(held, resolution)
  if (!(chosen instanceof Map)) return chosen
  const taken = resolution.kind === 'refused' ? await refuse(tx, act, held) : await take(tx, act, held, chosen)
  if (taken.kind === 'refused') return taken
  const claims = [...chosen].map(([place, claimId]) => ({ place, claimId }))
  await tx
    .updateTable('held_matches')
    .set({ state: resolution.kind, decided_by: actor, reason, decided_at: now, chosen: JSON.stringify(claims) })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', heldId)
    .execute()
  const closing = { organisationId, by: actor, because: `${resolution.kind} by a person`, now }
  await closeItem(tx, closing, { kind: 'match-in-doubt', ids: { heldId } })
  const detail = { reason, claims, remittanceId: held.remittanceId, documentId: held.documentId }
  await audit(tx, { ...act, action: `held.${resolution.kind}`, subject: `held match ${heldId}`, detail })
  return { kind: 'resolved', state: resolution.kind, providerId: held.providerId, claimIds: taken.claimIds }
}

interface Held extends PostableHeld {
  state: HeldState
  what: 'notice' | 'remittance'
  body: unknown
  doubts: MatchDoubt[]
}

async function lockHeld(tx: Tx, { organisationId, heldId }: ResolvingAct): Promise<Held | undefined> {
  const { rows } = await sql<Held>`
    select h.state, h.what, h.body, h.doubts, h.sequence, h.connection_id as "connectionId", h.document_id as "documentId",
      h.remittance_id as "remittanceId", h.content_sha256 as "contentSha256", n.provider_id as "providerId", n.mode
    from held_matches h join connections n on n.organisation_id = h.organisation_id and n.id = h.connection_id
    where h.organisation_id = ${organisationId} and h.id = ${heldId} for update of h`.execute(tx)
  return rows[0]
}

type Choices = Map<number, string | null>

/** The claim of each doubtful place; what a person does not name is what the document names. */
function choicesOf({ doubts, what, body }: Held, resolution: Resolution): Choices | Refused {
  if (resolution.kind === 'refused') return new Map()
  const named = new Map<number, string | null>(
    doubts.flatMap(({ place, named: claim }) => (claim === null ? [] : [[place, claim.claimId] as const])),
  )
  const places = what === 'notice' ? 1 : (body as Remittance).claims.length
  for (const { place, claimId } of resolution.kind === 'matched' ? resolution.claims : []) {
    if (place >= places) return refused('held-names-no-claim', `it has no claim at place ${place}`)
    named.set(place, claimId)
  }
  const open = doubts.find(({ place }) => !named.has(place))
  if (open === undefined) return named
  return refused('held-names-no-claim', `it does not say which claim is meant at place ${open.place}: match it`)
}

type Taken = { kind: 'taken'; claimIds: string[] }

async function refuse(tx: Tx, act: ResolvingAct, held: Held): Promise<Taken | Refused> {
  if (held.remittanceId === null) return { kind: 'taken', claimIds: [] }
  return refuseHeldRemittance(tx, act.organisationId, held.remittanceId)
}

async function take(tx: Tx, act: ResolvingAct, held: Held, chosen: Choices): Promise<Taken | Refused> {
  const claimIds = [...new Set([...chosen.values()].flatMap((claimId) => claimId ?? []))]
  const found = await claimsById(tx, { ...act, ...held }, claimIds)
  const missing = claimIds.find((claimId) => !found.some((claim) => claim.claimId === claimId))
  if (missing !== undefined) return refused('claim-not-found', `the connection has no submitted claim ${missing}`)
  if (held.what === 'remittance') {
    const remittance = held.body as Remittance
    const other = found.find((claim) => claim.currency !== remittance.currency)
    if (other !== undefined)
      return refused(
        'wrong-currency',
        `claim ${other.claimNumber} is in ${other.currency}, the payment in ${remittance.currency}`,
      )
    return postHeldRemittance(tx, act, { ...held, remittance }, chosen)
  }
  const [claim] = found
  return claim === undefined ? { kind: 'taken', claimIds: [] } : recordNotice(tx, act, held, matchedOf(claim))
}

async function recordNotice(
  tx: Tx,
  { organisationId, now }: ResolvingAct,
  held: Held,
  claim: ReturnType<typeof matchedOf>,
): Promise<Taken> {
  const { connectionId, documentId, sequence } = held
  const read = held.body as ReadClaimNotice & { correction: MemberCorrection | null }
  const { claimId, submissionId } = claim
  // A person says that it is this claim: where its lines cannot be told apart, their numbers stand.
  const event = withOurLines(read.event, read.marks, claim) ?? read.event
  const notices: NewNotice[] = [{ sequence, claimId, submissionId, event }]
  if (read.correction !== null) {
    const learned = { organisationId, claimId, documentId, correction: read.correction, at: event.at, now }
    const corrected = await learnCorrection(tx, learned)
    if (corrected !== null) notices.push({ sequence: sequence + BEHIND_ALL, claimId, submissionId, event: corrected })
  }
  await insertNotices(tx, { organisationId, connectionId, documentId }, notices)
  return { kind: 'taken', claimIds: [claimId] }
}

/** Numbers that no reading of a document gives its notices. */
const BEHIND_ALL = 8_000_000
