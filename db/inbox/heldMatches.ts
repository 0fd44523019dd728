import { sql } from 'kysely'
import type { MarkName } from '../../domain/inbox/evidence.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import type { HeldMatchesTable, HeldState, MatchDoubt } from '../schema/heldTables.ts'
import { closeItem, raiseItem } from '../worklist/worklistItems.ts'
import type { Asked } from './candidateClaims.ts'
import { type Match, moreCandidates, type SoughtClaim } from './matchClaims.ts'

/** Something that came in whole and is not believed. */
export interface DoubtfulArrival extends Asked {
  documentId: string
  /** Its place in the document. */
  sequence: number
  what: HeldMatchesTable['what']
  contentSha256: Buffer
  body: object
  /** The remittance's row and number; null of a notice. */
  remittance: { remittanceId: string; traceNumber: string } | null
  doubts: MatchDoubt[]
  now: Date
}

/** A match with what it is about, in the order of the document. */
export interface Doubtful {
  place: number
  sought: SoughtClaim
  match: Match
}

/** Doubts of one document for which the patient's other claims are looked up: nobody reads more. */
const SEARCHED = 50

/** What a person is shown of matches that are not believed, with every claim that may be meant. */
export async function doubtsOf(tx: Tx, asked: Asked, doubtful: Doubtful[]): Promise<MatchDoubt[]> {
  const doubts: MatchDoubt[] = []
  for (const { place, sought, match } of doubtful) {
    const candidates = doubts.length < SEARCHED ? await moreCandidates(tx, asked, sought, match) : match.ranked
    doubts.push({
      place,
      verdict: match.verdict,
      reference: sought.submissionNumber ?? sought.references[0]?.value ?? null,
      named: match.named === null ? null : { claimId: match.named.claimId, claimNumber: match.named.claimNumber },
      candidates,
    })
  }
  return doubts
}

/**
 * Keeps it for a person, once: read again, what was decided stays decided. Answers the state in
 * which it is.
 */
export async function holdMatch(tx: Tx, arrival: DoubtfulArrival): Promise<{ heldId: string; state: HeldState }> {
  const { organisationId, connectionId, documentId, remittance } = arrival
  const { rows } = await sql<{ heldId: string; state: HeldState }>`
    insert into held_matches (organisation_id, id, connection_id, document_id, sequence, content_sha256, what, remittance_id, body, doubts, state, created_at)
    values (${organisationId}, ${newId()}, ${connectionId}, ${documentId}, ${arrival.sequence}, ${arrival.contentSha256}, ${arrival.what},
      ${remittance?.remittanceId ?? null}, ${JSON.stringify(arrival.body)}, ${JSON.stringify(arrival.doubts)}, 'held', ${arrival.now})
    on conflict (organisation_id, document_id, what, content_sha256) do update set
      state = case when held_matches.state = 'superseded' then 'held' else held_matches.state end,
      doubts = case when held_matches.state in ('superseded','held') then excluded.doubts else held_matches.doubts end
    returning id as "heldId", state`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`what document ${documentId} says at ${arrival.sequence} was not held`)
  if (row.state === 'held') await raiseHeld(tx, arrival, row.heldId)
  return row
}

async function raiseHeld(tx: Tx, arrival: DoubtfulArrival, heldId: string): Promise<void> {
  const { organisationId, connectionId, documentId, doubts, remittance, what, now } = arrival
  const [first] = doubts
  const provider = await tx
    .selectFrom('connections as n')
    .innerJoin('providers as p', 'p.id', 'n.provider_id')
    .select('p.name')
    .where('n.organisation_id', '=', organisationId)
    .where('n.id', '=', connectionId)
    .executeTakeFirstOrThrow()
  await raiseItem(
    tx,
    {
      organisationId,
      connectionId,
      documentId,
      ...(remittance === null ? {} : { remittanceId: remittance.remittanceId }),
      now,
    },
    {
      kind: 'match-in-doubt',
      ids: { heldId },
      words: {
        provider: provider.name,
        what,
        traceNumber: remittance?.traceNumber ?? null,
        about: aboutOf(doubts),
        claimNumber: first?.named?.claimNumber ?? null,
        against: first === undefined ? [] : againstOf(first),
      },
    },
  )
}

/** What is not a number may be a patient's name in the wrong place. */
function aboutOf(doubts: MatchDoubt[]): string {
  const reference = doubts[0]?.reference ?? null
  const isNumber = reference !== null && /^[A-Za-z0-9 ._/:-]{1,60}$/.test(reference) && /\d/.test(reference)
  const first = isNumber ? `reference ${reference}` : 'a claim'
  return doubts.length > 1 ? `${first} and ${doubts.length - 1} more` : first
}

