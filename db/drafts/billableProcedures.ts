import { sql } from 'kysely'
import { type Billable, billable, recentFrom } from '../../domain/practice/billable.ts'
import { priceLine } from '../../domain/practice/pricing.ts'
import { dayIn } from '../../domain/zones.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { type PerformedRow, priceable, ratesOf } from './claimLines.ts'
import { connectionOf } from './claimParties.ts'
import { standing } from './duplicateLines.ts'

export interface BillableProcedure {
  procedureId: string
  visitId: string
  clinicId: string
  serviceDate: string
  code: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  quantity: number
  /** The clinic's list price of the line. */
  fee: number
  /** The negotiated amount of the line; null while no rate holds. */
  amount: number | null
  billable: Exclude<Billable, { kind: 'hidden' }>
}

/**
 * A patient's procedures that may go on a claim to the provider, newest first; those past the
 * filing limit are shown with the reason.
 */
export async function billableProcedures(
  tx: Tx,
  wanted: {
    organisationId: string
    patientId: string
    providerId: string
    mode: 'test' | 'production' | null
    recentDays: number
    now: Date
    filingLimitDays(adapterId: string): number
  },
): Promise<{ kind: 'procedures'; currency: string; procedures: BillableProcedure[] } | Refused> {
  const { organisationId, patientId, providerId } = wanted
  const connection = await connectionOf(tx, wanted)
  if (connection.kind === 'refused') return connection
  const patient = await tx
    .selectFrom('patients')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', patientId)
    .executeTakeFirst()
  if (patient === undefined) return refused('patient-not-found', `there is no patient ${patientId}`)
  // A day earlier than any clinic's: each row is then judged by the day at its own clinic.
  const from = recentFrom(wanted.now.toISOString().slice(0, 10), wanted.recentDays + 1)
  const rows = await performedSince(tx, wanted, from)
  const rates = await ratesOf(
    tx,
    organisationId,
    providerId,
    rows.map((row) => row.code),
  )
  const procedures = rows.flatMap((row): BillableProcedure[] => {
    const today = dayIn(row.zone, wanted.now.toISOString())
    if (row.visited_on < recentFrom(today, wanted.recentDays)) return []
    const line = { ...priceable(row), plan: row.plan, currency: connection.currency }
    const price = priceLine(line, rates, null)
    const verdict = billable(
      {
        visitStatus: row.status,
        serviceDate: row.visited_on,
        claimedOn: row.claimed_on,
        providerId,
        covered: row.covered,
        visitCurrency: row.currency,
        currency: connection.currency,
        price,
        filingLimitDays: connection.filingLimitDays,
      },
      today,
    )
    if (verdict.kind === 'hidden') return []
    const { id, visit_id, clinic_id, visited_on, code, tooth, surfaces, area, quantity, fee } = row
    return [
      {
        procedureId: id,
        visitId: visit_id,
        clinicId: clinic_id,
        serviceDate: visited_on,
        code,
        tooth,
        surfaces,
        area,
        quantity,
        fee,
        amount: price.kind === 'blocked' ? null : price.amount,
        billable: verdict,
      },
    ]
  })
  return { kind: 'procedures', currency: connection.currency, procedures }
}

async function performedSince(
  tx: Tx,
  of: { organisationId: string; patientId: string; providerId: string },
  from: string,
) {
  const { rows } = await sql<
    PerformedRow & {
      claimed_on: { number: string; providerId: string; provider: string } | null
      covered: boolean
      plan: string | null
    }
  >`
    select q.id, q.visit_id, q.code, q.tooth, q.surfaces, q.area, q.quantity, q.fee,
      v.patient_id, v.clinic_id, v.practitioner_id, v.visited_on, v.status, v.currency, v.diagnoses, k.zone,
      claimed.claim as claimed_on, enrolled.id is not null as covered, enrolled.plan
    from visits v
    join clinics k on k.organisation_id = v.organisation_id and k.id = v.clinic_id
    join visit_procedures q on q.organisation_id = v.organisation_id and q.visit_id = v.id
    left join lateral (
      select e.id, e.plan from enrolments e
      where e.organisation_id = v.organisation_id and e.patient_id = v.patient_id and e.provider_id = ${of.providerId}
        and e.valid_from <= v.visited_on and coalesce(e.valid_to, 'infinity') >= v.visited_on
      order by e.priority, e.valid_from desc limit 1) enrolled on true
    left join lateral (
      select jsonb_build_object('number', x.claim_number, 'providerId', x.provider_id, 'provider', r.name) as claim from claim_lines l
      join claims x on x.organisation_id = l.organisation_id and x.id = l.claim_id and ${standing}
      join providers r on r.id = x.provider_id
      where l.organisation_id = v.organisation_id and l.visit_procedure_id = q.id
      order by x.provider_id = ${of.providerId} desc, x.id desc limit 1) claimed on true
    where v.organisation_id = ${of.organisationId} and v.patient_id = ${of.patientId}
      and v.status = 'completed' and v.visited_on >= ${from}
    order by v.visited_on desc, q.id`.execute(tx)
  return rows
}
