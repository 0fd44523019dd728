import type { SummitClaim, SummitStatement } from './bookTypes.ts'
import { share } from './x12/amounts.ts'

/** One CLP as the 835 will say it. Minor units; the lines add up to the claim. */
export interface ClaimPayment {
  /** CLP02: 1 processed as primary, 2 as secondary, 4 denied, 22 reversal. */
  status: '1' | '2' | '4' | '22'
  charge: number
  paid: number
  /** CLP05; null where it is not said. */
  patientResponsibility: number | null
  lines: LinePayment[]
}

export interface LinePayment {
  controlNumber: string
  code: string
  date: string
  charge: number
  paid: number
  adjustments: { group: 'CO' | 'OA' | 'PR'; reason: string; amount: number }[]
}

type BookLine = SummitClaim['lines'][number]
type Adjustments = LinePayment['adjustments']

/**
 * What is paid for a claim at one of its steps; what is taken back is one reversal for each payment
 * so far.
 */
export function paymentsAt(claim: SummitClaim, what: SummitStatement): ClaimPayment[] {
  switch (what) {
    case 'payment-1':
      return [payment('1', claim.fate === 'halves' ? firstHalf(claim.lines) : claim.lines, claim)]
    case 'payment-2':
      return [payment('1', claim.fate === 'halves' ? secondHalf(claim.lines) : claim.lines, claim)]
    case 'denied':
      return [payment('4', claim.lines, claim)]
    case 'taken-back':
      return (['payment-1', 'payment-2'] as const)
        .filter((each) => claim.done.has(each))
        .flatMap((each) => paymentsAt(claim, each).map(reversed))
    case 'TA1':
    case '999':
    case 'answered':
    case 'forwarded':
    case 'acknowledged':
    case 'rejected':
    case 'in-review':
      return []
  }
}

function payment(status: '1' | '4', lines: BookLine[], claim: SummitClaim): ClaimPayment {
  const paidLines = lines.map((line, index) => {
    const own = adjustmentsOf(claim, line.charge, index === 0, index === lines.length - 1)
    const adjustments = afterOther(own, line)
    const { controlNumber, code, date, charge } = line
    return {
      controlNumber,
      code,
      date,
      charge,
      adjustments,
      paid: charge - total(adjustments.map((each) => each.amount)),
    }
  })
  const behind = lines.some(({ taken = 0 }) => taken > 0)
  const patients = paidLines.flatMap((line) => line.adjustments).filter((each) => each.group === 'PR')
  return {
    status: status === '1' && behind ? '2' : status,
    charge: total(paidLines.map((line) => line.charge)),
    paid: total(paidLines.map((line) => line.paid)),
    patientResponsibility: total(patients.map((each) => each.amount)),
    lines: paidLines,
  }
}

/**
 * Behind another payer Summit decides only about what that one left: its payment and cut are OA-23,
 * and Summit's own reductions are cut to the rest.
 */
function afterOther(own: Adjustments, line: BookLine): Adjustments {
  const { charge } = line
  const taken = Math.min(line.taken ?? 0, charge)
  if (taken === 0) return own
  let left = charge - taken
  const kept = own
    .filter(({ reason }) => reason !== '45')
    .map((each) => {
      const amount = Math.min(each.amount, left)
      left -= amount
      return { ...each, amount }
    })
  const before: Adjustments = [{ group: 'OA', reason: '23', amount: taken }]
  return [...before, ...kept].filter(({ amount }) => amount !== 0)
}

function adjustmentsOf({ fate }: SummitClaim, charge: number, isFirst: boolean, isLast: boolean): Adjustments {
  const adjustments: Adjustments = []
  if (fate === 'deny') adjustments.push({ group: 'CO', reason: '50', amount: charge })
  if (fate === 'pay-less-contract' && isFirst)
    adjustments.push({ group: 'CO', reason: '45', amount: share(charge, 10) })
  if (fate === 'pay-part') {
    // A claim of one line is paid by half, so that it is partial too.
    if (isFirst && isLast) adjustments.push({ group: 'CO', reason: '119', amount: share(charge, 40) })
    else if (isLast) adjustments.push({ group: 'CO', reason: '96', amount: charge })
    if (isFirst) adjustments.push({ group: 'PR', reason: '3', amount: share(charge, 10) })
  }
  return adjustments.filter((each) => each.amount !== 0)
}

/**
 * Two payments of one claim are two claims with a part of its lines each; a single line is split.
 */
function firstHalf(lines: BookLine[]): BookLine[] {
  const [only, ...others] = lines
  if (only === undefined || others.length > 0) return lines.slice(0, Math.ceil(lines.length / 2))
  return [{ ...only, charge: share(only.charge, 50) }]
}

function secondHalf(lines: BookLine[]): BookLine[] {
  const [only, ...others] = lines
  if (only === undefined || others.length > 0) return lines.slice(Math.ceil(lines.length / 2))
  return [{ ...only, charge: only.charge - share(only.charge, 50) }]
}

function reversed(payment: ClaimPayment): ClaimPayment {
  return {
    status: '22',
    charge: -payment.charge,
    paid: -payment.paid,
    patientResponsibility: null,
    lines: payment.lines.map((line) => ({
      ...line,
      charge: -line.charge,
      paid: -line.paid,
      adjustments: line.adjustments.map((each) => ({ ...each, amount: -each.amount })),
    })),
  }
}

function total(amounts: number[]): number {
  return amounts.reduce((sum, each) => sum + each, 0)
}
