import { describe, expect, it } from 'vitest'
import { LONGEST_PAUSE_MS, type RequestQueue, takeTurn } from '../../../domain/delivery/requestTurns.ts'

/**
 * Plays senders under a limit: each comes when it is told to, `late` by up to so much. Answers when
 * each request left and how often each asked.
 */
function play(senders: number, intervalMs: number, late: (sender: number) => number) {
  let queue: RequestQueue = { nextFree: 0, nextTurn: 0 }
  const asked = new Array<number>(senders).fill(0)
  const left: number[] = []
  const calls = Array.from({ length: senders }, (_, sender) => ({ sender, at: 0, ownTurn: null as number | null }))
  while (calls.length > 0) {
    calls.sort((one, other) => one.at - other.at)
    const call = calls.shift()
    if (call === undefined) break
    asked[call.sender] = (asked[call.sender] ?? 0) + 1
    const taken = takeTurn(queue, { now: call.at, intervalMs, ownTurn: call.ownTurn, patienceMs: LONGEST_PAUSE_MS })
    queue = taken.queue
    if (taken.turn.kind === 'go') left.push(call.at + taken.turn.waitMs)
    else calls.push({ ...call, at: taken.turn.at + late(call.sender), ownTurn: taken.turn.at })
  }
  return { left: left.sort((one, other) => one - other), most: Math.max(...asked) }
}

const smallestGap = (left: number[]) => Math.min(...left.slice(1).map((at, index) => at - (left[index] ?? 0)))

describe('turns under a contractual limit', () => {
  it('1,000 senders at once: none asks more than twice, none leaves too soon, and the line is never idle', () => {
    const { left, most } = play(1_000, 100, () => 0)
    expect(most).toBeLessThanOrEqual(2)
    expect(smallestGap(left)).toBeGreaterThanOrEqual(100)
    expect(left.at(-1)).toBe(99_900)
  })

  it('those who come back late delay nobody but themselves, and nobody starves', () => {
    const { left, most } = play(1_000, 100, (sender) => (sender * 37) % 900)
    expect(most).toBeLessThanOrEqual(3)
    expect(smallestGap(left)).toBeGreaterThanOrEqual(100)
    expect(left.at(-1)).toBeLessThan(99_900 + 2_000)
  })

  it('B12 all that come back at once after an outage of ten minutes still leave one interval apart', () => {
    const { left } = play(500, 100, () => 600_000)
    expect(left).toHaveLength(500)
    expect(smallestGap(left)).toBeGreaterThanOrEqual(100)
  })
})
