import { type Kysely, type RawBuilder, sql } from 'kysely'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { UNSETTLED } from '../../domain/delivery/interchangeState.ts'
import type { Kind } from '../../domain/worklist/itemContents.ts'
import type { ClaimDuty, WatchedType } from '../../domain/worklist/unattendedWork.ts'
import type { Database } from '../schema/database.ts'

/**
 * Work that lies although its workflow should have done it. It is found by its row alone: a
 * workflow whose task fails again and again reports nothing, and its timers hang with it.
 */
export interface UnattendedWork {
  type: WatchedType
  organisationId: string
  providerId: string
  /** The HMO's name. */
  provider: string
  connectionId: string
  /** The claim, the batch's interchange, or the connection whose inbox it is. */
  subjectId: string
  /** Of a claim. */
  claimNumber: string | null
  /** Of a claim. */
  duty: ClaimDuty | null
  /** Real milliseconds. */
  forMs: number
}

/** Since when it must have lain: database time for what we stored, business time for deadlines. */
export interface Lying {
  longerThanMs: number
  /** Business time. */
  now: Date
  /** Business milliseconds in a real one. */
  scale: number
}

/** The item that says already that a draft is not submitted. */
const TOLD: Kind = 'submit-fails'

/** Claims, batches and documents that nobody has attended to for so long. */
export async function unattendedWork(across: Kysely<Database>, lying: Lying): Promise<UnattendedWork[]> {
  const [claims, batches, inboxes] = await Promise.all([
    unattendedClaims(across, lying),
    unattendedBatches(across, lying),
    unattendedInboxes(across, lying),
  ])
  return [...claims, ...batches, ...inboxes]
}

/**
 * A deadline that passed, news that lies, a submission that nobody took up: the longest of each
 * claim.
 */
async function unattendedClaims(across: Kysely<Database>, { longerThanMs, now, scale }: Lying) {
  const stored = storedBefore(longerThanMs)
  const { rows } = await sql<UnattendedWork>`
    select distinct on (c.id) 'claimLifecycle' as type, c.organisation_id as "organisationId", c.provider_id as "providerId",
      p.name as provider, c.connection_id as "connectionId", c.id as "subjectId", c.claim_number as "claimNumber", w.duty, ${inMs(sql`w.lain`)} as "forMs"
    from (
      select organisation_id, id, 'deadline' as duty, (${now}::timestamptz - deadline_due_at) / ${scale}::float8 as lain from claims
      where closed_because is null and deadline_level < ${LEVELS.length}
        and deadline_due_at < ${new Date(now.getTime() - longerThanMs * scale)}
      union all
      select organisation_id, claim_id, 'notice', now() - created_at from notices
      where recorded_at is null and held_at is null and created_at < ${stored}
      union all
      select organisation_id, id, 'submit', now() - submit_asked_at from claims d
      where status = 'DRAFT' and submit_asked_at < ${stored} and not exists (select from attention_items a
        where a.organisation_id = d.organisation_id and a.claim_id = d.id and a.kind = ${TOLD} and a.closed_at is null)
    ) w join claims c on c.organisation_id = w.organisation_id and c.id = w.id join providers p on p.id = c.provider_id
    order by c.id, w.lain desc`.execute(across)
  return rows
}

/** Batches that have not left although their cut-off has come. */
async function unattendedBatches(across: Kysely<Database>, { longerThanMs, now, scale }: Lying) {
  const { rows } = await sql<UnattendedWork>`
    select 'batchDispatch' as type, i.organisation_id as "organisationId", n.provider_id as "providerId", p.name as provider,
      i.connection_id as "connectionId", i.id as "subjectId", null as "claimNumber", null as duty,
      ${inMs(sql`(${now}::timestamptz - i.leaves_at) / ${scale}::float8`)} as "forMs"
    from interchanges i join connections n on n.organisation_id = i.organisation_id and n.id = i.connection_id
    join providers p on p.id = n.provider_id
    where i.state = 'WAITING' and i.attempt = 0 and i.leaves_at < ${new Date(now.getTime() - longerThanMs * scale)}`.execute(
    across,
  )
  return rows
}

/**
 * Connections whose documents lie while none of them is worked off: a long queue that moves is
 * none.
 */
