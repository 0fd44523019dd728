import { isGrpcServiceError, ServiceError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'

/** SQLSTATE classes and codes after which the same request may well succeed: connection lost, server going down or coming up, deadlock, a time limit. */
const PASSING = /^(08...|57P0[1-5]|57014|53...|40001|40P01|25006|25P03|55P03)$/
/** What Node and pg's pool say when there is no database to talk to. */
const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/
/** gRPC codes of a server that is away or slow: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. The message may have reached it. */
const AWAY = new Set([1, 4, 8, 14])
/** gRPC codes of a server that is up and has lost what it works on (a shard, its database): UNKNOWN, ABORTED, INTERNAL, DATA_LOSS. */
const BROKEN = new Set([2, 10, 13, 15])

/** Did Temporal not answer, or not in time? */
export function isTemporalAway(error: unknown): boolean {
  return AWAY.has(grpcCodeOf(error) ?? -1)
}

/** Did Temporal answer, and can do nothing now? Its namespace is gone while it is starting or has lost its store. */
export function isTemporalBroken(error: unknown): boolean {
  return error instanceof NamespaceNotFoundError || BROKEN.has(grpcCodeOf(error) ?? -1)
}

/** The gRPC code that a client's error came of; null for one of another kind. */
export function grpcCodeOf(error: unknown): number | null {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error
  return isGrpcServiceError(cause) ? cause.code : null
}

/** Is it Postgres or Temporal being away, and not a fault of the request or of ours? */
export function isUnavailable(error: unknown): boolean {
  if (isTemporalAway(error) || isTemporalBroken(error)) return true
  if (error instanceof ServiceError) return isUnavailable(error.cause)
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return SYSTEM.has(code) || PASSING.test(code) || WORDS.test(error.message)
}
