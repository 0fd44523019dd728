import type { Cause } from '../../domain/worklist/itemContents.ts'

/** One item per quarantined content of a connection. */
export function quarantined(of: { connectionId: string; contentSha256: Buffer }): Cause<'remittance-quarantined'> {
  const { connectionId, contentSha256 } = of
  return { kind: 'remittance-quarantined', ids: { connectionId, contentSha256: contentSha256.toString('hex') } }
}
