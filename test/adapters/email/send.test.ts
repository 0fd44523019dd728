import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { checkArrival } from '../../../adapters/transports/email/checkArrival.ts'
import { send } from '../../../adapters/transports/email/send.ts'
import { SELF_SIGNED } from '../http/selfSigned.ts'
import { mailOut, marks, SECRETS, sessionTo, startMail } from './harness.ts'

type Mail = Awaited<ReturnType<typeof startMail>>
let mail: Mail | null = null
const started = async (options?: Parameters<typeof startMail>[0]) => {
  mail = await startMail(options)
  return mail
}
afterEach(async () => {
  await mail?.stop()
  mail = null
})

describe('sending a mail', () => {
  it('puts our headers in front of the exact entity, for the one recipient of the connection', async () => {
    const { received, session } = await started()
    const { made, options } = marks()
    expect(await send(mailOut(), session(), options)).toEqual({ kind: 'arrived' })
    expect(made).toEqual(['HANDING_OVER'])
    expect(received).toEqual([
      [
        'From: <claims@clinic.example>',
        'To: <claims@hmo.example>',
        'Subject: Dental claim 7K2M9QX4TB6VH0RC',
        'Date: Tue, 10 Mar 2026 20:05:00 +0000',
        'Message-ID: <117.1.0195c0de-0000-7000-8000-000000000001@clinic.example>',
        'MIME-Version: 1.0',
        'X-Auto-Response-Suppress: All',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'The claim.',
        '.',
        'After a dot.',
        '',
      ].join('\r\n'),
    ])
  })

  it('carries a large mail whole', async () => {
    const { received, session } = await started()
    const line = `${'x'.repeat(74)}\r\n`
    const body = new TextEncoder().encode(`Content-Type: text/plain\r\n\r\n${line.repeat(40_000)}`)
    expect(await send(mailOut({ body }), session(), marks().options)).toEqual({ kind: 'arrived' })
    expect(received[0]?.endsWith(Buffer.from(body).toString())).toBe(true)
  })

  it.each([true, false])('goes encrypted to a server of a private authority (implicit: %s)', async (implicit) => {
    const { received, smtp, imap } = await started({ tls: { ...SELF_SIGNED, implicit } })
    const tls = implicit ? 'implicit' : 'starttls'
    const server = { host: '127.0.0.1', port: smtp.port, tls } as const
    const trusting = sessionTo(smtp.port, imap.port, {
      endpoint: { smtp: server, caCertificate: SELF_SIGNED.cert },
    })
    expect(await send(mailOut(), trusting, marks().options)).toEqual({ kind: 'arrived' })
    const doubting = sessionTo(smtp.port, imap.port, { endpoint: { smtp: server } })
    expect(await send(mailOut(), doubting, marks().options)).toMatchObject({ kind: 'not_sent' })
    expect(received).toHaveLength(1)
  })

  it('never goes in the clear where TLS is agreed', async () => {
    const { received, smtp, imap } = await started()
    const server = { host: '127.0.0.1', port: smtp.port, tls: 'starttls' } as const
    expect(
      await send(mailOut(), sessionTo(smtp.port, imap.port, { endpoint: { smtp: server } }), marks().options),
    ).toMatchObject({ kind: 'not_sent' })
    expect(received).toEqual([])
  })
})

