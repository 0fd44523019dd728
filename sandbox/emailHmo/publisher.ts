import type { Clock } from '../../platform/clock.ts'
import { makeAgenda } from '../agenda.ts'
import type { Faults } from '../faults.ts'
import type { OutMail, VisayasBook, VisayasClaim, VisayasStatement } from './book.ts'
import { decisionList, paymentList, statusList } from './lists.ts'
import { stepsLeft, type VisayasStep } from './steps.ts'
import { letter } from './writeMail.ts'

export interface VisayasPublisher {
  /** A claim came in, or was corrected: its steps are due from now on. */
  watch(claim: VisayasClaim): void
  /** A mail besides the claims' steps: a bounce, a robot's answer, a person's words. */
  write(make: (id: string) => string): void
  stop(): void
}

/** `name`: of the file, without its ending. */
interface EnclosedList {
  subject: string
  name: string
  csv: string
}

type Due = { claim: VisayasClaim; step: VisayasStep }

/**
 * Says what is due, when it is due on the business clock: one list for all claims of a run. A mail
 * is noted whole before it is delivered; killed anywhere, the same mail lies in the mailbox after
 * the restart.
 */
export function startPublisher(
  { book, clock, faults }: { book: VisayasBook; clock: Clock; faults: Faults },
  deliver: (raw: string, at: Date) => void,
): VisayasPublisher {
  const late = new Map<VisayasClaim, boolean>()

  const left = (claim: VisayasClaim) => stepsLeft(book, claim, late.get(claim) ?? false)
  const agenda = makeAgenda<VisayasClaim>(clock, (claim) => left(claim)[0]?.due, run)

  function run(): void {
    const now = clock.now()
    const claims = agenda.due(now)
    const due = claims.flatMap((claim) => dueOf(claim, now.getTime()))
    const about = (whats: VisayasStatement[]) => due.filter(({ step }) => whats.includes(step.what))
    sayStatuses(about(['acknowledged', 'in-review', 'papers-wanted', 'returned']), now)
    sayDecisions(about(['decided']), now)
    sayPayments(about(['payment-1', 'payment-2', 'taken-back']), now)
    agenda.again(claims)
  }

  function dueOf(claim: VisayasClaim, now: number): Due[] {
    const [step] = left(claim)
    if (!step || step.due > now) return []
    if (step.what === 'acknowledged' && !late.has(claim)) {
      // The fault `reorder`: the payment overtakes the acknowledgement.
      late.set(claim, faults.next('reorder'))
      return dueOf(claim, now)
    }
    return [{ claim, step }]
  }

  function sayStatuses(due: Due[], now: Date): void {
    if (due.length === 0) return
    if (due.some(({ step }) => step.what === 'acknowledged') && faults.next('dropAck')) {
      book.append({ kind: 'note', at: now.toISOString(), key: 'swallowed', value: saysOf(due) })
      return
    }
    const misled = new Set(due.map(({ claim }) => claim).filter(() => faults.next('wrongRef')))
    const rows = due.map(({ claim, step }) => ({ claim, what: step.what }))
    say(due, now, { subject: 'Status of your claims', name: 'status', csv: statusList(rows, misled) })
  }

  function sayDecisions(due: Due[], now: Date): void {
    if (due.length === 0) return
    const csv = decisionList(due.map(({ claim }) => claim))
    say(due, now, { subject: 'Decision on your claims', name: 'decision', csv })
  }

  function sayPayments(due: Due[], now: Date): void {
    for (const currency of new Set(due.map(({ claim }) => claim.currency))) {
      const own = due.filter(({ claim }) => claim.currency === currency)
      const number = `VHP-${String(book.mails.length + 1).padStart(6, '0')}`
      const rows = own.map(({ claim, step }) => ({ claim, paid: step.paid ?? 0 }))
      const csv = paymentList(number, now.toISOString().slice(0, 10), rows)
      say(own, now, { subject: `Payment ${number}`, name: 'payment', csv })
    }
  }

  /**
   * An answer to the claim's own mail where there is only one claim; a mail of its own for several.
   */
  function say(due: Due[], now: Date, { subject, name, csv }: EnclosedList): void {
    const only = due.length === 1 ? due[0]?.claim : undefined
    const list = { name: `${name}.csv`, csv }
    const text = 'Dear practice,\r\n\r\nplease find the list enclosed.\r\n\r\nClaims desk, Visayas Health'
    const answered = only && only.cameWith !== '' ? { answers: only.cameWith } : {}
    put(now, saysOf(due), (id) => letter({ id, at: now, subject, text, list, ...answered }))
  }

  function put(now: Date, says: OutMail['says'], make: (id: string) => string): void {
    const name = `vh-${String(book.mails.length + 1).padStart(9, '0')}`
    const mail: OutMail = { name, at: now.toISOString(), raw: make(name), says }
    book.append({ kind: 'note', at: mail.at, key: 'mail', value: mail })
    finish(mail)
    deliver(mail.raw, now)
    // The same mail once more, as a server does that lost its own 250.
    if (faults.next('dupAnswer')) {
      book.append({ kind: 'note', at: mail.at, key: 'again', value: mail.raw })
      deliver(mail.raw, now)
    }
  }

  function finish(mail: OutMail): void {
    for (const says of mail.says) {
      if (book.hasSaid(mail, says)) continue
      const { about, what, paid } = says
      book.append({ kind: 'said', at: mail.at, about, what, ...(paid === undefined ? {} : { paid }), key: mail.name })
    }
  }

  // What a killed process had decided and not yet written down as said.
  for (const mail of book.mails) finish(mail)
  for (const claim of book.claims.values()) agenda.watch(claim)
  return {
    watch: agenda.watch,
    write: (make) => put(clock.now(), [], make),
    stop: agenda.stop,
  }
}

function saysOf(due: Due[]): OutMail['says'] {
  return due.map(({ claim, step }) => ({
    about: claim.submissionNumber,
    what: step.what,
    ...(step.paid === undefined ? {} : { paid: step.paid }),
  }))
}
