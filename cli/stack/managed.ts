import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import readline from 'node:readline'

export interface ManagedOptions {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  logFile: string
  /**
   * Answers what the process reports when it is ready; default: its first JSON line on stdout with
   * `"ready":true`. Stops trying when aborted.
   */
  ready?: (aborted: AbortSignal) => Promise<Record<string, unknown>>
  /** Runs before each start, for example what makes a cluster. */
  prepare?: () => Promise<void>
  /** As whom it runs; absent = as this process. */
  user?: { uid: number; gid: number } | undefined
  /** How it is asked to end; SIGTERM unless it means something else to it. */
  stopSignal?: NodeJS.Signals
  onStarted?: (pid: number) => void
}

/**
 * One process of the stack: started, watched, killed and started again by whoever owns it. Never
 * touches a process it didn't start.
 */
export interface Managed {
  name: string
  /**
   * Starts it (again) and waits until it is ready; `more` is environment for this run only. Throws
   * one sentence with the last lines of its output.
   */
  start(more?: Record<string, string>): Promise<Record<string, unknown>>
  /** Asks it to end and waits; SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>
  pid(): number | undefined
  /** Called when it ends although nobody asked it to. */
  onUnexpectedEnd(listener: (words: string) => void): void
  lastWords(): string
}

const READY_WITHIN_MS = 120_000
const STOP_GRACE_MS = 20_000
/** A log above this becomes `.1` at the next start. */
const LOG_BYTES = 10 * 1024 * 1024

export function managed(options: ManagedOptions): Managed {
  const { name, logFile } = options
  let child: ChildProcess | null = null
  let expected = false
  let listener: (words: string) => void = () => undefined

  async function start(more: Record<string, string> = {}): Promise<Record<string, unknown>> {
    expected = false
    await options.prepare?.()
    turnOver(logFile)
    const started = run(options, more)
    child = started
    if (started.pid !== undefined) options.onStarted?.(started.pid)
    const waiting = new AbortController()
    const log = createWriteStream(logFile, { flags: 'a' })
    // A full disk must not end the supervisor.
    log.on('error', () => undefined)
    started.stderr?.pipe(log, { end: false })
    const announced = new Promise<Record<string, unknown>>((resolve) => {
      if (!started.stdout) return
      readline.createInterface({ input: started.stdout }).on('line', (line) => {
        if (!log.writableEnded) log.write(`${line}\n`)
        const report = reportIn(line)
        if (report) resolve(report)
      })
    })
    const ended = new Promise<never>((_resolve, reject) => {
      started.once('error', (error) => reject(new Error(`${name} cannot be started: ${error.message}`)))
      // `close`, not `exit`: its last output must be in the log.
      started.once('close', (code, signal) => {
        if (child === started) child = null
        const words = `${name} ended (${signal ?? `exit code ${code}`})`
        log.end(() => {
          reject(new Error(`${words} before it was ready; its last words: ${lastWords(logFile) || 'none'}`))
          if (!expected && waiting.signal.aborted) listener(words)
        })
      })
    })
    ended.catch(() => undefined)
    const late = setTimeout(() => waiting.abort(), READY_WITHIN_MS)
    try {
      return await Promise.race([options.ready?.(waiting.signal) ?? announced, ended, tooLate(name, waiting.signal)])
    } finally {
      clearTimeout(late)
      waiting.abort()
    }
  }

  async function end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    expected = true
    const ending = child
    if (ending?.pid === undefined) return
    const gone = new Promise<void>((resolve) => ending.once('close', () => resolve()))
    ending.kill(signal)
    const timer = setTimeout(() => ending.kill('SIGKILL'), graceMs)
    await gone
    clearTimeout(timer)
  }

  return {
    name,
    start,
    stop: (graceMs = STOP_GRACE_MS) => end(options.stopSignal ?? 'SIGTERM', graceMs),
    kill: () => end('SIGKILL', STOP_GRACE_MS),
    pid: () => child?.pid,
    onUnexpectedEnd: (next) => {
      listener = next
    },
    lastWords: () => lastWords(logFile),
  }
}

/**
 * In a group of its own: the terminal's Ctrl-C reaches only the parent, which ends everything in
 * order.
 */
function run({ command, args, env, user }: ManagedOptions, more: Record<string, string>): ChildProcess {
  // Another user may not be able to enter the folder that we were started in.
  const cwd = user ? { cwd: '/' } : {}
  return spawn(command, args, {
    env: { ...env, ...more },
    ...user,
    ...cwd,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

function lastWords(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-6).join('\n')
  } catch {
    return ''
  }
}

function turnOver(logFile: string): void {
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES) renameSync(logFile, `${logFile}.1`)
}

function reportIn(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null
  try {
    const report = JSON.parse(line)
    return report.ready === true ? report : null
  } catch {
    return null
  }
}

function tooLate(name: string, aborted: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    aborted.addEventListener('abort', () =>
      reject(new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`)),
    )
  })
}
