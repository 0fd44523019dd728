import type { Minor } from '../amounts.ts'

/**
 * One negotiated price per unit of a procedure. `clinicId` and `plan` narrow it; null means any.
 * Valid from and to inclusive (YYYY-MM-DD).
 */
export interface Rate {
  code: string
  amount: Minor
  currency: string
  clinicId: string | null
  plan: string | null
  validFrom: string
  validTo: string | null
}

/** What a rate is looked up for. */
export interface Priceable {
  code: string
  serviceDate: string
  quantity: number
  clinicId: string
  plan: string | null
  currency: string
}

/**
 * An amount that a person sets instead of the negotiated rate, with the reason that the audit
 * keeps.
 */
export interface PriceOverride {
  amount: Minor
  reason: string
}

/**
 * `blocked`: no rate applies, so the line can't be claimed until a person prices it with a reason.
 * Amounts are for the whole line.
 */
export type Price =
  | { kind: 'rate'; amount: Minor; rateAmount: Minor }
  | { kind: 'override'; amount: Minor; rateAmount: Minor | null; reason: string }
  | { kind: 'blocked'; because: string }

/**
 * The line's amount: the override if there is one, else the negotiated rate at the service date
 * times the quantity.
 */
export function priceLine(line: Priceable, rates: readonly Rate[], override: PriceOverride | null): Price {
  const rate = rateFor(line, rates)
  const rateAmount = rate === null ? null : rate.amount * line.quantity
  if (override !== null) return { kind: 'override', amount: override.amount, rateAmount, reason: override.reason }
  if (rateAmount === null) {
    return {
      kind: 'blocked',
      because: `no negotiated rate for ${line.code} on ${line.serviceDate}: set the amount with a reason`,
    }
  }
  return { kind: 'rate', amount: rateAmount, rateAmount }
}

/**
 * The rate that holds at the service date: clinic and plan beat clinic, clinic beats plan, plan
 * beats general; among equals the version that began last. Null when none holds.
 */
export function rateFor(line: Priceable, rates: readonly Rate[]): Rate | null {
  const holding = rates.filter((rate) => holds(rate, line))
  return holding.sort((a, b) => narrowness(b) - narrowness(a) || (b.validFrom < a.validFrom ? -1 : 1))[0] ?? null
}

function holds(rate: Rate, line: Priceable): boolean {
  if (rate.code !== line.code || rate.currency !== line.currency) return false
  if (rate.validFrom > line.serviceDate || (rate.validTo !== null && rate.validTo < line.serviceDate)) return false
  return (rate.clinicId === null || rate.clinicId === line.clinicId) && (rate.plan === null || rate.plan === line.plan)
}

function narrowness(rate: Rate): number {
  return (rate.clinicId === null ? 0 : 2) + (rate.plan === null ? 0 : 1)
}
