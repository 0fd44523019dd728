import { SCENARIOS, type ScenarioCode } from './scenarios.ts'

const DAY_MS = 86_400_000
/** 100.00 too much. */
const OVERPAID_BY = 10_000

interface Claim {
  scenario: string
  purpose: string
  fate: string
  /** Business ms when it was taken. */
  at: number
  /** Business ms when the papers came that were asked for. */
  papersAt: number | null
}

interface DecisionStep<Ask extends string> {
  what: Ask | 'decided' | 'payment-1' | 'payment-2'
  /** Business ms. */
  due: number
  /** Minor units that move with it. */
  paid?: number
}

/**
 * How a reviewed claim ends, where the decision comes before its money. A claim of scenario DQ is
 * asked for papers with its review, in the HMO's own word `ask`, and goes on only when they are
 * there. `benefit`: what the HMO pays for it, minor units.
 */
export function decisionSteps<Ask extends string>(claim: Claim, benefit: number, ask: Ask): DecisionStep<Ask>[] {
  if (claim.scenario !== 'DQ' || claim.purpose !== 'new') return decision(claim, claim.at, benefit)
  const asked = { what: ask, due: claim.at + daysOf(claim).reviewDays * DAY_MS }
  return claim.papersAt === null ? [asked] : [asked, ...decision(claim, claim.papersAt, benefit)]
}

function decision(claim: Claim, from: number, benefit: number): DecisionStep<never>[] {
  const { decideDays, payDays } = daysOf(claim)
  return [
    { what: 'decided', due: from + decideDays * DAY_MS },
    ...payments(claim.fate, benefit, from + payDays * DAY_MS),
  ]
}

function payments(fate: string, benefit: number, due: number): DecisionStep<never>[] {
  if (benefit === 0) return []
  if (fate === 'overpay') return [{ what: 'payment-1', due, paid: benefit + OVERPAID_BY }]
  if (fate !== 'halves') return [{ what: 'payment-1', due, paid: benefit }]
  const half = Math.floor(benefit / 2)
  return [
    { what: 'payment-1', due, paid: half },
    { what: 'payment-2', due: due + DAY_MS, paid: benefit - half },
  ]
}

function daysOf(claim: Claim) {
  return SCENARIOS[claim.scenario as ScenarioCode]
}
