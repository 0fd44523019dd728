import type { Clock } from '../platform/clock.ts'

const LONGEST_SLEEP_MS = 60_000

/** What a twin has to do, by the business clock. */
export interface Agenda<Subject> {
  /** Something of the subject has changed: its next step is due from now on when `nextDue` says. */
  watch(subject: Subject): void
  /** Subjects whose next step is due. */
  due(now: Date): Subject[]
  /** After a turn: these have done what was due, and the others go on waiting. */
  again(done: Subject[]): void
  stop(): void
}

/**
 * Calls `wake` when the soonest step is due. `nextDue` answers business ms, or undefined when a
 * subject has nothing left.
 */
export function makeAgenda<Subject>(
  clock: Clock,
  nextDue: (subject: Subject) => number | undefined,
  wake: () => void,
): Agenda<Subject> {
  const waiting = new Map<Subject, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let stopped = false

  function watch(subject: Subject): void {
    const due = nextDue(subject)
    if (due === undefined) waiting.delete(subject)
    else {
      waiting.set(subject, due)
      wakeAt(due)
    }
  }

  function wakeAt(due: number): void {
    if (stopped || due >= timerAt) return
    clearTimeout(timer)
    timerAt = due
    const expired = () => {
      timerAt = Number.POSITIVE_INFINITY
      wake()
    }
    timer = setTimeout(expired, Math.min(clock.realMsUntil(new Date(due)), LONGEST_SLEEP_MS))
  }

  return {
    watch,
    due: (now) => [...waiting].filter(([, at]) => at <= now.getTime()).map(([subject]) => subject),
    again(done) {
      for (const subject of done) watch(subject)
      wakeAt(Math.min(...waiting.values()))
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
