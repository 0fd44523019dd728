import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import readline from 'node:readline'

export interface ManagedOptions {
  name: string
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  logFile: string
  /** Answers what the process reports when it is ready; default: its first JSON line on stdout with `"ready":true`. */
  ready?: () => Promise<Record<string, unknown>>
  /** More processes that belong to it and must go with it (Postgres's own server). */
  companions?: () => number[]
}

/** One process of the stack: started, watched, killed and started again by whoever owns it. Never touches a process it didn't start. */
export interface Managed {
  name: string
  start(): Promise<Record<string, unknown>>
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

export function managed(options: ManagedOptions): Managed {
  let child: ChildProcess | null = null
  let expected = false
  let listener: (words: string) => void = () => undefined

  const lastWords = () => {
    try {
      return readFileSync(options.logFile, 'utf8').trim().split('\n').slice(-6).join('\n')
    } catch {
      return ''
    }
  }

  async function start(): Promise<Record<string, unknown>> {
    expected = false
    const log = createWriteStream(options.logFile, { flags: 'a' })
    // A group of its own: the terminal's Ctrl-C reaches only the parent, which ends everything in order.
    const started = spawn(options.command, options.args, {
      env: options.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child = started
    started.stderr.pipe(log, { end: false })
    const lines = readline.createInterface({ input: started.stdout })
    const announced = new Promise<Record<string, unknown>>((resolve) => {
      lines.on('line', (line) => {
        log.write(`${line}\n`)
        const report = reportIn(line)
        if (report) resolve(report)
      })
    })
    const ended = new Promise<never>((_resolve, reject) => {
      started.once('error', (error) => reject(new Error(`${options.name} cannot be started: ${error.message}`)))
      started.once('exit', (code, signal) => {
        log.end()
        if (child === started) child = null
        const words = `${options.name} ended (${signal ?? `exit code ${code}`})`
        reject(new Error(`${words} before it was ready: ${lastWords()}`))
        if (!expected) listener(words)
      })
    })
    ended.catch(() => undefined)
    return Promise.race([options.ready ? options.ready() : announced, ended, tooLate(options.name)])
  }

  async function end(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    expected = true
    const ending = child
    const companions = options.companions?.() ?? []
    if (ending?.pid === undefined || ending.exitCode !== null) return
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    ending.kill(signal)
    if (signal === 'SIGKILL') for (const pid of companions) tryKill(pid)
    const timer = setTimeout(() => {
      ending.kill('SIGKILL')
      for (const pid of companions) tryKill(pid)
    }, graceMs)
    await gone
    clearTimeout(timer)
  }

  return {
    name: options.name,
    start,
    stop: (graceMs = 20_000) => end('SIGTERM', graceMs),
    kill: () => end('SIGKILL', 1_000),
    pid: () => child?.pid,
    onUnexpectedEnd: (next) => {
      listener = next
    },
    lastWords,
  }
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

function tooLate(name: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(
      () => reject(new Error(`${name} was not ready within ${READY_WITHIN_MS / 1000} s`)),
      READY_WITHIN_MS,
    ).unref()
  })
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
