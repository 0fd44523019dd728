import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { addAttachment, attachmentBytes, relabelAttachment, removeAttachment } from '../../../db/drafts/attachments.ts'
import { type AttachmentLabel, DOCUMENT_KINDS, type DocumentKind } from '../../../domain/claim.ts'
import { readTooth, type ToothNotation } from '../../../domain/practice/toothNotation.ts'
import { download } from '../../files/download.ts'
import { inspected } from '../../files/inspected.ts'
import { cleanName, FILE_LIMIT, FILES_TAKEN } from '../../files/inspectFile.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffect, defineRoute, type Route } from '../../http/route.ts'
import { day, id, rawAnswer, rawBody } from '../../http/schemas.ts'
import { notationOf, toothNotation } from '../practice/teeth.ts'
import { unlessRefused } from './actionContext.ts'
import { attachmentView, claimPath } from './claimViews.ts'

const label = z.strictObject({
  kind: z.enum(DOCUMENT_KINDS),
  tooth: z.string().max(40).optional().meta({ description: 'in the notation of the request or the practice' }),
})

const attachmentPath = claimPath.extend({ attachmentId: id })

export const attachmentRoutes: Route[] = [
  defineEffect({
    method: 'post',
    path: '/v1/claims/{claimId}/attachments',
    tag: 'claims',
    summary: 'Attach a file to a draft, or to a claim whose papers the provider has asked for',
    description:
      'A supplement carries what is attached after the submit. ' +
      'PDF, JPEG, PNG or DICOM, told by its content, at most 20 MB. The same file twice is one attachment, which is then for what both requests say.',
    roles: ROLES.bill,
    params: claimPath,
    query: z.strictObject({
      kind: z.enum(DOCUMENT_KINDS),
      tooth: z
        .string()
        .max(200)
        .optional()
        .meta({ description: 'the tooth that it shows, or several with commas between: 3,14' }),
      toothNotation,
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
          labels: await labelsFor(tx, organisationId, query),
          mediaType,
          fileName: cleanName(query.fileName, extension),
          capturedOn: query.capturedOn ?? null,
          bytes: body,
        },
      )
      const { attachment, isNew } = unlessRefused(added)
      return reply(isNew ? 201 : 200, attachment)
    },
  }),
  defineEffect({
    method: 'patch',
    path: '/v1/claims/{claimId}/attachments/{attachmentId}',
    tag: 'claims',
    summary: 'Say anew what an attachment is for: kinds and teeth, one file may have several',
    roles: ROLES.bill,
    params: attachmentPath,
    query: z.strictObject({ toothNotation }),
    body: z.strictObject({ labels: z.array(label).min(1).max(40) }),
    response: attachmentView,
    problems: ['claim-not-found', 'attachment-not-found', 'claim-not-a-draft'],
    effect: async ({ tx, organisationId, params, query, body, now }) => {
      const { claimId, attachmentId } = params
      const notation = await notationOf(tx, organisationId, query.toothNotation)
      const labels = body.labels.map(({ kind, tooth }, index) =>
        tooth === undefined ? { kind } : { kind, tooth: toothIn(tooth, notation, `/labels/${index}/tooth`) },
      )
      const claim = { organisationId, claimId, now }
      return unlessRefused(await relabelAttachment(tx, claim, attachmentId, labels)).attachment
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

/** One label for each tooth that the request names, or one without a tooth. */
async function labelsFor(
  tx: Tx,
  organisationId: string,
  {
    kind,
    tooth,
    toothNotation: said,
  }: { kind: DocumentKind; tooth?: string | undefined; toothNotation?: ToothNotation | undefined },
): Promise<[AttachmentLabel, ...AttachmentLabel[]]> {
  const teeth = (tooth ?? '').split(',').filter((each) => each.trim() !== '')
  if (tooth !== undefined && teeth.length === 0) throw invalidTooth('/tooth', 'must name a tooth')
  const notation = teeth.length === 0 ? null : await notationOf(tx, organisationId, said)
  const [first, ...others] = teeth.map((each) => ({ kind, tooth: toothIn(each, notation, '/tooth') }))
  return first === undefined ? [{ kind }] : [first, ...others]
}

function toothIn(text: string, notation: ToothNotation | null, pointer: string): string {
  const read = readTooth(text, notation)
  if (read.kind === 'refused') throw invalidTooth(pointer, read.because)
  return read.tooth
}

function invalidTooth(pointer: string, detail: string): Problem {
  return new Problem('invalid-request', 'the request is not valid: see errors', { errors: [{ pointer, detail }] })
}

async function mostBytes(
  tx: Tx,
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
