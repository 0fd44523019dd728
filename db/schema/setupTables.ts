import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { BatchCalendar } from '../../domain/delivery/batchCalendar.ts'
import type { CollectFailure } from '../../domain/inbox/collectFailure.ts'
import type { ToothNotation } from '../../domain/practice/toothNotation.ts'
import type { Json, JsonOrNull, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface OrganisationsTable {
  id: string
  name: string
  tax_id: Maybe<string>
  npi: Maybe<string>
  tooth_notation: Maybe<ToothNotation>
  created_at: Generated<Date>
}

export interface ProvidersTable {
  id: string
  adapter_id: string
  name: string
  phone: Maybe<string>
  contact: Maybe<string>
  portal_url: Maybe<string>
  created_at: Generated<Date>
}

export type Role = 'owner' | 'admin' | 'billing' | 'practice_app' | 'read_only'

/**
 * What the operator did by command: registered providers, made organisations and keys, re-sealed
 * secrets.
 */
export interface OperatorLogTable {
  id: string
  actor: string
  action: string
  subject: string
  detail: JSONColumnType<Record<string, unknown>>
  at: Time
}
export interface ApiKeysTable extends Tenant {
  id: string
  name: string
  role: Role
  key_prefix: string
  key_hash: Buffer
  created_at: Generated<Date>
  revoked_at: TimeOrNull
}

export interface ConnectionsTable extends Tenant {
  id: string
  provider_id: string
  mode: 'test' | 'production'
  currency: string
  zone: Generated<string>
  endpoint: Json<Record<string, unknown>>
  settings: Json<Record<string, unknown>>
  secrets: Maybe<Buffer>
  deadlines: ColumnType<Record<string, unknown>, string | undefined, string>
  poll_seconds: Generated<number>
  requests_per_second: Maybe<string>
  enabled: Generated<boolean>
  stopped_because: Maybe<string>
  batch_calendar: ColumnType<BatchCalendar | null, string | null | undefined, string | null>
  created_at: Generated<Date>
}

export interface ControlNumbersTable extends Tenant {
  connection_id: string
  last_number: Generated<number>
}

export interface FreeControlNumbersTable extends Tenant {
  connection_id: string
  number: number
}

export interface RequestSlotsTable extends Tenant {
  connection_id: string
  next_free: Time
  next_turn: Time
}

export interface MailboxesTable extends Tenant {
  connection_id: string
  cursor: Maybe<string>
  last_tried_at: TimeOrNull
  last_success_at: TimeOrNull
  failures: Generated<number>
  failing_because: Maybe<CollectFailure>
  lease_until: TimeOrNull
  attempt: Generated<number>
  reread: Generated<boolean>
}

export interface ControlNumberGapsTable extends Tenant {
  id: string
  connection_id: string
  first_number: number
  last_number: number
  because: string
  created_at: Time
}

export interface DatabaseIdentityTable {
  only_row: Generated<boolean>
  system_identifier: string
  timeline: number
  database_oid: number
  alive_at: Generated<Date>
  era: Generated<number>
}

export interface SendFreezesTable {
  id: string
  scope: 'all' | 'connection' | 'adapter'
  connection_id: Maybe<string>
  adapter_id: Maybe<string>
  cause: 'operator' | 'restored'
  reason: string
  frozen_by: string
  frozen_at: Time
  lifted_by: Maybe<string>
  lifted_at: TimeOrNull
  workflows_dropped_at: TimeOrNull
}

export interface IdempotencyKeysTable extends Tenant {
  key: string
  request_sha256: Buffer
  status: Maybe<number>
  response: JsonOrNull<Record<string, unknown>>
  /** What was answered after the commit, once it was. */
  finished: JsonOrNull<Record<string, unknown>>
  created_at: Generated<Date>
}

export interface AuditLogTable extends Tenant {
  id: string
  actor: string
  action: string
  subject: string
  detail: JSONColumnType<Record<string, unknown>>
  at: Time
}
