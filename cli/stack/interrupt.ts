const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** As a shell reports a process ended by Ctrl-C. */
const INTERRUPTED = 130

export interface Interrupt {
  happened(): boolean
  /** Signals have their usual meaning again. */
  forget(): void
}

/**
 * On Ctrl-C and its like: runs `clean` once, then ends this process. An impatient second Ctrl-C
 * changes nothing.
 */
export function onInterrupt(clean: () => Promise<void> | undefined): Interrupt {
  let asked = false
  const listener = () => {
    if (asked) return
    asked = true
    const over = () => process.exit(INTERRUPTED)
    Promise.resolve(clean()).then(over, over)
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return {
    happened: () => asked,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, listener)
    },
  }
}
