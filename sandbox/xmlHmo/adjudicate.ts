import type { GulfClaim } from './book.ts'
import type { GulfStep } from './steps.ts'

/**
 * Fils that a step pays for each activity, in their order; negative is taken back, null is not
 * spoken of.
 */
export function paymentsAt(claim: GulfClaim, what: GulfStep['what']): (number | null)[] {
  const nets = claim.activities.map((activity) => activity.net)
  switch (what) {
    case 'downloaded':
      return []
    case 'denied':
      return nets.map(() => 0)
    case 'taken-back':
      return claim.paid.map((paid) => -paid)
    case 'payment-2':
      // Too much is paid by paying the first activity again.
      return claim.fate === 'overpay'
        ? nets.map((net, index) => (index === 0 ? net : null))
        : nets.map((net, index) => net - (claim.paid[index] ?? 0))
    case 'payment-1':
      return nets.map((net, index) => firstPayment(claim, net, index, nets.length))
  }
}

function firstPayment({ fate }: GulfClaim, net: number, index: number, count: number): number {
  const isLast = index === count - 1
  switch (fate) {
    case 'halves':
      return Math.floor(net / 2)
    case 'pay-part':
      // A claim of one activity is paid by six tenths, so that it is partial too.
      return !isLast ? net : count === 1 ? Math.floor((net * 6) / 10) : 0
    case 'pay':
    case 'overpay':
      return net
    case 'deny':
    case 'silent':
      return 0
  }
}

/** Why an activity is paid less than its Net; null where nothing is denied. */
export function denialOf({ fate }: GulfClaim, what: string, net: number, paid: number): string | null {
  if (what === 'taken-back') return 'CLAI-012'
  if (paid >= net) return null
  if (fate === 'deny') return 'MNEC-003'
  return fate === 'pay-part' ? (paid === 0 ? 'NCOV-003' : 'BENX-005') : null
}
