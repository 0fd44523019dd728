import { sql } from 'kysely'
import type { ClaimStatus, Said, ShownStatus } from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { namesOf } from '../../domain/claims/undo/acts.ts'
import type { Setting } from '../../domain/words/sentences.ts'
import { sentenceOfFact, WORDS } from '../../domain/words/words.ts'
import type { Tx } from '../connect.ts'
import { nameOf } from '../inbox/documents.ts'
import { beginningOf, sourceOf, type TracedEvent } from './readStatement.ts'
import { postingOf } from './restoreClaim.ts'
import { shownStatusOf } from './shownStatus.ts'

export type TimelineEntry =
  | {
      kind: 'event'
      at: string
      recordedAt: string
      eventId: string
      type: string
      fact: Fact
      said: Said[]
      effect: string
      from: ClaimStatus
      to: ClaimStatus
      implied: ClaimStatus[]
      actor: string
      /** What happened, for people; days in the clinic's zone. */
      sentence: string
      act: Record<string, unknown> | null
      documentId: string | null
      /** The event by which a person took it back: it counts no more. */
      undoneBy: string | null
    }
  | {
      kind: 'document'
      at: string
      documentId: string
      direction: 'out' | 'in'
      channel: string
      name: string
      size: number
      sentence: string
    }
  | {
      kind: 'attention'
      at: string
      itemId: string
      because: string
      role: string
      closedAt: string | null
      closedBecause: string | null
      sentence: string
    }
  /** The submission was accepted, and nothing has come of it yet: always the last entry. */
  | { kind: 'submitting'; at: string; sentence: string }

/**
 * All that happened to a claim, oldest first: events, documents that went out and came in, and what
 * waited for a person.
 */
