import type { Logger } from 'pino'
import type { z } from 'zod'
import type { ProviderAdapter } from '../adapters/contract.ts'
import type { Databases } from '../db/connect.ts'
import type { AddressGuard, Destination } from '../platform/addresses/guard.ts'
import type { Clock } from '../platform/clock.ts'
import type { SealedRow } from '../platform/seal.ts'
import type { ClaimWorkflows } from '../workflows/client/claimWorkflows.ts'
import type { Inspected } from './files/inspectFile.ts'
import type { RateLimits } from './http/rateLimits.ts'

/** One connection's inbox. */
export interface InboxAddress {
  organisationId: string
  connectionId: string
  providerId: string
}

/**
 * What the API needs of a transport: the shape of its settings, the check of a push, and the check
 * of a connection, which sends nothing.
 */
export interface TransportDoor {
  endpoint: z.ZodType
  /**
   * Every host that an endpoint names, with its place in it. The endpoint is as the schema reads
   * it.
   */
  destinations(endpoint: unknown): (Destination & { pointer: string })[]
  secrets(auth: ProviderAdapter['declaration']['auth']): string[]
  checkPushHeaders?(headers: Record<string, string>, now: Date): { ok: true } | { ok: false; because: string }
  verifyPush?(
    headers: Record<string, string>,
    body: Uint8Array,
    secrets: Record<string, string>,
    now: Date,
  ): { ok: true; key: string } | { ok: false; because: string }
  check(session: {
    connectionId: string
    endpoint: unknown
    secrets: Record<string, string>
    auth: ProviderAdapter['declaration']['auth']
    addresses: AddressGuard
    signal: AbortSignal
    heartbeat(): void
  }): Promise<{ step: string; ok: boolean; detail: string }[]>
}

/** What a person needs to see of a mail. */
export interface ShownMail {
  subject: string
  from: string
  sentAt: string | null
  text: string
  files: { name: string; mediaType: string; body: Uint8Array }[]
}

/** What the API is made of; api/server.ts puts it together, tests put other parts in. */
export interface ApiDeps {
  databases: Databases
  clock: Clock
  /** Real time: signatures and rate limits do not follow the business clock. */
  realNow(): Date
  rates: RateLimits
  /** Whose `X-Forwarded-For` is believed, as express's `trust proxy` says it. */
  trustedProxies: string
  /** Are /docs and /openapi.json served? */
  docs: boolean
  log: Logger
  workflows: ClaimWorkflows
  /** Wakes the connection's inbox after documents were stored. */
  wakeInbox(mailbox: InboxAddress): Promise<void>
  /** Throws for an adapter that this deployment doesn't have. */
  adapterOf(adapterId: string): ProviderAdapter
  transportOf(name: ProviderAdapter['declaration']['transport']): TransportDoor
  /** Judges the hosts that a connection names, and opens every connection to them. */
  addresses: AddressGuard
  /** A mail as text and files; `unreadable` when it cannot be read safely. */
  readMail(raw: Uint8Array): Promise<{ kind: 'mail'; mail: ShownMail } | { kind: 'unreadable'; because: string }>
  /**
   * Inspects an attached file in a process of its own. `claimed` is the request's
   * Content-Type.
   */
  inspectFile(bytes: Buffer, claimed: string): Promise<Inspected>
  /** Seals the secrets of a connection; they open for no other. */
  seal(row: SealedRow, secrets: Record<string, string>): Buffer
  unseal(row: SealedRow, sealed: Buffer): Record<string, string>
  /** What /.well-known/security.txt names; absent or null: there is no such page. */
  securityContact?: string | null
  /** Tests: an answer that is not as documented becomes a 500. */
  checkAnswers: boolean
}
