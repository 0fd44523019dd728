import { afterEach, describe, expect, it } from 'vitest'
import { check } from '../../../adapters/transports/email/check.ts'
import { collect } from '../../../adapters/transports/email/collect.ts'
import { SELF_SIGNED } from '../http/selfSigned.ts'
import { ADAPTER, from, mailFrom, memoryStore, PASSED, SECRETS, sessionTo, startMail } from './harness.ts'

type Mail = Awaited<ReturnType<typeof startMail>>
let running: Mail[] = []
const started = async (options?: Parameters<typeof startMail>[0]) => {
  const mail = await startMail(options)
  running.push(mail)
  return mail
}
afterEach(async () => {
  for (const mail of running) await mail.stop()
  running = []
})

const reply = (id: string, text = 'Hello') =>
  mailFrom([PASSED, 'From: <claims@hmo.example>', `Message-ID: <${id}@hmo.example>`], text)
const texts = (found: { message: { body: Uint8Array | null } }[]) =>
  found.map(({ message }) => Buffer.from(message.body ?? []).toString('latin1'))

describe('collecting mail', () => {
  it('stores the exact bytes, oldest first, then marks them as seen', async () => {
    const mail = await started({ mails: [{ raw: reply('a') }, { raw: reply('b', 'Two\r\nlines \u00e9 \u0000') }] })
    const { found, store } = memoryStore()
    const seenAtStore: string[][] = []
    await collect(ADAPTER, from(null), mail.session(), async (each) => {
      seenAtStore.push(mail.imap.mails().flatMap(({ flags }) => flags))
      await store(each)
    })
    expect(texts(found)).toEqual([reply('a'), reply('b', 'Two\r\nlines \u00e9 \u0000')])
    expect(seenAtStore[0]).toEqual([])
    expect(mail.imap.mails().map(({ flags }) => flags)).toEqual([['\\Seen'], ['\\Seen']])
    expect(found[0]).toMatchObject({
      key: 'mail <a@hmo.example>',
      mediaType: 'message/rfc822',
      message: { transport: 'email', sender: 'trusted' },
    })
  })

  it('goes on from its cursor, and finds a mail that became visible late', async () => {
    const mail = await started({
      mails: [
        { raw: reply('a'), uid: 10 },
        { raw: reply('c'), uid: 12 },
      ],
    })
    const first = await collect(ADAPTER, from(null), mail.session(), memoryStore().store)
    mail.imap.deliver(reply('d'))
    const late = await started({
      mails: [
        { raw: reply('a'), uid: 10 },
        { raw: reply('late'), uid: 11 },
        { raw: reply('c'), uid: 12 },
        { raw: reply('d'), uid: 13 },
      ],
    })
    const { found, store } = memoryStore()
    const second = await collect(ADAPTER, from(first.cursor), late.session(), store)
    expect(texts(found)).toEqual([reply('late'), reply('d')])
    const again = memoryStore()
    await collect(ADAPTER, from(second.cursor), late.session(), again.store)
    expect(again.found).toEqual([])
  })

  it('an empty mailbox has no mail', async () => {
    const mail = await started()
    const { cursor } = await collect(ADAPTER, from(null), mail.session(), memoryStore().store)
    const { found, store } = memoryStore()
    mail.imap.deliver(reply('a'))
    await collect(ADAPTER, from(cursor), mail.session(), store)
    expect(found).toHaveLength(1)
  })

  it('reads all again when the folder is numbered anew: nothing is lost, and the same mail has the same key and bytes (D4)', async () => {
    const before = await started({ mails: [{ raw: reply('a') }, { raw: reply('b') }] })
    const first = memoryStore()
    const { cursor } = await collect(ADAPTER, from(null), before.session(), first.store)
    const anew = await started({
      validity: 2,
      mails: [{ raw: reply('new') }, { raw: reply('a') }, { raw: reply('b') }],
    })
    const second = memoryStore()
    await collect(ADAPTER, from(cursor), anew.session(), second.store)
    const keys = (found: typeof first.found) => found.map((each) => `${each.key} ${texts([each])}`)
    expect(keys(second.found)).toEqual(expect.arrayContaining(keys(first.found)))
    expect(second.found).toHaveLength(3)
  })

  it('a mail that cannot be stored stays unseen, and comes again', async () => {
    const mail = await started({ mails: [{ raw: reply('a') }] })
    const failing = async () => Promise.reject(new Error('the database is away'))
    await expect(collect(ADAPTER, from(null), mail.session(), failing)).rejects.toThrow('the database is away')
    expect(mail.imap.mails().map(({ flags }) => flags)).toEqual([[]])
  })

  it('works a full mailbox off in steps', async () => {
    const mail = await started({ mails: Array.from({ length: 230 }, (_, index) => ({ raw: reply(`m${index}`) })) })
    const { found, store } = memoryStore()
    const { cursor } = await collect(ADAPTER, from(null), mail.session(), store)
    expect(found).toHaveLength(200)
    await collect(ADAPTER, from(cursor), mail.session(), store)
    expect(new Set(found.map(({ key }) => key)).size).toBe(230)
  })

  it('G8 reads the archive and what was seen again when it is asked to', async () => {
    const mail = await started({ mails: [{ raw: reply('a') }, { raw: reply('b') }] })
    const { imap } = mail.session().endpoint
    const archiving = mail.session({ endpoint: { imap: { ...imap, archiveFolder: 'Archive' } } })
    const first = memoryStore()
    await collect(ADAPTER, from(null), archiving, first.store)
    mail.imap.deliver(reply('c'))
    const { cursor } = await collect(ADAPTER, from(null), mail.session(), first.store)
    const again = memoryStore()
    await collect(ADAPTER, { ...from(cursor), reread: true }, archiving, again.store)
    expect(new Set(texts(again.found))).toEqual(new Set(texts(first.found)))
  })

  it('moves into the archive where there is one', async () => {
    const mail = await started({ mails: [{ raw: reply('a') }] })
    const { imap } = mail.session().endpoint
    await collect(
      ADAPTER,
      from(null),
      mail.session({ endpoint: { imap: { ...imap, archiveFolder: 'Archive' } } }),
      memoryStore().store,
    )
    expect(mail.imap.mails()).toEqual([])
    expect(mail.imap.mails('Archive')).toHaveLength(1)
  })

  it('keeps of a giant mail the beginning, and tells a person where the rest is', async () => {
    const mail = await started({ mails: [{ raw: reply('giant', 'x'.repeat(41_000_000)) }] })
    const { found, store } = memoryStore()
    await collect(ADAPTER, from(null), mail.session(), store)
    expect(found[0]?.message).toMatchObject({
      sender: 'untrusted',
      because: expect.stringContaining('still in the mailbox'),
    })
    expect(found[0]?.message.body).toHaveLength(40_000_000)
    expect(mail.imap.mails()[0]?.flags).toEqual([])
  }, 30_000)

  it('says at which step it cannot read', async () => {
    const mail = await started()
    await expect(
      collect(
        ADAPTER,
        from(null),
        mail.session({ secrets: { ...SECRETS, imapPassword: 'CANARY' } }),
        memoryStore().store,
      ),
    ).rejects.toMatchObject({
      failure: 'sign-in',
      message: expect.stringMatching(/^collecting: sign-in: (?!.*CANARY)/),
    })
    await mail.imap.stop()
    await expect(collect(ADAPTER, from(null), mail.session(), memoryStore().store)).rejects.toMatchObject({
      failure: 'unreachable',
      message: expect.stringMatching(/^collecting: connect: 127\.0\.0\.1:\d+: ECONNREFUSED$/),
    })
    running = []
    await mail.smtp.stop()
  })
})

