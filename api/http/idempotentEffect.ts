import { createHash } from 'node:crypto'
import type { Request } from 'express'
import type { Tx } from '../../db/connect.ts'
import { claimKey, keepAnswer } from '../../db/setup/idempotency.ts'
import type { ApiDeps } from '../deps.ts'
import type { Caller } from './auth.ts'
import { Problem } from './problems.ts'
import type { Reply } from './reply.ts'

/**
 * Runs `effect` in one transaction and, when the caller sent an Idempotency-Key, stores its answer with the key in that same transaction:
 * either both are there or neither. A repeat gets the stored answer; two at once wait for each other on the key's row. A refusal (throw) rolls
 * back and leaves the key free.
 */
export async function once(
  context: Caller & { deps: ApiDeps; req: Request; body: unknown; now: Date },
  effect: (tx: Tx) => Promise<Reply<unknown>>,
): Promise<Reply<unknown>> {
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
  deps.failpoint('after_commit:api')
  return answer
}

/** Money moves once, whatever the network does: who sends such a request must be able to send the same again. */
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
