import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import type { Refused } from '../refused.ts'
import { refused } from '../refused.ts'

/** A claim that still stands for its services: neither cancelled nor replaced. Alias `x`. */
export const standing = sql<boolean>`(x.status <> 'CANCELLED' and x.closed_because is distinct from 'replaced')`

/** A visit with a procedure that is on no standing claim. Alias `v`. */
export const unclaimed = sql<boolean>`exists (
  select from visit_procedures q
  where q.organisation_id = v.organisation_id and q.visit_id = v.id and not q.removed
    and not exists (
      select from claim_lines l
      join claims x on x.organisation_id = l.organisation_id and x.id = l.claim_id and ${standing}
      where l.organisation_id = q.organisation_id and l.visit_procedure_id = q.id))`

/**
 * A visit with a procedure that one HMO has decided and not paid in full, and that the patient's
 * other HMO has not been asked for. Alias `v`.
 */
export const unclaimedBySecond = sql<boolean>`exists (
  select from visit_procedures q
  join claim_lines l on l.organisation_id = q.organisation_id and l.visit_procedure_id = q.id
  join claims x on x.organisation_id = l.organisation_id and x.id = l.claim_id and ${standing}
    and x.status in ('APPROVED', 'PARTIAL', 'REJECTED') and x.rejected_at is distinct from 'front_end'
  join enrolments o on o.organisation_id = x.organisation_id and o.id = x.enrolment_id
  join enrolments s on s.organisation_id = x.organisation_id and s.patient_id = x.patient_id
    and s.provider_id <> x.provider_id and s.priority >= o.priority
    and v.visited_on between s.valid_from and coalesce(s.valid_to, 'infinity')
  where q.organisation_id = v.organisation_id and q.visit_id = v.id
    and l.amount > (select coalesce(sum(e.amount), 0) from ledger_entries e
      where e.organisation_id = x.organisation_id and e.claim_id = x.id and e.line_number = l.line_number
        and e.account in ('paid', 'contractual'))
    and not exists (
      select from claim_lines m
      join claims y on y.organisation_id = m.organisation_id and y.id = m.claim_id and y.provider_id = s.provider_id
        and y.status <> 'CANCELLED' and y.closed_because is distinct from 'replaced'
      where m.organisation_id = q.organisation_id and m.visit_procedure_id = q.id))`

/** What a service is told apart by. `visited_on` is YYYY-MM-DD. */
interface ClaimedProcedure {
  id: string
  code: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  visited_on: string
}

/**
 * The same procedure, or the same code on the same tooth, surfaces, area and day, on another claim
 * to the same provider that still stands: D4341 of another quadrant is another service, and a claim
 * to the patient's other HMO is no duplicate (payersBefore says which of the two pays first). The
 * caller holds the patient's row, so that two drafts at once see each other.
 */
export async function alreadyClaimed(
  tx: Tx,
  of: { organisationId: string; patientId: string; providerId: string; lineageId: string | null },
  procedures: ClaimedProcedure[],
): Promise<Refused | null> {
  const wanted = procedures.map(({ visited_on, ...procedure }) => ({ ...procedure, day: visited_on }))
  const { rows } = await sql<{ claim_id: string; claim_number: string; code: string; day: string }>`
    select distinct on (w.id) x.id as claim_id, x.claim_number, w.code, w.day
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) 
      as w(id uuid, code text, tooth text, surfaces text, area text, day date)
    join claims x on x.organisation_id = ${of.organisationId} and x.patient_id = ${of.patientId}
      and x.provider_id = ${of.providerId} and ${standing}
      and x.lineage_id is distinct from ${of.lineageId}
    join claim_lines l on l.organisation_id = x.organisation_id and l.claim_id = x.id
      and (l.visit_procedure_id = w.id or (l.code = w.code and l.service_date = w.day and l.tooth is not distinct from w.tooth
        and l.surfaces is not distinct from w.surfaces and l.area is not distinct from w.area))
    order by w.id, x.id`.execute(tx)
  const first = rows[0]
  if (first === undefined) return null
  return refused(
    'procedure-already-claimed',
    `${first.code} of ${first.day} is already on claim ${first.claim_number}`,
    {
      claims: [
        ...new Map(
          rows.map((row) => [row.claim_id, { claimId: row.claim_id, claimNumber: row.claim_number }]),
        ).values(),
      ],
    },
  )
}
