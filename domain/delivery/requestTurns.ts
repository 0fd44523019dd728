/**
 * The contractual rate limit as a queue that is reserved, not raced for. Instants are milliseconds
 * since 1970 on the database's clock. `nextFree`: when the next request may leave, exact.
 * `nextTurn`: when the next sender who has to go away may come back; turns lie one interval apart,
 * so that those who come back find the queue almost empty.
 */
export interface RequestQueue {
  nextFree: number
  nextTurn: number
}

/**
 * A sender that can come back waits so long on the spot; beyond it, it goes away and comes back at
 * its turn.
 */
export const LONGEST_PAUSE_MS = 5_000

export type RequestTurn =
  /** The request leaves after this pause, and nobody else has that instant. */
  | { kind: 'go'; waitMs: number }
  /** Not within this attempt: the sender comes back at `at`. */
  | { kind: 'later'; at: number }

/**
 * One request's place in the queue, and the queue behind it. `ownTurn`: what an earlier call gave
 * the same sender.
 */
export function takeTurn(
  queue: RequestQueue,
  asked: { now: number; intervalMs: number; ownTurn: number | null; patienceMs: number },
): { queue: RequestQueue; turn: RequestTurn } {
  const { now, intervalMs, ownTurn, patienceMs } = asked
  if (ownTurn !== null && ownTurn > now + patienceMs) return { queue, turn: { kind: 'later', at: ownTurn } }
  const free = Math.max(queue.nextFree, now)
  // Whoever has had a turn goes before those who come now.
  const place = ownTurn === null ? Math.max(free, queue.nextTurn) : free
  if (place <= now + patienceMs) {
    const nextFree = place + intervalMs
    return {
      queue: { nextFree, nextTurn: Math.max(queue.nextTurn, nextFree) },
      turn: { kind: 'go', waitMs: place - now },
    }
  }
  const at = Math.max(free, queue.nextTurn)
  return { queue: { ...queue, nextTurn: at + intervalMs }, turn: { kind: 'later', at } }
}
