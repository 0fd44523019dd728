import type { Minor } from '../domain/amounts.ts'
import type { Reference, Said, Submission } from '../domain/claim.ts'
import type { ProviderFact } from '../domain/claims/claimEvents.ts'
import type {
  AttachmentRule,
  AuthorisationRule,
  FieldRule,
  Requirements,
  RuleScope,
} from '../domain/claims/requirements.ts'
import type { MemberCorrection, SoughtClaim } from '../domain/inbox/marks.ts'
import type { Remittance } from '../domain/money/remittance.ts'
import type { DeadlineDefaults, ProviderDeclaration } from './declaration.ts'
import type { OutMessage } from './outMessage.ts'

export type { Carries, FileOut, HttpOut, MailOut, OutMessage, PaperOut } from './outMessage.ts'
export type { AttachmentRule, AuthorisationRule, FieldRule, Requirements, RuleScope }

/**
 * An HMO is data + pure functions + fixtures. Everything in this file is pure: no clock, no
 * randomness, no network, no secrets. What a mapping needs of the world is in its context.
 */
export interface ProviderAdapter<S = unknown> {
  declaration: ProviderDeclaration<S>
  /** One claim in the provider's words. Same input, same bytes. */
  encode(submission: Submission, ctx: Context<S>): Part | Promise<Part>
  /**
   * One or many parts into the exact bytes that leave: envelope, control numbers, split by size.
   */
  assemble(parts: Part[], ctx: BatchContext<S>): OutMessage[] | Promise<OutMessage[]>
  /**
   * What the provider's immediate answer to one message means. Not called by transports that get
   * none (SFTP).
   */
  readAnswer(answer: InMessage, ctx: Context<S>): Answer
  /** What a later document says. Never throws on bad bytes: they are `unreadable`. */
  decode(message: InMessage, ctx: Context<S>): Notice[] | Promise<Notice[]>
  /**
   * An inquiry about open claims; `decode` reads its replies. Also finds out what became of an
   * UNKNOWN delivery where `delivery.lookup` is declared.
   */
  ask?(claims: OpenClaim[], ctx: BatchContext<S>): OutMessage[] | Promise<OutMessage[]>
  /**
   * How answers are fetched where the transport cannot know (HTTP). SFTP folders are in the
   * connection's endpoint.
   */
  collect?: {
    /** The request for one page; `cursor` is null on the first collection ever. */
    list(cursor: string | null, ctx: Context<S>): OutMessage
    /**
     * Splits a page into documents. `cursor` is where the next `list` goes on; `more` says to do so
     * at once.
     */
    read(page: InMessage, ctx: Context<S>): CollectedPage
    /**
     * Gets a document that a page only names (`body` null): the request for it, and what its answer
     * holds. `read` throws for an answer that is not the document: nothing is stored then, nothing
     * confirmed, and the next collection asks again.
     */
    fetch?: {
      request(documentKey: string, ctx: Context<S>): OutMessage
      read(answer: InMessage, ctx: Context<S>): { mediaType: string; body: Uint8Array }
    }
    /** Tells the provider that a document is safely stored. Sent only after our commit. */
    confirm?(documentKey: string, ctx: Context<S>): OutMessage
  }
  /**
   * Answers that the provider pushes to `/v1/push/<connectionId>`. The transport checks the
   * signature on the raw bytes.
   */
  push?: { signature: 'standard-webhooks' }
}

export interface CollectedPage {
  /** `body` null: the page only names the document, `fetch` gets it. */
  documents: { key: string; mediaType: string; body: Uint8Array | null }[]
  cursor: string | null
  more: boolean
}

/** What a mapping gets besides its input; it has no clock, no network and no secrets. */
export interface Context<S> {
  settings: S
  mode: 'test' | 'production'
  currency: string
  /** Business time, ISO 8601 UTC. */
  now: string
  /** IANA zone of the provider. */
  zone: string
  /** How the provider's people are reached, as far as the operator has written it down. */
  contact?: { phone?: string; portalUrl?: string }
  /** Who made the drafts of the interchange, as the practice names them. */
  preparedBy?: string[]
  /** What the connection agreed instead of the declaration's own deadlines. */
  deadlines?: Partial<DeadlineDefaults>
  /** Bytes of an attachment of the submission at hand. */
  attachment(attachmentId: string): Uint8Array
}

export interface BatchContext<S> extends Context<S> {
  interchangeId: string
  /** Unique per connection, 1 to 999,999,999; committed before the first byte leaves. */
  controlNumber: number
}

