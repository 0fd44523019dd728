import type { Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import { WATCHED_TYPES, type WatchedType } from '../../domain/worklist/unattendedWork.ts'
import { subjectOf, watchedWorkflowId } from '../ids.ts'

/** One of the long-lived workflows, by what it is about. */
export interface WatchedWorkflow {
  type: WatchedType
  /** The claim, the batch's interchange, or the connection of an inbox. */
  subjectId: string
}

/** A run whose task fails again and again: Temporal calls it Running, and it does nothing. */
export interface WedgedRun extends WatchedWorkflow {
  runId: string
  /** How often its task has been tried, as Temporal counts. */
  tries: number
}

/**
 * From this many tries on a task does not fail by chance: one may be lost with a worker that dies,
 * and the next with another. A failing task is tried every ten seconds or less often.
 */
const WEDGED_TRIES = 3

/** A server that is well answers in milliseconds. */
const ANSWER_MS = 15_000

/** Questions in flight at once, as many as leave the server to others. */
const IN_FLIGHT = 32

/** What Temporal says of some workflows. */
export interface WedgeAnswer {
  wedged: WedgedRun[]
  /** Of these it said nothing in time: they may be wedged. */
  unanswered: WatchedWorkflow[]
}

/**
 * Which of these workflows are wedged. One that does not run is not. A server that is away is not
 * asked for all of them.
 */
export async function wedgedRuns(client: Client, workflows: WatchedWorkflow[]): Promise<WedgeAnswer> {
  const queue = [...workflows]
  const asked: WedgeAnswer = { wedged: [], unanswered: [] }
  const askNext = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (asked.unanswered.length >= IN_FLIGHT) asked.unanswered.push(next)
      else await ask(client, next, asked)
    }
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, askNext))
  return asked
}

async function ask(client: Client, workflow: WatchedWorkflow, asked: WedgeAnswer): Promise<void> {
  const handle = client.workflow.getHandle(watchedWorkflowId(workflow.type, workflow.subjectId))
  try {
    const { runId, status, raw } = await client.withDeadline(Date.now() + ANSWER_MS, () => handle.describe())
    const tries = raw.pendingWorkflowTask?.attempt ?? 0
    if (status.name === 'RUNNING' && tries >= WEDGED_TRIES) asked.wedged.push({ ...workflow, runId, tries })
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) asked.unanswered.push(workflow)
  }
}

/**
 * All long-lived workflows that run, as Temporal's visibility knows it: a moment behind the truth.
 */
export async function runningWorkflows(client: Client): Promise<WatchedWorkflow[]> {
  const running: WatchedWorkflow[] = []
  for (const type of WATCHED_TYPES) {
    const query = `WorkflowType = '${type}' AND ExecutionStatus = 'Running'`
    for await (const { workflowId } of client.workflow.list({ query }))
      running.push({ type, subjectId: subjectOf(type, workflowId) })
  }
  return running
}

/**
 * Ends a wedged run, and no other that may have taken its place. One that has ended already counts
 * as ended.
 */
export async function endWedged(client: Client, { type, subjectId, runId }: WedgedRun): Promise<void> {
  const handle = client.workflow.getHandle(watchedWorkflowId(type, subjectId), runId)
  await handle.terminate('its task fails again and again: started again from its row').catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error
  })
}
