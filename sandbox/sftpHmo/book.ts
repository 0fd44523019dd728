import { type EffectEntry, openEffectLedger } from '../effectLedger.ts'
import type { Fate } from './fate.ts'
import type { ReceivedClaim } from './readClaim.ts'
import type { Inquiry } from './readInquiry.ts'
import type { What } from './steps.ts'

type Effect = Extract<EffectEntry, { kind: 'effect' }>

/** A claim in the books: what came in and what was said of it. */
export interface BookClaim extends Omit<ReceivedClaim, 'frequency'> {
  about: string
  purpose: Effect['purpose']
  claimNumber: string
  scenario: string
  fate: Fate
  /** The claim that this one corrects, when it is in the books. */
  original: string | null
  /** ISA06, ISA08 and ISA13 it came under. */
  sender: string
  receiver: string
  control: string
  usage: 'P' | 'T'
  bytesSha256: string
  /** Business ms when it was taken. */
  at: number
  done: Set<What>
  /** Minor units paid so far. */
  paid: number
  /** The correction that took its place. */
  supersededBy: string | null
}

/** An interchange of claims or of inquiries that was read to its end; its acknowledgements or its answer are due. */
export interface BookInterchange {
  about: string
  kind: 'claims' | 'inquiry'
  at: number
  sender: string
  receiver: string
  control: string
  date: string
  time: string
  usage: 'P' | 'T'
  note: string
  groups: {
    code: string
    control: string
    guide: string
    transactions: { kind: string; control: string; accepted: boolean }[]
  }[]
  /** Business days until it is acknowledged; null: never. */
  answerDays: number | null
  inquiries: Inquiry[]
  /** Which file it was, so that a restart between reading and removing is no second copy. */
  file: { inode: number; modifiedMs: number }
  done: Set<What>
}

/** A file of ours as it was decided, before it is written: the same text whenever it is written again. */
export interface OutFile {
  name: string
  at: string
  control: number
  text: string
  says: { about: string; what: What; paid?: number }[]
  /** What the clinics then owe to Summit, by payee, to be taken from the next payment (PLB FB). */
  owed?: { payee: string; amount: number; reference: string }
}

export interface Book {
  claims: Map<string, BookClaim>
  byNumber(claimNumber: string): BookClaim | undefined
  interchanges: Map<string, BookInterchange>
  files: Map<string, OutFile>
  published: Set<string>
  attachments: Set<string>
  owed(payee: string): { amount: number; reference: string }
  /** The next control number of a file of ours. */
  nextControl(): number
  append(entry: EffectEntry): void
  note(at: Date, key: string, value: unknown): void
  entries(): readonly EffectEntry[]
  close(): void
}

/** Summit's books: nothing but a reading of the effect ledger, so that a kill -9 leaves them where they were. */
export function openBook(folder: string): Book {
  const ledger = openEffectLedger(folder)
  const numbers = new Map<string, BookClaim>()
  const owed = new Map<string, { amount: number; reference: string }>()
  const book: Book = {
    claims: new Map(),
    byNumber: (number) => numbers.get(number.toUpperCase()),
    interchanges: new Map(),
    files: new Map(),
    published: new Set(),
    attachments: new Set(),
    owed: (payee) => owed.get(payee) ?? { amount: 0, reference: '' },
    nextControl: () => book.files.size + 1,
    append(entry) {
      ledger.append(entry)
      read(entry)
    },
    note: (at, key, value) => book.append({ kind: 'note', at: at.toISOString(), key, value }),
    entries: () => ledger.entries(),
    close: () => ledger.close(),
  }

  function read(entry: EffectEntry): void {
    if (entry.kind === 'effect') enter(entry)
    // `said` repeats for the outside what the file's note holds; `duplicate` and `refused` have no consequences.
    if (entry.kind === 'note') readNote(entry.key, entry.value)
  }

  function enter(entry: Effect): void {
    const claim = {
      ...(entry.detail as unknown as ReceivedClaim &
        Pick<BookClaim, 'fate' | 'original' | 'sender' | 'receiver' | 'control' | 'usage'>),
      about: entry.submissionNumber,
      purpose: entry.purpose,
      claimNumber: entry.claimNumber,
      scenario: entry.scenario,
      bytesSha256: entry.bytesSha256,
      at: Date.parse(entry.at),
      done: new Set<What>(),
      paid: 0,
      supersededBy: null,
    } satisfies BookClaim
    book.claims.set(claim.submissionNumber.toUpperCase(), claim)
    numbers.set(claim.claimNumber.toUpperCase(), claim)
    const original = claim.original === null ? undefined : book.byNumber(claim.original)
    if (original) original.supersededBy = claim.claimNumber
  }

  function readNote(key: string, value: unknown): void {
    switch (key) {
      case 'interchange': {
        const interchange = value as Omit<BookInterchange, 'done'>
        book.interchanges.set(interchange.about, { ...interchange, done: new Set() })
        return
      }
      case 'file':
        readFile(value as OutFile)
        return
      case 'published':
        book.published.add(value as string)
        return
      case 'attachment':
        book.attachments.add(value as string)
        return
      case 'swallowed':
        for (const { about, what } of value as OutFile['says']) subject(about)?.done.add(what)
    }
  }

  function readFile(file: OutFile): void {
    book.files.set(file.name, file)
    if (file.owed) owed.set(file.owed.payee, file.owed)
    for (const { about, what, paid = 0 } of file.says) {
      subject(about)?.done.add(what)
      const claim = book.claims.get(about.toUpperCase())
      if (claim) claim.paid += paid
    }
  }

  function subject(about: string): BookClaim | BookInterchange | undefined {
    return book.claims.get(about.toUpperCase()) ?? book.interchanges.get(about)
  }

  for (const entry of ledger.entries()) read(entry)
  return book
}
