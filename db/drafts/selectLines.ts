import type { ChartedDetails, TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import { type PayerTurn, payerTurn } from '../../domain/coordination/payerOrder.ts'
import { plusDays } from '../../domain/practice/billable.ts'
import type { PriceOverride } from '../../domain/practice/pricing.ts'
import { dayIn } from '../../domain/zones.ts'
import type { Tx } from '../connect.ts'
import { decidedIds, loadFirstClaims, payerBefore } from '../coordination/firstClaims.ts'
import { type PayerBeforeRow, payersBefore } from '../coordination/payersBefore.ts'
import { type Refused, refused } from '../refused.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'
import { unknownAuthorisation } from './claimAuthorisations.ts'
import { type PerformedRow, type PricedLine, priceLines, serviceOf } from './claimLines.ts'
import { alreadyClaimed } from './duplicateLines.ts'
import { detailsOfLine, treatmentOf } from './visitDetails.ts'

/**
 * What a person ticked for a claim: procedures of completed visits, with an amount where the rate
 * doesn't fit.
 */
export interface Ticked {
  procedureId: string
  override: (PriceOverride & { currency: string }) | null
  /** What a person says of the service where the visit doesn't, or instead of it. */
  details?: ChartedDetails
}

/** The ticks of a draft with everything that decides about them. */
export interface Selection {
  organisationId: string
  patientId: string
  /** The claim's own lineage may hold the same procedures: a correction claims them again. */
  lineageId: string | null
  connection: { providerId: string; currency: string; filingLimitDays: number }
  plan: string | null
  /** Of the enrolment that the claim is made under. */
  priority: 'primary' | 'secondary'
  ticked: Ticked[]
  authorisationIds: string[]
  /** Set when the draft names one; else the visits' practitioner. */
  practitionerId: string | null
  /** Set when the draft says them; else the visits' own. */
  details?: TreatmentDetails | null
  /** Reasons of a person who knows better than the warning. */
  overrideDuplicate: string | null
  overrideFilingLimit: string | null
  overrideOrder: string | null
  /** ISO 8601 UTC */
  now: string
}

export interface Selected {
  kind: 'selected'
  clinicId: string
  practitionerId: string
  diagnoses: Diagnosis[]
  details: TreatmentDetails
  billingPractitionerId: string | null
  lines: PricedLine[]
  /** The claim to the HMO that pays first. */
  firstClaimId: string | null
  /** What the audit keeps: warnings that a person overrode. */
  overridden: { action: string; detail: Record<string, unknown> }[]
}

/**
 * Checks and prices the ticked procedures; reads only. Everything that is wrong before a draft may
 * be saved is a refusal.
 */
export async function selectLines(tx: Tx, selection: Selection): Promise<Selected | Refused> {
  const { organisationId, connection, ticked } = selection
  const ids = ticked.map((tick) => tick.procedureId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) return refused('procedure-twice', `procedure ${twice} is ticked twice`)
  if (ticked.some((tick) => tick.override !== null && tick.override.amount < 0)) {
    return refused('wrong-amount', 'an amount may not be below zero')
  }
  const performed = await loadProcedures(tx, organisationId, ids)
  const unknown = ids.find((id) => performed.get(id)?.patient_id !== selection.patientId)
  if (unknown !== undefined) return refused('unknown-procedure', `the patient has no procedure ${unknown}`)
  const rows = ids.flatMap((id) => performed.get(id) ?? [])
  const first = rows[0]
  if (first === undefined) return refused('no-lines', 'a claim needs at least one procedure')
  const wrong =
    wrongVisit(rows, first, selection) ??
    wrongCurrency(rows, selection) ??
    (await unknownAuthorisation(tx, { ...selection, providerId: connection.providerId }, selection.authorisationIds))
  if (wrong !== null) return wrong
  const practitioner = await practitionerOf(tx, selection, rows)
  if (typeof practitioner !== 'string') return practitioner
  const treatment = treatmentOf(rows, selection.details ?? null)
  if (treatment.kind === 'refused') return treatment
  const late = filedLate(rows, selection)
  if (late !== null && selection.overrideFilingLimit === null) return late
  const duplicate = await alreadyClaimed(tx, { ...selection, providerId: connection.providerId }, rows)
  if (duplicate !== null && selection.overrideDuplicate === null) return duplicate
  const order = await orderOf(tx, selection, rows)
  if (order.refused !== null && selection.overrideOrder === null) return order.refused
  if (order.claims.length > 1)
    return refused(
      'different-first-claims',
      `these services are on several claims to the HMO that pays first: make one claim for each of ${order.claims.map(({ claimNumber }) => claimNumber).join(', ')}`,
      { claims: order.claims },
    )
  const lines = await priceLines(tx, {
    organisationId,
    providerId: connection.providerId,
    currency: connection.currency,
    plan: selection.plan,
    lines: rows.map((row, index) => ({
      performed: row,
      override: ticked[index]?.override ?? order.amounts.get(row.id) ?? null,
      details: detailsOfLine(row, ticked[index]?.details),
    })),
  })
  return {
    kind: 'selected',
    clinicId: first.clinic_id,
    practitionerId: practitioner,
    diagnoses: unique(rows.flatMap((row) => row.diagnoses)),
    details: treatment.details,
    billingPractitionerId: treatment.billingPractitionerId,
    lines: lines.map((line, index) =>
      ticked[index]?.override == null && order.amounts.has(line.performed.id)
        ? { ...line, asOnClaim: order.claims[0]?.claimNumber ?? '' }
        : line,
    ),
    firstClaimId: order.claims[0]?.claimId ?? null,
    overridden: [
      ...(duplicate === null
        ? []
        : [{ action: 'claim.override-duplicate', detail: { reason: selection.overrideDuplicate, ...duplicate.more } }]),
      ...(late === null
        ? []
        : [{ action: 'claim.override-filing-limit', detail: { reason: selection.overrideFilingLimit } }]),
      ...(order.refused === null
        ? []
        : [{ action: 'claim.override-order', detail: { reason: selection.overrideOrder, ...order.refused.more } }]),
    ],
  }
}

interface PayerOrder {
  /** Why a line has to wait for the HMO that pays first, or is paid by it already. */
  refused: Refused | null
  /** What was claimed for a procedure from the HMO that pays first and has decided. */
  amounts: Map<string, { amount: number; reason: string }>
  claims: { claimId: string; claimNumber: string }[]
}

async function orderOf(tx: Tx, selection: Selection, rows: PerformedRow[]): Promise<PayerOrder> {
  const { organisationId, connection } = selection
  const { providerId, currency } = connection
  const before = await payersBefore(tx, { ...selection, providerId, currency }, rows.map(serviceOf))
  const loaded = await loadFirstClaims(tx, organisationId, decidedIds(before.values()))
  const turns = rows.map((row) => ({ row, turn: payerTurn(payerBefore(before.get(row.id), loaded)) }))
  const claims = [...before.values()].flatMap(({ claim }) => claim ?? [])
  const amounts = turns.flatMap(({ row, turn }) => {
    const wanted = turn.kind === 'second' ? asClaimedFirst(before.get(row.id)) : null
    return wanted === null ? [] : [[row.id, wanted] as const]
  })
  return {
    refused: turns.map(({ row, turn }) => waits(row, turn, before.get(row.id))).find((each) => each !== null) ?? null,
    amounts: new Map(amounts),
    claims: [...new Map(claims.map(({ claimId, claimNumber }) => [claimId, { claimId, claimNumber }])).values()],
  }
}

function waits(row: PerformedRow, turn: PayerTurn, before: PayerBeforeRow | undefined): Refused | null {
  if (turn.kind === 'first' || turn.kind === 'second') return null
  const type = turn.kind === 'waits' ? 'other-hmo-first' : 'nothing-left'
  const { providerId = null, claim = null } = before ?? {}
  return refused(type, `${row.code} of ${row.visited_on}: ${turn.because}`, {
    providerId,
    claims: claim === null ? [] : [{ claimId: claim.claimId, claimNumber: claim.claimNumber }],
  })
}

/**
 * A service is claimed from the second HMO with the amount that the first was asked for: what the
 * first paid and took away must come to it (source: X12 837 TR3, balancing of loop 2430).
 */
export function asClaimedFirst(before: PayerBeforeRow | undefined): { amount: number; reason: string } | null {
  const claim = before?.claim ?? null
  return claim === null ? null : { amount: claim.charge, reason: `as on claim ${claim.claimNumber} to ${before?.name}` }
}

async function loadProcedures(tx: Tx, organisationId: string, ids: string[]): Promise<Map<string, PerformedRow>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('visit_procedures as q')
    .innerJoin('visits as v', (join) =>
      join.onRef('v.organisation_id', '=', 'q.organisation_id').onRef('v.id', '=', 'q.visit_id'),
    )
    .innerJoin('clinics as k', (join) =>
      join.onRef('k.organisation_id', '=', 'v.organisation_id').onRef('k.id', '=', 'v.clinic_id'),
    )
    .select(['q.id', 'q.visit_id', 'q.code', 'q.tooth', 'q.surfaces', 'q.area', 'q.quantity', 'q.fee', 'q.details'])
    .select([
      'v.patient_id',
      'v.clinic_id',
      'v.practitioner_id',
      'v.visited_on',
      'v.status',
      'v.currency',
      'v.diagnoses',
      'v.details as visit_details',
      'v.billing_practitioner_id',
      'k.zone',
    ])
    .where('q.organisation_id', '=', organisationId)
    .where('q.id', 'in', ids)
    .where('q.removed', '=', false)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function wrongVisit(rows: PerformedRow[], first: PerformedRow, selection: Selection): Refused | null {
  const open = rows.find((row) => row.status !== 'completed' || row.visited_on > dayIn(row.zone, selection.now))
  if (open !== undefined) {
    const why = open.status === 'completed' ? 'is in the future' : `is ${open.status}, not completed`
    return refused('visit-not-completed', `the visit of ${open.code} on ${open.visited_on} ${why}`)
  }
  if (rows.some((row) => row.clinic_id !== first.clinic_id)) {
    return refused('different-clinics', 'a claim is of one clinic: make one claim for each')
  }
  return null
}

function wrongCurrency(rows: PerformedRow[], { connection, ticked }: Selection): Refused | null {
  const wrong = [...rows, ...ticked.flatMap((tick) => tick.override ?? [])].find(
    (each) => each.currency !== connection.currency,
  )
  if (wrong === undefined) return null
  const detail = `${connection.providerId} is claimed in ${connection.currency}, not in ${wrong.currency}`
  return refused('wrong-currency', detail, { currency: connection.currency })
}

async function practitionerOf(tx: Tx, selection: Selection, rows: PerformedRow[]): Promise<string | Refused> {
  const { organisationId, practitionerId } = selection
  if (practitionerId === null) {
    const theirs = [...new Set(rows.map((row) => row.practitioner_id))]
    if (theirs.length === 1) return theirs[0] ?? ''
    return refused('different-practitioners', 'the visits were by different practitioners: say which one claims')
  }
  const known = await tx
    .selectFrom('practitioners')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', practitionerId)
    .executeTakeFirst()
  return known?.id ?? refused('unknown-practitioner', `there is no practitioner ${practitionerId}`)
}

function filedLate(rows: PerformedRow[], { connection, now }: Selection): Refused | null {
  const days = connection.filingLimitDays
  const late = rows.find((row) => dayIn(row.zone, now) > plusDays(row.visited_on, days))
  if (late === undefined) return null
  return refused('filing-limit-passed', `${late.code} of ${late.visited_on} is past the filing limit of ${days} days`)
}

function unique(diagnoses: Diagnosis[]): Diagnosis[] {
  return [...new Map(diagnoses.map((diagnosis) => [`${diagnosis.system} ${diagnosis.code}`, diagnosis])).values()]
}
