import type { BatchContext, OutMessage, Part, ProviderAdapter } from '../../adapters/contract.ts'
import type { Submission } from '../../domain/claim.ts'

/** What became of the submissions of an interchange. */
export interface WrittenBatch {
  /** Cannot be written at all, not even alone; with what the adapter threw. */
  poison: { submission: Submission; error: Error }[]
  /** Can be written, but not together with those in `messages`: larger than one interchange. */
  apart: Submission[]
  /** The exact bytes of the others; empty when there are none. */
  messages: OutMessage[]
}

interface Encoded {
  submission: Submission
  part: Part
}

/**
 * Writes what can be written. A claim that the adapter refuses is found by halves where only the
 * whole tells: one claim at fault never holds the others of its batch.
 */
export async function writeBatch(
  adapter: ProviderAdapter,
  submissions: Submission[],
  ctx: BatchContext<unknown>,
): Promise<WrittenBatch> {
  const poison: WrittenBatch['poison'] = []
  const encoded: Encoded[] = []
  for (const submission of submissions) {
    try {
      encoded.push({ submission, part: await adapter.encode(submission, ctx) })
    } catch (error) {
      poison.push({ submission, error: error as Error })
    }
  }
  const found = await assembled(adapter, encoded, ctx)
  return { ...found, poison: [...poison, ...found.poison] }
}

async function assembled(
  adapter: ProviderAdapter,
  encoded: Encoded[],
  ctx: BatchContext<unknown>,
): Promise<WrittenBatch> {
  const [first, ...others] = encoded
  if (first === undefined) return { poison: [], apart: [], messages: [] }
  const whole = await tried(adapter, encoded, ctx)
  if (!(whole instanceof Error)) return { poison: [], apart: [], messages: whole }
  if (others.length === 0) return { poison: [{ submission: first.submission, error: whole }], apart: [], messages: [] }
  const middle = Math.ceil(encoded.length / 2)
  const left = await assembled(adapter, encoded.slice(0, middle), ctx)
  const right = await assembled(adapter, encoded.slice(middle), ctx)
  const poison = [...left.poison, ...right.poison]
  const bad = new Set(poison.map(({ submission }) => submission))
  const healthy = encoded.filter(({ submission }) => !bad.has(submission))
  if (bad.size > 0) return { ...(await assembled(adapter, healthy, ctx)), poison }
  // Each half can be written and the whole can't: it is too much for one interchange.
  return {
    poison,
    apart: [...left.apart, ...encoded.slice(middle).map(({ submission }) => submission)],
    messages: left.messages,
  }
}

async function tried(
  adapter: ProviderAdapter,
  encoded: Encoded[],
  ctx: BatchContext<unknown>,
): Promise<OutMessage[] | Error> {
  try {
    const messages = await adapter.assemble(
      encoded.map(({ part }) => part),
      ctx,
    )
    return messages.length > 0 ? messages : new Error('the adapter wrote no message')
  } catch (error) {
    return error as Error
  }
}
