import { advance } from '../../domain/claims/advance.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { type ClaimState, isDecided } from '../../domain/claims/claimState.ts'
import { type Deadline, type DeadlineRules, deadlineOf } from '../../domain/claims/deadlines.ts'
import type { Effect } from '../../domain/claims/step.ts'
import { waitingFor } from '../../domain/claims/waitingFor.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { arrivedBeforeCutOff } from '../delivery/batchMembership.ts'
import { markArrived, markReturned } from '../delivery/interchanges.ts'
import { giveBackDisputed } from '../drafts/appealLines.ts'
import { rememberReferences } from '../inbox/matchClaims.ts'
import { balancesOf, moneyPostedFact, postDecision, postWithdrawal } from '../money/ledger.ts'
import { pipelined } from '../pipelined.ts'
import { updateWorklist } from './claimWorklist.ts'
import type { ArrivedEvent } from './incomingEvent.ts'
import { type LockedClaim, saveClaim } from './lockClaim.ts'

export interface RecordContext {
  now: Date
  rulesOf(claim: LockedClaim): DeadlineRules
  providerName(claim: LockedClaim): string
}

export interface RecordedClaim {
  claim: LockedClaim
  effects: Effect[]
  waitingFor: string
  /** Claims that left in the same interchange, which has arrived by this news: there is news for them too. */
  alsoArrived: string[]
}

/**
 * Carries events into a locked claim, in order: timeline, projection, ledger, references, worklist, all in the caller's transaction.
 * Answers the claim as it is afterwards.
 */
export async function recordEvents(
  tx: Tx,
  claim: LockedClaim,
  incoming: ArrivedEvent[],
  context: RecordContext,
): Promise<RecordedClaim> {
  let state = claim.state
  const rows = []
  const effects: Effect[] = []
  for (const item of incoming) {
    const from = state.status
    const event = await withLedger(tx, claim, state, item)
    const advanced = advance(await withMoney(tx, claim, state, event, item), event)
    state = advanced.state
    effects.push(advanced.effect)
    rows.push({
      organisation_id: claim.organisationId,
      id: newId(),
      claim_id: claim.claimId,
      notice_id: item.noticeId ?? null,
      submission_id: item.submissionId ?? null,
      type: event.fact.type,
      fact: JSON.stringify(event.fact),
      said: JSON.stringify(event.said),
      effect: advanced.effect,
      from_status: from,
      to_status: state.status,
      implied: advanced.implied,
      actor: item.actor,
      act: item.act === undefined ? null : JSON.stringify(item.act),
      happened_at: event.at,
      recorded_at: context.now,
    })
    await saveLines(tx, claim, event, advanced.effect)
    if (event.references.length > 0 && advanced.effect !== 'conflict') {
      await rememberReferences(tx, {
        organisationId: claim.organisationId,
        connectionId: claim.connectionId,
        claimId: claim.claimId,
        submissionId: item.submissionId ?? null,
        references: event.references,
        now: context.now,
      })
    }
  }
  if (rows.length > 0) await pipelined(tx, tx.insertInto('claim_events').values(rows))
  const alsoArrived: string[] = []
  if (provenByNews(claim.state, state, incoming)) {
    if (claim.state.delivery === 'WAITING') await arrivedBeforeCutOff(tx, claim, context.now)
    alsoArrived.push(...(await markArrived(tx, claim.organisationId, claim.claimId, 'claim', context.now)))
  }
  if (undeliveredByNews(claim.state, state, incoming))
    await markReturned(tx, claim.organisationId, claim.claimId, context.now)
  if (incoming.some((item) => item.ofVoid && VOID_ARRIVED.includes(item.event.fact.type)))
    await markArrived(tx, claim.organisationId, claim.claimId, 'void', context.now)
  if (incoming.some((item) => item.noticeId !== undefined && item.event.fact.type === 'documents_sent'))
    await markArrived(tx, claim.organisationId, claim.claimId, 'supplement', context.now)
  const deadline = nextDeadline(state, claim.deadline, incoming, context.rulesOf(claim))
  const attention = await updateWorklist(tx, claim, { state, deadline, incoming, effects, now: context.now })
  const words = waitingFor(state, deadline, context.providerName(claim))
  // Looking at a claim without news writes nothing, unless its deadlines were changed on the connection.
  if (incoming.length > 0 || !sameDeadline(deadline, claim.deadline))
    await saveClaim(tx, claim, { state, deadline, attention, waitingFor: words, now: context.now })
  return { claim: { ...claim, state, deadline, attention }, effects, waitingFor: words, alsoArrived }
}

const VOID_ARRIVED: readonly string[] = ['void_sent', 'cancelled']

/** The claim was not known to have arrived, and stored news (not our own sender, which writes its interchange itself) says that it has. */
function provenByNews(before: ClaimState, after: ClaimState, incoming: ArrivedEvent[]): boolean {
  return before.delivery !== 'SENT' && after.delivery === 'SENT' && incoming.some((item) => item.noticeId !== undefined)
}

