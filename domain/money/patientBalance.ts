import { type Minor, sum } from '../amounts.ts'
import type { Remittance } from './remittance.ts'

/** A claim whose own figure of what the patient owes is not what its reasons add up to. */
export interface PatientProblem {
  /** 0-based place in the remittance's claims. */
  index: number
  /** What the claim says that the patient owes. */
  stated: Minor
  /** What its reasons give to the patient. */
  byReasons: Minor
}

/**
 * Claims whose figure of the patient's responsibility contradicts their reasons (source: X12 835
 * TR3, CLP05 is the sum of the amounts of the group PR; RFI 2548). A claim that gives no figure, or
 * no reasons, contradicts nothing; reversals are not asked.
 */
export function patientProblems({ claims }: Pick<Remittance, 'claims'>): PatientProblem[] {
  return claims.flatMap((claim, index) => {
    const { kind, itemised, patientResponsibility: stated } = claim
    if (kind !== 'payment' || !itemised || stated === null) return []
    const all = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
    const byReasons = sum(all.filter(({ bucket }) => bucket === 'patient').map((each) => each.amount))
    return stated === byReasons ? [] : [{ index, stated, byReasons }]
  })
}
