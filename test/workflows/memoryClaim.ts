import { advance } from '../../domain/claims/advance.ts'
import type { ClaimEvent, Fact } from '../../domain/claims/claimEvents.ts'
import { type ClaimState, NEW_CLAIM } from '../../domain/claims/claimState.ts'
import { type Deadline, type DeadlineRules, deadlineOf } from '../../domain/claims/deadlines.ts'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { type PastEvent, replay } from '../../domain/claims/undo/replay.ts'
import { isSettled } from '../../domain/delivery/interchangeState.ts'
import { WORDS } from '../../domain/words/words.ts'
import type { ClaimActivities, MailboxActivities, ProviderActivities } from '../../workflows/activityContract.ts'
import type { ClaimSummary, Delivered } from '../../workflows/activityResults.ts'

export const RULES: DeadlineRules = {
  ackDays: 3,
  decisionDays: 20,
  documentsDays: 10,
  paymentDays: 15,
  resubmissionDays: 60,
  levelDays: 2,
  workingDays: false,
  holidays: [],
}

/** Without the payment that is undone, all of the claim is open: there is no ledger here. */
const UNPAID = { payment: 'UNPAID' as const, openAmount: 100, deniedAmount: 0, paid: 0 }

/**
 * The claim's row kept in memory, for tests of the workflow alone: the real domain rules, the
 * time-skipping server's clock, and deliveries that a test scripts. Postgres is not under test
 * here.
 */
export function memoryClaim(
  serverTimeMs: () => Promise<number>,
  deliveries: Delivered['kind'][] = ['settled'],
  lookInMs = 1_000,
) {
  let state: ClaimState = { ...NEW_CLAIM, lineCount: 1 }
  let deadline: Deadline | null = null
  const pending: { id: string; fact: Fact }[] = []
  const calls: string[] = []
  const levels: string[] = []
  const past: PastEvent[] = []

  async function record(facts: { id?: string; fact: Fact }[]): Promise<ClaimSummary> {
    const at = new Date(await serverTimeMs()).toISOString()
    const effects = facts.map(({ id, fact }) => {
      const event: ClaimEvent = { fact, at, said: [], references: [] }
      const next = advance(state, event)
      past.push({ event, acts: [`notice:${id}`] })
      state = fact.type === 'undone' ? replay(state, past, UNPAID).state : next.state
      return { noticeId: id ?? '', effect: next.effect }
    })
    deadline = deadlineOf(state, deadline, RULES)
    const due = deadline !== null && deadline.level < LEVELS.length ? Date.parse(deadline.dueAt) - Date.parse(at) : null
    return {
      status: state.status,
      delivery: state.delivery,
      attention: false,
      closed: state.closed,
      waitingFor: WORDS.en.waitingFor(state, deadline, { provider: 'Test HMO', zone: 'UTC' }),
      dueInMs: due === null ? null : Math.max(0, due),
      effects,
    }
  }

  const delivered = () => deliveredAs(deliveries.shift() ?? 'settled', lookInMs, (fact) => record([{ fact }]))

  const activities: ClaimActivities & ProviderActivities & Pick<MailboxActivities, 'notifyClaims'> = {
    openClaim: async () => {
      const fresh = state.status === 'DRAFT'
      const claim = await record(fresh ? [{ fact: { type: 'submitted' } }] : [])
      return {
        kind: 'open',
        claim,
        timings: { deliverMs: 60_000, heartbeatMs: 30_000 },
        submitted: { submissionId: 's', submissionNumber: 'N' },
        interchangeId: isSettled(state.delivery) ? null : 'i',
        replacedClaimId: null,
      }
    },
    recordNotices: async () => {
      calls.push('recordNotices')
      return record(pending.splice(0))
    },
    escalate: async () => {
      const now = await serverTimeMs()
      const level = deadline === null ? undefined : LEVELS[deadline.level]
      if (deadline === null || level === undefined || Date.parse(deadline.dueAt) > now)
        return { claim: await record([]), ask: false }
      const kind = deadline.kind
      levels.push(`${kind}:${level}`)
      deadline = { ...deadline, level: deadline.level + 1 }
      return {
        claim: await record([{ fact: { type: 'deadline_passed', deadline: kind, level: level } }]),
        ask: level === 'ask',
      }
    },
    cancelClaim: async (_claim, noticeId) => ({
      claim: await record([{ id: noticeId, fact: { type: 'cancelled', voided: false } }]),
      interchangeId: null,
    }),
    startDispatch: async () => {
      calls.push('startDispatch')
    },
    planDispatch: async () => ({
      timings: { deliverMs: 60_000, heartbeatMs: 30_000 },
      leavesInMs: 0,
      leavesAt: new Date(await serverTimeMs()).toISOString(),
    }),
    notifyClaims: async () => {
      calls.push('notifyClaims')
    },
    deliver: async () => {
      calls.push('deliver')
      return delivered()
    },
    resolveDelivery: async () => {
      calls.push('resolveDelivery')
      return delivered()
    },
    askProvider: async () => {
      calls.push('askProvider')
    },
  }
  return { activities, pending, calls, levels, state: () => state }
}

/** How a scripted delivery ends, and what is recorded of it. */
async function deliveredAs(
  kind: Delivered['kind'],
  lookInMs: number,
  record: (fact: Fact) => Promise<ClaimSummary>,
): Promise<Delivered> {
  switch (kind) {
    case 'settled':
      return { kind, claim: await record({ type: 'sent' }) }
    case 'not_sent':
      return { kind, retryInMs: 60_000 }
    case 'busy':
      return { kind, lookInMs: 1_000 }
    case 'waiting':
      return { kind, claim: await record({ type: 'waits', for: 'person' }) }
    case 'unknown':
      return { kind, lookInMs, claim: await record({ type: 'delivery_unknown', because: 'test' }) }
  }
}
