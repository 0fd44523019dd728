import { sum } from '../amounts.ts'
import { checkRemittance, type Remittance, type RemittanceClaim } from './remittance.ts'

/**
 * A remittance that does not balance, as it can be posted all the same when a person says so: what
 * arrives at the bank is its amount; claims whose reasons don't add up only pay, for nobody can
 * tell which reason is wrong; and what the claims and the provider's own adjustments leave of the
 * amount is a claim of its own that nobody is named for, so that it waits in suspense. Null where
 * amounts can't be added up at all.
 */
export function releasedRemittance(remittance: Remittance): Remittance | null {
  const problems = checkRemittance(remittance)
  if (problems.some(({ rule }) => rule === 'amount-range')) return null
  const doubtful = new Set(problems.flatMap(({ claim }) => (claim === undefined ? [] : [claim])))
  const claims = remittance.claims.map((claim, index) => (doubtful.has(index) ? onlyPaid(claim) : claim))
  const taken = sum(remittance.providerAdjustments.map(({ amount }) => amount))
  const difference = remittance.amount - (sum(claims.map(({ paid }) => paid)) - taken)
  return { ...remittance, claims: difference === 0 ? claims : [...claims, unnamed(difference)] }
}

/** What is not ours and pays all the same is a payment that waits for its claim. */
function onlyPaid(claim: RemittanceClaim): RemittanceClaim {
  const kind = claim.kind === 'not_ours' ? 'payment' : claim.kind
  return { ...claim, kind, itemised: false, adjustments: [], lines: [] }
}

function unnamed(paid: number): RemittanceClaim {
  return {
    references: [],
    kind: paid < 0 ? 'reversal' : 'payment',
    outcome: 'processed',
    charged: 0,
    paid,
    patientResponsibility: null,
    adjustments: [],
    lines: [],
    itemised: false,
    said: [],
  }
}