function againstOf({ named, candidates }: MatchDoubt): MarkName[] {
  return candidates.find(({ claimId }) => claimId === named?.claimId)?.against ?? []
}

/** The document is read again: what earlier readings held counts only if this one says it too. */
export async function supersedeHeld(
  tx: Tx,
  { organisationId, documentId }: { organisationId: string; documentId: string },
): Promise<void> {
  await tx
    .updateTable('held_matches')
    .set({ state: 'superseded' })
    .where('organisation_id', '=', organisationId)
    .where('document_id', '=', documentId)
    .where('what', '=', 'notice')
    .where('state', '=', 'held')
    .execute()
}

/** A corrected remittance took the held one's place. */
export async function supersedeHeldRemittance(
  tx: Tx,
  act: { organisationId: string; remittanceId: string; actor: string; now: Date },
): Promise<void> {
  const rows = await tx
    .updateTable('held_matches')
    .set({ state: 'superseded', decided_by: act.actor, decided_at: act.now })
    .where('organisation_id', '=', act.organisationId)
    .where('remittance_id', '=', act.remittanceId)
    .where('state', '=', 'held')
    .returning('id')
    .execute()
  const closing = { organisationId: act.organisationId, by: act.actor, because: 'superseded', now: act.now }
  for (const { id } of rows) await closeItem(tx, closing, { kind: 'match-in-doubt', ids: { heldId: id } })
}

/** Whether a remittance waits for a person to say which claims it means. */
export async function isHeldForClaims(tx: Tx, organisationId: string, remittanceId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('held_matches')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('state', '=', 'held')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The claims that a person has chosen for a remittance, by place (null: none of ours); null when
 * nobody had to. They hold also where it is posted later, because something else kept it out.
 */
export async function chosenClaims(
  tx: Tx,
  organisationId: string,
  remittanceId: string,
): Promise<Map<number, string | null> | null> {
  const row = await tx
    .selectFrom('held_matches')
    .select('chosen')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('state', 'in', ['released', 'matched'])
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row?.chosen ? new Map(row.chosen.map(({ place, claimId }) => [place, claimId])) : null
}

export interface HeldMatch {
  heldId: string
  connectionId: string
  providerId: string
  documentId: string
  what: HeldMatchesTable['what']
  remittanceId: string | null
  doubts: MatchDoubt[]
  state: HeldState
  decidedBy: string | null
  reason: string | null
  decidedAt: string | null
  heldAt: string
}

/** What is held, oldest first, behind `after`. */
export async function listHeldMatches(
  tx: Tx,
  filter: { organisationId: string; state: HeldState; after: string | null; limit: number },
): Promise<HeldMatch[]> {
  let query = heldRows(tx, filter.organisationId)
    .where('h.state', '=', filter.state)
    .orderBy('h.id')
    .limit(filter.limit)
  if (filter.after !== null) query = query.where('h.id', '>', filter.after)
  return (await query.execute()).map(shownOf)
}

/** One of them; null when the organisation has none of this id. */
export async function heldMatchById(tx: Tx, organisationId: string, heldId: string): Promise<HeldMatch | null> {
  const row = await heldRows(tx, organisationId).where('h.id', '=', heldId).executeTakeFirst()
  return row === undefined ? null : shownOf(row)
}

function heldRows(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('held_matches as h')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'h.organisation_id').onRef('n.id', '=', 'h.connection_id'),
    )
    .select(['h.id', 'h.connection_id', 'h.document_id', 'h.what', 'h.remittance_id', 'h.doubts', 'h.state'])
    .select(['h.decided_by', 'h.reason', 'h.decided_at', 'h.created_at', 'n.provider_id'])
    .where('h.organisation_id', '=', organisationId)
}

function shownOf(row: Awaited<ReturnType<ReturnType<typeof heldRows>['execute']>>[number]): HeldMatch {
  return {
    heldId: row.id,
    connectionId: row.connection_id,
    providerId: row.provider_id,
    documentId: row.document_id,
    what: row.what,
    remittanceId: row.remittance_id,
    doubts: row.doubts,
    state: row.state,
    decidedBy: row.decided_by,
    reason: row.reason,
    decidedAt: row.decided_at?.toISOString() ?? null,
    heldAt: row.created_at.toISOString(),
  }
}
