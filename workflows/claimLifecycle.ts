import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { isSettled } from '../domain/delivery/interchangeState.ts'
import { claimActivities, providerActivities } from './activityProxies.ts'
import type { ClaimSummary, Opened } from './activityResults.ts'
import { deliverUntilResolved, type Learned } from './delivery.ts'
import { claimWorkflowId } from './ids.ts'
import {
  type ClaimInput,
  cancel,
  type RecordResult,
  recordActions,
  type SubmitResult,
  submit,
  view,
  wake,
} from './messages.ts'
import { historyIsLong, watched } from './renewal.ts'

const STATUS = defineSearchAttributeKey('ClaimStatus', SearchAttributeType.KEYWORD)
const ATTENTION = defineSearchAttributeKey('ClaimAttention', SearchAttributeType.BOOL)

/**
 * One claim's long life: freeze, deliver, then wait for news, a person or the deadline until nothing more is expected. What happened is in
 * Postgres; this workflow only makes sure that the next thing happens. It may be started again at any time and goes on from the row.
 */
export async function claimLifecycle(input: ClaimInput): Promise<string> {
  const local = claimActivities()
  let opened: Opened | null = null
  let claim: ClaimSummary | null = null
  let unread = false
  const told = new Map<string, string>()
  const asked = new Set<string>()
  const cancels: { noticeId: string; done?: RecordResult }[] = []

  setHandler(submit, async (): Promise<SubmitResult> => {
    await condition(() => opened !== null)
    return submitResult(opened as unknown as Opened)
  })
  setHandler(wake, () => {
    unread = true
  })
  setHandler(recordActions, async ({ noticeIds }): Promise<RecordResult> => {
    unread = true
    for (const id of noticeIds) asked.add(id)
    await condition(() => noticeIds.every((id) => told.has(id)))
    for (const id of noticeIds) asked.delete(id)
    const effects = noticeIds.map((noticeId) => ({ noticeId, effect: told.get(noticeId) ?? 'noted' }))
    return { status: claim?.status ?? 'DRAFT', effects }
  })
  setHandler(cancel, async ({ noticeId }): Promise<RecordResult> => {
    const wish: { noticeId: string; done?: RecordResult } = { noticeId }
    cancels.push(wish)
    await condition(() => wish.done !== undefined)
    return wish.done as unknown as RecordResult
  })
  setHandler(view, () => ({
    status: claim?.status ?? 'opening',
    delivery: claim?.delivery ?? null,
    waitingFor: claim?.waitingFor ?? 'Opening',
  }))

  const learn = (now: ClaimSummary) => {
    for (const { noticeId, effect } of now.effects) told.set(noticeId, effect)
    for (const noticeId of now.cancelsWanted ?? []) {
      if (!cancels.some((wish) => wish.noticeId === noticeId)) cancels.push({ noticeId })
    }
    show(claim, now)
    claim = now
  }
  const current = () => claim as unknown as ClaimSummary
  // A delivery runs beside the claim's own turns, and its word may be older than theirs: then the row is read once more instead.
  let turns = 0
  let inTurn = false
  const learnFromTurn = (now: ClaimSummary) => {
    learn(now)
    inTurn = false
    turns += 1
  }
  const learnFromDelivery = ({ claim: now }: Learned, since: number) => {
    if (now === null) return
    if (since === turns && !inTurn) learn(now)
    else unread = true
  }

  opened = await local.openClaim(input)
  if (opened.kind === 'refused') {
    await condition(allHandlersFinished)
    return opened.status
  }
  learn(opened.claim)
  const { provider, underWay } = watched(providerActivities(input.providerId, opened.timings))
  // A rest is not cut short: the new history tries at once.
  let resting = false
  const mayRenew = () =>
    historyIsLong() && !underWay() && !resting && !unread && cancels.length === 0 && allHandlersFinished()
  if (opened.replacedClaimId !== null) await wake(opened.replacedClaimId)
  for (const interchangeId of opened.dispatches ?? [])
    await local.startDispatch({ organisationId: input.organisationId, providerId: input.providerId, interchangeId })
  const unsent: string[] = []
  let sending = false
  for (const id of [...(opened.interchangeId === null ? [] : [opened.interchangeId]), ...(opened.alsoUnresolved ?? [])])
    send(id)

  for (;;) {
    const { closed, dueInMs } = current()
    if (closed !== null && !unread && cancels.length === 0 && !sending) break
    // The new history opens the claim at its row, with every sending that is not settled.
    if (mayRenew()) await continueAsNew<typeof claimLifecycle>(input)
    // Read anew each time: the delivery of a void closes the claim while this waits.
    const woken = () => unread || cancels.length > 0 || (current().closed !== null && !sending) || mayRenew()
    const inTime =
      dueInMs === null ? await condition(woken).then(() => true) : await condition(woken, Math.max(dueInMs, 1))
    inTurn = cancels.length > 0 || unread || !inTime
    if (cancels.length > 0) await carryOutCancel()
    else if (unread) await readNews()
    else if (!inTime) await climb()
  }
  await condition(allHandlersFinished)
  return current().status

  async function readNews() {
    unread = false
    learnFromTurn(await local.recordNotices(input, [...asked]))
  }

  async function climb() {
    const climbed = await local.escalate(input)
    learnFromTurn(climbed.claim)
    if (climbed.ask) await provider.askProvider(input).catch(() => undefined)
  }

  async function carryOutCancel() {
    const wish = cancels[0] as (typeof cancels)[number]
    const { claim: now, interchangeId } = await local.cancelClaim(input, wish.noticeId)
    learnFromTurn(now)
    if (interchangeId !== null) send(interchangeId)
    wish.done = { status: now.status, effects: now.effects.filter((effect) => effect.noticeId === wish.noticeId) }
    cancels.shift()
  }

  /** One sending at a time, in order: a void never overtakes what it takes back. */
  function send(interchangeId: string): void {
    unsent.push(interchangeId)
    if (!sending) void sendAll()
  }

  async function sendAll(): Promise<void> {
    sending = true
    for (let interchangeId = unsent.shift(); interchangeId !== undefined; interchangeId = unsent.shift()) {
      await deliverUntilResolved({ ...input, interchangeId }, provider, {
        turn: () => turns,
        learn: learnFromDelivery,
        endedByNotice: settledByNews,
      })
    }
    sending = false
  }

  /**
   * A claim that has arrived before speaks of another sending than this one (a void): then only the end of the claim ends it. False when it is time to
   * look: the wait is over, or a person knows that the provider does not have it.
   */
  async function settledByNews(withinMs?: number): Promise<boolean> {
    const over = () => current().closed !== null
    const settled = () => isSettled(current().delivery)
    const ended = settled() ? over : () => settled() || over()
    if (withinMs === undefined) await condition(ended)
    else {
      resting = true
      await condition(() => ended() || current().delivery === 'RESEND', withinMs)
      resting = false
      // The next attempt is the new history's.
      await condition(() => !mayRenew())
    }
    return ended()
  }
}

