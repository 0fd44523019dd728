import type { Remittance } from '../../domain/money/remittance.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { lockNumber } from './identity/postedPayments.ts'
import type { Choices } from './placeClaims.ts'
import { postChosen } from './remittances.ts'

/** A held remittance as it is posted once a person has said what it means. */
export interface PostableHeld {
  connectionId: string
  providerId: string
  mode: 'test' | 'production'
  documentId: string
  sequence: number
  remittanceId: string | null
  contentSha256: Buffer
}

/**
 * Takes in a remittance that was held, whole, with the claims that a person has chosen. The same
 * payment may have been posted meanwhile, or keyed: then it is a duplicate, or held for that, as if
 * it arrived now. Refused when it is no longer in quarantine.
 */
export async function postHeldRemittance(
  tx: Tx,
  { organisationId, now }: { organisationId: string; now: Date },
  held: PostableHeld & { remittance: Remittance },
  choices: Choices,
): Promise<{ kind: 'taken'; claimIds: string[] } | Refused> {
  const { remittanceId, remittance } = held
  if (remittanceId === null) throw new Error(`what document ${held.documentId} holds has no remittance`)
  await lockNumber(tx, organisationId, remittance.traceNumber)
  const wrong = await wrongState(tx, organisationId, remittanceId)
  if (wrong !== null) return wrong
  const posted = await postChosen(tx, { ...held, organisationId, remittanceId, now }, choices)
  return { kind: 'taken', claimIds: posted.claims.map(({ claimId }) => claimId) }
}

/** It means nothing of ours: nothing of it is ever posted. */
export async function refuseHeldRemittance(
  tx: Tx,
  organisationId: string,
  remittanceId: string,
): Promise<{ kind: 'taken'; claimIds: string[] } | Refused> {
  const wrong = await wrongState(tx, organisationId, remittanceId)
  if (wrong !== null) return wrong
  await tx
    .updateTable('remittances')
    .set({ state: 'superseded' })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  return { kind: 'taken', claimIds: [] }
}

async function wrongState(tx: Tx, organisationId: string, remittanceId: string): Promise<Refused | null> {
  const row = await tx
    .selectFrom('remittances')
    .select('state')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.state === 'quarantined'
    ? null
    : refused('remittance-not-quarantined', `the remittance is ${row.state}`, { state: row.state })
}
