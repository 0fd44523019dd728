import { sum } from '../../domain/amounts.ts'
import type { ChartedDetails } from '../../domain/claims/dentistry/details.ts'
import { type Price, type PriceOverride, priceLine, type Rate } from '../../domain/practice/pricing.ts'
import type { Tx } from '../connect.ts'
import type { ServiceAsked } from '../coordination/payersBefore.ts'
import { pipelined } from '../pipelined.ts'
import type { Diagnosis, VisitDetails } from '../schema/practiceTables.ts'

/** A procedure as it was performed, with its visit. */
export interface PerformedRow {
  id: string
  visit_id: string
  code: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  quantity: number
  fee: number
  patient_id: string
  clinic_id: string
  practitioner_id: string
  visited_on: string
  status: 'planned' | 'completed' | 'cancelled'
  currency: string
  diagnoses: Diagnosis[]
  details: ChartedDetails
  visit_details: VisitDetails
  billing_practitioner_id: string | null
  /** IANA zone of the visit's clinic. */
  zone: string
}

/** A procedure with its price, on its way into a claim. */
export interface PricedLine {
  performed: PerformedRow
  price: Price
  details: ChartedDetails
  /** Number of the claim to the HMO that pays first, which gave the line its amount. */
  asOnClaim?: string
}

/**
 * Prices procedures by the negotiated rates at their service dates, in the caller's transaction.
 */
export async function priceLines(
  tx: Tx,
  wanted: {
    organisationId: string
    providerId: string
    currency: string
    plan: string | null
    lines: { performed: PerformedRow; override: PriceOverride | null; details: ChartedDetails }[]
  },
): Promise<PricedLine[]> {
  const codes = wanted.lines.map(({ performed }) => performed.code)
  const rates = await ratesOf(tx, wanted.organisationId, wanted.providerId, codes)
  return wanted.lines.map(({ performed, override, details }) => ({
    performed,
    details,
    price: priceLine({ ...priceable(performed), plan: wanted.plan, currency: wanted.currency }, rates, override),
  }))
}

/** The service of a performed procedure, by its own id. */
export function serviceOf(row: PerformedRow): ServiceAsked {
  const { id, code, tooth, surfaces, area } = row
  return { key: id, procedureId: id, code, tooth, surfaces, area, day: row.visited_on }
}

export function priceable(performed: Pick<PerformedRow, 'code' | 'visited_on' | 'quantity' | 'clinic_id'>) {
  const { code, quantity } = performed
  return { code, quantity, serviceDate: performed.visited_on, clinicId: performed.clinic_id }
}

/** Every version of the provider's rates for the codes. */
export async function ratesOf(tx: Tx, organisationId: string, providerId: string, codes: string[]): Promise<Rate[]> {
  if (codes.length === 0) return []
  const rows = await tx
    .selectFrom('rates')
    .select(['code', 'amount', 'currency', 'clinic_id', 'plan', 'valid_from', 'valid_to'])
    .where('organisation_id', '=', organisationId)
    .where('provider_id', '=', providerId)
    .where('code', 'in', [...new Set(codes)])
    .execute()
  return rows.map(({ clinic_id, valid_from, valid_to, ...rate }) => ({
    ...rate,
    clinicId: clinic_id,
    validFrom: valid_from,
    validTo: valid_to,
  }))
}

/** What the claim's own row says of its lines. A line that nobody has priced yet counts nothing. */
export function totalsOf(lines: PricedLine[]): { total: number; service_from: string; service_to: string } {
  const days = lines.map((line) => line.performed.visited_on).sort()
  return { total: sum(lines.map(amountOf)), service_from: days[0] ?? '', service_to: days.at(-1) ?? '' }
}

/** Replaces the lines of a draft. */
export async function writeLines(tx: Tx, organisationId: string, claimId: string, lines: PricedLine[]): Promise<void> {
  await tx
    .deleteFrom('claim_lines')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  await pipelined(
    tx,
    tx.insertInto('claim_lines').values(
      lines.map((line, index) => ({
        organisation_id: organisationId,
        claim_id: claimId,
        line_number: index + 1,
        visit_procedure_id: line.performed.id,
        visit_id: line.performed.visit_id,
        code: line.performed.code,
        service_date: line.performed.visited_on,
        tooth: line.performed.tooth,
        surfaces: line.performed.surfaces,
        area: line.performed.area,
        quantity: line.performed.quantity,
        amount: amountOf(line),
        // Blocked is "by rate, but there is none": `priced_by` stays rate and `rate_amount` null
        // until somebody sets an amount.
        rate_amount: line.price.kind === 'blocked' ? null : line.price.rateAmount,
        priced_by: line.price.kind === 'override' ? ('override' as const) : ('rate' as const),
        price_reason: line.price.kind === 'override' ? line.price.reason : null,
        details: JSON.stringify(line.details),
      })),
    ),
  )
}

function amountOf({ price }: PricedLine): number {
  return price.kind === 'blocked' ? 0 : price.amount
}
