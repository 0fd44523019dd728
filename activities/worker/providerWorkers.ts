import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { providerQueue } from '../../workflows/ids.ts'

/**
 * One activity-only worker per provider: a slow HMO uses up its own slots and nobody else's. `keep`
 * starts what is missing and stops what is gone.
 */
export function providerWorkers(base: {
  connection: NativeConnection
  namespace: string
  options: Partial<WorkerOptions>
  onFailure(error: unknown): void
}) {
  const running = new Map<string, { worker: Worker; ended: Promise<void> }>()
  return {
    async keep(providerIds: string[]): Promise<void> {
      for (const id of providerIds) {
        if (running.has(id)) continue
        const worker = await Worker.create({
          ...base.options,
          connection: base.connection,
          namespace: base.namespace,
          taskQueue: providerQueue(id),
        })
        running.set(id, { worker, ended: worker.run().catch(base.onFailure) })
      }
      for (const [id, { worker }] of running) {
        if (providerIds.includes(id)) continue
        running.delete(id)
        worker.shutdown()
      }
    },
    async stop(): Promise<void> {
      const all = [...running.values()]
      running.clear()
      for (const { worker } of all) worker.shutdown()
      await Promise.all(all.map(({ ended }) => ended))
    },
  }
}
