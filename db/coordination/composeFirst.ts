import { sql } from 'kysely'
import type { Person, Relationship } from '../../domain/claim.ts'
import type { FirstPayer } from '../../domain/coordination/firstPayer.ts'
import { isAdjudicated, type OrderedLine, payerTurn } from '../../domain/coordination/payerOrder.ts'
import type { Tx } from '../connect.ts'
import { decidedIds, decisionFor, type LoadedFirst, loadFirstClaims, payerBefore } from './firstClaims.ts'
import { type AskedPayer, type PayerBeforeRow, payersBefore, type ServiceAsked } from './payersBefore.ts'

/** A line of a claim with the procedure behind it. */
export interface OwnLine extends Omit<ServiceAsked, 'key'> {
  lineNumber: number
  charge: number
}

/** The HMO that pays before the claim's own, as the claim tells it; null: nobody does. */
export interface ComposedFirst {
  claimId: string | null
  payer: FirstPayer
  /** Lines of the first claim and of this one that are the same service. */
  lines: { firstLine: number; ownLine: number }[]
}

/** What a claim says of the HMO that pays first, and what the check asks of each of its lines. */
export async function composeFirst(
  tx: Tx,
  asked: AskedPayer & { patient: Person },
  lines: OwnLine[],
): Promise<{ first: ComposedFirst | null; order: OrderedLine[] }> {
  const services = lines.map((line) => ({ ...line, key: String(line.lineNumber) }))
  const before = await payersBefore(tx, asked, services)
  const [row] = [...before.values()].sort((a, b) => Number(a.claim === null) - Number(b.claim === null))
  if (row === undefined) return { first: null, order: [] }
  const loaded = await loadFirstClaims(tx, asked.organisationId, decidedIds(before.values()))
  const order = lines.map(({ lineNumber, code, charge }): OrderedLine => {
    const own = before.get(String(lineNumber))
    const payer = payerBefore(own, loaded)
    const decided = payerTurn(payer).kind === 'second'
    return { lineNumber, code, charge, before: payer, firstCharge: decided ? (own?.claim?.charge ?? null) : null }
  })
  const pairs = [...before.values()].flatMap(({ key, claim }) =>
    claim !== null && claim.claimId === row.claim?.claimId
      ? [{ firstLine: claim.lineNumber, ownLine: Number(key) }]
      : [],
  )
  const decision = decisionOf(row, loaded, pairs)
  const payer = { ...(await payerOf(tx, asked, row)), decision }
  return { first: { claimId: row.claim?.claimId ?? null, payer, lines: pairs }, order }
}

function decisionOf(
  { claim }: PayerBeforeRow,
  loaded: Map<string, LoadedFirst>,
  pairs: ComposedFirst['lines'],
): FirstPayer['decision'] {
  const first = claim === null ? undefined : loaded.get(claim.claimId)
  if (claim === null || first === undefined || !isAdjudicated(claim)) return null
  const decision = decisionFor(first, new Map(pairs.map(({ firstLine, ownLine }) => [firstLine, ownLine])))
  return decision.lines.length === 0 ? null : decision
}

async function payerOf(
  tx: Tx,
  asked: AskedPayer & { patient: Person },
  row: PayerBeforeRow,
): Promise<Omit<FirstPayer, 'decision'>> {
  const { rows } = await sql<Row>`
    select e.member_id, e.plan, e.group_number, e.relationship, e.subscriber,
      (select n.settings ->> 'payerId' from connections n
        where n.organisation_id = e.organisation_id and n.provider_id = e.provider_id order by n.mode limit 1) as payer_id,
      (select f.value from claim_references f where f.organisation_id = e.organisation_id
        and f.claim_id = ${row.claim?.claimId ?? null}::uuid and f.type = 'claim-number'
        order by f.learned_at desc limit 1) as reference
    from enrolments e where e.organisation_id = ${asked.organisationId} and e.id = ${row.enrolmentId}`.execute(tx)
  const [found] = rows
  if (found === undefined) throw new Error(`enrolment ${row.enrolmentId} vanished while a claim was composed`)
  const { member_id: memberId, plan, group_number: group, relationship, subscriber, payer_id, reference } = found
  return {
    providerId: row.providerId,
    name: row.name,
    payerId: payer_id ?? row.providerId,
    cover: {
      memberId,
      ...(plan === null ? {} : { plan }),
      ...(group === null ? {} : { group }),
      relationship,
      subscriber: subscriber ?? asked.patient,
    },
    ...(reference === null ? {} : { claimReference: reference }),
  }
}

interface Row {
  member_id: string
  plan: string | null
  group_number: string | null
  relationship: Relationship
  subscriber: Person | null
  payer_id: string | null
  reference: string | null
}
