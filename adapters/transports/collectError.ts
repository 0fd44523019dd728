import type { CollectFailure } from '../../domain/inbox/collectFailure.ts'

/**
 * A collection that failed for a reason that a person can act on. `message` is for our log only.
 */
export class CollectError extends Error {
  override readonly name = 'CollectError'
  readonly failure: CollectFailure
  constructor(failure: CollectFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.failure = failure
  }
}

/** Does one part of a collection; whatever it throws is this failure. */
export async function orCollectError<T>(failure: CollectFailure, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CollectError) throw error
    throw new CollectError(failure, error instanceof Error ? error.message : 'unknown', { cause: error })
  }
}
