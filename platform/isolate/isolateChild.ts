import { serialize } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { IsolateSays } from './isolate.ts'

/**
 * A thread of its own, for a job that never ends lets nothing else run: it ends the process when the one that asked has gone, or when memory outside of
 * the heap grows beyond the limit.
 */
const WATCH = `
const { workerData: { parent, most } } = require('node:worker_threads')
setInterval(() => {
  if (process.ppid !== parent || process.memoryUsage.rss() > most) process.kill(process.pid, 'SIGKILL')
}, 100)`

/** Serves jobs one after another until the asker has gone. Called once, by the entry that `isolate` starts. */
export function serveIsolated<J, R>(work: (job: J) => R | Promise<R>): void {
  const [answerBytes = 0, mostMb = 0] = process.argv.slice(2).map(Number)
  const watch = new Worker(WATCH, {
    eval: true,
    execArgv: [],
    workerData: { parent: process.ppid, most: mostMb * 1_048_576 },
  })
  watch.unref()
  process.once('disconnect', () => process.exit(0))
  process.on('message', ({ job }: { job: J }) => {
    void answerTo(work, job, answerBytes).then(say)
  })
  say({ ready: true })
}

async function answerTo<J, R>(work: (job: J) => R | Promise<R>, job: J, answerBytes: number): Promise<IsolateSays> {
  try {
    const answer = serialize(await work(job))
    return answer.length > answerBytes ? { tooLarge: true } : { answer }
  } catch (error) {
    return { threw: classOf(error) }
  }
}

function say(says: IsolateSays): void {
  process.send?.(says)
}

/** The name of the error's class, which code gives and no document: never the message. */
function classOf(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : ''
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'unknown'
}
