import { sql } from 'kysely'
import type { DeliveryState } from '../../domain/claim.ts'
import { isSettled, type ProofOf } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'
import { type Detail, moveInterchange } from './moveInterchange.ts'

/**
 * The lease that a sender holds: `attempt` is the fencing number that every later write must still
 * find.
 */
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
 * Takes the lease of an interchange that is READY or RESEND; `fromUnknown` one that may have
 * arrived, which is safe only where the provider knows its key.
 */
export async function leaseInterchange(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  options: { leaseMs: number; now: Date; sentTo: string | null; fromUnknown?: boolean },
): Promise<Leased> {
  const { now, leaseMs, sentTo, fromUnknown } = options
  const move = fromUnknown ? 'lease-from-unknown' : 'lease'
  const [taken] = await moveInterchange(
    tx,
    move,
    { organisationId, interchanges: interchangeId },
    { now, leaseMs, sentTo },
  )
  if (taken) {
    const { attempt, firstSentAt } = taken
    return { kind: 'leased', lease: { interchangeId, attempt, firstSentAt: firstSentAt ?? now } }
  }
  const row = await tx
    .selectFrom('interchanges')
    .select(['state', sql<number>`greatest(0, extract(epoch from lease_until - now()) * 1000)::int`.as('free_in_ms')])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .executeTakeFirstOrThrow()
  if (isSettled(row.state)) return { kind: 'settled', state: row.state }
  if (row.state === 'WAITING') return { kind: 'waiting' }
  return { kind: 'busy', freeInMs: row.free_in_ms ?? 0 }
}

type Finish =
  | 'finish-sent'
  | 'finish-refused'
  | 'finish-unknown'
  | 'finish-not-sent'
  | 'finish-not-repeated'
  | 'finish-by-hand'

/** How an attempt ended, and how we know. */
export type Ended = { [M in Finish]: { move: M; because: string | null } & ProofPart<M> }[Finish]
type ProofPart<M extends Finish> = [ProofOf<M>] extends [never] ? unknown : { proof: ProofOf<M> }

/**
 * Writes how a sending ended, if the lease is still ours. False: a later attempt owns the
 * interchange, and nothing is written.
 */
export async function finishSending(
  tx: Tx,
  organisationId: string,
  lease: Lease,
  { move, now, ...ended }: Ended & { now: Date },
): Promise<boolean> {
  const target = { organisationId, interchanges: lease.interchangeId }
  const detail = { ...ended, now, attempt: lease.attempt } as Detail<typeof move>
  return (await moveInterchange(tx, move, target, detail)).length > 0
}

/**
 * A sender that died holds its lease until it runs out: then the interchange is UNKNOWN, and the
 * dead sender's fencing number is void. True when that just happened.
 */
export async function expireLease(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  { because, now }: { because: string; now: Date },
): Promise<boolean> {
  const target = { organisationId, interchanges: interchangeId }
  return (await moveInterchange(tx, 'expire', target, { proof: 'sender_died', because, now })).length > 0
}
