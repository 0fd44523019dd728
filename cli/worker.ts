import { NO_HOOKS, runWorker } from '../activities/worker/runWorker.ts'
import { settingsFrom } from '../platform/settings.ts'
import { announce, asked } from './stack/serve.ts'

/**
 * `claimhub worker`: serves all task queues until it is asked to end; what is under way is finished
 * first.
 */
export async function worker(env: NodeJS.ProcessEnv = process.env, hooks = NO_HOOKS): Promise<void> {
  const running = await runWorker(settingsFrom(env), hooks)
  announce({ worker: true })
  await Promise.race([asked(), running.stopped])
  running.stop()
  await running.stopped
}
