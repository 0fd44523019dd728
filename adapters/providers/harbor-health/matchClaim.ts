import type { Reference } from '../../../domain/claim.ts'
import type { ClaimMatch } from '../../contract.ts'
import { idIn, type ResourceReference } from '../../formats/fhir/datatypes.ts'
import { SYSTEMS } from '../../formats/fhir/systems.ts'

/**
 * How Harbor names a claim: our number as it came (identifier), theirs as the address of the Claim.
 */
export function matchClaim(claim: ResourceReference | undefined): ClaimMatch {
  const { identifier } = claim ?? {}
  const ours = identifier?.system === undefined || identifier.system === SYSTEMS.submissionNumber
  const number = ours ? identifier?.value?.toUpperCase() : undefined
  return { ...(number === undefined ? {} : { submissionNumber: number }), references: referencesOf(claim) }
}

function referencesOf(claim: ResourceReference | undefined): Reference[] {
  const id = idIn(claim, 'Claim')
  return id === null ? [] : [{ type: 'claim-number', value: id }]
}
