import { type RawBuilder, sql } from 'kysely'
import type { ClaimStatus, ShownStatus } from '../../domain/claim.ts'

/**
 * A draft that somebody wants submitted is SUBMITTING until freeze has answered: nobody changes it
 * meanwhile, whoever got the 202 and whichever process died.
 */
export function shownStatus(row: { status: ClaimStatus; submit_asked_at: Date | null }): ShownStatus {
  return row.status === 'DRAFT' && row.submit_asked_at !== null ? 'SUBMITTING' : row.status
}

/** The same of the row that is called `alias`. */
export function shownStatusOf(alias: string): RawBuilder<ShownStatus> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  return sql<ShownStatus>`case when ${column('status')} = 'DRAFT' and ${column('submit_asked_at')} is not null
    then 'SUBMITTING' else ${column('status')} end`
}

/** In which of our own states the claims are that are shown so. */
export function storedStatuses(shown: ShownStatus[]): ClaimStatus[] {
  return [...new Set(shown.map((status) => (status === 'SUBMITTING' ? 'DRAFT' : status)))]
}
