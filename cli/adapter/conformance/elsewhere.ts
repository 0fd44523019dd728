const LATER_MS = 400 * 86_400_000

/**
 * Runs `work` on another day and with other random numbers. Only one at a time, because it replaces
 * the clock of the whole process.
 */
export async function elsewhere<T>(work: () => Promise<T>): Promise<T> {
  const { Date: RealDate } = globalThis
  const { random } = Math
  class LaterDate extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(RealDate.now() + LATER_MS)
      else super(...(args as [number]))
    }
    static override now(): number {
      return RealDate.now() + LATER_MS
    }
  }
  globalThis.Date = LaterDate as DateConstructor
  Math.random = () => 0.123
  try {
    return await work()
  } finally {
    globalThis.Date = RealDate
    Math.random = random
  }
}
