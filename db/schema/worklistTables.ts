import type { Generated } from 'kysely'
import type { Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface AttentionItemsTable extends Tenant {
  id: string
  claim_id: Maybe<string>
  connection_id: Maybe<string>
  document_id: Maybe<string>
  remittance_id: Maybe<string>
  interchange_id: Maybe<string>
  visit_id: Maybe<string>
  kind: string
  role: Generated<'billing' | 'owner'>
  dedupe_key: string
  because: string
  created_at: Time
  closed_at: TimeOrNull
  closed_by: Maybe<string>
  closed_because: Maybe<string>
}
