import { z } from 'zod'
import { documentById } from '../../../db/inbox/documents.ts'
import { askToRereadDocument } from '../../../db/inbox/rereadDocument.ts'
import type { ApiDeps } from '../../deps.ts'
import { download } from '../../files/download.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'
import { defineEffectThen, defineRoute, type Route } from '../../http/route.ts'
import { id, instant, rawAnswer, words } from '../../http/schemas.ts'
import { unlessRefused } from '../claims/actionContext.ts'
import { wakeInbox } from './wakeInbox.ts'

const documentPath = z.object({ documentId: id })

/** Documents by their own id: what the worklist names may belong to no claim and no batch. */
export const documentRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/documents/{documentId}',
    tag: 'attention',
    summary: 'The exact bytes of a document that an item of the worklist names, as a download',
    roles: ROLES.documents,
    params: documentPath,
    response: rawAnswer(['application/octet-stream']),
    problems: ['document-not-found'],
    handler: async ({ organisationId, params, deps }) => {
      const found = await documentOf(deps, organisationId, params.documentId)
      return reply(200, found.bytes, download('application/octet-stream', found.name))
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/documents/{documentId}/mail',
    tag: 'attention',
    summary: 'A mail in words, for a person to read: who sent it, what it says, what is enclosed',
    description: 'Nothing in it is proved: `trusted` says whether our own mail server vouches for the sender.',
    roles: ROLES.documents,
    params: documentPath,
    response: z.object({
      trusted: z.boolean(),
      subject: z.string(),
      from: z.string().meta({ description: 'As the mail says it' }),
      sentAt: instant.nullable(),
      text: z.string().meta({ description: 'Plain text, its beginning at least' }),
      files: z.array(z.object({ name: z.string(), mediaType: z.string(), size: z.int() })),
    }),
    problems: ['document-not-found', 'no-mail'],
    handler: async ({ organisationId, params, deps }) => {
      const { head, bytes } = await documentOf(deps, organisationId, params.documentId)
      if (head.transport !== 'email') throw new Problem('no-mail', 'the document came by another way: download it')
      const read = await deps.readMail(bytes)
      if (read.kind === 'unreadable') throw new Problem('no-mail', `the mail cannot be shown: ${read.because}`)
      const { subject, from, sentAt, text, files } = read.mail
      return {
        trusted: head.sender === 'trusted',
        subject,
        from,
        sentAt,
        text,
        files: files.map(({ name, mediaType, body }) => ({ name, mediaType, size: body.length })),
      }
    },
  }),
  defineEffectThen({
    method: 'post',
    path: '/v1/documents/{documentId}/reread',
    tag: 'attention',
    summary: 'Read a document that could not be read again, after its adapter was mended',
    description:
      '202: the document is before its inbox again. What can be read now reaches its claims and the ledger once, whatever an earlier reading took in; ' +
      'its item leaves the worklist, or comes back.',
    roles: ROLES.documents,
    params: documentPath,
    body: z.strictObject({ reason: words(500).meta({ description: 'No patient data: it is kept in the audit log' }) }),
    response: z.object({ documentId: id, reading: z.literal(true) }),
    status: 202,
    problems: ['document-not-found', 'document-was-read'],
    effect: async ({ tx, organisationId, actor, params, body, now }) =>
      unlessRefused(await askToRereadDocument(tx, { ...params, ...body, organisationId, actor, now })),
    finish: async ({ deps, params }, mailbox) => {
      await wakeInbox(deps, mailbox)
      return reply(202, { ...params, reading: true as const })
    },
  }),
]

async function documentOf({ databases }: ApiDeps, organisationId: string, documentId: string) {
  const found = await databases.within(organisationId, (tx) => documentById(tx, organisationId, documentId))
  if (found === null) throw new Problem('document-not-found', 'there is no such document')
  return found
}
