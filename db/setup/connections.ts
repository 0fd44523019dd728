import type { BatchCalendar } from '../../domain/delivery/batchCalendar.ts'
import type { CollectFailure } from '../../domain/inbox/collectFailure.ts'
import type { Tx } from '../connect.ts'
import { type Freeze, freezeOfConnection } from '../delivery/freezes.ts'

export interface ConnectionRow {
  organisationId: string
  connectionId: string
  providerId: string
  adapterId: string
  mode: 'test' | 'production'
  currency: string
  zone: string
  endpoint: Record<string, unknown>
  settings: Record<string, unknown>
  secrets: Buffer | null
  deadlines: Record<string, unknown>
  pollSeconds: number
  requestsPerSecond: number | null
  enabled: boolean
  batchCalendar: BatchCalendar | null
  stoppedBecause: string | null
  /** Null: its sending is not frozen. */
  frozen: Freeze | null
  collecting: Collecting
}

/** How collecting the connection's answers goes. Business time. */
export interface Collecting {
  lastTriedAt: string | null
  lastSuccessAt: string | null
  /** Since the last success. */
  failures: number
  failingBecause: CollectFailure | null
}

/** What may change in a connection; a member that is absent stays. */
export type ConnectionChange = Partial<
  Omit<
    ConnectionRow,
    | 'organisationId'
    | 'connectionId'
    | 'providerId'
    | 'adapterId'
    | 'mode'
    | 'currency'
    | 'stoppedBecause'
    | 'frozen'
    | 'collecting'
  >
>

/** The organisation's connections. */
export async function connectionsOf(tx: Tx, organisationId: string): Promise<ConnectionRow[]> {
  const rows = await connections(tx, organisationId).orderBy('n.provider_id').orderBy('n.mode').execute()
  return rows.map(rowOf)
}

export async function connectionById(
  tx: Tx,
  organisationId: string,
  connectionId: string,
): Promise<ConnectionRow | null> {
  const row = await connections(tx, organisationId).where('n.id', '=', connectionId).executeTakeFirst()
  return row === undefined ? null : rowOf(row)
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockConnection(
  tx: Tx,
  organisationId: string,
  connectionId: string,
): Promise<ConnectionRow | null> {
  const row = await connections(tx, organisationId)
    .where('n.id', '=', connectionId)
    .forNoKeyUpdate('n')
    .executeTakeFirst()
  return row === undefined ? null : rowOf(row)
}

/** The adapter of a provider; null when there is no such provider. */
export async function adapterIdOf(tx: Tx, providerId: string): Promise<string | null> {
  const row = await tx.selectFrom('providers').select('adapter_id').where('id', '=', providerId).executeTakeFirst()
  return row?.adapter_id ?? null
}

/** Makes a connection; false when the organisation has one with this provider in this mode. */
export async function insertConnection(
  tx: Tx,
  organisationId: string,
  wanted: Omit<ConnectionRow, 'organisationId' | 'adapterId' | 'stoppedBecause' | 'frozen' | 'collecting'>,
): Promise<boolean> {
  const row = await tx
    .insertInto('connections')
    .values({
      organisation_id: organisationId,
      id: wanted.connectionId,
      provider_id: wanted.providerId,
      mode: wanted.mode,
      currency: wanted.currency,
      zone: wanted.zone,
      endpoint: JSON.stringify(wanted.endpoint),
      settings: JSON.stringify(wanted.settings),
      secrets: wanted.secrets,
      deadlines: JSON.stringify(wanted.deadlines),
      poll_seconds: wanted.pollSeconds,
      requests_per_second: wanted.requestsPerSecond?.toFixed(2) ?? null,
      enabled: wanted.enabled,
      batch_calendar: calendarText(wanted.batchCalendar),
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'provider_id', 'mode']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function changeConnection(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  change: ConnectionChange,
): Promise<void> {
  const { zone, endpoint, settings, secrets, deadlines, pollSeconds, requestsPerSecond, enabled, batchCalendar } =
    change
  const set = {
    ...(zone === undefined ? {} : { zone }),
    ...(endpoint === undefined ? {} : { endpoint: JSON.stringify(endpoint) }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(deadlines === undefined ? {} : { deadlines: JSON.stringify(deadlines) }),
    ...(pollSeconds === undefined ? {} : { poll_seconds: pollSeconds }),
    ...(requestsPerSecond === undefined ? {} : { requests_per_second: requestsPerSecond?.toFixed(2) ?? null }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(batchCalendar === undefined ? {} : { batch_calendar: calendarText(batchCalendar) }),
  }
  if (Object.keys(set).length === 0) return
  await tx
    .updateTable('connections')
    .set(set)
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .execute()
}

/** Lets a stopped connection send again. Answers why it had been stopped; null when it was not. */
export async function clearStop(tx: Tx, organisationId: string, connectionId: string): Promise<string | null> {
  const connection = await lockConnection(tx, organisationId, connectionId)
  if (connection === null || connection.stoppedBecause === null) return null
  await tx
    .updateTable('connections')
    .set({ stopped_because: null })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .execute()
  return connection.stoppedBecause
}

function calendarText(calendar: BatchCalendar | null): string | null {
  return calendar === null ? null : JSON.stringify(calendar)
}

function connections(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('connections as n')
    .innerJoin('providers as p', 'p.id', 'n.provider_id')
    .leftJoin('mailboxes as m', (join) =>
      join.onRef('m.organisation_id', '=', 'n.organisation_id').onRef('m.connection_id', '=', 'n.id'),
    )
    .selectAll('n')
    .select(freezeOfConnection.as('frozen'))
    .select(['p.adapter_id', 'm.last_tried_at', 'm.last_success_at', 'm.failures', 'm.failing_because'])
    .where('n.organisation_id', '=', organisationId)
}

type Selected = Awaited<ReturnType<ReturnType<typeof connections>['executeTakeFirstOrThrow']>>

function rowOf(row: Selected): ConnectionRow {
  return {
    organisationId: row.organisation_id,
    connectionId: row.id,
    providerId: row.provider_id,
    adapterId: row.adapter_id,
    mode: row.mode,
    currency: row.currency,
    zone: row.zone,
    endpoint: row.endpoint,
    settings: row.settings,
    secrets: row.secrets,
    deadlines: row.deadlines,
    pollSeconds: row.poll_seconds,
    requestsPerSecond: row.requests_per_second === null ? null : Number(row.requests_per_second),
    enabled: row.enabled,
    batchCalendar: row.batch_calendar,
    stoppedBecause: row.stopped_because,
    frozen: row.frozen,
    collecting: {
      lastTriedAt: row.last_tried_at?.toISOString() ?? null,
      lastSuccessAt: row.last_success_at?.toISOString() ?? null,
      failures: row.failures ?? 0,
      failingBecause: row.failing_because,
    },
  }
}
