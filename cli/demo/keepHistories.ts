import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { claimWorkflowId } from '../../workflows/ids.ts'

/** Writes the workflow histories of claims as JSON, for the replay gate: made-up data, kept for every release. */
export async function keepHistories(
  address: string,
  folder: string,
  claims: { name: string; claimId: string }[],
): Promise<void> {
  const connection = await Connection.connect({ address })
  try {
    const client = new Client({ connection })
    mkdirSync(folder, { recursive: true })
    for (const { name, claimId } of claims) {
      const history = await client.workflow.getHandle(claimWorkflowId(claimId)).fetchHistory()
      writeFileSync(path.join(folder, `${name}.json`), `${historyToJSON(history)}\n`)
    }
  } finally {
    await connection.close()
  }
}
