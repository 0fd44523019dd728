import { type RawBuilder, sql } from 'kysely'
import type { Submission } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { moveInterchange, moving } from './moveInterchange.ts'

/**
 * Allocates one interchange with its control number and links its submissions. The number comes
 * from a locked row per connection, in the caller's transaction: unique, without a gap that a row
 * doesn't explain.
 */
export async function allocateInterchange(
  tx: Tx,
  wanted: {
    organisationId: string
    connectionId: string
    kind: 'submission' | 'inquiry'
    adapterVersion: number
    submissions: Submission[]
    now: Date
    /** A batch: it waits until then (business time). `joinable`: more claims may come in. */
    batch?: { leavesAt: Date; joinable: boolean }
  },
): Promise<string> {
  const { organisationId, connectionId, now, batch } = wanted
  const id = newId()
  await sql`
    with number as (
      insert into control_numbers (organisation_id, connection_id, last_number) values (${organisationId}, ${connectionId}, 1)
      on conflict (organisation_id, connection_id) do update set last_number = control_numbers.last_number % 999999999 + 1
      returning last_number)
    insert into interchanges (organisation_id, id, connection_id, kind, control_number, adapter_version, state, leaves_at, joinable, created_at)
    select ${organisationId}::uuid, ${id}::uuid, ${connectionId}::uuid, ${wanted.kind}::text, last_number, ${wanted.adapterVersion}::integer,
      ${batch === undefined ? 'READY' : 'WAITING'}::text, ${batch?.leavesAt ?? null}::timestamptz, ${batch?.joinable ?? false}::boolean,
      ${now}::timestamptz
    from number`.execute(tx)
  if (wanted.kind === 'submission') await insertSubmissions(tx, { ...wanted, interchangeId: id })
  return id
}

/** Puts submissions into an interchange of which nothing has left. */
export async function insertSubmissions(
  tx: Tx,
  into: { organisationId: string; connectionId: string; interchangeId: string; submissions: Submission[]; now: Date },
): Promise<void> {
  if (into.submissions.length === 0) return
  await tx
    .insertInto('submissions')
    .values(
      into.submissions.map((submission) => ({
        organisation_id: into.organisationId,
        id: submission.submissionId,
        claim_id: submission.claimId,
        interchange_id: into.interchangeId,
        connection_id: into.connectionId,
        submission_number: submission.submissionNumber,
        purpose: submission.purpose,
        frozen: JSON.stringify(submission),
        created_at: into.now,
      })),
    )
    .execute()
}

/** Claims of one organisation of which something was learned at once. */
interface Learned {
  organisationId: string
  claimIds: string[]
  now: Date
}

/**
 * Notices prove that the provider has the claims (or their voids): each sending is SENT, whatever
 * our own sender found out, and nobody sends it again. A sender that still runs finds its lease
 * gone. What left with one of them has arrived as well: that is stored as a notice for those
 * claims, whose ids are answered. A batch of which nothing has left proves nothing: then the claim
 * came there another way; nor does a packet of papers for the claims beside it, of which each is
 * filed by itself.
 */