/** One claim as the format needs it; opaque to everyone but the adapter's own `assemble`. */
export interface Part {
  submissionNumber: string
  content: unknown
}

export interface HttpIn {
  transport: 'http'
  status: number
  /** Lower-case names. */
  headers: Record<string, string>
  body: Uint8Array
  /** The path that this answers; absent on a push. */
  requestPath?: string
  /** `about` of the message that this answers. */
  about?: string
}
export interface FileIn {
  transport: 'sftp'
  name: string
  body: Uint8Array
}
/** One mail as the server gave it: `body` is the whole message with its headers. */
export interface MailIn {
  transport: 'email'
  /**
   * `trusted`: an allowed sender, and our own server says that it is who it claims to be. A mapping
   * believes nothing else; of an untrusted mail it may only say that a person must look.
   */
  sender: 'trusted' | 'untrusted'
  /** Why the sender is not trusted. */
  because?: string
  body: Uint8Array
}
/** A paper or file that a person got from the provider and put in by hand. */
export interface PaperIn {
  transport: 'manual'
  name: string
  mediaType: string
  body: Uint8Array
}
/**
 * Stored documents come back to `decode` as they came in: pushes and polled resources as `http`
 * with status 200.
 */
export type InMessage = HttpIn | FileIn | MailIn | PaperIn

/** What the provider says at once to a send. Refusal is a value; not knowing is its own value. */
export type Answer =
  | { kind: 'taken'; references: Reference[]; facts: ProviderFact[]; said: Said[] }
  | { kind: 'refused'; said: Said[] }
  | { kind: 'unknown'; because: string }

/**
 * How a notice finds its submission: numbers of ours, the provider's references as a fallback, and
 * the marks that must agree with the claim that they name. A mapping hands over every mark that its
 * document carries, as it stands there.
 */
export type ClaimMatch = SoughtClaim

/**
 * What a later document says: about one claim, about a batch, about money, or nothing that we can
 * read.
 */
export type Notice =
  | {
      kind: 'claim'
      match: ClaimMatch
      fact: ProviderFact
      at?: string
      said: Said[]
      references: Reference[]
      /** What the provider says that we have wrong of the member. */
      correction?: MemberCorrection
    }
  | {
      kind: 'batch'
      /** The interchange's control number as we sent it. */
      controlNumber: number
      /**
       * Where the document names the interchange's id too: then both must be the same
       * interchange's.
       */
      interchangeId?: string
      /**
       * `rejected` fails every claim in it by name; `accepted` says nothing about claims;
       * `undelivered` means that it never reached the provider (a mail that bounced): nothing was
       * rejected, a person must look.
       */
      verdict: 'accepted' | 'rejected' | 'undelivered'
      /**
       * Only these submissions are meant (an 837D transaction rejected inside an accepted file).
       */
      submissionNumbers?: string[]
      /**
       * The same by place, where the provider names no submission: 1-based places within the
       * interchange, in the order of its submissions.
       */
      positions?: number[]
      /**
       * Only what this message of the interchange carries is meant: its 1-based place in sending
       * order (one mail of several that bounced).
       */
      message?: number
      at?: string
      said: Said[]
    }
  | { kind: 'remittance'; remittance: Remittance }
  | { kind: 'authorisation'; answer: AuthorisationAnswer }
  | { kind: 'unreadable'; because: string }

/**
 * The provider's answer to a request for authorisation that the practice made. Days are YYYY-MM-DD,
 * both included.
 */
export interface AuthorisationAnswer {
  granted: boolean
  /** What a claim names. */
  number: string
  /** The practice's own number of its request. */
  requestId: string
  validFrom: string
  validUntil: string
  /** The most that it pays, in minor units of the connection's currency; null: no limit is said. */
  amount: Minor | null
  said: Said[]
}

/** What `ask` gets to know about an open claim. */
export interface OpenClaim {
  submission: Submission
  references: Reference[]
}

/**
 * Makes an adapter and ties its settings' type to its functions. A purpose that is not declared is
 * refused here for every format: it must never leave as something else.
 */
export function defineProvider<S>(adapter: ProviderAdapter<S>): ProviderAdapter<S> {
  const { id, purposes } = adapter.declaration
  return {
    ...adapter,
    encode(submission, ctx) {
      if (!purposes.includes(submission.purpose)) throw new Error(`${id} cannot carry a ${submission.purpose}`)
      return adapter.encode(submission, ctx)
    },
  }
}

/** The notice of a document that only a person can read. `because` quotes nothing of it. */
export function unreadable(because: string): Notice {
  return { kind: 'unreadable', because }
}
