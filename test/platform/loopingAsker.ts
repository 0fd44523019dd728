import { isolate, siblingModule } from '../../platform/isolate/isolate.ts'
import type { Hostile } from './hostileEntry.ts'

/** Prints the id of its process apart, then lets it loop for ever. */
const apart = isolate<Hostile, number>(siblingModule('./hostileEntry', import.meta.url), {
  processes: 1,
  seconds: 1_000,
  heapMb: 64,
  answerBytes: 1_000,
})
await apart.lease(async (ask) => {
  const said = await ask({ act: 'pid' })
  const looping = ask({ act: 'loop' })
  if (said.kind === 'done') console.log(said.answer)
  await looping
})
