import { sql } from 'kysely'
import type { SubmitProblem } from '../../../domain/claims/requirements.ts'
import type { Tx } from '../../connect.ts'
import { standing } from '../duplicateLines.ts'

/** Days between two services of one code at one place that look like one service. */
const NEAR_DAYS = 7

/**
 * Lines of a draft that look like services on another standing claim of the patient without being
 * the same: the same code on the same day at another place of the mouth, or at the same place a few
 * days apart. Told, not forbidden: D4341 of two quadrants is two services.
 */
export async function similarClaims(
  tx: Tx,
  { organisationId, claimId }: { organisationId: string; claimId: string },
): Promise<SubmitProblem[]> {
  const { rows } = await sql<{ line_number: number; code: string; day: string; claim_number: string }>`
    select distinct on (l.line_number) l.line_number, l.code, o.service_date as day, x.claim_number
    from claims c
    join claim_lines l on l.organisation_id = c.organisation_id and l.claim_id = c.id
    join claims x on x.organisation_id = c.organisation_id and x.patient_id = c.patient_id and x.id <> c.id
      and x.lineage_id <> c.lineage_id and ${standing}
    join claim_lines o on o.organisation_id = x.organisation_id and o.claim_id = x.id and o.code = l.code
      and o.visit_procedure_id is distinct from l.visit_procedure_id
      and case when o.tooth is not distinct from l.tooth and o.surfaces is not distinct from l.surfaces
          and o.area is not distinct from l.area
        then o.service_date <> l.service_date and abs(o.service_date - l.service_date) <= ${NEAR_DAYS}::integer
        else o.service_date = l.service_date end
    where c.organisation_id = ${organisationId} and c.id = ${claimId}
    order by l.line_number, abs(o.service_date - l.service_date), x.id`.execute(tx)
  return rows.map(({ line_number: lineNumber, code, day, claim_number }) => ({
    type: 'similar-service-claimed',
    detail: `${code} of ${day} is on claim ${claim_number}: is this another service? (line ${lineNumber})`,
    lineNumber,
  }))
}