/** The claim's sending came back, which our own sender does not know. */
function undeliveredByNews(before: ClaimState, after: ClaimState, incoming: ArrivedEvent[]): boolean {
  const isNews = incoming.some((item) => item.noticeId !== undefined && item.event.fact.type === 'delivery_refused')
  return isNews && before.delivery !== 'REFUSED' && after.delivery === 'REFUSED'
}

function sameDeadline(a: Deadline | null, b: Deadline | null): boolean {
  return a?.kind === b?.kind && a?.startsAt === b?.startsAt && a?.dueAt === b?.dueAt && a?.level === b?.level
}

/** A passed deadline climbs one rung before the next due date is computed. */
function nextDeadline(
  state: ClaimState,
  before: Deadline | null,
  incoming: ArrivedEvent[],
  rules: DeadlineRules,
): Deadline | null {
  const climbed = incoming.filter((item) => item.event.fact.type === 'deadline_passed').length
  return deadlineOf(state, before === null ? null : { ...before, level: before.level + climbed }, rules)
}

/** Money is read from the ledger at the moment of recording: a notice's own figures may be older than a second payment. */
async function withLedger(tx: Tx, claim: LockedClaim, state: ClaimState, item: ArrivedEvent): Promise<ClaimEvent> {
  const { fact } = item.event
  if (fact.type !== 'money_posted') return item.event
  const money = await moneyPostedFact(tx, claim.organisationId, claim.claimId)
  return {
    ...item.event,
    fact: { ...fact, ...money, reversal: fact.reversal || money.openAmount > state.openAmount },
  }
}

/**
 * The ledger's part of an event that counts: a decision moves open money into its buckets (a remittance's decision has done so already), the end of a
 * cancelled or replaced claim takes its charge back. Answers the state with the money as it stands afterwards.
 */
async function withMoney(
  tx: Tx,
  claim: LockedClaim,
  state: ClaimState,
  event: ClaimEvent,
  item: ArrivedEvent,
): Promise<ClaimState> {
  const { fact } = event
  const moves = ['decided', 'status_by_hand', 'line_settled', 'cancelled', 'replaced'].includes(fact.type)
  if (!moves || claim.mode === 'test') return state
  // A remittance's decision comes with its money: the `money_posted` behind it carries the amounts.
  if (fact.type === 'decided' && fact.posted) return state
  const { effect } = advance(state, event)
  if (effect === 'stale' || effect === 'repeat') return state
  const { organisationId, claimId, currency } = claim
  const posting = { organisationId, claimId, currency, actor: item.actor }
  if (fact.type === 'cancelled' || fact.type === 'replaced') {
    await postWithdrawal(tx, { ...posting, now: new Date(event.at), reason: fact.type })
    if (fact.type === 'cancelled') await giveBackDisputed(tx, claim, new Date(event.at))
  }
  const decision = decisionOf(event)
  if (decision !== null) {
    const idempotencyKey = `decision:${item.noticeId ?? newId()}`
    await postDecision(tx, { ...posting, ...decision, idempotencyKey, now: new Date(event.at) })
  }
  const balances = await balancesOf(tx, organisationId, claimId)
  return { ...state, payment: balances.paymentStatus, openAmount: balances.open, deniedAmount: balances.denied }
}

/** What is to be posted of an event: nothing of a status that decides nothing. */
function decisionOf({ fact }: ClaimEvent): { lines: LineDecision[]; outcome?: 'approved' | 'denied' } | null {
  if (fact.type === 'decided') {
    return { lines: fact.lines, ...(fact.outcome === undefined ? {} : { outcome: fact.outcome }) }
  }
  if (fact.type !== 'status_by_hand' || !isDecided(fact)) return null
  if (fact.lines.length > 0 || fact.status === 'PARTIAL') return { lines: fact.lines }
  return { lines: [], outcome: fact.status === 'APPROVED' ? 'approved' : 'denied' }
}

function decisionLines(event: ClaimEvent): LineDecision[] | null {
  return event.fact.type === 'decided' || event.fact.type === 'status_by_hand' ? event.fact.lines : null
}

async function saveLines(tx: Tx, claim: LockedClaim, event: ClaimEvent, effect: Effect): Promise<void> {
  if (effect !== 'applied' && effect !== 'conflict') return
  for (const line of decisionLines(event) ?? []) {
    await pipelined(
      tx,
      tx
        .updateTable('claim_lines')
        .set({
          decision: line.outcome,
          payable: line.payable,
          adjustments: JSON.stringify(line.adjustments),
          settlement: null,
        })
        .where('organisation_id', '=', claim.organisationId)
        .where('claim_id', '=', claim.claimId)
        .where('line_number', '=', line.lineNumber),
    )
  }
  if (event.fact.type === 'line_settled') {
    await tx
      .updateTable('claim_lines')
      .set({ settlement: event.fact.action })
      .where('organisation_id', '=', claim.organisationId)
      .where('claim_id', '=', claim.claimId)
      .where('line_number', '=', event.fact.lineNumber)
      .execute()
  }
}
