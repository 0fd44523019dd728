import type { Faults } from './faults.ts'

/** How long after the question that follows a denial (real time). */
export const LATER_MS = 1_000

/**
 * The fault `acceptLater`: a message is lost on its way, so that its sender gets no answer and two
 * looks find nothing; one second after the second look it arrives all the same (failure B6), or one
 * second after the same message came again. A message is struck once.
 */
export interface LateAcceptance {
  /** True: it is on its way still, and `arrive` is called later. */
  strikes(key: string, arrive: () => void): boolean
  /** Somebody looked for it. */
  lookedFor(key: string): void
}

export function lateAcceptance(faults: Faults): LateAcceptance {
  const late = new Map<string, { looks: number; arrive(): void }>()
  const looked = (key: string, times: number) => {
    const message = late.get(key)
    if (message === undefined) return false
    const before = message.looks
    message.looks += times
    if (before < 2 && message.looks >= 2) setTimeout(message.arrive, LATER_MS).unref()
    return true
  }
  return {
    lookedFor: (key) => void looked(key, 1),
    strikes(key, arrive) {
      if (looked(key, 2) || !faults.next('acceptLater')) return false
      late.set(key, { looks: 0, arrive })
      return true
    },
  }
}
