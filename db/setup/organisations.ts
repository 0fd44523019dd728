import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** A tenant as the operator creates it. */
export interface NewOrganisation {
  name: string
  taxId: string | null
  npi: string | null
}

/** The id of the next organisation: a transaction is confined to it before its row can be made. */
export const newOrganisationId = newId

/** Makes the organisation that the transaction is confined to. */
export async function insertOrganisation(tx: Tx, id: string, { name, taxId, npi }: NewOrganisation): Promise<void> {
  await tx.insertInto('organisations').values({ id, name, tax_id: taxId, npi }).execute()
}

/** The organisation's name; null when there is none of this id. */
export async function organisationName(tx: Tx, id: string): Promise<string | null> {
  const row = await tx.selectFrom('organisations').select('name').where('id', '=', id).executeTakeFirst()
  return row?.name ?? null
}
