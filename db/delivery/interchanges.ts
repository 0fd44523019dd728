import { sql } from 'kysely'
import type { DeliveryState, Submission } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/**
 * Allocates one interchange with its control number and links its submissions. The number comes from a locked row per connection, in the
 * caller's transaction: unique, without a gap that a row doesn't explain.
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
    // Waited for: who imports a claim asks whether its number was taken.
    .returning('id')
    .execute()
}

/** The lease that a sender holds: `attempt` is the fencing number that every later write must still find. */
export interface Lease {
  interchangeId: string
  attempt: number
  firstSentAt: Date
}

export type Leased =
  | { kind: 'leased'; lease: Lease }
  | { kind: 'busy'; freeInMs: number }
  | { kind: 'settled'; state: DeliveryState }
  | { kind: 'waiting' }

/**
 * Takes the lease of an interchange that is READY or RESEND; `fromUnknown` also of one that may have arrived, which is safe only where the provider
 * knows its key. Lease times are the database's clock, so that two hosts' clocks don't matter.
 */
export async function leaseInterchange(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  options: { leaseMs: number; now: Date; fromUnknown?: boolean },
): Promise<Leased> {
  const taken = await tx
    .updateTable('interchanges')
    .set({
      state: 'SENDING',
      attempt: sql`attempt + 1`,
      lease_until: sql`now() + ${`${options.leaseMs} milliseconds`}::interval`,
      first_sent_at: sql`coalesce(first_sent_at, ${options.now})`,
    })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .where('state', 'in', options.fromUnknown ? ['UNKNOWN'] : ['READY', 'RESEND'])
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<', sql<Date>`now()`)]))
    .returning(['attempt', 'first_sent_at'])
    .executeTakeFirst()
  if (taken)
    return {
      kind: 'leased',
      lease: { interchangeId, attempt: taken.attempt, firstSentAt: taken.first_sent_at ?? options.now },
    }
  const row = await tx
    .selectFrom('interchanges')
    .select(['state', sql<number>`greatest(0, extract(epoch from lease_until - now()) * 1000)::int`.as('free_in_ms')])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .executeTakeFirstOrThrow()
  if (row.state === 'SENT' || row.state === 'REFUSED') return { kind: 'settled', state: row.state }
  if (row.state === 'WAITING') return { kind: 'waiting' }
  return { kind: 'busy', freeInMs: row.free_in_ms ?? 0 }
}

/** Writes how a sending ended, if the lease is still ours. False: a later attempt owns the interchange and this word is ignored. */
export async function finishSending(
  tx: Tx,
  organisationId: string,
  lease: Lease,
  end: { state: 'SENT' | 'REFUSED' | 'UNKNOWN' | 'READY' | 'WAITING'; because: string | null; now: Date },
): Promise<boolean> {
  const row = await tx
    .updateTable('interchanges')
    .set({
      state: end.state,
      because: end.because,
      lease_until: null,
      ...(end.state === 'SENT' ? { sent_at: end.now } : {}),
      ...(end.state === 'READY' ? { mark: null } : {}),
    })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', lease.interchangeId)
    .where('attempt', '=', lease.attempt)
    .where('state', '=', 'SENDING')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Persists that the next step makes the bytes visible to the provider. Throws when the lease is lost: then that step must not happen. */
export async function markSending(tx: Tx, organisationId: string, lease: Lease, mark: string): Promise<void> {
  const row = await tx
    .updateTable('interchanges')
    .set({ mark })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', lease.interchangeId)
    .where('attempt', '=', lease.attempt)
    .where('state', '=', 'SENDING')
    .where('lease_until', '>', sql<Date>`now()`)
    .returning('id')
    .executeTakeFirst()
  if (!row)
    throw new Error(
      `interchange ${lease.interchangeId}: the lease of attempt ${lease.attempt} is lost; nothing more is sent`,
    )
}

/**
 * News from elsewhere proves that the provider has the claim (or its void): the sending is SENT, whatever our own sender found out, and nobody sends it
 * again. A sender that still runs finds its lease gone. What left with it has arrived as well: that is stored as news for those claims, whose ids are
 * answered. A batch of which nothing has left proves nothing: then the claim came there another way.
 */
export async function markArrived(
  tx: Tx,
  organisationId: string,
  claimId: string,
  purpose: 'claim' | 'void' | 'supplement',
  now: Date,
): Promise<string[]> {
  const sent: ClaimEvent = { fact: { type: 'sent' }, at: now.toISOString(), said: [], references: [] }
  const { rows } = await sql<{ claim_id: string }>`
    with arrived as (
      update interchanges i set state = 'SENT', sent_at = ${now}, lease_until = null, joinable = false
      from submissions s
      where s.organisation_id = i.organisation_id and s.interchange_id = i.id and s.organisation_id = ${organisationId}
        and s.claim_id = ${claimId} and s.purpose = any(${PURPOSES_OF[purpose]}::text[]) and i.state not in ('SENT','REFUSED')
        and not (i.leaves_at is not null and (i.state = 'READY' or (i.state = 'WAITING' and i.attempt = 0)))
      returning i.organisation_id, i.id)
    insert into notices (organisation_id, id, connection_id, claim_id, submission_id, source, event)
    select s.organisation_id, gen_random_uuid(), s.connection_id, s.claim_id, s.id, 'hub', ${JSON.stringify(sent)}::jsonb
    from arrived a join submissions s on s.organisation_id = a.organisation_id and s.interchange_id = a.id
    where s.claim_id <> ${claimId}
    returning claim_id`.execute(tx)
  return rows.map((row) => row.claim_id)
}

/**
 * News says that a sending never reached the provider (a mail that bounced): its interchange has ended, and nobody looks for it or sends it again. The claim is
 * locked by the caller.
 */
export async function markReturned(tx: Tx, organisationId: string, claimId: string): Promise<void> {
  await sql`
    update interchanges i set state = 'REFUSED', because = 'it came back undelivered', lease_until = null
    from submissions s
    where s.organisation_id = i.organisation_id and s.interchange_id = i.id and s.organisation_id = ${organisationId}
      and s.claim_id = ${claimId} and s.purpose <> 'void' and i.state in ('SENT', 'UNKNOWN')`.execute(tx)
}

/** Which sendings a word about the claim, its void or its papers proves. */
const PURPOSES_OF = { claim: ['new', 'replacement', 'appeal'], void: ['void'], supplement: ['supplement'] }

/** What a document says of an inquiry as a whole: taken or refused. It says nothing about claims. */
export async function closeInquiry(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  verdict: 'accepted' | 'rejected',
  now: Date,
): Promise<void> {
  await tx
    .updateTable('interchanges')
    .set(
      verdict === 'accepted'
        ? { state: 'SENT', lease_until: null, sent_at: sql`coalesce(sent_at, ${now})` }
        : { state: 'REFUSED', lease_until: null, because: 'the provider rejected the inquiry' },
    )
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .where('kind', '=', 'inquiry')
    .where('state', '<>', 'REFUSED')
    .execute()
}
