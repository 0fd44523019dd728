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

/**
 * The claims in a packet that are still to be filed, in the order in which they came into it.
 */
export async function claimsOfPacket(tx: Tx, organisationId: string, interchangeId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('submissions as s')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 's.organisation_id').onRef('c.id', '=', 's.claim_id'),
    )
    .select('s.claim_id')
    .where('s.organisation_id', '=', organisationId)
    .where('s.interchange_id', '=', interchangeId)
    .where('s.filed_at', 'is', null)
    .where('c.status', '<>', 'CANCELLED')
    .orderBy('s.id')
    .execute()
  return rows.map((row) => row.claim_id)
}

/** Claims that have a sending together with this one, by id; the claim itself among them. */
export async function claimsBeside(tx: Tx, organisationId: string, claimId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('submissions as own')
    .innerJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'own.organisation_id').onRef('s.interchange_id', '=', 'own.interchange_id'),
    )
    .select('s.claim_id')
    .distinct()
    .where('own.organisation_id', '=', organisationId)
    .where('own.claim_id', '=', claimId)
    .orderBy('s.claim_id')
    .execute()
  return rows.map((row) => row.claim_id)
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