async function unattendedInboxes(across: Kysely<Database>, { longerThanMs, now, scale }: Lying) {
  const { rows } = await sql<UnattendedWork>`
    select 'inbox' as type, d.organisation_id as "organisationId", n.provider_id as "providerId", p.name as provider,
      d.connection_id as "connectionId", d.connection_id as "subjectId", null as "claimNumber", null as duty,
      ${inMs(sql`now() - min(d.stored_at)`)} as "forMs"
    from documents d join connections n on n.organisation_id = d.organisation_id and n.id = d.connection_id
    join providers p on p.id = n.provider_id
    where d.direction = 'in' and d.processed_at is null and d.stored_at < ${storedBefore(longerThanMs)}
      and not exists (select from documents m where m.organisation_id = d.organisation_id and m.connection_id = d.connection_id
        and m.direction = 'in' and m.processed_at > ${new Date(now.getTime() - longerThanMs * scale)})
    group by d.organisation_id, d.connection_id, n.provider_id, p.name`.execute(across)
  return rows
}

/**
 * Whose delivery a workflow has under way; at most so many, by chance, so that in time each is
 * looked at.
 */
export async function deliveriesUnderWay(across: Kysely<Database>, most: number): Promise<UnattendedWork[]> {
  const { rows } = await sql<UnattendedWork>`
    select distinct on (w.subject) w.type, w.organisation_id as "organisationId", w.provider_id as "providerId",
      w.provider, w.connection_id as "connectionId", w.subject as "subjectId", w.claim_number as "claimNumber",
      case w.type when 'claimLifecycle' then 'delivery' end as duty, 0 as "forMs"
    from (
      select case when i.leaves_at is null then 'claimLifecycle' else 'batchDispatch' end as type, c.organisation_id, c.provider_id,
        p.name as provider, i.connection_id, case when i.leaves_at is null then c.id else i.id end as subject, c.claim_number
      from interchanges i
      join submissions s on s.organisation_id = i.organisation_id and s.interchange_id = i.id
      join claims c on c.organisation_id = s.organisation_id and c.id = s.claim_id
      join providers p on p.id = c.provider_id
      where i.kind = 'submission' and i.state = any(${UNSETTLED}::text[]) and i.state <> 'WAITING'
      order by random() limit ${most}) w`.execute(across)
  return rows
}

/** An open item about unattended work. */
export interface UnattendedItem {
  organisationId: string
  kind: 'workflow-silent' | 'batch-silent' | 'inbox-silent'
  subjectId: string
}

/** What the worklist says of unattended work. */
export async function unattendedItems(across: Kysely<Database>): Promise<UnattendedItem[]> {
  const { rows } = await sql<UnattendedItem>`
    select organisation_id as "organisationId", kind,
      case kind when 'workflow-silent' then claim_id when 'batch-silent' then interchange_id else connection_id end as "subjectId"
    from attention_items where kind in ('workflow-silent', 'batch-silent', 'inbox-silent') and closed_at is null`.execute(
    across,
  )
  return rows
}

/** Where a workflow's input comes from. */
export interface WorkflowAddress {
  type: WatchedType
  subjectId: string
  organisationId: string
  providerId: string
}

/** The rows behind these workflows; whose row is not there is left out. */
export async function workflowAddresses(
  across: Kysely<Database>,
  workflows: { type: WatchedType; subjectId: string }[],
): Promise<WorkflowAddress[]> {
  const { rows } = await sql<WorkflowAddress>`
    select w.type, w.subject as "subjectId", coalesce(c.organisation_id, i.organisation_id, n.organisation_id) as "organisationId",
      coalesce(c.provider_id, b.provider_id, n.provider_id) as "providerId"
    from unnest(${workflows.map(({ type }) => type)}::text[], ${workflows.map(({ subjectId }) => subjectId)}::uuid[]) as w(type, subject)
    left join claims c on w.type = 'claimLifecycle' and c.id = w.subject
    left join interchanges i on w.type = 'batchDispatch' and i.id = w.subject
    left join connections b on b.organisation_id = i.organisation_id and b.id = i.connection_id
    left join connections n on w.type = 'inbox' and n.id = w.subject
    where coalesce(c.id, i.id, n.id) is not null`.execute(across)
  return rows
}

function storedBefore(ms: number): RawBuilder<Date> {
  return sql<Date>`now() - ${ms}::float8 * interval '1 millisecond'`
}

function inMs(interval: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(extract(epoch from ${interval}) * 1000)::float8`
}
