import type { z } from 'zod'
import type { Said } from '../../domain/claim.ts'
import type { AddressGuard, Destination } from '../../platform/addresses/guard.ts'
import type { InMessage, OutMessage, ProviderAdapter } from '../contract.ts'

/** What a transport gets of one connection. Its secrets are not passed on to adapters. */
export interface Session<E = unknown> {
  connectionId: string
  /** Validated by the transport's `endpoint` schema. */
  endpoint: E
  secrets: Record<string, string>
  auth: ProviderAdapter['declaration']['auth']
  /** The only way out: every connection is opened by it. */
  addresses: AddressGuard
  /** Aborts when the activity is cancelled or out of time; a transport stops writing at once. */
  signal: AbortSignal
  /** Shows progress of long work to Temporal. */
  heartbeat(detail?: string): void
}

/**
 * How one send ended, by whether bytes may have left. `not_sent` is only for what certainly never
 * reached the provider's application: refused connection, DNS, TLS, sign-in, 429. Anything that no
 * rule names is `unknown`.
 */
export type Sent =
  | { kind: 'answered'; answer: InMessage }
  | { kind: 'arrived' }
  /**
   * The provider's own server refused this very message for good, before it took it (SMTP 5xx to
   * its bytes): nothing of it is there.
   */
  | { kind: 'refused'; said: Said[] }
  /** The bytes lie ready for a person who carries them to the provider; nothing has left. */
  | { kind: 'by_hand' }
  | { kind: 'not_sent'; because: string; retryAfterMs?: number }
  /**
   * Sign-in refused, host key changed, or an address that is not allowed: nobody sends on this
   * connection until a person has looked.
   */
  | { kind: 'stopped'; because: string }
  /** `retryAfterMs`: how long the provider wants to be left alone (503). */
  | { kind: 'unknown'; because: string; retryAfterMs?: number }

/**
 * What a look at the provider's side shows after an UNKNOWN, where the transport itself can look
 * (an SFTP folder).
 */
export type ArrivalCheck = 'arrived' | 'absent' | 'cannot_tell'

export interface SendOptions {
  /** Same key, same bytes: sent with every try of this message. */
  idempotencyKey: string
  /**
   * Persists that the next step makes the bytes visible to the provider (a rename, handing over a
   * mail); awaited before that step.
   */
  mark(step: 'RENAMING' | 'HANDING_OVER'): Promise<void>
}

/**
 * A document found at the provider. `key` is stable across collections (file name, resource id and
 * version).
 */
export interface CollectedDocument {
  key: string
  message: InMessage
  mediaType: string
}

export interface NamedDestination extends Destination {
  pointer: string
}

export interface Transport<E = unknown> {
  endpoint: z.ZodType<E>
  /** Every host that the endpoint names, and where in it (a JSON pointer). */
  destinations(endpoint: E): NamedDestination[]
  /**
   * Where what we send arrives, for people to read; another text is another place, and what is
   * known of one says nothing about the other (failure B20).
   */
  address(endpoint: E): string
  /** Names of the secrets that a connection must have, by declared auth. */
  secrets(auth: Session['auth']): string[]
  /**
   * True: `send` marks before the step that makes the bytes visible, and until then nothing has
   * left. False: they may leave as soon as it is called, so that its caller marks before.
   */
  marks: boolean
  /** Sends one message once; never retries. */
  send(message: OutMessage, session: Session<E>, options: SendOptions): Promise<Sent>
  /**
   * Looks whether a message of an UNKNOWN sending is there. Absent where the transport cannot look.
   */
  checkArrival?(message: OutMessage, session: Session<E>, mark: string | null): Promise<ArrivalCheck>
  /**
   * Reads all that is new. `store` is awaited for each document and has committed when it returns;
   * only then is the source told (moved, deleted, confirmed). Answers the new cursor.
   */
  collect(
    adapter: ProviderAdapter,
    context: CollectContext,
    session: Session<E>,
    store: (found: CollectedDocument) => Promise<void>,
  ): Promise<{ cursor: string | null }>
  /**
   * What can be said of a push before its body is read: its headers are there, well formed and of
   * `now`, real time.
   */
  checkPushHeaders?(headers: Record<string, string>, now: Date): { ok: true } | { ok: false; because: string }
  /** Checks a push on its raw bytes. `now` is real time. */
  verifyPush?(
    headers: Record<string, string>,
    body: Uint8Array,
    secrets: Record<string, string>,
    now: Date,
  ): { ok: true; key: string } | { ok: false; because: string }
  /** Connects, signs in and looks, step by step; sends nothing. */
  check(session: Session<E>): Promise<CheckStep[]>
}

export interface CollectContext {
  cursor: string | null
  /** Read what was collected before as well, as far as the source still has it. */
  reread?: boolean
  /** For the adapter's `collect` functions. */
  ctx: import('../contract.ts').Context<unknown>
}

export interface CheckStep {
  step: string
  ok: boolean
  detail: string
}