describe('what a failed sending says', () => {
  it('nobody listens: not sent', async () => {
    const { session, stop } = await started()
    await stop()
    mail = null
    expect(await send(mailOut(), session(), marks().options)).toEqual({
      kind: 'not_sent',
      because: expect.stringMatching(/^connect: 127\.0\.0\.1:\d+: ECONNREFUSED$/),
    })
  })

  it('the server is not ready: not sent', async () => {
    const { session } = await started({ changes: { refuses: () => true } })
    expect(await send(mailOut(), session(), marks().options)).toMatchObject({ kind: 'not_sent' })
  })

  it('the sign-in is refused: everything stops, and no password is named', async () => {
    const { session, received } = await started()
    const { made, options } = marks()
    const sent = await send(mailOut(), session({ secrets: { ...SECRETS, password: 'WRONG-CANARY' } }), options)
    expect(sent).toEqual({ kind: 'stopped', because: 'sign-in: the server does not accept our sign-in (535 5.7.8)' })
    expect(made).toEqual([])
    expect(received).toEqual([])
  })

  it.each([
    ['refusesSender', '550 5.7.1 you may not send', { kind: 'stopped', because: 'the server answered 550 5.7.1' }],
    [
      'refusesRecipient',
      "550 5.1.1 no such user, O'Canary",
      { kind: 'stopped', because: 'the server answered 550 5.1.1' },
    ],
    ['refusesRecipient', '450 4.2.1 greylisted', { kind: 'not_sent', because: 'the server answered 450 4.2.1' }],
    ['refusesMail', '451 4.3.0 try later', { kind: 'not_sent', because: 'the server answered 451 4.3.0' }],
    [
      'refusesMail',
      '554 5.7.1 not wanted',
      { kind: 'refused', said: [{ list: 'SMTP', code: '5.7.1', text: '554 5.7.1 not wanted' }] },
    ],
    [
      'refusesSender',
      '552 too large',
      { kind: 'refused', said: [{ list: 'SMTP', code: '552', text: '552 too large' }] },
    ],
  ] as const)('%s with %s', async (stage, reply, sent) => {
    const { session, received } = await started({ changes: { [stage]: () => reply } })
    expect(await send(mailOut(), session(), marks().options)).toEqual(sent)
    expect(received).toEqual([])
  })

  it('larger than the server announced: refused, nothing leaves', async () => {
    const { session, received } = await started()
    const body = new TextEncoder().encode(`Content-Type: text/plain\r\n\r\n${'x'.repeat(26_300_000)}`)
    expect(await send(mailOut({ body }), session(), marks().options)).toMatchObject({ kind: 'refused' })
    expect(received).toEqual([])
  })

  it('cut in the middle of the mail: not sent, since the final dot never left', async () => {
    const { session, received } = await started({ changes: { cutsMail: () => 100_000 } })
    const body = new TextEncoder().encode(`Content-Type: text/plain\r\n\r\n${`${'x'.repeat(74)}\r\n`.repeat(250_000)}`)
    expect(await send(mailOut({ body }), session(), marks().options)).toMatchObject({ kind: 'not_sent' })
    expect(received).toEqual([])
  })

  it('taken, and the connection ends before the 250: unknown, once at the provider, and only news settles it (D1)', async () => {
    const { session, received } = await started({ changes: { losesReply: () => true } })
    const { made, options } = marks()
    expect(await send(mailOut(), session(), options)).toMatchObject({ kind: 'unknown' })
    expect(received).toHaveLength(1)
    expect(await checkArrival(mailOut(), session(), made.at(-1) ?? null)).toBe('cannot_tell')
  })

  it('a sender that died before it handed anything over left nothing', async () => {
    const { session } = await started()
    expect(await checkArrival(mailOut(), session(), null)).toBe('absent')
  })

  it('called off: the connection ends at once', async () => {
    const off = new AbortController()
    const silent = createServer(() => off.abort())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const port = (silent.address() as { port: number }).port
    const sent = await send(mailOut(), sessionTo(port, port, { signal: off.signal }), marks().options)
    expect(sent).toEqual({ kind: 'not_sent', because: 'connect: called off' })
    silent.close()
  })

  it('called off while the mark is written: nothing is handed over', async () => {
    const { session, received } = await started()
    const off = new AbortController()
    const options = { idempotencyKey: 'k', mark: async () => off.abort() }
    expect(await send(mailOut(), session({ signal: off.signal }), options)).toMatchObject({ kind: 'not_sent' })
    expect(received).toEqual([])
  })
})

describe('a message that could add a header or a recipient is not sent (D8)', () => {
  it.each([
    { subject: 'Claim\r\nBcc: thief@evil.example' },
    { subject: 'Claim\nX: y' },
    { subject: 'Ñuñez' },
    { subject: '' },
    { messageId: 'a@evil.example>\r\nBcc: x' },
    { messageId: 'a b' },
    { date: 'yesterday' },
    { body: new TextEncoder().encode('Bcc: thief@evil.example\r\nContent-Type: text/plain\r\n\r\n') },
  ])('%j', async (change) => {
    const { session, received } = await started()
    await expect(send(mailOut(change), session(), marks().options)).rejects.toThrow(/an adapter made/)
    expect(received).toEqual([])
  })
})
