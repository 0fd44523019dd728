import { setTimeout as pause } from 'node:timers/promises'
import type { Stack } from '../../stack/stack.ts'
import { type Armoury, knownFailpoint } from '../failpoint.ts'

/** A place that is not reached within this time is not hit: the cell is red. */
const HIT_WITHIN_MS = 120_000
const LOOK_MS = 50

/** The processes of a stack, and where they die. */
export interface Stage {
  stack: Stack
  /** The next passage of the place ends its process. */
  arm(failpoint: string): void
  /**
   * Waits until the process has died at the armed place, runs `meanwhile`, and starts the process
   * again. Throws when nobody comes by.
   */
  died(failpoint: string, meanwhile?: () => Promise<void>): Promise<void>
  /** SIGKILL and a new start, for what only happens to a young process. */
  restart(part: 'worker' | 'api'): Promise<void>
  /** How many processes have died at the place since `next`. */
  hits(failpoint: string): number
  /** Ends of processes that nobody asked for and no failpoint explains. */
  strays(): number
  /** Nothing is armed and nothing counted any more. */
  next(): void
}

/** `armoury` is the one whose folder the stack's processes know. */
export function stageOf(stack: Stack, armoury: Armoury): Stage {
  const armed = new Set<string>()
  let ends = 0
  let deaths = 0
  for (const part of ['worker', 'api'] as const)
    stack.parts[part].onUnexpectedEnd(() => {
      ends += 1
    })

  function everyHit(): number {
    return [...armed].reduce((sum, failpoint) => sum + armoury.hits(failpoint), 0)
  }

  async function start(part: 'worker' | 'api'): Promise<void> {
    const before = everyHit()
    try {
      await stack.parts[part].start()
    } catch (error) {
      // It died where it was to die, before it could say that it is ready.
      if (everyHit() === before) throw error
      deaths += 1
      ends += 1
    }
  }

  const stage: Stage = {
    stack,
    arm(failpoint) {
      armed.add(failpoint)
      armoury.arm(failpoint)
    },
    async died(failpoint, meanwhile) {
      const part = stack.parts[knownFailpoint(failpoint).in]
      const end = Date.now() + HIT_WITHIN_MS
      while (armoury.hits(failpoint) === 0) {
        if (Date.now() > end) throw new Error(`nobody has come by ${failpoint}`)
        await pause(LOOK_MS)
      }
      while (part.pid() !== undefined) await pause(LOOK_MS)
      deaths += 1
      await meanwhile?.()
      await start(knownFailpoint(failpoint).in)
    },
    async restart(part) {
      await stack.parts[part].kill()
      await start(part)
    },
    hits: (failpoint) => armoury.hits(failpoint),
    strays: () => Math.max(0, ends - deaths),
    next() {
      for (const failpoint of armed) armoury.disarm(failpoint)
      armed.clear()
      armoury.forget()
      ends = 0
      deaths = 0
    },
  }
  return stage
}
