import type { Person, Submission } from '../../../domain/claim.ts'
import type { FirstPayer } from '../../../domain/coordination/firstPayer.ts'

/**
 * An HMO that pays first and has decided a claim of one line of 100.00: it pays 60.00, its contract
 * gives up 20.00, and it leaves 20.00 to the patient.
 */
export function firstPayer(subscriber: Person, change: Partial<FirstPayer> = {}): FirstPayer {
  return {
    providerId: 'harbor-health',
    name: 'Harbor Health',
    payerId: 'HARBOR',
    cover: { memberId: 'HH-9000001', group: 'GRP-1', relationship: 'self', subscriber },
    claimReference: 'HH-000017',
    decision: {
      decidedOn: '2026-03-08',
      paid: 6_000,
      adjustments: [],
      lines: [
        {
          lineNumber: 1,
          charge: 10_000,
          paid: 6_000,
          allowed: 8_000,
          left: 2_000,
          adjustments: [
            { bucket: 'contractual', group: 'CO', reason: '45', amount: 2_000 },
            { bucket: 'patient', group: 'PR', reason: '3', amount: 2_000, text: 'copay' },
          ],
        },
      ],
    },
    ...change,
  }
}

/** The line of 100.00 that it decided. */
export const DECIDED_LINE: Submission['lines'][number] = {
  lineNumber: 1,
  controlNumber: '1',
  code: 'D2392',
  serviceDate: '2026-03-01',
  tooth: '3',
  surfaces: 'MO',
  quantity: 1,
  charge: 10_000,
}
