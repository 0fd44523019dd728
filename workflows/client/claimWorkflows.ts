import {
  type Client,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { type ClaimInput, cancel, type RecordResult, recordActions, type SubmitResult, submit } from '../messages.ts'
import { CLAIM_WORKFLOW } from './claimStart.ts'
import { grpcCodeOf, isTemporalAway, isTemporalBroken } from './temporalAway.ts'
import { startDispatchNow } from './wakeBatch.ts'
import { claimStartOptions, wakeClaim } from './wakeClaims.ts'

/**
 * How far a message to a claim's workflow came. `pending`: Temporal has it, but no worker has
 * answered in time; it will be carried out. `unavailable`: Temporal can't be reached, and nothing
 * is known to have happened.
 */
export type Reached<T> = { kind: 'answered'; result: T } | { kind: 'pending' } | { kind: 'unavailable' }

/**
 * The messages of the API to claims' workflows; each starts the workflow if it isn't running.
 */
export interface ClaimWorkflows {
  /** Freezes the draft and sends it on its way; answers what freeze said. */
  submit(claim: ClaimInput): Promise<Reached<SubmitResult>>
  /** What a person did, stored as notices before. */
  recordActions(claim: ClaimInput, noticeIds: string[]): Promise<Reached<RecordResult>>
  /** A person's request to cancel, stored as a notice before. */
  cancel(claim: ClaimInput, noticeId: string): Promise<Reached<RecordResult>>
  /** Starts or wakes the workflow without waiting for it. */
  wake(claim: ClaimInput): Promise<Reached<null>>
  /** Lets a batch leave now; its row says that it may. */
  dispatchNow(batch: { organisationId: string; providerId: string; interchangeId: string }): Promise<Reached<null>>
  /** Asked before a notice is stored, so that an outage leaves nothing behind. */
  reachable(): Promise<boolean>
}

/**
 * Patience is long enough for a busy worker and short enough for a person who waits; a server that
 * is up answers a probe in milliseconds.
 */
const LIMITS = { patienceMs: 8_000, probeMs: 2_000, trustMs: 1_000 }

/** The claims' workflows on a real Temporal server. */
export function claimWorkflows(client: Client, limits: typeof LIMITS = LIMITS): ClaimWorkflows {
  let answeredAt = Number.NEGATIVE_INFINITY

  /** A server that answered a moment ago is taken to be there: under load there are no probes. */
  async function reachable(): Promise<boolean> {
    if (Date.now() - answeredAt < limits.trustMs) return true
    return probe()
  }

  async function probe(): Promise<boolean> {
    try {
      // Not getSystemInfo: a server that has lost its store still answers that.
      const { namespace } = client.options
      await client.withDeadline(Date.now() + limits.probeMs, () =>
        client.connection.workflowService.describeNamespace({ namespace }),
      )
      answeredAt = Date.now()
      return true
    } catch {
      return false
    }
  }

  /**
   * Asks first whether the server is there: the client goes on trying an unreachable server until
   * the deadline, and a message that it delivers after the caller got a 503 would come as a
   * surprise.
   */
  async function reach<T>(send: () => Promise<T>): Promise<Reached<T>> {
    if (!(await reachable())) return { kind: 'unavailable' }
    try {
      const result = await client.withDeadline(Date.now() + limits.patienceMs, () => insisting(send))
      answeredAt = Date.now()
      return { kind: 'answered', result }
    } catch (error) {
      if (isTemporalBroken(error)) return { kind: 'unavailable' }
      if (!isOutOfReach(error)) throw error
      return (await probe()) ? { kind: 'pending' } : { kind: 'unavailable' }
    }
  }

  /**
   * What it is about is committed, so it is never answered as failed: a claim that ended or broke
   * off under the message finds the notices at its next turn.
   */
  async function reachStored<T>(claim: ClaimInput, send: () => Promise<T>): Promise<Reached<T>> {
    try {
      return await reach(send)
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw error
      await reach(() => wakeClaim(client, claim)).catch(() => undefined)
      return { kind: 'pending' }
    }
  }

  return {
    submit: (claim) =>
      reachStored(claim, () =>
        client.workflow.executeUpdateWithStart(submit, { startWorkflowOperation: startOf(claim) }),
      ),
    recordActions: (claim, noticeIds) =>
      reachStored(claim, () =>
        client.workflow.executeUpdateWithStart(recordActions, {
          args: [{ noticeIds }],
          startWorkflowOperation: startOf(claim),
        }),
      ),
    cancel: (claim, noticeId) =>
      reachStored(claim, () =>
        client.workflow.executeUpdateWithStart(cancel, {
          args: [{ noticeId }],
          startWorkflowOperation: startOf(claim),
        }),
      ),
    wake: (claim) =>
      reach(async () => {
        await wakeClaim(client, claim)
        return null
      }),
    dispatchNow: (batch) =>
      reach(async () => {
        await startDispatchNow(client, batch)
        return null
      }),
    reachable,
  }
}

function startOf(claim: ClaimInput) {
  return new WithStartWorkflowOperation(CLAIM_WORKFLOW, {
    ...claimStartOptions(claim),
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
}

/**
 * gRPC FAILED_PRECONDITION: the workflow's turn broke off as the message came, and took the message
 * with it.
 */
const NOT_READY = 9
const AGAIN_MS = 200

/**
 * Everything that is said to a claim may be said twice: what it is about is stored, and has an id.
 */
async function insisting<T>(send: () => Promise<T>): Promise<T> {
  for (let tries = 5; ; tries -= 1) {
    try {
      return await send()
    } catch (error) {
      if (tries === 1 || grpcCodeOf(error) !== NOT_READY) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

function isOutOfReach(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true
  return isTemporalAway(error) || grpcCodeOf(error) === NOT_READY
}
