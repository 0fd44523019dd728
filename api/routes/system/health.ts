import { sql } from 'kysely'
import { z } from 'zod'
import { connectionsOf } from '../../../db/setup/connections.ts'
import type { ApiDeps } from '../../deps.ts'
import { authenticate, type Caller } from '../../http/auth.ts'
import { reply } from '../../http/reply.ts'
import { definePublicRoute, type Route } from '../../http/route.ts'
import { frozen } from '../setup/schemasConnections.ts'

export const healthRoutes: Route[] = [
  definePublicRoute({
    method: 'get',
    path: '/healthz',
    tag: 'health',
    summary: 'The process answers',
    response: z.object({ ok: z.literal(true) }),
    handler: async () => ({ ok: true as const }),
  }),
  definePublicRoute({
    method: 'get',
    path: '/readyz',
    tag: 'health',
    summary: 'The process can work: Postgres and Temporal answer',
    description:
      '503 with the same body when one of them does not. Which one, and what of the caller’s sending is frozen, is said to a caller with a valid API key only.',
    response: z.object({
      ok: z.boolean(),
      postgres: z.boolean().optional(),
      temporal: z.boolean().optional(),
      frozen: z.array(frozen).optional(),
    }),
    problems: ['unauthenticated', 'rate-limited'],
    handler: async ({ deps, req }) => {
      const [postgres, temporal] = await Promise.all([
        sql`select 1`.execute(deps.databases.across).then(
          () => true,
          () => false,
        ),
        deps.workflows.reachable(),
      ])
      const ok = postgres && temporal
      // Without Postgres nobody's key can be looked up.
      const caller = postgres && req.get('authorization') !== undefined ? await authenticate(req, deps) : null
      const named = caller === null ? { ok } : { ok, postgres, temporal, frozen: await frozenOf(caller, deps) }
      return reply(ok ? 200 : 503, named, ok ? {} : { 'retry-after': '5' })
    },
  }),
]

/** The freezes that hold connections of the caller's organisation, each once. */
async function frozenOf({ organisationId }: Caller, { databases }: ApiDeps) {
  const rows = await databases.within(organisationId, (tx) => connectionsOf(tx, organisationId))
  const freezes = rows.flatMap((row) => row.frozen ?? [])
  return [...new Map(freezes.map((each) => [JSON.stringify(each), each])).values()]
}
