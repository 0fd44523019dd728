import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'

/** gRPC: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const GRPC = new Set([1, 4, 8, 14])

/** Is it Postgres or Temporal being away, and not a fault of the request or of ours? */
export function isUnavailable(error: unknown): boolean {
  if (isGrpcServiceError(error)) return GRPC.has(error.code)
  if (error instanceof ServiceError) return isUnavailable(error.cause)
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  return isDatabaseAway(error)
}