describe('checking a mail connection', () => {
  const steps = (done: { step: string; ok: boolean }[]) => done.map(({ step, ok }) => `${ok ? '+' : '-'} ${step}`)

  it('tries both servers and sends nothing', async () => {
    const mail = await started()
    expect(steps(await check(mail.session()))).toEqual([
      '+ smtp connect',
      '+ smtp tls',
      '+ smtp sign-in',
      '+ imap connect',
      '+ imap tls',
      '+ imap sign-in',
      '+ imap folder',
    ])
    expect(mail.received).toEqual([])
  })

  it('names the step that fails, on each server', async () => {
    const mail = await started()
    const { imap } = mail.session().endpoint
    const session = mail.session({
      endpoint: { imap: { ...imap, folder: 'Claims' } },
      secrets: { ...SECRETS, password: 'CANARY' },
    })
    const done = await check(session)
    expect(steps(done)).toEqual([
      '+ smtp connect',
      '+ smtp tls',
      '- smtp sign-in',
      '+ imap connect',
      '+ imap tls',
      '+ imap sign-in',
      '- imap folder',
    ])
    expect(JSON.stringify(done)).not.toContain('CANARY')
  })

  it('does not accept a certificate that nobody vouches for', async () => {
    const mail = await started({ tls: { ...SELF_SIGNED, implicit: true } })
    const { smtp, imap } = mail.session().endpoint
    const endpoint = { smtp: { ...smtp, tls: 'implicit' as const }, imap: { ...imap, tls: 'implicit' as const } }
    expect(steps(await check(sessionTo(smtp.port, imap.port, { endpoint })))).toEqual([
      '+ smtp connect',
      '- smtp tls',
      '+ imap connect',
      '- imap tls',
    ])
    const trusting = sessionTo(smtp.port, imap.port, { endpoint: { ...endpoint, caCertificate: SELF_SIGNED.cert } })
    expect((await check(trusting)).every(({ ok }) => ok)).toBe(true)
  })
})
