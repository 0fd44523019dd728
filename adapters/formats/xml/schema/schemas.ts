import { CLAIM_SUBMISSION } from './schemaClaim.ts'
import { PRIOR_AUTHORIZATION } from './schemaPrior.ts'
import { REMITTANCE_ADVICE } from './schemaRemittance.ts'

/**
 * Our own schemas, written from the published structure of the documents; there is nothing of a
 * regulator's file in them.
 */
export const SCHEMAS = {
  'Claim.Submission': CLAIM_SUBMISSION,
  'Remittance.Advice': REMITTANCE_ADVICE,
  'Prior.Authorization': PRIOR_AUTHORIZATION,
} as const

/** Also the name of the document's root. */
export type SchemaName = keyof typeof SCHEMAS

export function isSchemaName(name: string): name is SchemaName {
  return Object.hasOwn(SCHEMAS, name)
}
