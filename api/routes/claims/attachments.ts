import { z } from 'zod'
import { addAttachment, attachmentBytes, removeAttachment } from '../../../db/drafts/attachments.ts'
import { DOCUMENT_KINDS } from '../../../domain/claim.ts'
import { parseTooth } from '../../../domain/practice/tooth.ts'
import { download } from '../../files/download.ts'
import { inspected } from '../../files/inspected.ts'
import { cleanName, FILE_LIMIT, FILES_TAKEN } from '../../files/inspectFile.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { day, id, rawAnswer, rawBody } from '../../http/schemas.ts'
import { unlessRefused } from './actionContext.ts'
import { attachmentView, claimPath } from './claimViews.ts'

const toothOf = z
  .string()
  .transform((text, context) => {
    const tooth = parseTooth(text)
    if (tooth !== null) return tooth
    context.addIssue('must be a tooth in universal notation: 1 to 32 or A to T')
    return z.NEVER
  })
  .meta({ description: 'universal notation: 1 to 32 or A to T' })

const attachmentPath = claimPath.extend({ attachmentId: id })

export const attachmentRoutes: Route[] = [
  defineEffect({
    method: 'post',
    path: '/v1/claims/{claimId}/attachments',
    tag: 'claims',
    summary: 'Attach a file to a draft, or to a claim whose papers the provider has asked for',
    description:
      'A supplement carries what is attached after the submit. ' +
      'PDF, JPEG, PNG or DICOM, told by its content, at most 20 MB. The same file twice is one attachment.',
    roles: ROLES.bill,
    params: claimPath,
    query: z.strictObject({
      kind: z.enum(DOCUMENT_KINDS),
      tooth: toothOf.optional(),
      capturedOn: day.optional().meta({ description: 'when the image was taken' }),
      fileName: z.string().max(300).optional().meta({ description: 'for screens and downloads; never a path' }),
    }),
    body: rawBody({ mediaTypes: [...FILES_TAKEN, 'application/octet-stream'], limitBytes: FILE_LIMIT }),
    response: attachmentView,
    status: 201,
    problems: ['claim-not-found', 'claim-not-a-draft', 'wrong-file-type', 'body-too-large', 'unsupported-media-type'],
    before: inspected,
    effect: async ({ tx, organisationId, params, query, body, before: { mediaType, extension }, deps, now }) => {
      const most = await mostBytes(tx, organisationId, params.claimId, deps.adapterOf)
      if (body.length > most)
        throw new Problem('body-too-large', `the provider takes attachments of up to ${most} bytes`)
      const added = await addAttachment(
        tx,
        { organisationId, claimId: params.claimId, now },
        {
          kind: query.kind,
          mediaType,
          fileName: cleanName(query.fileName, extension),
          tooth: query.tooth ?? null,
          capturedOn: query.capturedOn ?? null,
          bytes: body,
        },
      )
      const { attachment, isNew } = unlessRefused(added)
      return reply(isNew ? 201 : 200, attachment)
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/claims/{claimId}/attachments/{attachmentId}',
    tag: 'claims',
    summary: 'The bytes of an attachment, as a download',
    roles: ROLES.read,
    params: attachmentPath,
    response: rawAnswer(FILES_TAKEN),
    problems: ['attachment-not-found'],
    handler: async ({ organisationId, params, deps }) => {
      const { claimId, attachmentId } = params
      const attached = await deps.databases.within(organisationId, (tx) =>
        attachmentBytes(tx, organisationId, claimId, attachmentId),
      )
      if (attached === null) throw new Problem('attachment-not-found', 'the claim has no such attachment')
      return reply(200, attached.bytes, download(attached.mediaType, attached.fileName))
    },
  }),
  defineEffect({
    method: 'delete',
    path: '/v1/claims/{claimId}/attachments/{attachmentId}',
    tag: 'claims',
    summary: 'Take an attachment off a draft',
    roles: ROLES.bill,
    params: attachmentPath,
    status: 204,
    problems: ['claim-not-found', 'attachment-not-found', 'claim-not-a-draft'],
    effect: async ({ tx, organisationId, params }) => {
      const { claimId, attachmentId } = params
      unlessRefused(await removeAttachment(tx, { organisationId, claimId }, attachmentId))
      return reply(204, undefined)
    },
  }),
]

async function mostBytes(
  tx: Parameters<typeof addAttachment>[0],
  organisationId: string,
  claimId: string,
  adapterOf: (adapterId: string) => { declaration: { limits: { attachmentBytes: number } } },
): Promise<number> {
  const row = await tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select('p.adapter_id')
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
  if (row === undefined) throw new Problem('claim-not-found', 'there is no such claim')
  return adapterOf(row.adapter_id).declaration.limits.attachmentBytes
}
