import { moneyInWords } from '../../../domain/amounts.ts'
import type { Difference } from '../../../domain/money/identity/bodyDifferences.ts'
import type { Held } from '../../../domain/money/identity/held.ts'
import type { Cause, Item } from '../../../domain/worklist/itemContents.ts'
import type { Tx } from '../../connect.ts'
import { raiseItem } from '../../worklist/worklistItems.ts'
import type { StoredRemittance } from '../remittanceRows.ts'
import { keptRemittances } from './storedRemittance.ts'

const KINDS = { 'other-body': 'remittance-other-body', 'keyed-before': 'remittance-keyed-before' } as const

/** One item per remittance that is held. */
export function heldCause(
  held: Held['kind'],
  remittanceId: string,
): Cause<'remittance-other-body' | 'remittance-keyed-before'> {
  return { kind: KINDS[held], ids: { remittanceId } }
}

/** Asks a person whether a held remittance is the same money as what is recorded. */
export async function raiseHeld(tx: Tx, stored: StoredRemittance, held: Held): Promise<void> {
  const { organisationId, remittanceId, remittance } = stored
  const beside = await keptRemittances(tx, organisationId, held.beside, { locked: false })
  const words = {
    traceNumber: remittance.traceNumber,
    money: moneyInWords(remittance.amount, remittance.currency),
    paidOn: remittance.paidOn,
    beside: beside.map(({ remittance: other }) => ({
      traceNumber: other.traceNumber,
      money: moneyInWords(other.amount, other.currency),
      paidOn: other.paidOn,
    })),
    differences: held.differences.slice(0, 3).map(differenceInWords),
    more: Math.max(0, held.differences.length - 3) + held.more,
  }
  const item: Item<'remittance-other-body' | 'remittance-keyed-before'> = {
    kind: KINDS[held.kind],
    ids: { remittanceId },
    words,
  }
  const claimId = await onlyClaimOf(tx, organisationId, held.beside)
  await raiseItem(tx, claimId === null ? stored : { ...stored, claimId }, item)
}

/** The claim that asks for attention; of several, none: the item is about the payment. */
async function onlyClaimOf(tx: Tx, organisationId: string, remittanceIds: string[]): Promise<string | null> {
  const claims = await tx
    .selectFrom('remittance_lines')
    .select('claim_id')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', 'in', remittanceIds)
    .where('claim_id', 'is not', null)
    .limit(2)
    .execute()
  return claims.length === 1 ? (claims[0]?.claim_id ?? null) : null
}

function differenceInWords({ where, what, before, now }: Difference): string {
  return `${where}: ${what} ${before ?? 'nothing'} there, ${now ?? 'nothing'} here`
}
