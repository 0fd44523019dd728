import type { DeliveryState, Submission } from '../../domain/claim.ts'
import type { DeliveryProof } from '../../domain/delivery/deliveryProof.ts'
import type { ProofOf } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'
import { settleDoubtful } from './interchangeMessages.ts'
import { type Detail, moveInterchange } from './moveInterchange.ts'

export interface InterchangeRow {
  id: string
  connectionId: string
  kind: 'submission' | 'inquiry'
  controlNumber: number
  state: DeliveryState
  proof: DeliveryProof | null
  attempt: number
  lookups: number
  /**
   * Since when attempts end before anything left (business time); null: the last one got through,
   * or none was made.
   */
  unsentSince: Date | null
  createdAt: Date
  /** A batch's cut-off (business time); null: it leaves at once. */
  leavesAt: Date | null
  firstSentAt: Date | null
  /** The address of the last attempt, for people; null: none was made. */
  sentTo: string | null
  /** It may have left between a backup and the restore from it, without our knowing. */
  doubted: boolean
  submissions: Submission[]
}

/** One interchange with its frozen submissions. Throws when it doesn't exist. */
export async function loadInterchange(tx: Tx, organisationId: string, interchangeId: string): Promise<InterchangeRow> {
  const rows = await tx
    .selectFrom('interchanges as i')
    .leftJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .selectAll('i')
    .select('s.frozen')
    .where('i.organisation_id', '=', organisationId)
    .where('i.id', '=', interchangeId)
    .orderBy('s.id')
    .execute()
  const row = rows[0]
  if (!row) throw new Error(`interchange ${interchangeId} does not exist`)
  return {
    id: row.id,
    connectionId: row.connection_id,
    kind: row.kind,
    controlNumber: row.control_number,
    state: row.state,
    proof: row.delivery_proof,
    attempt: row.attempt,
    lookups: row.lookups,
    unsentSince: row.unsent_since,
    createdAt: row.created_at,
    leavesAt: row.leaves_at,
    firstSentAt: row.first_sent_at,
    sentTo: row.sent_to,
    doubted: row.doubted_at !== null,
    submissions: rows.flatMap((each) => (each.frozen === null ? [] : [each.frozen])),
  }
}

type Resolve = 'resolve-sent' | 'resolve-resend' | 'resolve-unknown'

/** What became of an UNKNOWN, and how we know. */
export type Resolved = { [M in Resolve]: { move: M; proof: ProofOf<M>; because: string | null } }[Resolve]

/**
 * Writes what became of an UNKNOWN: SENT, RESEND when it is certainly not there, or still UNKNOWN
 * with what the look showed. Its messages in doubt follow. Nothing happens when a notice has
 * settled it meanwhile, or another attempt was made since the one that was `seen`: then false.
 */
export async function resolveUnknown(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  { move, now, ...resolved }: Resolved & { now: Date; seen?: number },
): Promise<boolean> {
  const target = { organisationId, interchanges: interchangeId }
  const detail = { ...resolved, now } as Detail<typeof move>
  if ((await moveInterchange(tx, move, target, detail)).length === 0) return false
  if (move !== 'resolve-unknown') {
    const fate = move === 'resolve-sent' ? ('proved' as const) : ('prepared' as const)
    await settleDoubtful(tx, organisationId, interchangeId, { fate, now })
  }
  return true
}

/** Stops everybody from sending on a connection until a person has looked. */
export async function stopConnection(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  because: string,
): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ stopped_because: because })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .where('stopped_because', 'is', null)
    .execute()
}
