import { type EffectEntry, openEffectLedger } from '../effectLedger.ts'
import type { OutFile, SummitBook, SummitClaim, SummitEffect, SummitInterchange, SummitStatement } from './bookTypes.ts'
import type { X12Claim } from './x12/readClaim.ts'

/**
 * Summit's books: nothing but a reading of the effect ledger, so that a kill -9 leaves them where
 * they were.
 */
export function openBook(folder: string): SummitBook {
  const ledger = openEffectLedger(folder)
  const numbers = new Map<string, SummitClaim>()
  const owed = new Map<string, { amount: number; reference: string }>()
  const book: SummitBook = {
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
    // `said` repeats for the outside what the file's note holds; `duplicate` and `refused` have no
    // consequences.
    if (entry.kind === 'note') readNote(entry.key, entry.value)
  }

  function enter(entry: SummitEffect): void {
    const claim = {
      ...(entry.detail as unknown as X12Claim &
        Pick<SummitClaim, 'fate' | 'original' | 'sender' | 'receiver' | 'control' | 'usage'>),
      about: entry.submissionNumber,
      purpose: entry.purpose,
      claimNumber: entry.claimNumber,
      scenario: entry.scenario,
      bytesSha256: entry.bytesSha256,
      at: Date.parse(entry.at),
      done: new Set<SummitStatement>(),
      paid: 0,
      supersededBy: null,
    } satisfies SummitClaim
    book.claims.set(claim.submissionNumber.toUpperCase(), claim)
    numbers.set(claim.claimNumber.toUpperCase(), claim)
    const original = claim.original === null ? undefined : book.byNumber(claim.original)
    if (original) original.supersededBy = claim.claimNumber
  }

  function readNote(key: string, value: unknown): void {
    switch (key) {
      case 'interchange': {
        const interchange = value as Omit<SummitInterchange, 'done'>
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

  function subject(about: string): SummitClaim | SummitInterchange | undefined {
    return book.claims.get(about.toUpperCase()) ?? book.interchanges.get(about)
  }

  for (const entry of ledger.entries()) read(entry)
  return book
}
