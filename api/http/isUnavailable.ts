import { ServiceError } from '@temporalio/client'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import { isTemporalAway, isTemporalBroken } from '../../workflows/client/temporalAway.ts'

/** Is it Postgres or Temporal being away, and not a fault of the request or of ours? */
export function isUnavailable(error: unknown): boolean {
  if (isTemporalAway(error) || isTemporalBroken(error)) return true
  if (error instanceof ServiceError) return isUnavailable(error.cause)
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  return isDatabaseAway(error)
}
