import type { Minor } from '../amounts.ts'
import { type ClaimPosition, netOf } from './claimPosition.ts'
import { compact, type Entry, type LedgerAccount, move, negated } from './ledger.ts'

/** What a person does with money that the provider paid beyond a claim. */
export type OverpaymentAction = 'refund' | 'offset' | 'credit' | 'transfer'

const LAYERS = ['charge', 'decision', 'money', 'settlement'] as const

/** How much more the provider paid than the claim; 0 when it did not. */
export function overpaidOf(position: ClaimPosition): Minor {
  return Math.max(0, -total(position, 'open'))
}

/**
 * Money leaves a claim: from the lines that are paid beyond their charge, what is left over from
 * the claim as a whole. With `allocated`, the claim's part of the remittance's side.
 */
export function leavingEntries(position: ClaimPosition, amount: Minor): Entry[] {
  const { claimId } = position
  let left = amount
  const moved: Entry[] = []
  for (const lineNumber of linesOf(position)) {
    const part = Math.min(left, Math.max(0, -total(position, 'open', lineNumber)))
    left -= part
    moved.push(...move({ claimId, lineNumber }, 'paid', 'open', part))
  }
  moved.push(...move({ claimId, lineNumber: null }, 'paid', 'open', left))
  return compact([...moved, { account: 'allocated', amount: negated(amount), claimId, lineNumber: null }])
}

/** The same money comes to another claim, as a payment of the claim as a whole. */
export function arrivingEntries(claimId: string, amount: Minor): Entry[] {
  return [
    ...move({ claimId, lineNumber: null }, 'open', 'paid', amount),
    { account: 'allocated', amount, claimId, lineNumber: null },
  ]
}

/**
 * Where the money goes: back to the provider, into what a remittance held back, or into the credit
 * that the provider leaves with the practice.
 */
export function goingTo(action: Exclude<OverpaymentAction, 'transfer'>, amount: Minor): Entry {
  const ACCOUNT = { refund: 'remitted', offset: 'provider_adjustment', credit: 'credit' } as const
  return { account: ACCOUNT[action], amount, claimId: null, lineNumber: null }
}

/**
 * What money that came or went (`paid` below zero) changes of what a person made of a denial.
 * `position` is the claim after it.
 */
export function settledByMoney(position: ClaimPosition, paid: Minor): Entry[] {
  if (paid === 0) return []
  return paid > 0 ? paidAfterAll(position) : deniedAgain(position)
}

/** The provider paid after all, and takes it back: a person must say again what becomes of it. */
function deniedAgain(position: ClaimPosition): Entry[] {
  const { claimId } = position
  let left = Math.max(0, total(position, 'open'))
  const back = linesOf(position).flatMap((lineNumber) => {
    const part = Math.min(left, Math.max(0, netOf(position, 'settlement', 'open', lineNumber)))
    left -= part
    return move({ claimId, lineNumber }, 'open', 'denied', part)
  })
  return compact(back)
}

/**
 * What was billed to the patient or written off, and the provider has paid after all: it is taken
 * back as far as the claim is overpaid by it, the patient's first.
 */
function paidAfterAll(position: ClaimPosition): Entry[] {
  const { claimId } = position
  let excess = overpaidOf(position)
  const back = (['patient', 'write_off'] as const).flatMap((account) =>
    linesOf(position).flatMap((lineNumber) => {
      const part = Math.min(excess, Math.max(0, netOf(position, 'settlement', account, lineNumber)))
      excess -= part
      return move({ claimId, lineNumber }, account, 'open', part)
    }),
  )
  return compact(back)
}

/** The lines that something stands on, in order, then the claim as a whole. */
function linesOf({ rows }: ClaimPosition): (number | null)[] {
  const numbers = new Set(rows.map(({ lineNumber }) => lineNumber))
  return [...numbers].sort((a, b) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
}

function total(position: ClaimPosition, account: LedgerAccount, lineNumber?: number | null): Minor {
  return LAYERS.reduce((net, layer) => net + netOf(position, layer, account, lineNumber), 0)
}
