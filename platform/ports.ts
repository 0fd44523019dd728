import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'

/**
 * Ports of our own are taken from here: below the ranges from which systems take ports for outgoing
 * connections and for `listen(0)` (Linux: from 32768), so that a port that was free a moment ago,
 * or belongs to a process that is being started again, is not taken meanwhile.
 */
const FROM = 20_000
const BELOW = 26_000
/**
 * Each of those ports has a guard, the port this far above it. Whoever listens on the guard owns
 * the port, until it lets go or ends: the system sees to it that there is one owner among all
 * processes of the machine, and none after a crash.
 */
const GUARD_ABOVE = BELOW - FROM
const TRIES = 200

/** The guards that this process listens on, by the port that they guard. */
const guards = new Map<number, Server>()

/**
 * A TCP port on 127.0.0.1 that is free and this process's own: no other call here or in another
 * process gets it before this process ends or lets go. Throws when none is found.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FROM, BELOW)
    if (!guards.has(port) && (await holdPort(port))) return port
  }
  throw new Error(`no free port was found between ${FROM} and ${BELOW - 1} on 127.0.0.1`)
}

/**
 * Makes a port that was chosen before, perhaps by another process, this process's own, as
 * `freePort` does. False when somebody listens on it or another process has it. A port that
 * `freePort` never chooses is only looked at.
 */
export async function holdPort(port: number): Promise<boolean> {
  if (port < FROM || port >= BELOW || guards.has(port)) return isFree(port)
  const guard = await listening(port + GUARD_ABOVE)
  if (guard === null) return false
  if (await isFree(port)) {
    // Owning a port is no reason to stay alive.
    guards.set(port, guard.unref())
    return true
  }
  await closed(guard)
  return false
}

/** Gives a port up, so that another process can have it. */
export async function letGoOfPort(port: number): Promise<void> {
  const guard = guards.get(port)
  guards.delete(port)
  if (guard !== undefined) await closed(guard)
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listening(port)
  if (probe === null) return false
  await closed(probe)
  return true
}

/** Null when the port is taken. The guard accepts no connection. */
function listening(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', () => resolve(null))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
