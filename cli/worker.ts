import { runWorker } from '../activities/worker/runWorker.ts'
import { settingsFrom } from '../platform/settings.ts'
import { announce, asked } from './stack/serve.ts'

/** `claimhub worker`: serves all task queues until it is asked to end; what is under way is finished first. */
export async function worker(): Promise<void> {
  if (process.env['CLAIMHUB_PLANTED_DEFECT']) return (await import('./chaos/defectiveWorker.ts')).defectiveWorker()
  const running = await runWorker(settingsFrom(process.env))
  announce({ worker: true })
  await Promise.race([asked(), running.stopped])
  running.stop()
  await running.stopped
}
