import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeMail, sizeInMail } from '../../../adapters/formats/mail/compose.ts'
import { readMail } from '../../../adapters/formats/mail/read.ts'
import { costOf } from '../../support/cost.ts'
import { bounce, mailFrom } from './harness.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const FILE = { name: 'claim-7K2M.pdf', mediaType: 'application/pdf', body: bytes('%PDF not really') }

async function mailIn(raw: string | Uint8Array) {
  const read = await readMail(typeof raw === 'string' ? Buffer.from(raw, 'latin1') : raw)
  if (read.kind !== 'mail') throw new Error(read.because)
  return read.mail
}

const withHeader = (entity: Uint8Array) => Buffer.concat([Buffer.from('From: <a@b.example>\r\nSubject: x\r\n'), entity])

describe('a mail that we write', () => {
  it('is the same bytes for the same input, in lines that every server takes', () => {
    const entity = composeMail('Dear colleagues,\nÑuñez & Söhne\n.\nFrom here', [FILE], 'u-1')
    expect(entity).toEqual(composeMail('Dear colleagues,\nÑuñez & Söhne\n.\nFrom here', [FILE], 'u-1'))
    const text = Buffer.from(entity).toString('latin1')
    expect(text).toMatch(/^Content-Type: multipart\/mixed; boundary="=_u-1"\r\n\r\n/)
    expect(text.split('\r\n').every((line) => line.length <= 78 && !line.includes('\n'))).toBe(true)
    expect(/^[\x20-\x7e\r\n]*$/.test(text)).toBe(true)
  })

  it('comes back whole, whatever text and files it carries', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 })
    const files = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(text, files, async (words, bodies) => {
        const sent = bodies.map((body, index) => ({ name: `f-${index}.bin`, mediaType: 'application/x-test', body }))
        const mail = await mailIn(withHeader(composeMail(`Hello ${words}`, sent, 'u-1')))
        expect(mail.files.map(({ body }) => Buffer.from(body))).toEqual(bodies.map((body) => Buffer.from(body)))
        expect(mail.files.map(({ name }) => name)).toEqual(sent.map(({ name }) => name))
        expect(mail.text.startsWith('Hello')).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('has a size that can be told before', () => {
    for (const size of [0, 1, 57, 58, 10_000]) {
      const file = { ...FILE, body: new Uint8Array(size) }
      const added = composeMail('', [file], 'u').length - composeMail('', [], 'u').length
      expect(sizeInMail(file)).toBeGreaterThanOrEqual(added)
    }
  })

  it.each([
    { name: 'a"; x="b' },
    { name: 'a\r\nBcc: x' },
    { name: '../x' },
    { name: '' },
    { mediaType: 'a/b\r\nX: y' },
  ])('refuses %j', (change) => {
    expect(() => composeMail('', [{ ...FILE, ...change }], 'u')).toThrow(/plain/)
  })
})

describe('a mail that we read', () => {
  const answered = async (...lines: string[]) => (await mailIn(mailFrom(['From: <a@hmo.example>', ...lines]))).automatic

  it('names what it answers, the nearest first', async () => {
    const { answers } = await mailIn(
      mailFrom(['Subject: Re: x', 'In-Reply-To: <3@c.example>', 'References: <1@c.example>\r\n <2@c.example>']),
    )
    expect(answers).toEqual(['3@c.example', '2@c.example', '1@c.example'])
  })

  it('knows a robot’s answer (D3)', async () => {
    expect(await answered('Auto-Submitted: auto-replied')).toBe('reply')
    expect(await answered('Auto-Submitted: auto-replied (vacation)')).toBe('reply')
    expect(await answered('Auto-Submitted: something-new')).toBe('reply')
    expect(await answered('Precedence: auto_reply')).toBe('reply')
    expect(await answered('Return-Path: <>')).toBe('reply')
    expect(await answered('Auto-Submitted: auto-generated', 'Return-Path: <>')).toBe('generated')
    expect(await answered('Auto-Submitted: no')).toBe('no')
    expect(await answered('Return-Path: <a@hmo.example>')).toBe('no')
  })

  // Sources: Exim's bounce_message_file, qmail-send(8), SmarterMail's and Postfix's texts.
  it.each<[string, string[], string]>([
    [
      'Exim',
      ['From: Mail Delivery System <Mailer-Daemon@r.example>', 'X-Failed-Recipients: a@hmo.example'],
      `A message that you sent could not be delivered.\n\n  a@hmo.example\n    550 5.1.1 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <117.1.x@clinic.example>\nSubject: 550 Doe`,
    ],
    [
      'qmail',
      ['From: MAILER-DAEMON@r.example', 'Return-Path: <>'],
      `Hi. This is the qmail-send program at r.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<a@hmo.example>:\nRemote host said: 550 5.1.1 unknown user\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <us@clinic.example>\nMessage-ID: <117.1.x@clinic.example>\nSubject: 550 Doe`,
    ],
    [
      'SmarterMail',
      ['From: System Administrator <postmaster@r.example>'],
      `Could not deliver message to the following recipient(s):\n\nFailed Recipient: a@hmo.example\nReason: Remote host said: 550 5.1.1 unknown user\n\n   -- The header and top 20 lines of the message follows --\n\nReceived: from us\nMessage-ID: <117.1.x@clinic.example>\nSubject: 550 Doe`,
    ],
    [
      'any server, by our own headers',
      ['From: bounces@r.example'],
      `Undeliverable: 550 5.1.1 unknown user\n\n> Message-ID: <117.1.x@clinic.example>\n> Subject: 550 Doe`,
    ],
  ])('a bounce in plain words is recognised, and nothing of our mail is quoted: %s', async (_, headers, text) => {
    const { report } = await mailIn(mailFrom([...headers, 'Subject: failure notice'], text.replaceAll('\n', '\r\n')))
    expect(report).toMatchObject({ action: 'failed', status: '5.1.1', about: ['117.1.x@clinic.example'] })
    expect(report?.said).toContain('550 5.1.1 unknown user')
    expect(JSON.stringify(report)).not.toContain('Doe')
  })

  it('a bounce in plain words that returns our mail as a part names it', async () => {
    const parts = [
      'From: Mailer-Daemon@r.example',
      'Return-Path: <>',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      '',
      'Delivery failed.',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'Message-ID: <117.1.x@clinic.example>',
      '',
      'x',
      '--b--',
      '',
    ]
    expect((await mailIn(parts.join('\r\n'))).report).toMatchObject({
      action: 'failed',
      about: ['117.1.x@clinic.example'],
    })
  })

  it('a server’s warning is no failure, and a person’s words about a failure are no bounce', async () => {
    const warning =
      'This message was created automatically. Your message has not yet been delivered. No action is required.'
    const server = ['From: Mailer-Daemon@r.example', 'Return-Path: <>', 'Subject: Warning: message delayed 24 hours']
    expect((await mailIn(mailFrom(server, warning))).report).toMatchObject({ action: 'delayed' })
    const person = 'Your last mail could not be delivered to my colleague, here is the answer.'
    expect((await mailIn(mailFrom(['From: <a@hmo.example>', 'Subject: Re: claim'], person))).report).toBeNull()
  })

  it('reads what a server reports of a mail of ours (D2)', async () => {
    expect((await mailIn(bounce('failed', '5.1.1'))).report).toEqual({
      action: 'failed',
      status: '5.1.1',
      said: 'smtp; 550 5.1.1 no such user',
      about: ['117.1.abc@clinic.example'],
    })
    expect((await mailIn(bounce('delayed', '4.4.1'))).report).toMatchObject({ action: 'delayed', status: '4.4.1' })
    expect((await mailIn(mailFrom(['Subject: Undelivered Mail'], 'Status: 5.1.1'))).report).toBeNull()
  })

  it('shows the words of an HTML mail', async () => {
    const html = '<html><style>p{color:red}</style><p>We need the <b>X-ray</b></p></html>'
    expect((await mailIn(mailFrom(['Content-Type: text/html'], html))).text).toBe('We need the X-ray')
  })
})

describe('a hostile mail is refused by name, at once (D7)', () => {
  const multipart = (inner: string) => `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${inner}`
  const nested = (depth: number) =>
    Array.from({ length: depth }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('')

  it.each([
    ['100,000 parts', multipart('--b\r\n\r\nx\r\n'.repeat(100_000)), /more than 2000 parts/],
    ['100,000 empty parts', multipart('--b\n'.repeat(100_000)), /more than 2000 parts/],
    ['deep nesting', nested(100_000), /more than/],
    ['mails within mails', 'Content-Type: message/rfc822\r\n\r\n'.repeat(100_000), /mails within mails, more than 40/],
    ['a giant header', `X: ${'a'.repeat(300_000)}\r\n\r\nhello`, /header/],
    ['a giant list of addresses', `To: ${'a@b.example, '.repeat(100_000)}\r\n\r\nhello`, /header/],
    ['a gigantic mail', `Subject: x\r\n\r\n${'x'.repeat(40_000_001)}`, /larger than/],
  ])('%s', async (_name, raw, because) => {
    const mail = Buffer.from(raw)
    const before = process.memoryUsage().rss
    const cost = await costOf(async () =>
      expect(await readMail(mail)).toEqual({ kind: 'unreadable', because: expect.stringMatching(because) }),
    )
    expect(cost).toBeLessThan(50)
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  })

  it.each([
    ['in letters of both cases', (n: number) => `Content-Type: multipart/mixed; bOundary=b${n}`],
    ['on a folded line, in quotes', (n: number) => `Content-Type: multipart/mixed;\r\n bOundARY =\r\n\t"b${n}"`],
    ['between comments', (n: number) => `Content-Type: multipart/mixed (a); (b) Boundary (c) = (d) b${n}`],
    ['split by a comment', (n: number) => `Content-Type: multipart/mixed; bound(x (y) \\))ary=b${n}`],
    ['in pieces (RFC 2231)', (n: number) => `content-type: multipart/mixed; BOUNDARY*0=b; BOUNDARY*1=${n}`],
  ])('parts within parts, their boundary %s', async (_name, header) => {
    const deep = (depth: number) =>
      Buffer.from(Array.from({ length: depth }, (_, n) => `${header(n)}\r\n\r\n--b${n}\r\n`).join(''))
    expect(await readMail(deep(500))).toEqual({
      kind: 'unreadable',
      because: 'parts within parts, more than 40 of them',
    })
    expect(await readMail(deep(15))).toMatchObject({ kind: 'mail' })
  })

  it('what is just below the limits is read at little cost', async () => {
    for (const raw of [
      multipart('--b\r\n\r\nx\r\n'.repeat(1_900)),
      nested(39),
      `\u0000${'\u00ff'.repeat(100_000)}`,
      '',
    ]) {
      expect(await costOf(() => readMail(Buffer.from(raw, 'latin1')))).toBeLessThan(50)
    }
  })

  it('bytes that are no mail are unreadable or a mail that says nothing, never thrown at', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (raw) => {
        const read = await readMail(raw)
        if (read.kind === 'mail') expect(read.mail.report).toBeNull()
      }),
      { numRuns: 200 },
    )
  })
})
