import { z } from 'zod'
import { ROLES } from '../../http/auth.ts'
import { invalidRequest, Problem } from '../../http/problems.ts'
import type { ProblemType } from '../../http/problemTypes.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, type Route } from '../../http/route.ts'
import { externalId } from '../../http/schemas.ts'
import { syncResult } from './schemasSync.ts'
import { syncBatch } from './syncBatch.ts'
import {
  authorisations,
  clinics,
  enrolments,
  patients,
  practitioners,
  rates,
  type SyncKind,
  visits,
} from './syncKinds.ts'
import { inUniversal, notationOf, toothNotation } from './teeth.ts'

/** The most items of one bulk request. */
const MOST = 1_000

/**
 * Bulk and single upserts of what the practice app owns: kept by its external ids, with a version
 * that only rises.
 */
export const syncRoutes: Route[] = [
  ...routesOf(clinics),
  ...routesOf(practitioners),
  ...routesOf(patients, 'patient'),
  ...routesOf(enrolments),
  ...routesOf(authorisations),
  ...routesOf(visits, 'visit'),
  ...routesOf(rates),
]

/** `param`: the name of the external id in the path, where another route has the same path. */
function routesOf<S extends z.ZodType<{ externalId: string; version: number }>>(
  kind: SyncKind<S>,
  param = 'externalId',
): Route[] {
  return [bulk(kind), single(kind, param)]
}

function bulk<S extends z.ZodType<{ externalId: string; version: number }>>(kind: SyncKind<S>): Route {
  return {
    ...defineEffect({
      method: 'post',
      path: `/v1/sync/${kind.table}`,
      tag: 'sync',
      summary: `Sync ${kind.table}`,
      description: `At most ${MOST} items in one transaction. An older version never overwrites a newer one (\`stale\`); an item that is refused is \`rejected\` in the 200, with its reason and errors, and doesn't hold up the others. Things refer to each other by external id, so sync what is referred to first.`,
      roles: ROLES.sync,
      query: z.strictObject({ toothNotation }),
      body: z.strictObject({ items: z.array(z.unknown()).min(1).max(MOST) }),
      bodyLimit: 10_000_000,
      response: z.object({ results: z.array(syncResult), counts: z.record(z.string(), z.int()) }),
      effect: async ({ tx, organisationId, query, body, now }) => {
        const notation = await notationOf(tx, organisationId, query.toothNotation)
        const results = await syncBatch(tx, { organisationId, now, notation }, kind, body.items)
        const counts = { created: 0, updated: 0, unchanged: 0, stale: 0, rejected: 0 }
        for (const { result } of results) counts[result] += 1
        return { results, counts }
      },
    }),
    // Items are parsed one by one, to refuse them one by one; this is how each must look.
    documentedBody: z.strictObject({ items: z.array(kind.schema).min(1).max(MOST) }),
  }
}

function single<S extends z.ZodType<{ externalId: string; version: number }>>(kind: SyncKind<S>, param: string): Route {
  return {
    ...defineEffect({
      method: 'put',
      path: `/v1/${kind.table}/{${param}}`,
      tag: 'sync',
      summary: `Sync one ${kind.name}, by the practice app's external id`,
      description: '201 when it was created, 200 when it was updated or is unchanged.',
      roles: ROLES.sync,
      params: z.object({ [param]: externalId }),
      query: z.strictObject({ toothNotation }),
      body: z.record(z.string(), z.unknown()),
      response: syncResult,
      alsoAnswers: { 201: 'It was created' },
      problems: ['stale-version', 'version-conflict', 'unknown-reference', 'other-patient', 'synced-at-once'],
      effect: async ({ tx, organisationId, params, query, body, now }) => {
        const notation = await notationOf(tx, organisationId, query.toothNotation)
        const item = { ...body, externalId: params[param] }
        const parsed = kind.schema.safeParse(inUniversal(item, notation).item)
        if (!parsed.success) throw invalidRequest(parsed.error, '')
        const [result] = await syncBatch(tx, { organisationId, now, notation }, kind, [item])
        if (result === undefined) throw new Error('a sync of one item has no result')
        const refused = refusalOf(result)
        if (refused !== null)
          throw new Problem(
            refused,
            result.because ?? `a newer version of this ${kind.name} is there already`,
            result.errors === undefined ? {} : { errors: result.errors },
          )
        return reply(result.result === 'created' ? 201 : 200, result)
      },
    }),
    documentedBody: kind.schema,
  }
}

function refusalOf({ result, reason }: z.output<typeof syncResult>): ProblemType | null {
  if (result === 'stale') return 'stale-version'
  if (result !== 'rejected') return null
  // One parsed item is neither malformed nor twice in its batch.
  return reason === undefined || reason === 'invalid' || reason === 'twice' ? 'invalid-request' : reason
}
