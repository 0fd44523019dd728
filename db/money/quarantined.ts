import type { Cause } from '../../domain/worklist/itemContents.ts'

/** One item per quarantined remittance: two copies are two, until each is looked at. */
export function quarantined({ remittanceId }: { remittanceId: string }): Cause<'remittance-quarantined'> {
  return { kind: 'remittance-quarantined', ids: { remittanceId } }
}
