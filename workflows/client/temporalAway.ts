import { isGrpcServiceError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'

/**
 * gRPC codes of a server that is away or slow: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED,
 * UNAVAILABLE. The message may have reached it.
 */
const AWAY = new Set([1, 4, 8, 14])

/**
 * gRPC codes of a server that is up and has lost what it works on (a shard, its database): UNKNOWN,
 * ABORTED, INTERNAL, DATA_LOSS.
 */
const BROKEN = new Set([2, 10, 13, 15])

/** Did Temporal not answer, or not in time? */
export function isTemporalAway(error: unknown): boolean {
  return AWAY.has(grpcCodeOf(error) ?? -1)
}

/**
 * Did Temporal answer, and can do nothing now? Its namespace is gone while it is starting or has
 * lost its store.
 */
export function isTemporalBroken(error: unknown): boolean {
  return error instanceof NamespaceNotFoundError || BROKEN.has(grpcCodeOf(error) ?? -1)
}

/** The gRPC code that a client's error came of; null for one of another kind. */
export function grpcCodeOf(error: unknown): number | null {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error
  return isGrpcServiceError(cause) ? cause.code : null
}
