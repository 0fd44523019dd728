import { type EffectEntry, type EffectLedger, openEffectLedger } from '../effectLedger.ts'
import type { HarborClaim, HarborPapers, HarborSaid, Published } from './bookTypes.ts'
import { claimResponse, communicationRequest, paymentReconciliation } from './resources.ts'

export interface HarborBook {
  record(entry: EffectEntry): void
  claims: Map<string, HarborClaim>
  /** By the number that the papers came under. */
  papers: Map<string, HarborPapers>
  byNumber(claimNumber: string): HarborClaim | undefined
  byKey(idempotencyKey: string): HarborClaim | undefined
  /**
   * Publications in their order; a ClaimResponse's newer version takes the older one's place in
   * searches.
   */
  published: Published[]
  current(id: string): Published | undefined
  notes: Map<string, unknown>
  count(kind: EffectEntry['kind']): number
  /** Claim numbers and payment numbers already given. */
  numbers: { claims: number; payments: number }
  entries(): readonly EffectEntry[]
  close(): void
}

/**
 * The HMO's books: nothing but a reading of the ledger, so that a kill -9 leaves it where it was.
 */
export function openBook(folder: string): HarborBook {
  return new LedgerBook(openEffectLedger(folder))
}

class LedgerBook implements HarborBook {
  readonly claims = new Map<string, HarborClaim>()
  readonly papers = new Map<string, HarborPapers>()
  readonly published: Published[] = []
  readonly notes = new Map<string, unknown>()
  readonly numbers = { claims: 0, payments: 0 }
  readonly #ledger: EffectLedger
  readonly #byNumber = new Map<string, HarborClaim>()
  readonly #byKey = new Map<string, HarborClaim>()
  readonly #newest = new Map<string, Published>()
  readonly #documents = new Map<string, Published>()
  readonly #payments = new Map<string, { doc: Published; parts: HarborSaid[] }>()
  readonly #counts: Record<EffectEntry['kind'], number> = { effect: 0, duplicate: 0, refused: 0, said: 0, note: 0 }

  constructor(ledger: EffectLedger) {
    this.#ledger = ledger
    for (const entry of ledger.entries()) this.#apply(entry)
  }

  record(entry: EffectEntry): void {
    this.#ledger.append(entry)
    this.#apply(entry)
  }

  byNumber(claimNumber: string): HarborClaim | undefined {
    return this.#byNumber.get(claimNumber)
  }

  byKey(idempotencyKey: string): HarborClaim | undefined {
    return this.#byKey.get(idempotencyKey)
  }

  current(id: string): Published | undefined {
    return this.#newest.get(id)
  }

  count(kind: EffectEntry['kind']): number {
    return this.#counts[kind]
  }

  entries(): readonly EffectEntry[] {
    return this.#ledger.entries()
  }

  close(): void {
    this.#ledger.close()
  }

  #apply(entry: EffectEntry): void {
    this.#counts[entry.kind] += 1
    switch (entry.kind) {
      case 'effect':
        if (entry.purpose === 'supplement') this.#enterPapers(entry)
        else this.#enterClaim(entry, entry.purpose)
        return
      case 'said':
        this.#say(entry)
        return
      case 'note':
        this.#note(entry.key, entry.value)
        return
      case 'duplicate':
      case 'refused':
        return
    }
  }

  #enterPapers(entry: Extract<EffectEntry, { kind: 'effect' }>): void {
    const claim = this.#byNumber.get(entry.claimNumber)
    if (!claim) return
    const at = Date.parse(entry.at)
    claim.papersAt = at
    const { submissionNumber, bytesSha256 } = entry
    this.papers.set(submissionNumber.toUpperCase(), { submissionNumber, claim, at, bytesSha256 })
  }

  #enterClaim(entry: Extract<EffectEntry, { kind: 'effect' }>, purpose: HarborClaim['purpose']): void {
    const detail = entry.detail as Pick<HarborClaim, 'facilityId' | 'fate' | 'lines' | 'original' | 'idempotencyKey'>
    const claim: HarborClaim = {
      ...entry,
      ...detail,
      purpose,
      at: Date.parse(entry.at),
      done: new Set(),
      paid: 0,
      superseded: false,
      papersAt: null,
    }
    this.numbers.claims += 1
    this.claims.set(claim.submissionNumber.toUpperCase(), claim)
    this.#byNumber.set(claim.claimNumber, claim)
    if (claim.idempotencyKey !== null) this.#byKey.set(claim.idempotencyKey, claim)
    const original = claim.original === null ? undefined : this.#byNumber.get(claim.original)
    if (original) original.superseded = true
  }

  #say(entry: HarborSaid): void {
    const claim = this.claims.get(entry.about.toUpperCase())
    if (!claim) return
    claim.done.add(entry.what)
    claim.paid += entry.paid ?? 0
    if (entry.what === 'documents-requested') {
      this.#publish(entry, 'CommunicationRequest', communicationRequest(claim, entry))
      return
    }
    if (entry.key.startsWith('PaymentReconciliation/')) this.#sayPayment(entry)
    else this.#publish(entry, 'ClaimResponse', claimResponse(claim, entry))
  }

  /** Several claims of one payment are said one by one; the resource grows with each. */
  #sayPayment(entry: HarborSaid): void {
    const known = this.#payments.get(entry.key)
    const parts = [...(known?.parts ?? []), entry]
    const json = paymentReconciliation(entry.key, parts, (number) => this.claims.get(number.toUpperCase()))
    if (known) {
      known.parts = parts
      known.doc.json = json
      known.doc.about.push(entry.about)
      return
    }
    this.numbers.payments += 1
    this.#publish(entry, 'PaymentReconciliation', json)
    const doc = this.#newest.get(idOf(entry.key))
    if (doc) this.#payments.set(entry.key, { doc, parts })
  }

  #publish({ key, about, at }: HarborSaid, type: Published['type'], json: string): void {
    const doc: Published = { key, type, id: idOf(key), about: [about], lastUpdated: at, json, pushed: false }
    this.published.push(doc)
    this.#newest.set(doc.id, doc)
    this.#documents.set(key, doc)
  }

  #note(key: string, value: unknown): void {
    this.notes.set(key, value)
    const [word, rest = ''] = splitOnce(key)
    const doc = word === 'pushed' ? this.#documents.get(rest) : undefined
    if (doc) doc.pushed = true
    if (word === 'swallowed') this.claims.get(String(value).toUpperCase())?.done.add(rest.split(':')[1] ?? '')
  }
}

function idOf(key: string): string {
  return key.split('/').slice(0, 2).join('/')
}

function splitOnce(key: string): [string, string?] {
  const at = key.indexOf(':')
  return at < 0 ? [key] : [key.slice(0, at), key.slice(at + 1)]
}
