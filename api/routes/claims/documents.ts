import { z } from 'zod'
import { documentBytes, documentsOf } from '../../../db/claims/readTimeline.ts'
import { download } from '../../files/download.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { id, instant, rawAnswer } from '../../http/schemas.ts'
import { claimPath } from './claimViews.ts'
import { shown } from './drafts.ts'

export const documentRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/documents',
    tag: 'claims',
    summary: 'The documents that carried the claim out and spoke of it later',
    roles: ROLES.read,
    params: claimPath,
    response: z.object({
      documents: z.array(
        z.object({
          documentId: id,
          direction: z.enum(['out', 'in']),
          channel: z.string(),
          mediaType: z.string().nullable(),
          name: z.string(),
          size: z.int(),
          sha256: z.string(),
          at: instant,
        }),
      ),
    }),
    problems: ['claim-not-found'],
    handler: ({ organisationId, params, deps }) =>
      deps.databases.within(organisationId, async (tx) => {
        await shown(tx, organisationId, params.claimId)
        return { documents: await documentsOf(tx, organisationId, params.claimId) }
      }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/documents/{documentId}',
    tag: 'claims',
    summary: 'The exact bytes of one document, as a download',
    roles: ROLES.documents,
    params: claimPath.extend({ documentId: id }),
    response: rawAnswer(['application/octet-stream']),
    problems: ['document-not-found'],
    handler: async ({ organisationId, params, deps }) => {
      const found = await deps.databases.within(organisationId, (tx) =>
        documentBytes(tx, organisationId, params.claimId, params.documentId),
      )
      if (found === null) throw new Problem('document-not-found', 'the claim has no such document')
      return reply(200, found.bytes, download('application/octet-stream', found.name))
    },
  }),
]
