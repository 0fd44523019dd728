import type { SubmitProblem } from '../../domain/claims/requirements.ts'
import type { Tx } from '../connect.ts'
import { openCorrection } from '../inbox/memberCorrections.ts'

const PARTS = { name: 'name', 'birth-date': 'birth date', 'member-id': 'member number' } as const

/**
 * Warns while the provider knows the draft's member otherwise than the practice app does: a claim
 * with the old name or number may be refused. It keeps nothing from leaving.
 */
export async function memberWarnings(tx: Tx, organisationId: string, claimId: string): Promise<SubmitProblem[]> {
  const correction = await openCorrection(tx, organisationId, claimId)
  if (correction === null) return []
  const { provider, changed } = correction
  const parts = changed.map((part) => PARTS[part]).join(' and ')
  const detail = `${provider} has corrected the member's ${parts}: compare with the card before the claim leaves`
  return [{ type: 'member-corrected', detail }]
}
