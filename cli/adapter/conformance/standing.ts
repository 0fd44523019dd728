import type { Answer, BatchContext, Notice } from '../../../adapters/contract.ts'
import type { Submission } from '../../../domain/claim.ts'
import { advance } from '../../../domain/claims/advance.ts'
import type { ClaimEvent, Fact, ProviderFact } from '../../../domain/claims/claimEvents.ts'
import { type ClaimState, NEW_CLAIM } from '../../../domain/claims/claimState.ts'
import { remittanceEvents } from '../../../domain/claims/remittanceEvents.ts'
import type { Effect } from '../../../domain/claims/step.ts'
import { after, type ClaimPosition, emptyPosition } from '../../../domain/money/claimPosition.ts'
import { decisionEntries, wholeDecision } from '../../../domain/money/decisionEntries.ts'
import { type ClaimBalances, chargeEntries, claimBalances } from '../../../domain/money/ledger.ts'
import { remittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import { checkRemittance, type Remittance } from '../../../domain/money/remittance.ts'
import { type PlacedClaim, placeClaim } from '../../../domain/money/remittanceLines.ts'

/** How a claim stands after what the provider said: the hub's own rules, without its database. */
export interface Standing {
  state: ClaimState
  position: ClaimPosition
  balances: ClaimBalances
  /** The provider's numbers of the claim, as far as they are known. */
  references: string[]
  /** Payments that were posted: the same again posts nothing. */
  posted: string[]
  /** Payments that do not add up: nothing of them is posted. */
  quarantined: number
  /** What each fact did to the claim, in order. */
  effects: Effect[]
}

/**
 * A claim and the interchange that it left in: a notice about a whole interchange names only that.
 */
interface SentClaim {
  claim: Submission
  interchange: Pick<BatchContext<unknown>, 'controlNumber' | 'interchangeId'>
}

/** A claim that has been sent. */
export function sentClaim(claim: Submission, at: string): Standing {
  const position = after(emptyPosition(claim.claimId), 'charge', chargeEntries(claim.claimId, claim.lines))
  const fresh = { ...NEW_CLAIM, lineCount: claim.lines.length, openAmount: claim.total }
  const start = {
    state: fresh,
    position,
    balances: claimBalances(position.rows),
    references: [],
    posted: [],
    quarantined: 0,
  }
  const sent = applyFact(applyFact({ ...start, effects: [] }, { type: 'submitted' }, at), { type: 'sent' }, at)
  return { ...sent, effects: [] }
}

/** The claim after the provider's immediate answer. */
export function afterAnswer(standing: Standing, answer: Answer, at: string): Standing {
  switch (answer.kind) {
    case 'taken':
      return answer.facts.reduce(
        (now, fact) => applyFact(now, fact, at),
        knowing(
          standing,
          answer.references.map(({ value }) => value),
        ),
      )
    case 'refused':
      return applyFact(standing, { type: 'delivery_refused' }, at)
    case 'unknown':
      return applyFact(standing, { type: 'delivery_unknown', because: answer.because }, at)
  }
}

/**
 * The claim after a document: matched, posted and applied as the hub's inbox does it. Notices about
 * other claims change nothing.
 */
export function afterNotices(standing: Standing, notices: Notice[], left: SentClaim, at: string): Standing {
  return notices.reduce((now, notice) => afterNotice(now, notice, left, at), standing)
}

function afterNotice(now: Standing, notice: Notice, { claim, interchange }: SentClaim, at: string): Standing {
  switch (notice.kind) {
    case 'claim': {
      const { match, references, fact } = notice
      if (!isOurs(now, claim, match.submissionNumber, match.references)) return now
      const known = references.map(({ value }) => value)
      return applyFact(knowing(now, known), fact, notice.at ?? at, claim)
    }
    case 'batch': {
      const alone = notice.positions?.includes(1) ?? true
      const named = notice.submissionNumbers?.includes(claim.submissionNumber) ?? alone
      const isThis =
        notice.controlNumber === interchange.controlNumber &&
        (notice.interchangeId ?? interchange.interchangeId) === interchange.interchangeId
      if (!isThis || !named) return now
      return applyFact(now, { type: BATCH_FACTS[notice.verdict] }, notice.at ?? at)
    }
    case 'remittance':
      return afterRemittance(now, notice.remittance, claim, at)
    case 'authorisation':
    case 'unreadable':
      return now
  }
}

export function applyFact(standing: Standing, fact: Fact, at: string, claim?: Submission): Standing {
  const position =
    fact.type === 'decided' && claim !== undefined ? decidedPosition(standing.position, fact) : standing.position
  const balances = claimBalances(position.rows)
  const event: ClaimEvent = { fact, at, said: [], references: [] }
  const { state, effect } = advance(standing.state, event)
  const money = { payment: balances.paymentStatus, openAmount: balances.open, deniedAmount: balances.denied }
  return { ...standing, position, balances, state: { ...state, ...money }, effects: [...standing.effects, effect] }
}

function decidedPosition(position: ClaimPosition, fact: Extract<ProviderFact, { type: 'decided' }>): ClaimPosition {
  if (fact.posted) return position
  const { outcome } = fact
  const isWhole = fact.lines.length === 0 && outcome !== undefined && outcome !== 'partial'
  const lines = isWhole ? wholeDecision(position, outcome) : fact.lines
  return after(position, 'decision', decisionEntries(position, lines))
}

function afterRemittance(standing: Standing, remittance: Remittance, claim: Submission, at: string): Standing {
  const key = [remittance.payer, remittance.traceNumber, remittance.amount, remittance.paidOn].join('/')
  if (standing.posted.includes(key)) return { ...standing, effects: [...standing.effects, 'repeat'] }
  if (checkRemittance(remittance).length > 0) return { ...standing, quarantined: standing.quarantined + 1 }
  const placed = remittance.claims.map((each): PlacedClaim | null =>
    isOurs(standing, claim, each.submissionNumber, each.references)
      ? placeClaim(each, claim.claimId, claim.lines)
      : null,
  )
  const plan = remittancePlan(remittance, placed, new Map([[claim.claimId, standing.position]]))
  let position = after(standing.position, 'decision', plan.reversal)
  position = after(position, 'settlement', plan.settlement)
  position = after(position, 'money', plan.posting)
  const balances = claimBalances(position.rows)
  const paid = { ...standing, position, balances, posted: [...standing.posted, key] }
  return remittanceEvents(remittance, placed, new Map([[claim.claimId, balances]]), at).reduce(
    (now, { event }) => applyFact(now, event.fact, event.at, claim),
    paid,
  )
}

function isOurs(
  standing: Standing,
  claim: Submission,
  number: string | undefined,
  references: { value: string }[],
): boolean {
  if (number !== undefined) return number.toUpperCase() === claim.submissionNumber
  return references.some(({ value }) => standing.references.includes(value))
}

function knowing(standing: Standing, more: string[]): Standing {
  return { ...standing, references: [...new Set([...standing.references, ...more])] }
}

const BATCH_FACTS = { accepted: 'sent', rejected: 'rejected_front_end', undelivered: 'delivery_refused' } as const
