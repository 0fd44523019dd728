import { type EffectEntry, openEffectLedger } from '../effectLedger.ts'
import type { ListedClaim } from './readClaims.ts'

/** What Visayas will do with a claim; decided when it takes it and kept in the ledger. */
export type VisayasFate =
  | 'pay'
  | 'pay-less-contract'
  | 'pay-part'
  | 'deny'
  | 'return'
  | 'silent'
  | 'halves'
  | 'overpay'
  | 'void'

export type VisayasStatement =
  | 'acknowledged'
  | 'in-review'
  | 'papers-wanted'
  | 'returned'
  | 'decided'
  | 'payment-1'
  | 'payment-2'
  | 'taken-back'

/** A claim in the books: what came in and what was said of it. */
export interface VisayasClaim extends Omit<ListedClaim, 'purpose'> {
  purpose: Effect['purpose']
  claimNumber: string
  scenario: string
  fate: VisayasFate
  /** Message-ID of the mail it came with: answers are answers to it. */
  cameWith: string
  /** The claim that this one corrects, when it is in the books. */
  original: string | null
  /** Business ms when it was taken. */
  at: number
  done: Set<VisayasStatement>
  /** Minor units paid so far. */
  paid: number
  supersededBy: string | null
  /** Business ms when the papers came that Visayas asked for. */
  papersAt: number | null
}

/** A mail to the clinic as it was decided: the same bytes whenever it is delivered again. */
export interface OutMail {
  name: string
  at: string
  raw: string
  says: { about: string; what: VisayasStatement; paid?: number }[]
}

type Effect = Extract<EffectEntry, { kind: 'effect' }>

export interface VisayasBook {
  claims: Map<string, VisayasClaim>
  /** Submission numbers of the supplements that came in. */
  papers: Set<string>
  byNumber(claimNumber: string): VisayasClaim | undefined
  mails: OutMail[]
  /** Everything that was ever delivered, in order: the n-th has UID n. */
  mailbox: string[]
  /** Names of ledger entries `said`, by mail and what it says. */
  hasSaid(mail: OutMail, says: OutMail['says'][number]): boolean
  append(entry: EffectEntry): void
  entries(): readonly EffectEntry[]
  close(): void
}

/**
 * Visayas' books: nothing but a reading of the effect ledger, so that a kill -9 leaves them where
 * they were.
 */
export function openBook(folder: string): VisayasBook {
  const ledger = openEffectLedger(folder)
  const numbers = new Map<string, VisayasClaim>()
  const said = new Set<string>()
  const book: VisayasBook = {
    claims: new Map(),
    papers: new Set(),
    byNumber: (number) => numbers.get(number.toUpperCase()),
    mails: [],
    mailbox: [],
    hasSaid: ({ name }, { about, what }) => said.has(`${name} ${about} ${what}`),
    append(entry) {
      ledger.append(entry)
      read(entry)
    },
    entries: () => ledger.entries(),
    close: () => ledger.close(),
  }

  function read(entry: EffectEntry): void {
    if (entry.kind === 'effect' && entry.purpose === 'supplement') enterPapers(entry)
    else if (entry.kind === 'effect') enter(entry)
    if (entry.kind === 'said') said.add(`${entry.key} ${entry.about} ${entry.what}`)
    if (entry.kind === 'note' && entry.key === 'mail') readMail(entry.value as OutMail)
    if (entry.kind === 'note' && entry.key === 'again') book.mailbox.push(entry.value as string)
    if (entry.kind === 'note' && entry.key === 'swallowed') markDone(entry.value as OutMail['says'])
  }

  function enter(entry: Effect): void {
    const claim: VisayasClaim = {
      ...(entry.detail as unknown as ListedClaim & Pick<VisayasClaim, 'fate' | 'original' | 'cameWith'>),
      purpose: entry.purpose,
      claimNumber: entry.claimNumber,
      scenario: entry.scenario,
      at: Date.parse(entry.at),
      done: new Set(),
      paid: 0,
      supersededBy: null,
      papersAt: null,
    }
    book.claims.set(claim.submissionNumber, claim)
    numbers.set(claim.claimNumber, claim)
    const original = claim.original === null ? undefined : book.byNumber(claim.original)
    if (original) original.supersededBy = claim.claimNumber
  }

  function enterPapers({ submissionNumber, claimNumber, at }: Effect): void {
    book.papers.add(submissionNumber)
    const claim = book.byNumber(claimNumber)
    if (claim) claim.papersAt ??= Date.parse(at)
  }

  function readMail(mail: OutMail): void {
    book.mails.push(mail)
    book.mailbox.push(mail.raw)
    markDone(mail.says)
  }

  function markDone(says: OutMail['says']): void {
    for (const { about, what, paid = 0 } of says) {
      const claim = book.claims.get(about)
      claim?.done.add(what)
      if (claim) claim.paid += paid
    }
  }

  for (const entry of ledger.entries()) read(entry)
  return book
}
