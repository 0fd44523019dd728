import { sql } from 'kysely'
import type { ClaimStatus, Said } from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { namesOf } from '../../domain/claims/undo/acts.ts'
import type { Tx } from '../connect.ts'
import { nameOf } from '../inbox/documents.ts'
import { postingOf } from './restoreClaim.ts'

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
    }
  | {
      kind: 'attention'
      at: string
      itemId: string
      because: string
      role: string
      closedAt: string | null
      closedBecause: string | null
    }

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
    .selectAll('e')
    .select(['n.document_id', 'n.remittance_id'])
    .where('e.organisation_id', '=', organisationId)
    .where('e.claim_id', '=', claimId)
    .orderBy('e.feed')
    .execute()
  const items = await tx
    .selectFrom('attention_items')
    .select(['id', 'because', 'role', 'created_at', 'closed_at', 'closed_because'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  const documents = await documentsOf(tx, organisationId, claimId)
  const undone = new Map(events.flatMap(({ id, fact }) => (fact.type === 'undone' ? [[fact.act, id] as const] : [])))
  const undoneBy = ({ fact, act, notice_id, remittance_id }: (typeof events)[number]) => {
    const names = namesOf({ noticeId: notice_id, remittanceId: remittance_id, posting: postingOf(act) })
    const by = fact.type === 'undone' ? undefined : names.find((name) => undone.has(name))
    return by === undefined ? null : (undone.get(by) ?? null)
  }
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
        act: event.act,
        documentId: event.document_id,
        undoneBy: undoneBy(event),
      },
    })),
    ...documents.map(({ documentId, direction, channel, name, size, at }) => ({
      order: at,
      entry: { kind: 'document' as const, at, documentId, direction, channel, name, size },
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
      },
    })),
  ]
  // Events keep the order in which they were recorded: a sort by time that is stable never swaps
  // two of one instant.
  return entries.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)).map(({ entry }) => entry)
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
