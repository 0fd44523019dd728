import { sql } from 'kysely'
import { type Minor, moneyInWords, sum } from '../../domain/amounts.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { isAdjudicated } from '../../domain/coordination/payerOrder.ts'
import type { Item } from '../../domain/worklist/itemContents.ts'
import type { LockedClaim } from '../claims/lockClaim.ts'
import type { Tx } from '../connect.ts'
import { standing } from '../drafts/duplicateLines.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { decisionFor, type LoadedFirst, loadFirstClaims } from './firstClaims.ts'
import { takenByFirst } from './firstPayment.ts'

/** A claim whose decision or money changed, with the state that follows. */
export interface ChangedClaim {
  claim: LockedClaim
  state: ClaimState
}

/**
 * What decisions of the first HMO ask of a person: to claim from the second what is left, or, when
 * the second has its claim already, to look whether the first says something else now than that
 * claim says. The ledger must have the decisions already. Answers the items by claim.
 */
export async function otherHmoItems(
  tx: Tx,
  organisationId: string,
  changed: ChangedClaim[],
): Promise<Map<string, Item>> {
  const asked = changed.filter(
    ({ claim, state }) => isAdjudicated(state) && state.closed !== 'replaced' && claim.mode !== 'test',
  )
  const seconds = await secondsOf(
    tx,
    organisationId,
    asked.map(({ claim }) => claim.claimId),
  )
  const firsts = await loadFirstClaims(tx, organisationId, [...seconds.keys()])
  const sent = [...seconds.values()].flatMap(({ claim_id, status }) =>
    claim_id === null || status === 'DRAFT' ? [] : [claim_id],
  )
  const taken = await takenByFirst(tx, organisationId, sent)
  return new Map(
    asked.flatMap(({ claim }) => {
      const [first, second] = [firsts.get(claim.claimId), seconds.get(claim.claimId)]
      const item = first === undefined || second === undefined ? null : itemOf(claim, { first, second, taken })
      return item === null ? [] : [[claim.claimId, item] as const]
    }),
  )
}

function itemOf(
  { claimId, claimNumber, currency }: LockedClaim,
  known: { first: LoadedFirst; second: Second; taken: ReadonlyMap<string, ReadonlyMap<number, Minor>> },
): Item | null {
  const { first, second, taken } = known
  const { lines } = decisionFor(first, new Map(first.lines.map(({ lineNumber }) => [lineNumber, lineNumber])))
  const left = sum(lines.map((line) => Math.max(0, line.left)))
  const ids = { claimId }
  if (second.claim_id === null) {
    const words = { claimNumber, second: second.name, left: moneyInWords(left, currency) }
    return left === 0 ? null : { kind: 'second-hmo', ids, words }
  }
  if (second.status === 'DRAFT') return null
  const told = sum((taken.get(second.claim_id) ?? new Map<number, Minor>()).values())
  const now = sum(lines.map(({ charge, left: of }) => charge - of))
  const words = { claimNumber, second: second.name, secondNumber: second.claim_number }
  return told === now ? null : { kind: 'first-decision-changed', ids, words }
}

/** The claim to the second HMO leaves: nobody has to make it any more. */
export async function closeSecondHmoItem(
  tx: Tx,
  organisationId: string,
  firstClaimId: string,
  now: Date,
): Promise<void> {
  const closing = { organisationId, by: 'hub', because: 'the other HMO was asked', now }
  await closeItem(tx, closing, { kind: 'second-hmo', ids: { claimId: firstClaimId } })
}

interface Second {
  name: string
  claim_id: string | null
  claim_number: string
  status: string
}

/**
 * Of each claim the HMO that pays after its own on its service date, with its claim for a service
 * of it; claims without one are left out.
 */
async function secondsOf(tx: Tx, organisationId: string, claimIds: string[]): Promise<Map<string, Second>> {
  if (claimIds.length === 0) return new Map()
  const { rows } = await sql<Second & { first_id: string }>`
    select distinct on (c.id) c.id as first_id, p.name, x.id as claim_id, x.claim_number, x.status
    from claims c
    join enrolments o on o.organisation_id = c.organisation_id and o.id = c.enrolment_id
    join enrolments e on e.organisation_id = c.organisation_id and e.patient_id = c.patient_id
      and e.provider_id <> c.provider_id and e.priority >= o.priority
      and c.service_from between e.valid_from and coalesce(e.valid_to, 'infinity')
    join providers p on p.id = e.provider_id
    left join lateral (
      select x.id, x.claim_number, x.status from claims x
      where x.organisation_id = c.organisation_id and x.first_claim_id = c.id and x.provider_id = e.provider_id and ${standing}
      order by x.id desc limit 1) x on true
    where c.organisation_id = ${organisationId} and c.id = any(${claimIds}::uuid[]) and c.first_claim_id is null
      and exists (select from connections n where n.organisation_id = c.organisation_id and n.provider_id = e.provider_id
        and n.enabled and n.currency = c.currency)
    order by c.id, e.priority, e.valid_from desc`.execute(tx)
  return new Map(rows.map(({ first_id, ...second }) => [first_id, second]))
}
