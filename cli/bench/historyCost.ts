import type { Client } from '@temporalio/client'

/**
 * What one workflow's history cost: events, and billable actions by Temporal Cloud's price list.
 */
export interface HistoryCost {
  events: number
  actions: number
  byKind: Record<string, number>
}

/**
 * Counts a history. One action each: start, update, activity, timer, signal, upsert of search
 * attributes; all local activities of one workflow task together one (source: Temporal Cloud's list
 * of actions). Workflow tasks are free.
 */
export async function historyCost(client: Client, workflowId: string): Promise<HistoryCost> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  const byKind: Record<string, number> = {}
  let actions = 0
  let markersInTask = 0
  for (const event of events ?? []) {
    const kind = kindOf(event)
    byKind[kind] = (byKind[kind] ?? 0) + 1
    if (kind === 'workflowTaskCompleted') markersInTask = 0
    if (kind === 'markerRecorded') markersInTask += 1
    if (kind === 'markerRecorded' ? markersInTask === 1 : BILLED.has(kind)) actions += 1
  }
  return { events: events?.length ?? 0, actions, byKind }
}

const BILLED = new Set([
  'workflowExecutionStarted',
  'workflowExecutionUpdateAccepted',
  'activityTaskScheduled',
  'timerStarted',
  'workflowExecutionSignaled',
  'upsertWorkflowSearchAttributes',
  'signalExternalWorkflowExecutionInitiated',
])

/** `activityTaskScheduled` from the one attribute that the event carries. */
function kindOf(event: object): string {
  const set = Object.entries(event).find(
    ([name, value]) => name.endsWith('EventAttributes') && value !== null && value !== undefined,
  )
  return set ? set[0].slice(0, -'EventAttributes'.length) : 'unknown'
}
