import { describe, expect, it } from 'vitest'
import { emailEndpoint } from '../../../adapters/transports/email/endpoint.ts'
import { trustIn } from '../../../adapters/transports/email/trust.ts'
import { costOf } from '../../support/cost.ts'
import { mailFrom, PASSED, sessionTo } from './harness.ts'

const { endpoint } = sessionTo(1, 2)
const FROM = 'From: Claims desk <claims@hmo.example>'
const trust = (...lines: string[]) => trustIn(new TextEncoder().encode(mailFrom(lines)), endpoint).sender
const results = (text: string) => `Authentication-Results: mx.clinic.example; ${text}`

describe('whom we believe (D5)', () => {
  it.each([
    ['DMARC passed', [PASSED, FROM]],
    ['the name of our server in other letters', [PASSED.replace('mx.clinic', 'MX.Clinic'), FROM]],
    ['an aligned DKIM signature', [results('dkim=pass header.d=hmo.example'), FROM]],
    [
      'a signature of the domain above',
      [results('spf=fail; dkim=pass header.i=@hmo.example'), 'From: a@desk.hmo.example'],
    ],
    [
      'folded, with comments',
      [
        'Authentication-Results: mx.clinic.example 1;\r\n\tdmarc=pass (p=reject; dis=none)\r\n header.from=hmo.example',
        FROM,
      ],
    ],
    ['a forged failure below ours', [PASSED, results('dmarc=fail'), FROM]],
  ])('%s', (_name, lines) => {
    expect(trust(...lines)).toBe('trusted')
  })

  it.each([
    ['no statement at all', [FROM]],
    [
      'a statement of another server',
      ['Authentication-Results: mx.evil.example; dmarc=pass header.from=hmo.example', FROM],
    ],
    [
      'a server whose name begins like ours',
      ['Authentication-Results: mx.clinic.example.evil.example; dmarc=pass', FROM],
    ],
    ['DMARC failed', [results('dmarc=fail header.from=hmo.example'), FROM]],
    ['DMARC failed, though some signature passed', [results('dmarc=fail; dkim=pass header.d=hmo.example'), FROM]],
    ['a forged pass below our failure', [results('dmarc=fail'), PASSED, FROM]],
    ['a forged pass below our silence', [results('none'), PASSED, FROM]],
    ['passed for another domain', [results('dmarc=pass header.from=evil.example'), FROM]],
    ['signed by another domain', [results('dkim=pass header.d=evil.example'), FROM]],
    ['signed by a top-level domain', [results('dkim=pass header.d=example'), FROM]],
    ['only SPF', [results('spf=pass smtp.mailfrom=claims@hmo.example'), FROM]],
    ['a pass in a comment', [results('spf=fail (dmarc=pass header.from=hmo.example; dmarc=pass)'), FROM]],
    ['a pass in quoted text', [results('spf=fail smtp.mailfrom="x; dmarc=pass header.from=hmo.example"'), FROM]],
    ['a pass after a backslash', [results('spf=fail smtp.mailfrom="x\\"; dmarc=pass'), FROM]],
    ['a sender who is not allowed', [PASSED.replace('hmo.example', 'evil.example'), 'From: <claims@evil.example>']],
    ['a sender below an allowed domain', [results('dmarc=pass'), 'From: <a@sub.desk.hmo.example>']],
    ['an address in the name', [results('dmarc=pass'), 'From: "claims@hmo.example" <x@evil.example>']],
    ['two From fields', [PASSED, FROM, 'From: <x@evil.example>']],
    ['two addresses in From', [PASSED, 'From: claims@hmo.example, x@evil.example']],
    ['no From', [PASSED]],
  ])('not with %s', (_name, lines) => {
    expect(trust(...lines)).toBe('untrusted')
  })

  it('reads a hostile header at little cost', async () => {
    const raw = new TextEncoder().encode(
      mailFrom([
        results(`${'('.repeat(100_000)}`),
        `From: ${'"'.repeat(500)}<claims@hmo.example>`,
        `To: ${'a@b.example,'.repeat(10_000)}`,
      ]),
    )
    const cost = await costOf(() => {
      expect(trustIn(raw, endpoint).sender).toBe('untrusted')
      expect(trustIn(new Uint8Array(20_000_000).fill(65), endpoint)).toEqual({
        sender: 'untrusted',
        because: 'its header is too large',
      })
    })
    expect(cost).toBeLessThan(50)
  })
})

describe('the endpoint of a mail connection', () => {
  const read = (change: object) => emailEndpoint.safeParse({ ...endpoint, ...change }).success

  it('has one recipient and a list of senders', () => {
    expect(read({})).toBe(true)
    expect(read({ to: 'a@hmo.example, b@hmo.example' })).toBe(false)
    expect(read({ to: 'a@hmo.example>\r\nRCPT TO:<b@evil.example' })).toBe(false)
    expect(read({ from: '"a b"@clinic.example' })).toBe(false)
    expect(read({ allowedSenders: [] })).toBe(false)
    expect(read({ imap: { ...endpoint.imap, archiveFolder: 'INBOX' } })).toBe(false)
    expect(read({ smtp: { host: 'mail.hmo.example', port: 587, tls: 'starttls' } })).toBe(true)
  })
})
