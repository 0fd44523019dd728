import { type RawBuilder, sql } from 'kysely'
import { type Move, type ProofOf, ruleOf } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'

/** Which interchanges are to move: one by its id, or those that a query of ids names. */
export interface Target {
  organisationId: string
  interchanges: string | RawBuilder<unknown>
}

/** What is written with the move. */
export type Detail<M extends Move> = {
  /** Business time. */
  now: Date
  /** For people only: no patient data, and no code reads it. Absent: what stands there stays. */
  because?: string | null
  /**
   * The fencing number of the lease that the mover holds; must be given by a move whose rule says
   * `held`.
   */
  attempt?: number
  /** The last attempt that the mover has seen; another one since then forbids the move. */
  seen?: number
  /** How long the lease is that the move takes; real milliseconds, by the database's clock. */
  leaseMs?: number
  /** Where the mover is about to send it. */
  sentTo?: string | null
} & ([ProofOf<M>] extends [never] ? { proof?: never } : { proof: ProofOf<M> })

/** An interchange that has moved. */
export interface Moved {
  id: string
  attempt: number
  firstSentAt: Date | null
}

/**
 * Moves interchanges as domain/delivery/interchangeState.ts allows, and answers those that moved:
 * none when the state, the lease or the batch no longer permit it. Every change of an interchange's
 * state is made here. Lease times are the database's clock, so that two hosts' clocks don't matter.
 */
export async function moveInterchange<M extends Move>(
  tx: Tx,
  name: M,
  target: Target,
  detail: Detail<M>,
): Promise<Moved[]> {
  const { rows } = await moving(name, target, detail).execute(tx)
  return rows
}

/** The statement of a move, for a caller that needs its rows within a larger one. */
export function moving<M extends Move>(name: M, target: Target, detail: Detail<M>): RawBuilder<Moved> {
  const { organisationId, interchanges } = target
  const { from } = ruleOf(name)
  const which = typeof interchanges === 'string' ? sql`(${interchanges}::uuid)` : sql`(${interchanges})`
  return sql<Moved>`
    update interchanges i set ${sql.join(changes(name, detail))}
    where i.organisation_id = ${organisationId} and i.id in ${which} and i.state = any(${[...from]}::text[])
      and ${sql.join([...leaseAllows(name, detail), ...batchAllows(name), ...unlessTriedSince(detail)], sql` and `)}
    returning i.id, i.attempt, i.first_sent_at as "firstSentAt"`
}

/** What each move changes follows from its rule; nobody joins an interchange that has moved. */
function changes<M extends Move>(name: M, detail: Detail<M>): RawBuilder<unknown>[] {
  const { to, lease } = ruleOf(name)
  const { now, because, proof, leaseMs, sentTo } = detail
  const takes = lease === 'free'
  return [
    sql`state = ${to}, joinable = false`,
    takes
      ? sql`lease_until = now() + ${`${leaseMs ?? 0} milliseconds`}::interval, first_sent_at = coalesce(first_sent_at, ${now}::timestamptz), turn_at = null, sent_to = ${sentTo ?? null}`
      : sql`lease_until = null`,
    // A dead sender's fencing number is void as well.
    ...(takes || lease === 'expired' ? [sql`attempt = attempt + 1`] : []),
    ...(to === 'SENT' ? [sql`sent_at = coalesce(sent_at, ${now}::timestamptz)`] : []),
    ...(name.startsWith('finish-not-') && proof !== 'unwritable'
      ? [sql`unsent_since = coalesce(unsent_since, ${now}::timestamptz)`]
      : lease === 'held'
        ? [sql`unsent_since = null`]
        : []),
    ...(name.startsWith('resolve-') ? [sql`lookups = lookups + 1`] : []),
    ...(name === 'hurry' ? [sql`leaves_at = least(leaves_at, ${now}::timestamptz)`] : []),
    ...(proof === undefined ? [] : [sql`delivery_proof = ${proof}`]),
    ...(because === undefined && proof === undefined ? [] : [sql`because = ${because ?? null}`]),
  ]
}

function leaseAllows<M extends Move>(name: M, { attempt }: Detail<M>): RawBuilder<unknown>[] {
  const { lease } = ruleOf(name)
  if (lease === undefined) return []
  switch (lease) {
    case 'free':
      return [sql`(i.lease_until is null or i.lease_until < now())`]
    case 'held':
      if (attempt === undefined) throw new TypeError(`${name} is only for the sender that holds the lease`)
      return [sql`i.attempt = ${attempt}`]
    case 'expired':
      return [sql`i.lease_until < now()`]
  }
}

function unlessTriedSince<M extends Move>({ seen }: Detail<M>): RawBuilder<unknown>[] {
  return [seen === undefined ? sql`true` : sql`i.attempt = ${seen}`]
}

function batchAllows(name: Move): RawBuilder<unknown>[] {
  const { only } = ruleOf(name)
  if (only === undefined) return []
  switch (only) {
    case 'in-batch':
      return [inBatch('i')]
    case 'left':
      // Of a batch that was closed for its dispatch nothing has left before somebody takes it.
      return [sql`not (i.leaves_at is not null and (i.state = 'READY' or i.state = 'WAITING' and i.attempt = 0))`]
    case 'inquiry':
      return [sql`i.kind = 'inquiry'`]
  }
}

/** The SQL of `waitsForCutOff`, for the interchanges under this alias. */
export function inBatch(alias: string): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  return sql<boolean>`(${column('leaves_at')} is not null and ${column('state')} = 'WAITING' and ${column('attempt')} = 0)`
}
