import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { deserialize } from 'node:v8'

/** What bytes of a stranger may cost. Memory is per process: heap, and as much again of everything else within `ROOM_MB`. */
export interface IsolateLimits {
  /** Jobs at a time; more wait. */
  processes: number
  /** Longest a job may take, real seconds. */
  seconds: number
  /** Most JavaScript heap of a process, MB. */
  heapMb: number
  /** What a job answers must not be larger than this, in bytes as it is copied: its asker holds it in memory. */
  answerBytes: number
}

/** Buffers, WebAssembly and the program itself, beside the heap. */
const ROOM_MB = 512
/** A busy machine starts a process slowly. This long without a word, it is taken for broken. */
const START_MS = 60_000

/** How a job ended. No words of the job's own: they may hold a patient's name. */
export type Isolated<R> =
  | { kind: 'done'; answer: R }
  /** The class of the error, as the code names it. */
  | { kind: 'threw'; error: string }
  | { kind: 'overtime' }
  /** The process ended: out of memory, or a crash of it. */
  | { kind: 'died' }
  | { kind: 'too_large' }

/** Work on bytes of strangers, in processes that may die of it. They are kept warm from one job to the next. */
export interface Isolate<J, R> {
  /**
   * Waits until a process is free and ready, then hands it to `work`. What `work` loads for its job is therefore held at most `processes` times.
   * Rejects when no process can be started.
   */
  lease<T>(work: (ask: (job: J) => Promise<Isolated<R>>) => Promise<T>): Promise<T>
  /** Ends the processes; a job under way ends as `died`. */
  stop(): void
}

/** What the process says: `ready` once, then one answer a job. */
export type IsolateSays = { ready: true } | { answer: Uint8Array } | { threw: string } | { tooLarge: true }

/**
 * Starts nothing until the first lease. `entry` is a module that calls `serveIsolated`. A process knows nothing of the deployment's environment: no
 * secret is there to be found.
 */
export function isolate<J, R>(entry: URL, limits: IsolateLimits): Isolate<J, R> {
  const idle: ChildProcess[] = []
  const alive = new Set<ChildProcess>()
  const waiting: (() => void)[] = []
  let free = limits.processes
  const taken = async () => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const given = () => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  const started = async () => {
    for (let child = idle.pop(); child !== undefined; child = idle.pop()) if (isUp(child)) return child
    const child = await start(entry, limits)
    alive.add(child)
    child.once('exit', () => alive.delete(child))
    return child
  }
  return {
    lease: async (work) => {
      await taken()
      try {
        const child = await started()
        try {
          return await work((job) => ask<R>(child, job, limits))
        } finally {
          if (isUp(child)) idle.push(child)
        }
      } finally {
        given()
      }
    },
    stop: () => {
      for (const child of alive) child.kill('SIGKILL')
    },
  }
}

/** The module beside `from` by its name without ending: TypeScript's as it is written, JavaScript's once it is compiled. */
export function siblingModule(name: string, from: string): URL {
  return new URL(`${name}${path.extname(new URL(from).pathname)}`, from)
}

function isUp(child: ChildProcess): boolean {
  return child.connected && child.exitCode === null && child.signalCode === null && !child.killed
}

function start(entry: URL, { heapMb, answerBytes }: IsolateLimits): Promise<ChildProcess> {
  const typescript = path.extname(entry.pathname) === '.ts' ? ['--import', loaderOfTypescript()] : []
  const { TMPDIR, TZ } = process.env
  const child = fork(fileURLToPath(entry), [String(answerBytes), String(heapMb + ROOM_MB)], {
    execArgv: [`--max-old-space-size=${heapMb}`, ...typescript],
    env: { ...(TMPDIR === undefined ? {} : { TMPDIR }), ...(TZ === undefined ? {} : { TZ }) },
    serialization: 'advanced',
    // Whatever it prints may hold a patient's name. Until it is ready it has seen no document.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  child.unref()
  child.channel?.unref()
  return new Promise((resolve, reject) => {
    let printed = ''
    const hear = (bytes: Buffer) => {
      printed = (printed + bytes.toString()).slice(-2_000)
    }
    const failed = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`${path.basename(entry.pathname)} does not start: ${why} ${printed}`.trim()))
    }
    const slow = setTimeout(() => failed(`no word within ${START_MS} ms`), START_MS)
    const ended = () => failed('its process ended')
    child.stderr?.on('data', hear)
    child.once('error', (error) => failed(error.name))
    child.once('exit', ended)
    child.once('exit', () => clearTimeout(slow))
    child.once('message', () => {
      clearTimeout(slow)
      child.off('exit', ended)
      child.stderr?.off('data', hear)
      child.stderr?.resume()
      // Sending to a process that has just died: the exit tells.
      child.on('error', () => undefined)
      resolve(child)
    })
  })
}

/** Resolved from here, for the process that starts may have another working folder. */
function loaderOfTypescript(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
}

function ask<R>(child: ChildProcess, job: unknown, { seconds }: IsolateLimits): Promise<Isolated<R>> {
  return new Promise((resolve) => {
    const end = (how: Isolated<R>) => {
      clearTimeout(timer)
      child.off('exit', died)
      child.off('message', hear)
      resolve(how)
    }
    const died = () => end({ kind: 'died' })
    const hear = (says: IsolateSays) => {
      if ('answer' in says) end({ kind: 'done', answer: deserialize(says.answer) as R })
      else if ('threw' in says) end({ kind: 'threw', error: says.threw })
      else end({ kind: 'too_large' })
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      end({ kind: 'overtime' })
    }, seconds * 1_000)
    child.once('exit', died)
    child.on('message', hear)
    if (isUp(child)) child.send({ job }, () => undefined)
    else died()
  })
}
