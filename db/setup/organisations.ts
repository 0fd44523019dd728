import type { ToothNotation } from '../../domain/practice/toothNotation.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** A tenant as the operator creates it. */
export interface NewOrganisation {
  name: string
  taxId: string | null
  npi: string | null
  /** Null: nobody has said it, and doubtful numbers are refused. */
  toothNotation: ToothNotation | null
}

/** The id of the next organisation: a transaction is confined to it before its row can be made. */
export const newOrganisationId = newId

/** Makes the organisation that the transaction is confined to. */
export async function insertOrganisation(
  tx: Tx,
  id: string,
  { name, taxId, npi, toothNotation }: NewOrganisation,
): Promise<void> {
  const row = { id, name, tax_id: taxId, npi, tooth_notation: toothNotation }
  await tx.insertInto('organisations').values(row).execute()
}

/** In which notation the practice names its teeth; null: nobody has said it. */
export async function toothNotationOf(tx: Tx, id: string): Promise<ToothNotation | null> {
  const row = await tx.selectFrom('organisations').select('tooth_notation').where('id', '=', id).executeTakeFirst()
  return row?.tooth_notation ?? null
}

/** False: there is no organisation of this id. */
export async function setToothNotation(tx: Tx, id: string, notation: ToothNotation): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('organisations')
    .set({ tooth_notation: notation })
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The organisation's name; null when there is none of this id. */
export async function organisationName(tx: Tx, id: string): Promise<string | null> {
  const row = await tx.selectFrom('organisations').select('name').where('id', '=', id).executeTakeFirst()
  return row?.name ?? null
}
