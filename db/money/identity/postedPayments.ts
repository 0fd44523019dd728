import { sql } from 'kysely'
import { payerKey, traceKey } from '../../../domain/money/identity/keys.ts'
import type { PostedPayment } from '../../../domain/money/identity/sameMoney.ts'
import type { Tx } from '../../connect.ts'
import { pipelined } from '../../pipelined.ts'
import type { ArrivedRemittance } from '../remittanceRows.ts'
import { type KeptRemittance, keptRemittances } from './storedRemittance.ts'

/**
 * Makes everybody who brings a payment of this number wait until the transaction ends: of two
 * copies at the same moment the second one sees what became of the first.
 */
export async function lockNumber(tx: Tx, organisationId: string, traceNumber: string): Promise<void> {
  const key = `${organisationId} ${traceKey(traceNumber)}`
  // Who waits, waits before the next statement begins: that one sees what the other has committed.
  await pipelined(tx, sql`select pg_advisory_xact_lock(hashtextextended(${key}, 11))`)
}

/** What is known of the number of a payment that arrives. */
export interface UnderNumber {
  /** A remittance that was taken in with the very same content. */
  sameContent: string | null
  posted: KeptRemittance[]
  held: KeptRemittance[]
  /** Those in whose place another one stands. */
  superseded: KeptRemittance[]
  /** Editions of the resource that it is an edition of, whatever their numbers. */
  editions: KeptRemittance[]
}

/**
 * The document payments of the organisation under one number and currency, in whichever connection,
 * without those of `except`.
 */
export async function underNumber(tx: Tx, arrived: ArrivedRemittance, except: string | null): Promise<UnderNumber> {
  const { organisationId, connectionId, remittance, contentSha256 } = arrived
  const resource = remittance.edition?.resource ?? null
  const { rows } = await sql<{ id: string; equal: boolean; sameNumber: boolean; sameResource: boolean }>`
    select r.id, r.content_sha256 = ${contentSha256} and r.payer_key = ${payerKey(remittance.payer)} as equal,
      r.trace_key = ${traceKey(remittance.traceNumber)} as "sameNumber",
      coalesce(r.connection_id = ${connectionId} and r.resource = ${resource}, false) as "sameResource"
    from remittances r
    where r.organisation_id = ${organisationId} and r.currency = ${remittance.currency} and r.source = 'document'
      and r.state in ('posted', 'held', 'superseded') and r.id is distinct from ${except}::uuid
      and (r.trace_key = ${traceKey(remittance.traceNumber)} or (r.connection_id = ${connectionId} and r.resource = ${resource}))
    order by r.state = 'posted' desc, r.id`.execute(tx)
  const same = rows.find(({ equal, sameNumber }) => equal && sameNumber)
  if (same !== undefined) return { sameContent: same.id, posted: [], held: [], superseded: [], editions: [] }
  const kept = await keptRemittances(
    tx,
    organisationId,
    rows.map(({ id }) => id),
    { locked: false },
  )
  const marks = new Map(rows.map((row) => [row.id, row]))
  const of = (wanted: 'sameNumber' | 'sameResource', state: 'posted' | 'held' | 'superseded') =>
    kept.filter((each) => marks.get(each.remittanceId)?.[wanted] && each.state === state)
  return {
    sameContent: null,
    posted: of('sameNumber', 'posted'),
    held: of('sameNumber', 'held'),
    superseded: of('sameNumber', 'superseded'),
    editions: [...of('sameResource', 'posted'), ...of('sameResource', 'held')],
  }
}

export function paymentOf(kept: KeptRemittance): PostedPayment {
  const { remittanceId, providerId, payerKey: payer, remittance } = kept
  const { amount, paidOn, claims, providerAdjustments } = remittance
  return { remittanceId, providerId, payer, amount, paidOn, claims, providerAdjustments }
}
