import type { Generated, GeneratedAlways } from 'kysely'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { NoticeEffect } from '../../domain/claims/step.ts'
import type { Json, JsonOrNull, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface DocumentsTable extends Tenant {
  id: string
  connection_id: string
  /** The endpoint that it came or went through: today the connection's id. */
  account_id: GeneratedAlways<string>
  direction: 'out' | 'in'
  interchange_id: Maybe<string>
  sequence: Generated<number>
  channel: 'send' | 'push' | 'poll' | 'collect' | 'answer' | 'inspect'
  dedupe_key: string
  head: Json<Record<string, unknown>>
  media_type: Maybe<string>
  body: Buffer
  sha256: Buffer
  received_at: Time
  stored_at: Generated<Date>
  processed_at: TimeOrNull
  outcome: Maybe<string>
  attempts: Generated<number>
  /** How often it was read to its end; grows when a person has it read again. */
  reading: Generated<number>
}

export interface NoticesTable extends Tenant {
  id: string
  document_id: Maybe<string>
  sequence: Generated<number>
  connection_id: Maybe<string>
  account_id: GeneratedAlways<string | null>
  claim_id: Maybe<string>
  submission_id: Maybe<string>
  remittance_id: Maybe<string>
  source: 'provider' | 'person' | 'ledger' | 'hub'
  event: Json<ClaimEvent>
  actor: Maybe<string>
  act: JsonOrNull<Record<string, unknown>>
  created_at: Generated<Date>
  recorded_at: TimeOrNull
  effect: Maybe<NoticeEffect>
  failures: Generated<number>
  held_at: TimeOrNull
}

/** Claims whose workflow must read its row again, by the pass of the inbox that is to wake it. */
export interface ClaimWakesTable extends Tenant {
  connection_id: string
  claim_id: string
  pass: string
  since: Generated<Date>
}
