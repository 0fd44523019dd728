/**
 * Does `work` every so often (real milliseconds), never twice at once: a turn that falls due while
 * the last is still running is left out.
 */
export function everyWhileIdle(everyMs: number, work: () => Promise<void>): { turn(): Promise<void>; stop(): void } {
  let busy = false
  const turn = async () => {
    if (busy) return
    busy = true
    try {
      await work()
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void turn(), everyMs)
  return { turn, stop: () => clearInterval(timer) }
}
