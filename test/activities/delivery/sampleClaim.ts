import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ProviderAdapter } from '../../../adapters/contract.ts'
import type { Submission } from '../../../domain/claim.ts'

/**
 * The provider's own adapter, for claims of the seed: these have not all that each provider asks
 * for, so that its sample claim is written under their numbers.
 */
export function writingSample(adapter: ProviderAdapter): ProviderAdapter {
  const { id } = adapter.declaration
  const file = path.join(import.meta.dirname, `../../../adapters/providers/${id}/fixtures/claim.json`)
  const { submission: sample } = JSON.parse(readFileSync(file, 'utf8')) as { submission: Submission }
  return {
    ...adapter,
    encode: ({ submissionId, submissionNumber, claimId, claimNumber }, ctx) =>
      adapter.encode({ ...sample, submissionId, submissionNumber, claimId, claimNumber, attachments: [] }, ctx),
  }
}
