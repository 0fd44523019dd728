import type { Tx } from './connect.ts'

/** The submissions of a sent interchange, by its control number; `positions` are 1-based places in it. Null when there is no such interchange. */
export async function batchSubmissions(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  batch: { controlNumber: number; submissionNumbers?: string[]; positions?: number[] },
): Promise<{ settled: boolean; submissions: { claimId: string; submissionId: string }[] } | null> {
  const rows = await tx
    .selectFrom('interchanges as i')
    .leftJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .select(['i.state', 's.id', 's.claim_id', 's.submission_number'])
    .where('i.organisation_id', '=', organisationId)
    .where('i.connection_id', '=', connectionId)
    .where('i.control_number', '=', batch.controlNumber)
    .orderBy('s.id')
    .execute()
  const first = rows[0]
  if (!first) return null
  const meant = rows.filter(
    (row, index) =>
      (batch.submissionNumbers === undefined || batch.submissionNumbers.includes(row.submission_number ?? '')) &&
      (batch.positions === undefined || batch.positions.includes(index + 1)),
  )
  return {
    settled: first.state === 'SENT' || first.state === 'REFUSED',
    submissions: meant.flatMap((row) =>
      row.id === null || row.claim_id === null ? [] : [{ claimId: row.claim_id, submissionId: row.id }],
    ),
  }
}
