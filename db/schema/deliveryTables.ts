import type { Generated } from 'kysely'
import type { DeliveryState, Purpose, Submission } from '../../domain/claim.ts'
import type { DeliveryProof, LookProof } from '../../domain/delivery/deliveryProof.ts'
import type { MessageFate } from '../../domain/delivery/messageFate.ts'
import type { Json, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface InterchangesTable extends Tenant {
  id: string
  connection_id: string
  kind: 'submission' | 'inquiry'
  control_number: number
  adapter_version: number
  state: Generated<DeliveryState>
  attempt: Generated<number>
  lease_until: TimeOrNull
  sent_to: Maybe<string>
  first_sent_at: TimeOrNull
  sent_at: TimeOrNull
  lookups: Generated<number>
  unsent_since: TimeOrNull
  turn_at: TimeOrNull
  delivery_proof: Maybe<DeliveryProof>
  because: Maybe<string>
  leaves_at: TimeOrNull
  joinable: Generated<boolean>
  /** Since when it may have left between a backup and the restore from it. */
  doubted_at: TimeOrNull
  created_at: Time
}

export interface SubmissionsTable extends Tenant {
  id: string
  claim_id: string
  interchange_id: string
  connection_id: string
  submission_number: string
  purpose: Purpose
  frozen: Json<Submission>
  created_at: Time
  /** When a person filed it, of a packet that holds several claims. */
  filed_at: TimeOrNull
  /** When a message that carried it came back, of an interchange of which others did not. */
  returned_at: TimeOrNull
}

/** One message of an interchange; its bytes are the document's. */
export interface InterchangeMessagesTable extends Tenant {
  document_id: string
  interchange_id: string
  sequence: number
  sha256: Buffer
  claims: string[]
  papers: string[]
  fate: Generated<MessageFate>
  mark: Maybe<string>
  delivery_proof: Maybe<LookProof>
  prepared_at: Time
  marked_at: TimeOrNull
  left_at: TimeOrNull
  proved_at: TimeOrNull
}
