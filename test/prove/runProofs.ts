import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import type { Proof } from './proofs.ts'

export interface Proved {
  name: string
  ok: boolean
  seconds: number
}

export interface Runner {
  root: string
  /** Where the output of each proof is kept, as `<name>.log`. */
  logs: string
  /** Says where we are, and passes on what the proofs print. */
  write(text: string): void
}

/** A proof that takes this many times its usual time has hung. */
const HUNG = 4

/** Runs the proofs one after another; one that fails does not stop the others. */
export async function runProofs(proofs: readonly Proof[], runner: Runner): Promise<Proved[]> {
  mkdirSync(runner.logs, { recursive: true })
  const proved: Proved[] = []
  for (const [index, proof] of proofs.entries()) {
    const place = `[${index + 1}/${proofs.length}]`
    runner.write(`\n${place} ${proof.name}: ${proof.proves}\n    ${commandOf(proof)} (about ${proof.minutes} min)\n`)
    const began = Date.now()
    const ok = await runProof(proof, runner)
    const seconds = Math.round((Date.now() - began) / 100) / 10
    proved.push({ name: proof.name, ok, seconds })
    runner.write(`${place} ${proof.name} ${ok ? 'holds' : 'FAILED'} after ${seconds} s\n`)
  }
  return proved
}

/** As one would type it, with its variables in front. */
export function commandOf({ command, env = {} }: Proof): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), ...command].join(' ')
}

/** One line a proof, the names in one column. */
export function tableOf(proved: readonly Proved[]): string {
  const width = Math.max(...proved.map(({ name }) => name.length))
  const lines = proved.map(
    ({ name, ok, seconds }) => `${ok ? '✓' : '✗'} ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(8)} s`,
  )
  return `${lines.join('\n')}\n`
}

/**
 * Whether the command ends with 0 in time. It leads a process group of its own, so that whatever
 * it started ends with it when it has hung or when we are ended.
 */
function runProof({ name, command, env, minutes }: Proof, { root, logs, write }: Runner): Promise<boolean> {
  const [program, ...args] = command
  const log = createWriteStream(path.join(logs, `${name}.log`))
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const keep = (text: string) => {
    log.write(text)
    write(text)
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep)
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  const interrupted = (signal: NodeJS.Signals) => {
    end()
    process.exit(128 + constants.signals[signal])
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  return new Promise((resolve) => {
    const limit = setTimeout(
      () => {
        keep(`\n${name} has taken ${HUNG} times as long as it should: ended\n`)
        end()
      },
      HUNG * minutes * 60_000,
    )
    child.once('error', (error) => keep(`${error.message}\n`))
    child.once('close', (code) => {
      clearTimeout(limit)
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
      log.end(() => resolve(code === 0))
    })
  })
}
