import type { DeliveryState } from '../../domain/claim.ts'
import type { Tx } from '../connect.ts'
import { claimSendings } from './claimTransmissions.ts'

/** A sending that a person carries to the provider. */
export interface FiledByHand {
  interchangeId: string
  submissionId: string
  state: DeliveryState
  createdAt: Date
}

/**
 * The claim's sending that a person is to file, or has filed last; its interchange is locked. Null:
 * nothing of it goes by hand.
 */
export async function sendingByHand(tx: Tx, organisationId: string, claimId: string): Promise<FiledByHand | null> {
  const sendings = await claimSendings(tx, organisationId, claimId)
  const byHand: FiledByHand[] = []
  for (const { interchangeId, submissionId, state } of sendings) {
    const papers = await packetRows(tx, organisationId, interchangeId).select('i.created_at').executeTakeFirst()
    if (papers !== undefined) byHand.push({ interchangeId, submissionId, state, createdAt: papers.created_at })
  }
  return byHand.find(({ state }) => state === 'WAITING') ?? byHand.at(-1) ?? null
}

/** The files of a packet in the order in which a person needs them. */
export async function packetFiles(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
): Promise<{ name: string; bytes: Buffer }[]> {
  const rows = await packetRows(tx, organisationId, interchangeId)
    .select(['d.head', 'd.body'])
    .orderBy('d.sequence')
    .execute()
  return rows.map(({ head, body }) => ({ name: String(head['name']), bytes: body }))
}

function packetRows(tx: Tx, organisationId: string, interchangeId: string) {
  return tx
    .selectFrom('documents as d')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 'd.organisation_id').onRef('i.id', '=', 'd.interchange_id'),
    )
    .where('d.organisation_id', '=', organisationId)
    .where('d.interchange_id', '=', interchangeId)
    .where('d.direction', '=', 'out')
    .where((eb) => eb(eb.ref('d.head', '->>').key('transport'), '=', 'manual'))
}
