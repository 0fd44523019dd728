import { sql } from 'kysely'
import { z } from 'zod'
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
    description: '503 with the same body when one of them does not.',
    response: z.object({ ok: z.boolean(), postgres: z.boolean(), temporal: z.boolean() }),
    handler: async ({ deps }) => {
      const [postgres, temporal] = await Promise.all([
        sql`select 1`.execute(deps.databases.across).then(
          () => true,
          () => false,
        ),
        deps.workflows.reachable(),
      ])
      const ok = postgres && temporal
      return reply(ok ? 200 : 503, { ok, postgres, temporal }, ok ? {} : { 'retry-after': '5' })
    },
  }),
]
