import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, NOW, otherOrganisation, seedProviders, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
let connectionId: string
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db)
  connectionId = newId()
  await db.owner
    .insertInto('connections')
    .values({
      organisation_id: db.organisationId,
      id: connectionId,
      provider_id: 'harbor-health',
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
      secrets: api.deps.seal({ organisationId: db.organisationId, connectionId }, {}),
    })
    .execute()
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const stored = (head: Record<string, unknown>, body: Buffer) =>
  db.databases.within(db.organisationId, async (tx) => {
    const { organisationId } = db
    const document = {
      organisationId,
      connectionId,
      channel: 'collect' as const,
      head,
      mediaType: null,
      body,
      now: NOW,
    }
    return (await storeDocument(tx, { ...document, dedupeKey: newId() })).documentId
  })
const MAIL = [
  'From: =?utf-8?Q?Zo=C3=AB_Reyes?= <desk@hmo.example>',
  'Subject: Re: your claim',
  'Date: Fri, 20 Mar 2026 10:00:00 +0800',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Please send the X-ray <again>.',
  '--b',
  'Content-Type: application/pdf; name="letter.pdf"',
  'Content-Disposition: attachment; filename="../letter.pdf"',
  '',
  '%PDF-1.7',
  '--b--',
  '',
].join('\r\n')
const untrusted = { transport: 'email', sender: 'untrusted', because: 'its sender is not one of the allowed ones' }

describe('a document that belongs to no claim', () => {
  it('is downloaded as it came, under a name of ours (A10)', async () => {
    const documentId = await stored({ transport: 'sftp', name: 'news.x12' }, Buffer.from([0, 1, 255]))
    const key = await api.key('billing')
    const response = await fetch(`${api.base}/v1/documents/${documentId}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0, 1, 255]))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': expect.stringContaining('attachment; filename="news.x12"'),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  })

  it('is shown in words when it is a mail, and as untrusted as it is', async () => {
    const documentId = await stored(untrusted, Buffer.from(MAIL))
    const shown = await api.call('GET', `/v1/documents/${documentId}/mail`)
    expect(shown.body).toEqual({
      trusted: false,
      subject: 'Re: your claim',
      from: '"Zoë Reyes" <desk@hmo.example>',
      sentAt: '2026-03-20T02:00:00.000Z',
      text: 'Please send the X-ray <again>.',
      files: [{ name: '.. letter.pdf', mediaType: 'application/pdf', size: 8 }],
    })
    expect((await api.call('GET', `/v1/documents/${documentId}`)).headers.get('content-disposition')).toContain(
      'filename="mail.eml"',
    )
    const trusted = await stored({ transport: 'email', sender: 'trusted' }, Buffer.from(MAIL))
    expect((await api.call('GET', `/v1/documents/${trusted}/mail`)).body.trusted).toBe(true)
  })

  it('what is no mail, or a dangerous one, is refused by name and can still be downloaded', async () => {
    const deep = await stored(untrusted, Buffer.from(`From: a@b.example\r\n\r\n${'\n--b\n'.repeat(3_000)}`))
    const file = await stored({ transport: 'sftp', name: 'a.x12' }, Buffer.from('ISA'))
    const answers = await Promise.all([deep, file].map((each) => api.call('GET', `/v1/documents/${each}/mail`)))
    expect(answers.map((answer) => [answer.status, wordOf(answer), answer.body.detail])).toEqual([
      [409, 'no-mail', 'the mail cannot be shown: more than 2000 parts'],
      [409, 'no-mail', 'the document came by another way: download it'],
    ])
    expect((await api.call('GET', `/v1/documents/${deep}`)).status).toBe(200)
  })

  it('is only for those who bill, of this organisation', async () => {
    const documentId = await stored(untrusted, Buffer.from(MAIL))
    const readers = [await api.key('read_only'), await api.key('practice_app')]
    const others = await api.key('owner', await otherOrganisation(db))
    for (const path of [`/v1/documents/${documentId}`, `/v1/documents/${documentId}/mail`]) {
      for (const key of readers) expect((await api.call('GET', path, { key })).status).toBe(403)
      const elsewhere = await api.call('GET', path, { key: others })
      expect([elsewhere.status, wordOf(elsewhere)]).toEqual([404, 'document-not-found'])
    }
  })
})

describe('a document that could not be read', () => {
  const outcomeOf = async (documentId: string, outcome: string) => {
    await db.owner
      .updateTable('documents')
      .set({ outcome, processed_at: NOW, attempts: 5 })
      .where('id', '=', documentId)
      .execute()
    return documentId
  }
  const fresh = () => stored({ transport: 'sftp', name: 'a.x12' }, Buffer.from('ISA'))
  const reread = (documentId: string, key?: string) =>
    api.call('POST', `/v1/documents/${documentId}/reread`, { json: { reason: 'mended' }, ...(key ? { key } : {}) })

  it.each(['broken', 'received, unreadable'])(
    '%s: goes back before its inbox, with the reason in the audit log',
    async (was) => {
      const documentId = await outcomeOf(await fresh(), was)
      api.wokenInboxes.length = 0
      const answer = await reread(documentId)
      expect([answer.status, answer.body]).toEqual([202, { documentId, reading: true }])
      expect(api.wokenInboxes).toEqual([
        { organisationId: db.organisationId, connectionId, providerId: 'harbor-health' },
      ])
      const row = await db.owner
        .selectFrom('documents')
        .select(['processed_at', 'attempts', 'reading'])
        .where('id', '=', documentId)
        .executeTakeFirst()
      expect(row).toEqual({ processed_at: null, attempts: 0, reading: 1 })
      const audited = await db.owner
        .selectFrom('audit_log')
        .select(['action', 'detail'])
        .where('subject', '=', `document ${documentId}`)
        .execute()
      expect(audited).toEqual([{ action: 'document.reread', detail: { outcome: was, reason: 'mended' } }])
      expect(wordOf(await reread(documentId))).toBe('document-was-read')
    },
  )

  it('one that was read, is not there or is not theirs is refused by name, and only those who see documents may ask', async () => {
    const broken = await outcomeOf(await fresh(), 'broken')
    const read = await outcomeOf(await fresh(), 'received')
    const others = await api.key('owner', await otherOrganisation(db))
    expect(wordOf(await reread(read))).toBe('document-was-read')
    expect(wordOf(await reread(newId()))).toBe('document-not-found')
    expect(wordOf(await reread(broken, others))).toBe('document-not-found')
    for (const role of ['read_only', 'practice_app'] as const)
      expect((await reread(broken, await api.key(role))).status).toBe(403)
  })
})