export async function timelineOf(tx: Tx, organisationId: string, claimId: string): Promise<TimelineEntry[]> {
  const events = await tx
    .selectFrom('claim_events as e')
    .leftJoin('notices as n', (join) =>
      join.onRef('n.organisation_id', '=', 'e.organisation_id').onRef('n.id', '=', 'e.notice_id'),
    )
    .leftJoin('documents as d', (join) =>
      join.onRef('d.organisation_id', '=', 'n.organisation_id').onRef('d.id', '=', 'n.document_id'),
    )
    .selectAll('e')
    .select(['n.document_id', 'n.remittance_id', 'd.media_type as mediaType', beginningOf])
    .where('e.organisation_id', '=', organisationId)
    .where('e.claim_id', '=', claimId)
    .orderBy('e.feed')
    .execute()
  const setting = await settingOf(tx, organisationId, claimId)
  const items = await tx
    .selectFrom('attention_items')
    .select(['id', 'because', 'role', 'created_at', 'closed_at', 'closed_because'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  const documents = await documentsOf(tx, organisationId, claimId)
  const undoneBy = undoings(events)
  const entries: { order: string; entry: TimelineEntry }[] = [
    ...events.map((event) => ({
      order: event.recorded_at.toISOString(),
      entry: {
        kind: 'event' as const,
        at: event.happened_at.toISOString(),
        recordedAt: event.recorded_at.toISOString(),
        eventId: event.id,
        type: event.type,
        fact: event.fact,
        said: event.said,
        effect: event.effect,
        from: event.from_status,
        to: event.to_status,
        implied: event.implied,
        actor: event.actor,
        sentence: sentenceOf(event, setting),
        act: event.act,
        documentId: event.document_id,
        undoneBy: undoneBy(event),
      },
    })),
    ...documents.map(({ documentId, direction, channel, name, size, at }) => ({
      order: at,
      entry: {
        kind: 'document' as const,
        at,
        documentId,
        direction,
        channel,
        name,
        size,
        sentence: WORDS.en.document({ direction, name, at }, setting),
      },
    })),
    ...items.map((item) => ({
      order: item.created_at.toISOString(),
      entry: {
        kind: 'attention' as const,
        at: item.created_at.toISOString(),
        itemId: item.id,
        because: item.because,
        role: item.role,
        closedAt: item.closed_at?.toISOString() ?? null,
        closedBecause: item.closed_because,
        sentence: WORDS.en.attention({ because: item.because, closedBecause: item.closed_because }),
      },
    })),
  ]
  // Events keep the order in which they were recorded: a sort by time that is stable never swaps
  // two of one instant.
  entries.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
  return [...entries.map(({ entry }) => entry), ...submitting(setting)]
}

interface UndoableEvent {
  id: string
  fact: Fact
  act: Record<string, unknown> | null
  notice_id: string | null
  remittance_id: string | null
}

/** Answers for an event of the claim by which event a person took it back. */
function undoings(events: UndoableEvent[]): (event: UndoableEvent) => string | null {
  const undone = new Map(events.flatMap(({ id, fact }) => (fact.type === 'undone' ? [[fact.act, id] as const] : [])))
  return ({ fact, act, notice_id, remittance_id }) => {
    if (fact.type === 'undone') return null
    const names = namesOf({ noticeId: notice_id, remittanceId: remittance_id, posting: postingOf(act) })
    const by = names.find((name) => undone.has(name))
    return by === undefined ? null : (undone.get(by) ?? null)
  }
}

/** A claim that is SUBMITTING changes by nothing else: since its last change. */
function submitting({ shown, updatedAt }: ClaimSetting): TimelineEntry[] {
  if (shown !== 'SUBMITTING') return []
  return [{ kind: 'submitting', at: updatedAt.toISOString(), sentence: WORDS.en.toBeTakenUp }]
}

type ClaimSetting = Setting & { shown: ShownStatus; updatedAt: Date }

/** Where and in what money the claim's sentences are said. */
async function settingOf(tx: Tx, organisationId: string, claimId: string): Promise<ClaimSetting> {
  return tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .innerJoin('clinics as k', (join) =>
      join.onRef('k.organisation_id', '=', 'c.organisation_id').onRef('k.id', '=', 'c.clinic_id'),
    )
    .select(['p.name as provider', 'c.currency', 'k.zone', 'c.updated_at as updatedAt'])
    .select(shownStatusOf('c').as('shown'))
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirstOrThrow()
}

function sentenceOf(event: TracedEvent & { fact: Fact; happened_at: Date }, setting: Setting): string {
  const { fact, act, happened_at } = event
  return sentenceOfFact({ fact, act, source: sourceOf(event), at: happened_at.toISOString() }, setting)
}

export interface ClaimDocument {
  documentId: string
  direction: 'out' | 'in'
  channel: string
  mediaType: string | null
  /** The file's name or the request's path: ours or the provider's, without patient data. */
  name: string
  size: number
  sha256: string
  at: string
}

/**
 * The documents that carried the claim out, what was answered to them, and what spoke of the claim
 * later.
 */
export async function documentsOf(tx: Tx, organisationId: string, claimId: string): Promise<ClaimDocument[]> {
  const rows = await claimDocuments(tx, organisationId, claimId)
    .select(['d.id', 'd.direction', 'd.channel', 'd.media_type', 'd.head', 'd.sha256', 'd.received_at'])
    .select(sql<number>`length(d.body)`.as('size'))
    .orderBy('d.received_at')
    .orderBy('d.id')
    .execute()
  return rows.map((row) => ({
    documentId: row.id,
    direction: row.direction,
    channel: row.channel,
    mediaType: row.media_type,
    name: nameOf(row.head),
    size: row.size,
    sha256: row.sha256.toString('hex'),
    at: row.received_at.toISOString(),
  }))
}

/** The exact bytes of one of the claim's documents; null when it is none of the claim's. */
export async function documentBytes(
  tx: Tx,
  organisationId: string,
  claimId: string,
  documentId: string,
): Promise<{ name: string; bytes: Buffer } | null> {
  const row = await claimDocuments(tx, organisationId, claimId)
    .select(['d.head', 'd.body'])
    .where('d.id', '=', documentId)
    .executeTakeFirst()
  return row === undefined ? null : { name: nameOf(row.head), bytes: row.body }
}

function claimDocuments(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('documents as d')
    .where('d.organisation_id', '=', organisationId)
    .where((eb) =>
      eb.or([
        eb(
          'd.interchange_id',
          'in',
          eb
            .selectFrom('submissions')
            .select('interchange_id')
            .where('organisation_id', '=', organisationId)
            .where('claim_id', '=', claimId),
        ),
        eb(
          'd.id',
          'in',
          eb
            .selectFrom('notices')
            .select(sql<string>`document_id`.as('document_id'))
            .where('organisation_id', '=', organisationId)
            .where('claim_id', '=', claimId)
            .where('document_id', 'is not', null),
        ),
      ]),
    )
}
