import type { ItemRole, Kind } from '../../domain/worklist/itemContents.ts'
import type { Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface AttentionItemsTable extends Tenant {
  id: string
  claim_id: Maybe<string>
  connection_id: Maybe<string>
  document_id: Maybe<string>
  remittance_id: Maybe<string>
  interchange_id: Maybe<string>
  visit_id: Maybe<string>
  kind: Kind
  role: ItemRole
  dedupe_key: string
  because: string
  created_at: Time
  closed_at: TimeOrNull
  closed_by: Maybe<string>
  closed_because: Maybe<string>
}
