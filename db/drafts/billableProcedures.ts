import { sql } from 'kysely'
import { payerTurn } from '../../domain/coordination/payerOrder.ts'
import { type Billable, billable, recentFrom } from '../../domain/practice/billable.ts'
import { priceLine } from '../../domain/practice/pricing.ts'
import { dayIn } from '../../domain/zones.ts'
import type { Tx } from '../connect.ts'
import { decidedIds, type LoadedFirst, loadFirstClaims, payerBefore } from '../coordination/firstClaims.ts'
import { type PayerBeforeRow, payersBefore } from '../coordination/payersBefore.ts'
import { type Refused, refused } from '../refused.ts'
import { type PerformedRow, priceable, ratesOf, serviceOf } from './claimLines.ts'
import { connectionOf } from './claimParties.ts'
import { standing } from './duplicateLines.ts'
import { asClaimedFirst } from './selectLines.ts'

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
  /**
   * The negotiated amount of the line, or what was claimed for it from the HMO that pays first;
   * null while no rate holds.
   */
  amount: number | null
  billable: Exclude<Billable, { kind: 'hidden' }>
  /** The HMO that pays before this one, what was claimed from it, and what it left. */
  first: { providerId: string; claimId: string | null; claimNumber: string | null; left: number | null } | null
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
  const before = await payersOf(tx, { ...wanted, currency: connection.currency }, rows)
  const loaded = await loadFirstClaims(tx, organisationId, decidedIds(before.values()))
  const procedures = rows.flatMap((row): BillableProcedure[] => {
    const today = dayIn(row.zone, wanted.now.toISOString())
    if (row.visited_on < recentFrom(today, wanted.recentDays)) return []
    const line = { ...priceable(row), plan: row.plan, currency: connection.currency }
    const payer = before.get(row.id)
    const turn = payerTurn(payerBefore(payer, loaded))
    const price = priceLine(line, rates, turn.kind === 'second' ? asClaimedFirst(payer) : null)
    const verdict = billable(
      {
        visitStatus: row.status,
        serviceDate: row.visited_on,
        claimedOn: row.claimed_on,
        covered: row.covered,
        turn,
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
        first: firstOf(payer, loaded),
      },
    ]
  })
  return { kind: 'procedures', currency: connection.currency, procedures }
}

function firstOf(payer: PayerBeforeRow | undefined, loaded: Map<string, LoadedFirst>): BillableProcedure['first'] {
  if (payer === undefined) return null
  const { providerId, claim } = payer
  const decided = claim !== null && loaded.has(claim.claimId)
  const left = decided ? (payerBefore(payer, loaded)?.claim?.left ?? null) : null
  return { providerId, claimId: claim?.claimId ?? null, claimNumber: claim?.claimNumber ?? null, left }
}

/** Services under one priority of the patient's enrolment with the provider are asked together. */
async function payersOf(
  tx: Tx,
  of: { organisationId: string; patientId: string; providerId: string; currency: string },
  rows: (PerformedRow & { priority: 'primary' | 'secondary' | null })[],
): Promise<Map<string, PayerBeforeRow>> {
  const found = new Map<string, PayerBeforeRow>()
  for (const priority of ['primary', 'secondary'] as const) {
    const services = rows.filter((row) => row.priority === priority).map(serviceOf)
    const payers = await payersBefore(tx, { ...of, priority, lineageId: null }, services)
    for (const [key, payer] of payers) found.set(key, payer)
  }
  return found
}

async function performedSince(
  tx: Tx,
  of: { organisationId: string; patientId: string; providerId: string },
  from: string,
) {
  const { rows } = await sql<
    PerformedRow & {
      claimed_on: string | null
      covered: boolean
      plan: string | null
      priority: 'primary' | 'secondary' | null
    }
  >`
    select q.id, q.visit_id, q.code, q.tooth, q.surfaces, q.area, q.quantity, q.fee, q.details,
      v.patient_id, v.clinic_id, v.practitioner_id, v.visited_on, v.status, v.currency, v.diagnoses, k.zone,
      v.details as visit_details, v.billing_practitioner_id,
      claimed.claim_number as claimed_on, enrolled.id is not null as covered, enrolled.plan, enrolled.priority
    from visits v
    join clinics k on k.organisation_id = v.organisation_id and k.id = v.clinic_id
    join visit_procedures q on q.organisation_id = v.organisation_id and q.visit_id = v.id and not q.removed
    left join lateral (
      select e.id, e.plan, e.priority from enrolments e
      where e.organisation_id = v.organisation_id and e.patient_id = v.patient_id and e.provider_id = ${of.providerId}
        and e.valid_from <= v.visited_on and coalesce(e.valid_to, 'infinity') >= v.visited_on
      order by e.priority, e.valid_from desc limit 1) enrolled on true
    left join lateral (
      select x.claim_number from claim_lines l
      join claims x on x.organisation_id = l.organisation_id and x.id = l.claim_id and ${standing}
      where l.organisation_id = v.organisation_id and l.visit_procedure_id = q.id and x.provider_id = ${of.providerId}
      order by x.id desc limit 1) claimed on true
    where v.organisation_id = ${of.organisationId} and v.patient_id = ${of.patientId}
      and v.status = 'completed' and v.visited_on >= ${from}
    order by v.visited_on desc, q.id`.execute(tx)
  return rows
}
