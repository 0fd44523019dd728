import { isSettled } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'

/**
 * What a control number stands for. `place` is the submission's 1-based place in the interchange;
 * `size` counts all of them, meant or not.
 */
export interface AcknowledgedInterchange {
  interchangeId: string
  kind: 'submission' | 'inquiry'
  settled: boolean
  size: number
  submissions: { claimId: string; submissionId: string; place: number }[]
}

/** Which submissions of which interchange a document means. */
interface MeantBatch {
  controlNumber: number
  interchangeId?: string
  submissionNumbers?: string[]
  positions?: number[]
  /** Only those that this message of it carries; from 1. */
  message?: number
}

/**
 * The meant submissions of a sent interchange, by its control number. Null when the connection has
 * no such interchange.
 */
export async function batchSubmissions(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  batch: MeantBatch,
): Promise<AcknowledgedInterchange | null> {
  const rows = await tx
    .selectFrom('interchanges as i')
    .leftJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .select(['i.id as interchange_id', 'i.kind', 'i.state', 's.id', 's.claim_id', 's.submission_number'])
    .where('i.organisation_id', '=', organisationId)
    .where('i.connection_id', '=', connectionId)
    .where('i.control_number', '=', batch.controlNumber)
    .orderBy('s.id')
    .execute()
  const first = rows[0]
  if (!first || (batch.interchangeId !== undefined && batch.interchangeId !== first.interchange_id)) return null
  const carried =
    batch.message === undefined ? null : await carriedBy(tx, organisationId, first.interchange_id, batch.message)
  const numbers = batch.submissionNumbers?.map((number) => number.trim().toUpperCase())
  const places = rows.map((row, index) => ({ row, place: index + 1 }))
  const meant = places.filter(
    ({ row, place }) =>
      (carried === null || carried.includes(row.id ?? '')) &&
      (numbers === undefined || numbers.includes(row.submission_number ?? '')) &&
      (batch.positions === undefined || batch.positions.includes(place)),
  )
  return {
    interchangeId: first.interchange_id,
    kind: first.kind,
    settled: isSettled(first.state),
    size: rows.length,
    submissions: meant.flatMap(({ row, place }) =>
      row.id === null || row.claim_id === null ? [] : [{ claimId: row.claim_id, submissionId: row.id, place }],
    ),
  }
}

/** Submissions that one message carries; null: the interchange has no such message. */
async function carriedBy(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  place: number,
): Promise<string[] | null> {
  const row = await tx
    .selectFrom('interchange_messages')
    .select(['claims', 'papers'])
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .where('sequence', '=', place - 1)
    .executeTakeFirst()
  return row === undefined ? null : [...row.claims, ...row.papers]
}
