import type { NoticeEffect } from '../../domain/claims/step.ts'
import type { ClaimOpening, ClaimSummary } from '../activityResults.ts'
import type { RecordResult } from '../messages.ts'
import { showInTemporalUi } from './showInTemporalUi.ts'

/** A person's request to cancel, and its result once it was carried out. */
export interface CancelRequest {
  noticeId: string
  done?: RecordResult
}

/**
 * What this run of a claim's workflow knows and still has to do. The truth is the row; nothing here
 * outlives the run.
 */
export type ClaimProgress = ReturnType<typeof claimProgress>

/** The progress of a run that has just begun. */
export function claimProgress() {
  let opening: ClaimOpening | null = null
  let latest: ClaimSummary | null = null
  let turns = 0
  let inTurn = false
  const effects = new Map<string, NoticeEffect>()
  const wanted = new Set<string>()
  const cancels: CancelRequest[] = []

  const progress = {
    /** Notices are stored that the claim has not recorded yet. */
    unrecorded: false,
    opening: () => opening,
    opened(now: ClaimOpening): void {
      opening = now
      if (now.kind === 'open') learn(now.claim)
    },
    latest: () => latest,
    /** The claim's summary; only after the claim has opened. */
    summary: () => latest as unknown as ClaimSummary,
    /**
     * A turn of the main function begins: what a delivery says meanwhile may be older than what the
     * turn will say.
     */
    beginTurn(): void {
      inTurn = true
    },
    learnInTurn(now: ClaimSummary): void {
      learn(now)
      inTurn = false
      turns += 1
    },
    turn: () => turns,
    /**
     * An activity's result may be staler than the last turn: then the row is read again instead of
     * applying it.
     */
    learnBeside(now: ClaimSummary, since: number): void {
      if (since === turns && !inTurn) learn(now)
      else progress.unrecorded = true
    },
    /** Somebody waits for the effects of these notices. */
    want(noticeIds: string[]): void {
      progress.unrecorded = true
      for (const id of noticeIds) wanted.add(id)
    },
    wantedNotices: () => [...wanted],
    isRecorded: (noticeIds: string[]) => noticeIds.every((id) => effects.has(id)),
    recordedEffects(noticeIds: string[]): RecordResult {
      for (const id of noticeIds) wanted.delete(id)
      const found = noticeIds.map((noticeId) => ({ noticeId, effect: effects.get(noticeId) ?? 'noted' }))
      return { status: latest?.status ?? 'DRAFT', effects: found }
    },
    requestCancel(noticeId: string): CancelRequest {
      const request: CancelRequest = { noticeId }
      cancels.push(request)
      return request
    },
    cancelWaits: () => cancels.length > 0,
    oldestCancel: () => cancels[0] as CancelRequest,
    cancelDone(now: ClaimSummary): void {
      const request = progress.oldestCancel()
      const own = now.effects.filter((effect) => effect.noticeId === request.noticeId)
      request.done = { status: now.status, effects: own }
      cancels.shift()
    },
  }
  return progress

  function learn(now: ClaimSummary): void {
    for (const { noticeId, effect } of now.effects) effects.set(noticeId, effect)
    for (const noticeId of now.cancelsWanted ?? []) {
      if (!cancels.some((request) => request.noticeId === noticeId)) cancels.push({ noticeId })
    }
    showInTemporalUi(latest, now)
    latest = now
  }
}
