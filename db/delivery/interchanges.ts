import { sql } from 'kysely'
import type { Submission } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { moveInterchange, moving } from './moveInterchange.ts'

/**
 * Allocates one interchange with its control number and links its submissions. The number comes
 * from the connection's stock, in the caller's transaction: unique, and one that no interchange has
 * lies in the stock. Nobody waits for another's transaction.
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
    insert into interchanges (organisation_id, id, connection_id, kind, control_number, adapter_version, state, leaves_at, joinable, created_at)
    values (${organisationId}::uuid, ${id}::uuid, ${connectionId}::uuid, ${wanted.kind}::text,
      take_control_number(${organisationId}::uuid, ${connectionId}::uuid), ${wanted.adapterVersion}::integer,
      ${batch === undefined ? 'READY' : 'WAITING'}::text, ${batch?.leavesAt ?? null}::timestamptz, ${batch?.joinable ?? false}::boolean,
      ${now}::timestamptz)`.execute(tx)
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
 * Notices prove that the provider has the claims (or their voids), and with them each message that
 * they are in: each sending is SENT, whatever our own sender found out, and nobody sends it again.
 * A sender that still runs finds its lease gone, unless a message of its has not left: it goes on
 * with those. The claims that came in the same message have arrived as well: that is stored as a
 * notice for them, and their ids are answered. A batch of which nothing has left proves nothing:
 * then the claim came there another way; nor does a packet of papers for the claims beside it, of
 * which each is filed by itself.
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
  // A batch, and a sender at work, go on by themselves until each message is known of.
  const wholes = sql`select t.interchange_id from told t join interchanges w
    on w.organisation_id = ${organisationId} and w.id = t.interchange_id
    where w.leaves_at is null and w.state <> 'SENDING' or not exists (
      select from interchange_messages m where m.organisation_id = ${organisationId} and m.interchange_id = w.id
        and m.fate not in ('left','proved') and m.document_id not in (select document_id from proved))`
  const { rows } = await sql<{ claim_id: string }>`
    with told as (
      select s.interchange_id, s.id from submissions s where s.organisation_id = ${organisationId}
        and s.claim_id = any(${claimIds}::uuid[]) and s.purpose = any(${purposes}::text[]) and not ${heldPacket()}),
    carrying as (
      select m.document_id, m.fate, bool_or(t.id = any(m.claims)) as whole from told t join interchange_messages m
        on m.organisation_id = ${organisationId} and m.interchange_id = t.interchange_id and t.id = any(m.claims || m.papers)
      join interchanges i on i.organisation_id = ${organisationId} and i.id = t.interchange_id
      where not (i.leaves_at is not null and (i.state = 'READY' or i.state = 'WAITING' and i.attempt = 0))
      group by m.document_id, m.fate),
    proved as (
      update interchange_messages m set fate = 'proved', proved_at = ${now}::timestamptz from carrying c
      where m.organisation_id = ${organisationId} and m.document_id = c.document_id and m.fate <> 'proved'
        and (c.whole or c.fate <> 'prepared')
      returning m.document_id, m.claims, c.fate as before),
    arrived as (${moving('arrive', { organisationId, interchanges: wholes }, { proof: 'acknowledged', now })})
    insert into notices (organisation_id, id, connection_id, claim_id, submission_id, source, event)
    select s.organisation_id, gen_random_uuid(), s.connection_id, s.claim_id, s.id, 'hub', ${JSON.stringify(sent)}::jsonb
    from submissions s where s.organisation_id = ${organisationId} and s.filed_at is null
      and not (s.claim_id = any(${claimIds}::uuid[]) and s.purpose = any(${purposes}::text[]))
      and s.interchange_id in (select interchange_id from told)
      and (s.interchange_id in (select id from arrived)
        or exists (select from proved p where s.id = any(p.claims) and p.before not in ('left','prepared')))
    returning claim_id`.execute(tx)
  return rows.map((row) => row.claim_id)
}

/** The submission `s` lies in a packet beside another claim's that nobody has filed. */
function heldPacket() {
  return sql`(${isPacket('s.interchange_id')} and exists (
    select from submissions o join claims x on x.organisation_id = o.organisation_id and x.id = o.claim_id
    where o.organisation_id = s.organisation_id and o.interchange_id = s.interchange_id and o.claim_id <> s.claim_id
      and o.filed_at is null and x.status <> 'CANCELLED'))`
}

/**
 * A packet is carried claim by claim: these are filed, what lies beside them is not by that. All
 * interchanges of the sendings are locked, in the order of their ids: two who move the same ones
 * never deadlock, and of two claims that are filed at once the second sees the first.
 */
async function markFiled(tx: Tx, purposes: string[], { organisationId, claimIds, now }: Learned): Promise<void> {
  await sql`
    with locked as (
      select i.id, i.state from interchanges i where i.organisation_id = ${organisationId} and i.id in (
        select interchange_id from submissions where organisation_id = ${organisationId} and claim_id = any(${claimIds}::uuid[])
          and purpose = any(${purposes}::text[]))
      order by i.id for no key update),
    packet as (select id from locked where state = 'WAITING' and ${isPacket('locked.id')})
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
 * have ended, and nobody looks for them or sends them again. Of several messages of which others
 * did not come back, only the claim's own part has. The claims are locked by the caller.
 */
export async function markReturned(tx: Tx, { organisationId, claimIds, now }: Learned): Promise<void> {
  if (claimIds.length === 0) return
  const { rows } = await sql<{ claim_id: string }>`
    update submissions s set returned_at = ${now}::timestamptz
    where s.organisation_id = ${organisationId} and s.claim_id = any(${claimIds}::uuid[]) and s.purpose <> 'void' and s.returned_at is null
      and exists (select from interchange_messages m where m.organisation_id = s.organisation_id
        and m.interchange_id = s.interchange_id and m.fate = 'refused' and s.id = any(m.claims || m.papers))
      and exists (select from interchange_messages m where m.organisation_id = s.organisation_id
        and m.interchange_id = s.interchange_id and m.fate <> 'refused')
    returning s.claim_id`.execute(tx)
  const inPart = new Set(rows.map(({ claim_id }) => claim_id))
  const whole = claimIds.filter((claimId) => !inPart.has(claimId))
  if (whole.length === 0) return
  const interchanges = sql`select l.id from (select o.id from interchanges o where o.organisation_id = ${organisationId} and o.id in (
      select s.interchange_id from submissions s where s.organisation_id = ${organisationId} and s.claim_id = any(${whole}::uuid[])
        and s.purpose <> 'void')
    order by o.id for no key update) l`
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
