import { sql } from 'kysely'
import type { ClaimStatus, RejectedAt, Said } from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { documentKind } from '../../domain/words/documentKind.ts'
import { codesOf, ownWords, type Reason, reasonsOf } from '../../domain/words/reasons.ts'
import type { Setting, Source } from '../../domain/words/sentences.ts'
import { WORDS } from '../../domain/words/words.ts'
import type { Tx } from '../connect.ts'

/** A reason why something is not paid, as people read it. */
export interface ShownReason {
  lineNumber: number | null
  amount: number | null
  codes: string[]
  /** In our words; with line, amount and codes. */
  sentence: string
  /** The provider's own words. */
  said: string | null
}

/** What stands, who said it and when, and why; in sentences. */
export interface ClaimStatement {
  sentence: string
  at: string
  by: 'provider' | 'person' | 'hub'
  lastContact: { at: string | null; sentence: string }
  reasons: ShownReason[]
}

/** An event with its origin, as its sentence needs it. */
export interface TracedEvent {
  actor: string
  act: Record<string, unknown> | null
  beginning: string | null
  mediaType: string | null
}

/** Who said it: the provider by a document, a person who heard it, or we ourselves. */
export function sourceOf({ actor, act, beginning, mediaType }: TracedEvent): Source {
  if (actor === 'provider' || actor === 'ledger')
    return { by: 'provider', document: beginning === null ? null : documentKind(beginning, mediaType) }
  if (actor === 'hub') return { by: 'hub' }
  const channel = act?.['channel']
  const saidBy = act?.['saidBy']
  if (typeof channel !== 'string') return { by: 'person', actor, contact: null }
  return { by: 'person', actor, contact: { channel, saidBy: typeof saidBy === 'string' ? saidBy : null } }
}

/** The first bytes of the document behind an event, for its kind. Alias `d`. */
export const beginningOf = sql<string | null>`encode(substring(d.body from 1 for 600), 'escape')`.as('beginning')

/** Events that say where a claim stands, newest first. */
async function standingEvents(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('claim_events as e')
    .leftJoin('notices as n', (join) =>
      join.onRef('n.organisation_id', '=', 'e.organisation_id').onRef('n.id', '=', 'e.notice_id'),
    )
    .leftJoin('documents as d', (join) =>
      join.onRef('d.organisation_id', '=', 'n.organisation_id').onRef('d.id', '=', 'n.document_id'),
    )
    .select([
      'e.type',
      'e.fact',
      'e.said',
      'e.effect',
      'e.actor',
      'e.act',
      'e.happened_at',
      'e.from_status',
      'e.to_status',
    ])
    .select(['d.media_type as mediaType', beginningOf])
    .where('e.organisation_id', '=', organisationId)
    .where('e.claim_id', '=', claimId)
    .where('e.effect', 'not in', ['stale', 'repeat'])
    .orderBy('e.feed', 'desc')
    .execute()
}

type StandingEvent = Awaited<ReturnType<typeof standingEvents>>[number]

/** What a claim is, in sentences; null for a draft, of which nobody has said anything. */
export async function statementOf(tx: Tx, organisationId: string, claimId: string): Promise<ClaimStatement | null> {
  const claim = await tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .innerJoin('clinics as k', (join) =>
      join.onRef('k.organisation_id', '=', 'c.organisation_id').onRef('k.id', '=', 'c.clinic_id'),
    )
    .select(['c.status', 'c.rejected_at', 'c.currency', 'k.zone', 'p.name as provider'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
  if (claim === undefined || claim.status === 'DRAFT') return null
  const events = await standingEvents(tx, organisationId, claimId)
  const setting: Setting = { provider: claim.provider, currency: claim.currency, zone: claim.zone }
  const standing = events.find((event) => event.to_status === claim.status && speaksOf(event))
  if (standing === undefined) return null
  const at = standing.happened_at.toISOString()
  const source = sourceOf(standing)
  const contact = events.find((event) => event.actor === 'provider' || heard(event))
  const contactAt = contact?.happened_at.toISOString() ?? null
  return {
    sentence: WORDS.en.statement({ status: claim.status, rejectedAt: claim.rejected_at, source, at }, setting),
    at,
    by: source.by,
    lastContact: { at: contactAt, sentence: WORDS.en.noContactSince(contactAt, setting) },
    reasons: (await whyOf(tx, { organisationId, claimId, ...claim }, events)).map((reason) => shown(reason, setting)),
  }
}

/** The event moved the claim there, or decided it anew. */
function speaksOf({ from_status, to_status, type }: StandingEvent): boolean {
  return from_status !== to_status || type === 'decided' || type === 'status_by_hand'
}

function heard({ act }: StandingEvent): boolean {
  return typeof act?.['channel'] === 'string'
}

/**
 * The reasons that stand: of each line those of its latest decision, of the claim as a whole those
 * of the newest event that turned something down.
 */
async function whyOf(
  tx: Tx,
  claim: { organisationId: string; claimId: string; status: ClaimStatus; rejected_at: RejectedAt | null },
  events: StandingEvent[],
): Promise<Reason[]> {
  if (claim.status !== 'REJECTED' && claim.status !== 'PARTIAL') return []
  const newest = events.find(({ fact }) => TURNS_DOWN.includes(fact.type))
  const said = newest?.said ?? []
  if (claim.rejected_at === 'front_end') return reasonsOf([], said)
  const rows = await tx
    .selectFrom('claim_lines')
    .select(['line_number', 'decision', 'payable', 'adjustments'])
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('line_number')
    .execute()
  const lines = rows.flatMap(({ line_number: lineNumber, decision: outcome, payable, adjustments }): LineDecision[] =>
    outcome === null
      ? []
      : [{ lineNumber, outcome, payable: payable ?? 0, adjustments, said: remarks(newest, lineNumber) }],
  )
  return reasonsOf(lines, said)
}

const TURNS_DOWN: readonly Fact['type'][] = ['rejected_front_end', 'delivery_refused', 'decided', 'status_by_hand']

/** What the newest decision says of a line beside its amounts. */
function remarks(event: StandingEvent | undefined, lineNumber: number): Said[] {
  const fact = event?.fact
  if (fact?.type !== 'decided' && fact?.type !== 'status_by_hand') return []
  return fact.lines.find((line) => line.lineNumber === lineNumber)?.said ?? []
}

function shown(reason: Reason, setting: Setting): ShownReason {
  const { lineNumber, amount, said } = reason
  return { lineNumber, amount, codes: codesOf(said), sentence: WORDS.en.reason(reason, setting), said: ownWords(said) }
}
