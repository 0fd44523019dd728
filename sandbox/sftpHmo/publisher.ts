import type { Clock } from '../../platform/clock.ts'
import { makeAgenda } from '../agenda.ts'
import type { Faults } from '../faults.ts'
import type { OutFile, SummitBook, SummitClaim, SummitInterchange } from './bookTypes.ts'
import { type Due, filesOf } from './compose.ts'
import type { makeOutbox } from './outbox.ts'
import { claimSteps, interchangeSteps, type SummitStep } from './steps.ts'
import { SUMMIT } from './x12/parties.ts'

const NOTHING_SAID: ReadonlySet<string> = new Set()

export interface SummitPublisher {
  /** A claim or an interchange came in, or a claim was corrected: its steps are due from now on. */
  watch(subject: SummitClaim | SummitInterchange): void
  stop(): Promise<void>
}

/**
 * Says what is due, when it is due on the business clock. A file is noted with its whole text
 * before it is written, and noted again once it is there: killed anywhere, the same file with the
 * same text is put out (once more). `died` is called with an error that ends the publisher.
 */
export function startPublisher(
  {
    book,
    clock,
    faults,
    outbox,
  }: { book: SummitBook; clock: Clock; faults: Faults; outbox: ReturnType<typeof makeOutbox> },
  died: (error: Error) => void,
): SummitPublisher {
  const late = new Map<SummitClaim, boolean>()
  let stopped = false
  const agenda = makeAgenda<SummitClaim | SummitInterchange>(
    clock,
    (subject) => stepsLeft(subject)[0]?.due,
    () => {
      running = running.then(run).catch(died)
    },
  )
  let running: Promise<void> = finishLeftovers()

  function stepsLeft(subject: SummitClaim | SummitInterchange): SummitStep[] {
    if ('inquiries' in subject) return interchangeSteps(subject)
    return claimSteps(book, subject, late.get(subject) ?? false)
  }

  async function run(): Promise<void> {
    if (stopped) return
    const now = clock.now()
    const subjects = agenda.due(now)
    const due = subjects.flatMap((subject) => dueOf(subject, now.getTime()))
    for (const { to, usage, contents } of filesOf(book, due, () => faults.next('wrongRef'))) {
      const { says, type } = contents
      const isAcknowledgement = type === '999' || type === '277CA'
      const control = book.nextControl()
      const written =
        isAcknowledgement && faults.next('dropAck')
          ? null
          : contents.write({ from: SUMMIT.id, to, control, usage, at: now })
      if (written === null) {
        book.note(now, 'swallowed', says)
        continue
      }
      // The number first: within one second of the file system's time, the order of names is the
      // order of publication.
      const number = String(control).padStart(9, '0')
      const name = `SUMMIT_${to.replace(/[^A-Za-z0-9.-]/g, '-')}_${number}_${type}.x12`
      const file: OutFile = { name, at: now.toISOString(), control, says, ...written }
      book.note(now, 'file', file)
      await finish(file, NOTHING_SAID)
    }
    agenda.again(subjects)
  }

  /** One step of each claim at a time: two payments of one claim are never in one file. */
  function dueOf(subject: SummitClaim | SummitInterchange, now: number): Due[] {
    if ('inquiries' in subject)
      return interchangeSteps(subject)
        .filter((step) => step.due <= now)
        .map(({ what }) => ({ interchange: subject, what }))
    const [step] = stepsLeft(subject)
    if (!step || step.due > now) return []
    if (step.what === 'acknowledged' && !late.has(subject)) {
      // The fault `reorder`: the payment overtakes the acknowledgement.
      late.set(subject, faults.next('reorder'))
      return dueOf(subject, now)
    }
    return [{ claim: subject, what: step.what }]
  }

  async function finish(file: OutFile, said: ReadonlySet<string>): Promise<void> {
    for (const { about, what, paid } of file.says) {
      if (said.has(`${about} ${what}`)) continue
      book.append({ kind: 'said', at: file.at, about, what, ...(paid === undefined ? {} : { paid }), key: file.name })
    }
    await outbox.put(file.name, file.text)
    book.note(clock.now(), 'published', file.name)
  }

  /** What a killed process had decided and not put out. */
  async function finishLeftovers(): Promise<void> {
    for (const file of book.files.values()) {
      if (book.published.has(file.name)) continue
      const said = book.entries().filter((entry) => entry.kind === 'said' && entry.key === file.name)
      await finish(file, new Set(said.map((entry) => (entry.kind === 'said' ? `${entry.about} ${entry.what}` : ''))))
    }
    for (const subject of [...book.interchanges.values(), ...book.claims.values()]) agenda.watch(subject)
  }

  running.catch(died)
  return {
    watch: agenda.watch,
    async stop() {
      stopped = true
      agenda.stop()
      await running.catch(() => undefined)
    },
  }
}
