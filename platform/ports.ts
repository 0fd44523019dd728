import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Where ports of our own are looked for: below the ranges from which systems take ports for outgoing connections and for `listen(0)` (Linux: from 32768),
 * so that a port that was free a moment ago, or belongs to a process that is being started again, is not taken meanwhile.
 */
const FROM = 20_000
const BELOW = 32_000
const TRIES = 200

/** A TCP port on 127.0.0.1 that is free right now. Throws when none is found. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FROM, BELOW)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port was found between ${FROM} and ${BELOW - 1} on 127.0.0.1`)
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
