import { z } from 'zod'
import { addEvidence, evidenceBytes } from '../../../db/claims/evidence.ts'
import { download } from '../../files/download.ts'
import { inspected } from '../../files/inspected.ts'
import { cleanName, FILE_LIMIT, FILES_TAKEN } from '../../files/inspectFile.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { id, rawAnswer, rawBody } from '../../http/schemas.ts'
import { lockClaimForAction } from './byHand/manualActions.ts'
import { claimPath } from './claimViews.ts'

const evidenceView = z
  .object({ evidenceId: id, mediaType: z.string(), fileName: z.string(), sha256: z.string(), size: z.int() })
  .meta({ id: 'Evidence' })

export const evidenceRoutes: Route[] = [
  defineEffect({
    method: 'post',
    path: '/v1/claims/{claimId}/evidence',
    tag: 'claims',
    summary: 'Keep a file with a submitted claim: a letter, a screenshot of the portal',
    description:
      'PDF, JPEG, PNG or DICOM, told by its content, at most 20 MB. It is never sent. Name its id in a status or arrival; the timeline shows it there. ' +
      'The same file twice is one.',
    roles: ROLES.bill,
    params: claimPath,
    query: z.strictObject({
      fileName: z.string().max(300).optional().meta({ description: 'for screens and downloads; never a path' }),
    }),
    body: rawBody({ mediaTypes: [...FILES_TAKEN, 'application/octet-stream'], limitBytes: FILE_LIMIT }),
    response: evidenceView,
    status: 201,
    problems: ['claim-not-found', 'claim-is-a-draft', 'wrong-file-type', 'body-too-large', 'unsupported-media-type'],
    before: inspected,
    effect: async ({ tx, organisationId, actor, params, query, body, before: { mediaType, extension }, now }) => {
      const { claimId } = await lockClaimForAction(tx, organisationId, params.claimId)
      const file = {
        mediaType,
        fileName: cleanName(query.fileName, extension),
        bytes: body,
      }
      const { evidence, isNew } = await addEvidence(tx, { organisationId, claimId, actor, now }, file)
      return reply(isNew ? 201 : 200, evidence)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/evidence/{evidenceId}',
    tag: 'claims',
    summary: 'The bytes of a kept file, as a download',
    // A letter may name other patients too.
    roles: ROLES.bill,
    params: claimPath.extend({ evidenceId: id }),
    response: rawAnswer(FILES_TAKEN),
    problems: ['evidence-not-found'],
    handler: async ({ organisationId, params, deps }) => {
      const { claimId, evidenceId } = params
      const file = await deps.databases.within(organisationId, (tx) =>
        evidenceBytes(tx, organisationId, claimId, evidenceId),
      )
      if (file === null) throw new Problem('evidence-not-found', 'the claim has no such file')
      return reply(200, file.bytes, download(file.mediaType, file.fileName))
    },
  }),
]
