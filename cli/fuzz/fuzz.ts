import { spawn } from 'node:child_process'
import { PROGRAM } from '../../platform/paths.ts'
import { type FuzzResult, readMutated } from './readMutated.ts'

/** Of the reading process, without V8's own. */
const HEAP_MB = 200
/** A document that never ends; one that is only slow is found by its processor time. */
const HANG_MS = 60_000

export interface FuzzOptions {
  documents: string
  seed: string
  json?: boolean
  /** Read in this process: what the command starts itself with. */
  here?: boolean
}

/**
 * `claimhub fuzz`: mutated documents for every decoder and for inspect, in a process with a small
 * heap and a watchdog. Exit code 1 on any failure.
 */
export async function fuzz(options: FuzzOptions): Promise<void> {
  const documents = Number(options.documents)
  const seed = Number(options.seed)
  if (!(Number.isInteger(documents) && documents > 0 && Number.isInteger(seed)))
    throw new Error('--documents and --seed are whole numbers')
  if (options.here) {
    const result = await readMutated(documents, seed, (document, name) => process.stdout.write(`${document} ${name}\n`))
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const result = await readInChild(documents, seed)
  const ok = result.failures.length === 0 && result.documents === documents
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, seed, ...result })}\n`)
  else process.stdout.write(sentences(result, seed))
  if (!ok) process.exitCode = 1
}

/** Reads them in a child; throws, naming the document, when it dies or hangs. */
export function readInChild(documents: number, seed: number): Promise<FuzzResult> {
  const argv = [
    `--max-old-space-size=${HEAP_MB}`,
    PROGRAM,
    'fuzz',
    '--here',
    '--documents',
    String(documents),
    '--seed',
    String(seed),
  ]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
  let pending = ''
  let last = 'before the first document'
  let stderr = ''
  return new Promise((resolve, reject) => {
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`a document never ended: ${last}`))
    }, HANG_MS)
    child.stderr.on('data', (bytes) => {
      stderr = `${stderr}${bytes}`.slice(-2000)
    })
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text: string) => {
      watchdog.refresh()
      const lines = `${pending}${text}`.split('\n')
      pending = lines.pop() ?? ''
      last = lines.at(-1) ?? last
    })
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(watchdog)
      if (code === 0 && last.startsWith('{')) resolve(JSON.parse(last) as FuzzResult)
      else reject(new Error(`the reading process ended (${code}) at document ${last}\n${stderr}`))
    })
  })
}

function sentences(result: FuzzResult, seed: number): string {
  const { documents, subjects, same, restated, refused, slowestMs, failures } = result
  const lines = [
    `${documents} mutated documents (seed ${seed}) of ${subjects} originals: ${refused} not taken, ${same} taken as the original, ${restated} taken as their bytes say`,
    `slowest: ${Math.round(slowestMs)} ms of the processor; failures: ${failures.length}`,
    ...failures.map(({ document, subject, mutation, what }) => `  ${document} ${subject}, ${mutation}: ${what}`),
  ]
  return `${lines.join('\n')}\n`
}
