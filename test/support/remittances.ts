import type { AdjustmentBucket } from '../../domain/money/lineDecision.ts'
import type { Remittance, RemittanceClaim, RemittanceLine } from '../../domain/money/remittance.ts'

/** A line with its adjustments by bucket. */
export function remittanceLine(
  line: Partial<Omit<RemittanceLine, 'adjustments'>> & { adjustments?: Partial<Record<AdjustmentBucket, number>> },
): RemittanceLine {
  const { adjustments = {}, ...rest } = line
  return {
    controlNumber: '1',
    code: 'D1110',
    charged: 0,
    paid: 0,
    ...rest,
    adjustments: Object.entries(adjustments).map(([bucket, amount]) => ({
      bucket: bucket as AdjustmentBucket,
      amount,
      said: { list: 'CARC', code: 'CO-45' },
    })),
  }
}

/** An itemised claim; what it charges and pays is the sum of its lines unless it says otherwise. */
export function remittanceClaim(claim: Partial<RemittanceClaim>): RemittanceClaim {
  const { lines = [] } = claim
  return {
    references: [],
    kind: 'payment',
    outcome: 'processed',
    charged: lines.reduce((total, line) => total + line.charged, 0),
    paid: lines.reduce((total, line) => total + line.paid, 0),
    patientResponsibility: null,
    adjustments: [],
    lines,
    itemised: true,
    said: [],
    ...claim,
  }
}

/** A payment of what its claims add up to, unless it says otherwise. */
export function balancedRemittance(claims: RemittanceClaim[], over: Partial<Remittance> = {}): Remittance {
  const { providerAdjustments = [] } = over
  const paid = claims.reduce((total, claim) => total + claim.paid, 0)
  const taken = providerAdjustments.reduce((total, each) => total + each.amount, 0)
  return {
    payer: '99999',
    traceNumber: 'EFT-1',
    paidOn: '2026-03-15',
    currency: 'PHP',
    amount: paid - taken,
    claims,
    providerAdjustments,
    said: [],
    ...over,
  }
}
