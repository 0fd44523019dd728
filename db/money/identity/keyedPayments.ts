import { sql } from 'kysely'
import { moneyInWords, sum } from '../../../domain/amounts.ts'
import { grouped } from '../../../domain/grouped.ts'
import {
  keyedTwins,
  type PaymentByHand,
  type PaymentOnRecord,
  recordedBefore,
} from '../../../domain/money/identity/keyedTwin.ts'
import { traceKey } from '../../../domain/money/identity/keys.ts'
import type { Remittance } from '../../../domain/money/remittance.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import type { PlacedClaims } from '../placeClaims.ts'

/**
 * The keyed payments that an electronic one seems to be; its claims are placed and locked, so that
 * nobody keys another one meanwhile.
 */
export async function keyedTwinsOf(
  tx: Tx,
  arrived: { organisationId: string; providerId: string; remittance: Remittance },
  { placed, claims }: PlacedClaims,
): Promise<PaymentByHand[]> {
  const { organisationId, providerId, remittance } = arrived
  const trace = traceKey(remittance.traceNumber)
  const parts = remittance.claims.flatMap(({ paid }, index) => {
    const lineageId = claims.get(placed[index]?.claimId ?? '')?.lineageId
    return lineageId === undefined ? [] : [{ lineageId, paid }]
  })
  const byLineage = grouped(parts, ({ lineageId }) => lineageId)
  const { rows } = await sql<PaymentByHand>`
    with own as (${claimsOfLineages(organisationId, [...byLineage.keys()])})
    select r.id as "remittanceId", c.lineage_id as "lineageId", r.amount, r.paid_on as "paidOn", r.trace_key as trace
    from remittances r
    join remittance_lines l on l.organisation_id = r.organisation_id and l.remittance_id = r.id
    join claims c on c.organisation_id = l.organisation_id and c.id = l.claim_id
    where r.organisation_id = ${organisationId} and r.state = 'posted' and r.source = 'manual' and r.currency = ${remittance.currency}
      and r.id in (
        select o.remittance_id from own join remittance_lines o on o.organisation_id = ${organisationId} and o.claim_id = own.id
        union select t.id from remittances t join connections n on n.organisation_id = t.organisation_id and n.id = t.connection_id
        where t.organisation_id = ${organisationId} and t.state in ('posted', 'held') and t.trace_key = ${trace} and ${trace} <> ''
          and n.provider_id = ${providerId})
    order by r.id`.execute(tx)
  const paid = new Map([...byLineage].map(([lineageId, own]) => [lineageId, sum(own.map((each) => each.paid))]))
  const { amount, paidOn } = remittance
  return keyedTwins({ amount, paidOn, trace, paid, isWhole: remittance.summed !== true }, rows)
}

/**
 * What is recorded of the money that somebody wants to key for a claim; null: nothing like it. The
 * claim is locked.
 */
export async function recordedPayment(
  tx: Tx,
  payment: {
    organisationId: string
    claimId: string
    providerId: string
    currency: string
    amount: number
    paidOn: string
    reference?: string
    /** Only what people keyed. */
    onlyKeyed?: true
  },
): Promise<PaymentOnRecord | null> {
  const { organisationId, claimId, providerId, amount, paidOn } = payment
  const trace = traceKey(payment.reference ?? '')
  const lineage = sql`select lineage_id from claims where organisation_id = ${organisationId} and id = ${claimId}`
  const { rows } = await sql<PaymentOnRecord>`
    with own as (
      select c.id from claims c, (${lineage}) of where c.organisation_id = ${organisationId} and c.id = of.lineage_id
      union select c.id from claims c, (${lineage}) of where c.organisation_id = ${organisationId} and c.lineage_id = of.lineage_id
        and c.replaces_claim_id is not null),
    pays as (
      select l.remittance_id, sum(l.paid)::bigint as paid from remittance_lines l
      where l.organisation_id = ${organisationId} and l.claim_id in (select id from own) group by l.remittance_id)
    select r.id as "remittanceId", r.source, r.amount, r.paid_on as "paidOn", r.trace_key as trace, r.trace_number as "traceNumber", p.paid,
      not r.summed as "isWhole"
    from remittances r join pays p on p.remittance_id = r.id
    where r.organisation_id = ${organisationId} and r.state = 'posted' and r.currency = ${payment.currency}
    union all
    select r.id, r.source, r.amount, r.paid_on, r.trace_key, r.trace_number, null, not r.summed
    from remittances r join connections n on n.organisation_id = r.organisation_id and n.id = r.connection_id
    where r.organisation_id = ${organisationId} and r.state in ('posted', 'held') and r.trace_key = ${trace} and ${trace} <> ''
      and r.source = 'document' and n.provider_id = ${providerId} and r.currency = ${payment.currency}
      and not exists (select from pays p where p.remittance_id = r.id)
    order by "remittanceId"`.execute(tx)
  const asked = payment.onlyKeyed ? rows.filter(({ source }) => source === 'manual') : rows
  return recordedBefore({ amount, paidOn, trace }, asked)
}

/** The refusal of a payment to be keyed that seems to be recorded; null: nothing like it is. */
export async function seemsRecorded(
  tx: Tx,
  payment: Parameters<typeof recordedPayment>[1],
): Promise<ReturnType<typeof recordedAlready> | null> {
  const recorded = await recordedPayment(tx, payment)
  return recorded === null ? null : recordedAlready(recorded, payment.currency)
}

/** The refusal that asks whether money is the same as what is recorded, and names it. */
export function recordedAlready(recorded: PaymentOnRecord, currency: string): Refused {
  const { remittanceId, amount, paidOn, traceNumber, source } = recorded
  const number = traceNumber === '' ? 'without a number' : `with number ${traceNumber}`
  const by = source === 'manual' ? 'keyed' : 'stated by the provider'
  return refused(
    'payment-already-recorded',
    `${moneyInWords(amount, currency)} of ${paidOn} ${number} is recorded already (${by}); if this is other money, say why in otherMoney`,
    { remittanceId, source, amount, currency, paidOn },
  )
}

/** The claims of some lineages: each first one has the lineage's id. */
function claimsOfLineages(organisationId: string, lineageIds: string[]) {
  return sql`select id from claims where organisation_id = ${organisationId} and id = any(${lineageIds}::uuid[])
    union select id from claims where organisation_id = ${organisationId} and lineage_id = any(${lineageIds}::uuid[])
      and replaces_claim_id is not null`
}
