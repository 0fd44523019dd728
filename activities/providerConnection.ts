import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity'
import type { BatchContext, OutMessage, ProviderAdapter } from '../adapters/contract.ts'
import type { Session, Transport } from '../adapters/transports/transport.ts'
import type { Tx } from '../db/connect.ts'
import { type Freeze, freezeOfConnection } from '../db/delivery/freezes.ts'
import type { Submission } from '../domain/claim.ts'
import { resolveSecrets } from '../platform/secretReferences.ts'
import type { Deps } from './deps.ts'

/** A connection with everything that a call to the provider needs. */
export interface ProviderConnection {
  adapter: ProviderAdapter
  transport: Transport
  organisationId: string
  connectionId: string
  mode: 'test' | 'production'
  currency: string
  zone: string
  settings: Record<string, unknown>
  endpoint: Record<string, unknown>
  secrets: Buffer | null
  stoppedBecause: string | null
  /** False: somebody switched it off. */
  enabled: boolean
  /** Null: its sending is not frozen. */
  frozen: Freeze | null
  /** How the provider's people are reached; empty where nothing is written down. */
  contact: { phone?: string; portalUrl?: string }
  /** What the connection agreed instead of the declaration's deadlines. */
  deadlines: Record<string, unknown>
  /** Contractual limit; null = none. */
  requestsPerSecond: number | null
}

/** Loads a connection; throws when it doesn't exist. */
export async function loadConnection(
  deps: Deps,
  tx: Tx,
  organisationId: string,
  connectionId: string,
): Promise<ProviderConnection> {
  const row = await tx
    .selectFrom('connections as n')
    .innerJoin('providers as p', 'p.id', 'n.provider_id')
    .select([
      'n.mode',
      'n.currency',
      'n.zone',
      'n.settings',
      'n.endpoint',
      'n.secrets',
      'n.stopped_because',
      'n.enabled',
      'n.requests_per_second',
      'n.deadlines',
      'p.adapter_id',
      'p.phone',
      'p.portal_url',
    ])
    .select(freezeOfConnection.as('frozen'))
    .where('n.organisation_id', '=', organisationId)
    .where('n.id', '=', connectionId)
    .executeTakeFirstOrThrow()
  const adapter = deps.adapterOf(row.adapter_id)
  return {
    adapter,
    transport: deps.transportOf(adapter.declaration.transport),
    organisationId,
    connectionId,
    mode: row.mode,
    currency: row.currency,
    zone: row.zone,
    settings: row.settings,
    endpoint: row.endpoint,
    secrets: row.secrets,
    stoppedBecause: row.stopped_because,
    enabled: row.enabled,
    frozen: row.frozen,
    deadlines: row.deadlines,
    contact: {
      ...(row.phone === null ? {} : { phone: row.phone }),
      ...(row.portal_url === null ? {} : { portalUrl: row.portal_url }),
    },
    requestsPerSecond: row.requests_per_second === null ? null : Number(row.requests_per_second),
  }
}

/**
 * Switched off by a person, stopped until one has mended it, or frozen by the operator or after a
 * restore: nothing is sent or asked. What comes in is still read.
 */
export function isHeld(connection: ProviderConnection): boolean {
  return !connection.enabled || connection.stoppedBecause !== null || connection.frozen !== null
}

/**
 * Held by nothing but a restore: nothing is sent, but the provider is asked what it has, for the
 * freeze is lifted when that is known.
 */
export function mayLook({ enabled, stoppedBecause, frozen }: ProviderConnection): boolean {
  return enabled && stoppedBecause === null && frozen?.cause === 'restored'
}

/** What the adapter's pure functions may know. Settings are parsed here, once per call. */
export function batchContext(
  connection: ProviderConnection,
  interchange: { id: string; controlNumber: number; createdAt: Date; preparedBy?: string[] },
  attachments: Map<string, Uint8Array>,
): BatchContext<unknown> {
  return {
    settings: connection.adapter.declaration.settings.parse(connection.settings),
    mode: connection.mode,
    currency: connection.currency,
    // The interchange's own time, not the clock: the same interchange gives the same bytes whenever
    // it is assembled.
    now: interchange.createdAt.toISOString(),
    zone: connection.zone,
    contact: connection.contact,
    deadlines: connection.deadlines,
    ...(interchange.preparedBy === undefined ? {} : { preparedBy: interchange.preparedBy }),
    attachment: (attachmentId) => {
      const bytes = attachments.get(attachmentId)
      if (!bytes) throw new Error(`attachment ${attachmentId} is not part of the submission`)
      return bytes
    },
    interchangeId: interchange.id,
    controlNumber: interchange.controlNumber,
  }
}

/** A context for reading: nothing of it depends on an interchange. */
export function readingContext(deps: Deps, connection: ProviderConnection) {
  return batchContext(connection, { id: '', controlNumber: 0, createdAt: deps.clock.now() }, new Map())
}

/**
 * Where the connection sends to now, for people to read; null: its address cannot be read, which is
 * another item's.
 */
export function addressOf({ transport, endpoint }: ProviderConnection): string | null {
  const read = transport.endpoint.safeParse(endpoint)
  return read.success ? transport.address(read.data) : null
}

/**
 * Opens the connection: parsed endpoint, secrets, and a signal that aborts with the activity or
 * before its time is up.
 */
export function openSession(deps: Deps, connection: ProviderConnection): Session {
  const timeout = AbortSignal.timeout(Math.max(1_000, activityInfo().startToCloseTimeoutMs - 3_000))
  return {
    connectionId: connection.connectionId,
    endpoint: connection.transport.endpoint.parse(connection.endpoint),
    secrets: connection.secrets === null ? {} : resolveSecrets(deps.unseal(connection, connection.secrets)),
    auth: connection.adapter.declaration.auth,
    addresses: deps.addresses,
    signal: AbortSignal.any([cancellationSignal(), timeout]),
    heartbeat: (detail) => heartbeat(detail),
  }
}

/** Who made the drafts of these submissions, each name once. */
export async function loadPreparers(tx: Tx, organisationId: string, submissions: Submission[]): Promise<string[]> {
  if (submissions.length === 0) return []
  const rows = await tx
    .selectFrom('claims')
    .select('created_by')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where(
      'id',
      'in',
      submissions.map(({ claimId }) => claimId),
    )
    .orderBy('created_by')
    .execute()
  return rows.map((row) => row.created_by)
}

export async function loadAttachments(
  tx: Tx,
  organisationId: string,
  submissions: Submission[],
): Promise<Map<string, Uint8Array>> {
  const ids = submissions.flatMap((submission) => submission.attachments.map((attachment) => attachment.attachmentId))
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('attachments')
    .select(['id', 'bytes'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row.bytes]))
}

/**
 * Keeps the activity's heartbeat going while `work` runs: a killed worker shows within one
 * heartbeat timeout.
 */
export async function heartbeating<T>(everyMs: number, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), everyMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** The message without its body, for the documents table; `messageFrom` puts it together again. */
export function headOf(message: OutMessage): Record<string, unknown> {
  const { body: _body, ...all } = message
  const { carries: _carries, ...head } = { carries: undefined, ...all }
  return { ...head, hasBody: message.body !== null }
}

export function messageFrom(head: Record<string, unknown>, body: Buffer): OutMessage {
  const { hasBody, ...rest } = head
  return { ...rest, body: hasBody === false ? null : new Uint8Array(body) } as OutMessage
}
