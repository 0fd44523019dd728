import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { announce, asked } from '../stack/serve.ts'
import { ANSWERS_AFTER_MS } from './answers.ts'
import { type BareActivities, said } from './bareWorkflow.ts'

export const BARE_QUEUE = 'bench-bare'

/**
 * The reference's worker, in a process of its own so that its CPU can be told from everybody
 * else's. It also brings the answers to what it sent, as the engine's inbox does: one signal each,
 * when the twin would say it.
 */
export async function bareWorker(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' })
  const client = new Client({ connection })
  const activities: BareActivities = {
    send: async (id) => {
      const claim = client.workflow.getHandle(id)
      for (const after of ANSWERS_AFTER_MS) setTimeout(() => void claim.signal(said, `after ${after} ms`), after)
      return id
    },
    note: async (id) => id,
  }
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
