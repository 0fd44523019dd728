import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client, Connection, defaultPayloadConverter } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { temporal } from '@temporalio/proto'
import { CLAIM_WORKFLOW } from '../../workflows/client/claimStart.ts'
import { claimWorkflowId, RECONCILIATION_ID } from '../../workflows/ids.ts'

type History = temporal.api.history.v1.IHistory

/** Beside the claims' own: one run of each type for each provider, the one that went furthest. */
const OTHER_TYPES = ['batchDispatch', 'inbox', 'collectMailbox', 'reconciliation']
/**
 * Runs read for each type: most collections find an empty mailbox, and one that found something is
 * wanted.
 */
const LOOKED_AT = 400

/** `name`: of the story's file. */
export interface EndedClaim {
  name: string
  claimId: string
}

/**
 * Writes workflow histories as JSON for the replay gate: each story's claim, and one run of every
 * other workflow type for each provider. The folder's earlier histories are thrown away. The data
 * are made up.
 */
export async function keepHistories(address: string, folder: string, claims: EndedClaim[]): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    rmSync(folder, { recursive: true, force: true })
    const keep = (type: string, name: string, history: History) => {
      mkdirSync(path.join(folder, type), { recursive: true })
      writeFileSync(path.join(folder, type, `${name}.json`), `${historyToJSON(history)}\n`)
    }
    for (const { name, claimId } of claims)
      keep(CLAIM_WORKFLOW, name, await client.workflow.getHandle(claimWorkflowId(claimId)).fetchHistory())
    await reconcileOnce(client)
    for (const type of OTHER_TYPES)
      for (const [provider, history] of await furthestRuns(client, type)) keep(type, provider, history)
  } finally {
    await connection.close()
  }
}

/** The schedule's own first run comes later than a demo lasts. */
async function reconcileOnce(client: Client): Promise<void> {
  await client.schedule.getHandle(RECONCILIATION_ID).trigger()
  const query = "WorkflowType = 'reconciliation' AND ExecutionStatus = 'Completed'"
  for (let seen = 0; seen === 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    seen = (await client.workflow.count(query)).count
  }
}

/** By provider; a workflow that serves all providers is kept under `all`. */
async function furthestRuns(client: Client, type: string): Promise<Map<string, History>> {
  const furthest = new Map<string, { runId: string; workflowId: string; events: number }>()
  const providers = new Map<string, string>()
  let looked = 0
  for await (const run of client.workflow.list({ query: `WorkflowType = '${type}'` })) {
    if (looked++ >= LOOKED_AT) break
    const known = providers.get(familyOf(run.workflowId))
    const provider = known ?? (await providerOf(client, run))
    providers.set(familyOf(run.workflowId), provider)
    const events = run.historyLength
    if (events > (furthest.get(provider)?.events ?? 0)) furthest.set(provider, { ...run, events })
  }
  const kept = new Map<string, History>()
  for (const [provider, run] of furthest)
    kept.set(provider, await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory())
  return kept
}

/** A schedule's runs differ in the time at the end of their id only. */
function familyOf(workflowId: string): string {
  return workflowId.replace(/-\d{4}-\d\d-\d\dT.*$/, '')
}

async function providerOf(client: Client, run: { workflowId: string; runId: string }): Promise<string> {
  const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
  const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
  if (!input) return 'all'
  const { providerId } = defaultPayloadConverter.fromPayload<{ providerId?: string }>(input)
  return providerId ?? 'all'
}
