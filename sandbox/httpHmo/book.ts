import { type EffectEntry, openEffectLedger } from '../effectLedger.ts'
import type { BookClaim, BookPapers, Published, Said } from './bookTypes.ts'
import { claimResponse, communicationRequest, paymentReconciliation } from './resources.ts'

export interface Book {
  record(entry: EffectEntry): void
  claims: Map<string, BookClaim>
  /** By the number that the papers came under. */
  papers: Map<string, BookPapers>
  byNumber(claimNumber: string): BookClaim | undefined
  byKey(idempotencyKey: string): BookClaim | undefined
  /** Publications in their order; a ClaimResponse's newer version takes the older one's place in searches. */
  published: Published[]
  current(id: string): Published | undefined
  notes: Map<string, unknown>
  count(kind: EffectEntry['kind']): number
  /** Claim numbers and payment numbers already given. */
  numbers: { claims: number; payments: number }
  entries(): readonly EffectEntry[]
  close(): void
}

/** The HMO's books: nothing but a reading of the ledger, so that a kill -9 leaves it where it was. */
export function openBook(folder: string): Book {
  const ledger = openEffectLedger(folder)
  const claims = new Map<string, BookClaim>()
  const numbers = new Map<string, BookClaim>()
  const keys = new Map<string, BookClaim>()
  const newest = new Map<string, Published>()
  const documents = new Map<string, Published>()
  const payments = new Map<string, { doc: Published; parts: Said[] }>()
  const counts: Record<EffectEntry['kind'], number> = { effect: 0, duplicate: 0, refused: 0, said: 0, note: 0 }
  const book: Book = {
    record(entry) {
      ledger.append(entry)
      apply(entry)
    },
    claims,
    papers: new Map(),
    byNumber: (number) => numbers.get(number),
    byKey: (key) => keys.get(key),
    published: [],
    current: (id) => newest.get(id),
    notes: new Map(),
    count: (kind) => counts[kind],
    numbers: { claims: 0, payments: 0 },
    entries: () => ledger.entries(),
    close: () => ledger.close(),
  }

  function apply(entry: EffectEntry): void {
    counts[entry.kind] += 1
    switch (entry.kind) {
      case 'effect':
        if (entry.purpose === 'supplement') takePapers(entry)
        else takeClaim(entry, entry.purpose)
        return
      case 'said':
        say(entry)
        return
      case 'note':
        note(entry.key, entry.value)
        return
      case 'duplicate':
      case 'refused':
        return
    }
  }

  function takePapers(entry: Extract<EffectEntry, { kind: 'effect' }>): void {
    const claim = numbers.get(entry.claimNumber)
    if (!claim) return
    const at = Date.parse(entry.at)
    claim.papersAt = at
    const { submissionNumber, bytesSha256 } = entry
    book.papers.set(submissionNumber.toUpperCase(), { submissionNumber, claim, at, bytesSha256 })
  }

  function takeClaim(entry: Extract<EffectEntry, { kind: 'effect' }>, purpose: BookClaim['purpose']): void {
    const detail = entry.detail as Pick<BookClaim, 'facilityId' | 'fate' | 'lines' | 'original' | 'idempotencyKey'>
    const claim: BookClaim = {
      ...entry,
      ...detail,
      purpose,
      at: Date.parse(entry.at),
      done: new Set(),
      paid: 0,
      superseded: false,
      papersAt: null,
    }
    book.numbers.claims += 1
    claims.set(claim.submissionNumber.toUpperCase(), claim)
    numbers.set(claim.claimNumber, claim)
    if (claim.idempotencyKey !== null) keys.set(claim.idempotencyKey, claim)
    const original = claim.original === null ? undefined : numbers.get(claim.original)
    if (original) original.superseded = true
  }

  function say(entry: Said): void {
    const claim = claims.get(entry.about.toUpperCase())
    if (!claim) return
    claim.done.add(entry.what)
    claim.paid += entry.paid ?? 0
    if (entry.what === 'documents-requested') {
      publish(entry.key, 'CommunicationRequest', [entry.about], entry.at, communicationRequest(claim, entry))
      return
    }
    const isPayment = entry.key.startsWith('PaymentReconciliation/')
    if (!isPayment) {
      publish(entry.key, 'ClaimResponse', [entry.about], entry.at, claimResponse(claim, entry))
      return
    }
    const known = payments.get(entry.key)
    const parts = [...(known?.parts ?? []), entry]
    const json = paymentReconciliation(entry.key, parts, (number) => claims.get(number.toUpperCase()))
    if (known) {
      known.parts = parts
      known.doc.json = json
      known.doc.about.push(entry.about)
      return
    }
    book.numbers.payments += 1
    publish(entry.key, 'PaymentReconciliation', [entry.about], entry.at, json)
    const doc = newest.get(idOf(entry.key))
    if (doc) payments.set(entry.key, { doc, parts })
  }

  function publish(key: string, type: Published['type'], about: string[], lastUpdated: string, json: string): void {
    const doc: Published = { key, type, id: idOf(key), about, lastUpdated, json, pushed: false }
    book.published.push(doc)
    newest.set(doc.id, doc)
    documents.set(key, doc)
  }

  function note(key: string, value: unknown): void {
    book.notes.set(key, value)
    const [word, rest = ''] = splitOnce(key)
    const doc = word === 'pushed' ? documents.get(rest) : undefined
    if (doc) doc.pushed = true
    if (word === 'swallowed') claims.get(String(value).toUpperCase())?.done.add(rest.split(':')[1] ?? '')
  }

  for (const entry of ledger.entries()) apply(entry)
  return book
}

function idOf(key: string): string {
  return key.split('/').slice(0, 2).join('/')
}

function splitOnce(key: string): [string, string?] {
  const at = key.indexOf(':')
  return at < 0 ? [key] : [key.slice(0, at), key.slice(at + 1)]
}
