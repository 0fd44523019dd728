import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { announce, asked } from '../cli/serve.ts'
import type { BareActivities } from './bareWorkflow.ts'

export const BARE_QUEUE = 'bench-bare'

/** The reference's worker, in a process of its own so that its CPU can be told from everybody else's. */
export async function bareWorker(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' })
  const activities: BareActivities = { send: async (id) => id, note: async (id) => id }
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./bareWorkflow.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  })
  const worker = await Worker.create({
    connection,
    taskQueue: BARE_QUEUE,
    workflowBundle,
    activities,
    maxCachedWorkflows: 600,
  })
  const running = worker.run()
  announce({ worker: 'bare' })
  await asked()
  worker.shutdown()
  await running
  await connection.close()
}
