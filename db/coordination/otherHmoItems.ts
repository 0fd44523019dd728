import { sql } from 'kysely'
import { moneyInWords, sum } from '../../domain/amounts.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { isAdjudicated } from '../../domain/coordination/payerOrder.ts'
import type { Item } from '../../domain/worklist/itemContents.ts'
import type { LockedClaim } from '../claims/lockClaim.ts'
import type { Tx } from '../connect.ts'
import { standing } from '../drafts/duplicateLines.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { decisionFor, loadFirstClaims } from './firstClaims.ts'
import { takenByFirst } from './firstPayment.ts'

/**
 * What a decision of the first HMO asks of a person: to claim from the second what is left, or,
 * when the second has its claim already, to look whether the first says something else now than
 * that claim says. The ledger must have the decision already.
 */
export async function otherHmoItems(tx: Tx, claim: LockedClaim, state: ClaimState): Promise<Item[]> {
  if (!isAdjudicated(state) || state.closed === 'replaced' || claim.mode === 'test') return []
  const second = await secondOf(tx, claim)
  if (second === null) return []
  const { organisationId, claimId, claimNumber, currency } = claim
  const first = (await loadFirstClaims(tx, organisationId, [claimId])).get(claimId)
  if (first === undefined) return []
  const { lines } = decisionFor(first, new Map(first.lines.map(({ lineNumber }) => [lineNumber, lineNumber])))
  const left = sum(lines.map((line) => Math.max(0, line.left)))
  const ids = { claimId }
  if (second.claim_id === null) {
    const words = { claimNumber, second: second.name, left: moneyInWords(left, currency) }
    return left === 0 ? [] : [{ kind: 'second-hmo', ids, words }]
  }
  if (second.status === 'DRAFT') return []
  const told = sum((await takenByFirst(tx, organisationId, second.claim_id)).values())
  const taken = sum(lines.map(({ charge, left: of }) => charge - of))
  const words = { claimNumber, second: second.name, secondNumber: second.claim_number }
  return told === taken ? [] : [{ kind: 'first-decision-changed', ids, words }]
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
 * The HMO that pays after the claim's own on its service date, with its claim for a service of it.
 */
async function secondOf(tx: Tx, { organisationId, claimId }: LockedClaim): Promise<Second | null> {
  const { rows } = await sql<Second>`
    select p.name, x.id as claim_id, x.claim_number, x.status
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
    where c.organisation_id = ${organisationId} and c.id = ${claimId} and c.first_claim_id is null
      and exists (select from connections n where n.organisation_id = c.organisation_id and n.provider_id = e.provider_id
        and n.enabled and n.currency = c.currency)
    order by e.priority, e.valid_from desc limit 1`.execute(tx)
  return rows[0] ?? null
}