function submitResult(opened: Opened): SubmitResult {
  switch (opened.kind) {
    case 'refused':
      return opened.problems.length > 0
        ? { kind: 'refused', problems: opened.problems }
        : { kind: 'not_a_draft', status: opened.status }
    case 'open':
      return opened.submitted === null
        ? { kind: 'not_a_draft', status: opened.claim.status }
        : { kind: 'submitted', ...opened.submitted }
  }
}

/** The original of a replacement is told by its own workflow's news; one that has ended needs no telling. */
async function wake(claimId: string): Promise<void> {
  await getExternalWorkflowHandle(claimWorkflowId(claimId))
    .signal(wake, { noticeIds: [] })
    .catch(() => undefined)
}

/** Temporal UI: words always, search attributes only when they change (each upsert is a billable action). */
function show(before: ClaimSummary | null, now: ClaimSummary): void {
  setCurrentDetails(`**${now.status}** ${now.waitingFor}`)
  const { typedSearchAttributes: at } = workflowInfo()
  // A history that goes on from another has the attributes of that one.
  const was = before ?? { status: at.get(STATUS), attention: at.get(ATTENTION) }
  const changes = [
    ...(was.status === now.status ? [] : [{ key: STATUS, value: now.status }]),
    ...(was.attention === now.attention ? [] : [{ key: ATTENTION, value: now.attention }]),
  ]
  if (changes.length > 0) upsertSearchAttributes(changes)
}
