import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Failed, Reply, Request } from './testServer.ts'

/** Starting Postgres and Vitest. */
const START_MS = 180_000
/** Workers that go round for ever are killed within this time of our leaving. */
const LEAVE_MS = 20_000

export type Ran = { kind: 'passed'; seconds: number } | { kind: 'failed'; first: Failed } | { kind: 'timed out' }

/**
 * Runs tests in a scratch copy, in a child process that is started when it is needed and again
 * after a test that never ended.
 */
export interface TestProcess {
  run(request: Request, timeoutMs: number): Promise<Ran>
  close(): Promise<void>
}

export function testProcess(folder: string): TestProcess {
  let child: ChildProcess | null = null
  const close = async () => {
    if (child === null) return
    const leaving = child
    child = null
    if (leaving.exitCode !== null) return
    const gone = once(leaving, 'exit')
    if (leaving.connected) leaving.disconnect()
    else leaving.kill()
    const timer = setTimeout(() => leaving.kill('SIGKILL'), LEAVE_MS)
    await gone
    clearTimeout(timer)
  }
  return {
    close,
    run: async (request, timeoutMs) => {
      child ??= await started(folder)
      child.send(request)
      const reply = await replyWithin(child, timeoutMs)
      if (reply === null) {
        await close()
        return { kind: 'timed out' }
      }
      if (reply.kind === 'ready') throw new Error('the test process started twice')
      const { failed, seconds } = reply
      return failed === null ? { kind: 'passed', seconds } : { kind: 'failed', first: failed }
    },
  }
}

async function started(folder: string): Promise<ChildProcess> {
  const server = path.join(folder, 'test/mutate/drawn/testServer.ts')
  const child = fork(server, [], {
    cwd: folder,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let words = ''
  child.stderr?.on('data', (bytes) => {
    words = `${words}${bytes}`.slice(-2_000)
  })
  const reply = await replyWithin(child, START_MS)
  if (reply?.kind !== 'ready') throw new Error(`the tests could not be started in ${folder}\n${words}`)
  return child
}

/** Null: no reply in time, or the process has died. */
async function replyWithin(child: ChildProcess, timeoutMs: number): Promise<Reply | null> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), timeoutMs)
  try {
    const { signal } = stop
    const [first] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })])
    return typeof first === 'object' && first !== null ? (first as Reply) : null
  } catch {
    return null
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
}
