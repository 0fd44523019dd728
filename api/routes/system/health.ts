import { sql } from 'kysely'
import { z } from 'zod'
import { authenticate } from '../../http/auth.ts'
import { reply } from '../../http/reply.ts'
import { definePublicRoute, type Route } from '../../http/route.ts'

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
      '503 with the same body when one of them does not. Which one is said to a caller with a valid API key only.',
    response: z.object({ ok: z.boolean(), postgres: z.boolean().optional(), temporal: z.boolean().optional() }),
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
      const named = postgres && req.get('authorization') !== undefined && (await authenticate(req, deps)) !== null
      return reply(ok ? 200 : 503, named ? { ok, postgres, temporal } : { ok }, ok ? {} : { 'retry-after': '5' })
    },
  }),
]
