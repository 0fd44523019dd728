import type { Managed } from './managed.ts'

/**
 * A part that ends by itself is started again this often within a minute; then something is really
 * wrong.
 */
const RESTARTS_PER_MINUTE = 5
const MINUTE_MS = 60_000
/** Between two tries of a part that doesn't come up. */
const PAUSE_MS = 1_000

export interface Watching {
  /** Rejects with the part's name and last output when starting it again doesn't help. */
  broken: Promise<never>
  /** From now on a part that ends stays ended. */
  end(): void
}

/** Starts again what ends by itself. */
export function watch(parts: Managed[], say: (words: string) => void): Watching {
  let over = false
  let fail: (error: Error) => void = () => undefined
  const broken = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  broken.catch(() => undefined)
  for (const part of parts) {
    let ends: number[] = []
    const restart = async (words: string): Promise<void> => {
      if (over) return
      ends = [...ends.filter((at) => Date.now() - at < MINUTE_MS), Date.now()]
      if (ends.length > RESTARTS_PER_MINUTE) {
        fail(new Error(`${part.name} ended ${ends.length} times within a minute; its last words:\n${part.lastWords()}`))
        return
      }
      say(`${words}; starting it again`)
      try {
        await part.start()
        if (over) await part.stop()
      } catch (error) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
        await restart((error as Error).message)
      }
    }
    part.onUnexpectedEnd((words) => void restart(words))
  }
  return {
    broken,
    end: () => {
      over = true
    },
  }
}
