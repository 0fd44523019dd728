import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { Tx } from '../../db/connect.ts'
import { claimKey, type KeptEnd, keepAnswer, keepEnd, keptEnd } from '../../db/setup/idempotency.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { ApiDeps } from '../deps.ts'
import type { Caller } from './auth.ts'
import { Problem } from './problems.ts'
import { isProblemType, PROBLEMS } from './problemTypes.ts'
import type { Reply } from './reply.ts'

const COMMIT = durableEffect({
  name: 'api_commit',
  in: 'api',
  after: 'the effect is committed; neither Temporal nor the caller has heard of it',
})
const FINISH = durableEffect({
  name: 'api_finish',
  in: 'api',
  after: 'Temporal has the message; its answer is not kept, and the caller has none',
})

type Asked = Caller & { deps: ApiDeps; req: Request; body: unknown; now: Date }

/**
 * Runs `effect` in one transaction and, when the caller sent an Idempotency-Key, stores its answer
 * with the key in that same transaction: either both are there or neither. A repeat gets the stored
 * answer; two at once wait for each other on the key's row. A refusal (throw) rolls back and leaves
 * the key free.
 */
export async function once(context: Asked, effect: (tx: Tx) => Promise<Reply<unknown>>): Promise<Reply<unknown>> {
  const { organisationId, deps, req } = context
  const key = keyOf(req)
  const answer = await deps.databases.within(organisationId, async (tx) => {
    if (key === null) return effect(tx)
    const requestSha256 = fingerprint(req, context.body)
    const claimed = await claimKey(tx, { organisationId, key, requestSha256 })
    if (claimed.kind === 'mine') return keepAnswer(tx, { organisationId, key, answer: await effect(tx) })
    if (claimed.requestSha256.equals(requestSha256)) return claimed.answer
    throw new Problem('idempotency-key-reused', 'this Idempotency-Key was used with another request; take a new one')
  })
  COMMIT.after()
  return answer
}

/**
 * What an equal request with the same Idempotency-Key was answered at its end; null when none has
 * ended. Throws what that one threw.
 */
export async function answeredBefore(context: Asked): Promise<Reply<unknown> | null> {
  const { organisationId, deps, req } = context
  const key = keyOf(req)
  if (key === null) return null
  const kept = await deps.databases.within(organisationId, (tx) => keptEnd(tx, { organisationId, key }))
  // Another request under the key is refused where the key is claimed.
  if (kept === null || !kept.requestSha256.equals(fingerprint(req, context.body))) return null
  return endOf(kept.end)
}

/**
 * Runs what follows the commit. One key has one answer: of equal requests at once, and of one that
 * comes later, all are answered as the first that ended, also when a worker answered only some in
 * time. A breakdown (5xx) is no answer: then the next request tries again.
 */
export async function finishOnce(context: Asked, finish: () => Promise<Reply<unknown>>): Promise<Reply<unknown>> {
  const { organisationId, deps, req } = context
  const key = keyOf(req)
  if (key === null) return finish()
  const end = await finish().then((answer): KeptEnd => ({ answer }), problemEnd)
  FINISH.after()
  const kept = await deps.databases.within(organisationId, (tx) => keepEnd(tx, { organisationId, key, end }))
  return endOf(kept)
}

function problemEnd(error: unknown): KeptEnd {
  if (!(error instanceof Problem) || PROBLEMS[error.type].status >= 500) throw error
  return { problem: { type: error.type, detail: error.message, more: error.more } }
}

function endOf(end: KeptEnd): Reply<unknown> {
  if ('answer' in end) return end.answer
  const { type, detail, more } = end.problem
  throw new Problem(isProblemType(type) ? type : 'internal-error', detail, { ...more })
}

/**
 * Money moves once, whatever the network does: who sends such a request must be able to send the
 * same again.
 */
export function requireKey(req: Request): void {
  if (keyOf(req) === null)
    throw new Problem('idempotency-key-missing', 'this request moves money: send an Idempotency-Key with it')
}

function keyOf(req: Request): string | null {
  const key = req.get('idempotency-key')
  if (key === undefined) return null
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new Problem('invalid-request', 'the Idempotency-Key must be 1 to 255 visible ASCII characters', {
    errors: [{ pointer: '', detail: 'Idempotency-Key: 1 to 255 visible ASCII characters' }],
  })
}

/** The parsed body, so that another spacing of the same JSON is the same request. */
function fingerprint(req: Request, body: unknown): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null)
  return createHash('sha256').update(`${req.method} ${req.originalUrl} `).update(bytes).digest()
}