export async function markArrived(
  tx: Tx,
  purpose: 'claim' | 'void' | 'supplement',
  { organisationId, claimIds, now }: Learned,
): Promise<string[]> {
  if (claimIds.length === 0) return []
  const sent: ClaimEvent = { fact: { type: 'sent' }, at: now.toISOString(), said: [], references: [] }
  const purposes = PURPOSES_OF[purpose]
  await markFiled(tx, purposes, { organisationId, claimIds, now })
  const interchanges =
    inOrder(sql`select s.interchange_id from submissions s where s.organisation_id = ${organisationId}
    and s.claim_id = any(${claimIds}::uuid[]) and s.purpose = any(${purposes}::text[])
    and not (${isPacket('s.interchange_id')} and exists (
      select from submissions o join claims x on x.organisation_id = o.organisation_id and x.id = o.claim_id
      where o.organisation_id = s.organisation_id and o.interchange_id = s.interchange_id and o.claim_id <> s.claim_id
        and o.filed_at is null and x.status <> 'CANCELLED'))`)
  const { rows } = await sql<{ claim_id: string }>`
    with arrived as (${moving('arrive', { organisationId, interchanges }, { proof: 'acknowledged', now })})
    insert into notices (organisation_id, id, connection_id, claim_id, submission_id, source, event)
    select s.organisation_id, gen_random_uuid(), s.connection_id, s.claim_id, s.id, 'hub', ${JSON.stringify(sent)}::jsonb
    from arrived a join submissions s on s.organisation_id = ${organisationId} and s.interchange_id = a.id
    where not (s.claim_id = any(${claimIds}::uuid[]) and s.purpose = any(${purposes}::text[])) and s.filed_at is null
    returning claim_id`.execute(tx)
  return rows.map((row) => row.claim_id)
}

/** Locks interchanges in the order of their ids: two who move the same ones never deadlock. */
function inOrder(interchanges: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select l.id from (select o.id from interchanges o where o.id in (${interchanges}) order by o.id for no key update) l`
}

/**
 * A packet is carried claim by claim: these are filed, what lies beside them is not by that. The
 * packets are locked, so that of two claims that are filed at once the second sees the first.
 */
async function markFiled(tx: Tx, purposes: string[], { organisationId, claimIds, now }: Learned): Promise<void> {
  await sql`
    with packet as (
      select i.id from interchanges i where i.organisation_id = ${organisationId} and i.state = 'WAITING' and ${isPacket('i.id')}
        and i.id in (select interchange_id from submissions where organisation_id = ${organisationId} and claim_id = any(${claimIds}::uuid[]))
      order by i.id for update)
    update submissions s set filed_at = coalesce(s.filed_at, ${now}::timestamptz) from packet
    where s.organisation_id = ${organisationId} and s.interchange_id = packet.id and s.claim_id = any(${claimIds}::uuid[])
      and s.purpose = any(${purposes}::text[])`.execute(tx)
}

/** The interchange consists of papers that a person carries. */
function isPacket(interchangeId: string) {
  return sql<boolean>`exists (select from documents d where d.interchange_id = ${sql.ref(interchangeId)}
    and d.direction = 'out' and d.head ->> 'transport' = 'manual')`
}

/**
 * Notices say that sendings never reached the provider (mails that bounced): their interchanges
 * have ended, and nobody looks for them or sends them again. The claims are locked by the caller.
 */
export async function markReturned(tx: Tx, { organisationId, claimIds, now }: Learned): Promise<void> {
  if (claimIds.length === 0) return
  const interchanges =
    inOrder(sql`select s.interchange_id from submissions s where s.organisation_id = ${organisationId}
    and s.claim_id = any(${claimIds}::uuid[]) and s.purpose <> 'void'`)
  const because = 'it came back undelivered'
  await moveInterchange(tx, 'come-back', { organisationId, interchanges }, { proof: 'came_back', because, now })
}

/**
 * The purposes of the sendings whose arrival a notice about the claim, its void or its papers
 * proves.
 */
const PURPOSES_OF = { claim: ['new', 'replacement', 'appeal'], void: ['void'], supplement: ['supplement'] }

/**
 * What a document says of an inquiry as a whole: taken or refused. It says nothing about claims.
 */
export async function closeInquiry(
  tx: Tx,
  inquiry: { organisationId: string; interchangeId: string; verdict: 'accepted' | 'rejected'; now: Date },
): Promise<void> {
  const { organisationId, interchangeId, verdict, now } = inquiry
  const target = { organisationId, interchanges: interchangeId }
  if (verdict === 'accepted') await moveInterchange(tx, 'accept-inquiry', target, { proof: 'acknowledged', now })
  else {
    const because = 'the provider rejected the inquiry'
    await moveInterchange(tx, 'reject-inquiry', target, { proof: 'refused', because, now })
  }
}
