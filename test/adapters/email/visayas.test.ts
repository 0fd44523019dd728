import { describe, expect, it } from 'vitest'
import type { MailOut, Notice } from '../../../adapters/contract.ts'
import { composeMail } from '../../../adapters/formats/mail/compose.ts'
import { readMail } from '../../../adapters/formats/mail/read.ts'
import { writeXlsx } from '../../../adapters/formats/xlsx/writeXlsx.ts'
import { visayasHealth } from '../../../adapters/providers/visayas-health/index.ts'
import { readList } from '../../../adapters/providers/visayas-health/lists.ts'
import { subjectOf } from '../../../cli/adapter/conformance/subject.ts'
import type { Submission } from '../../../domain/claim.ts'
import { fieldFile } from '../../support/fieldFiles.ts'
import { mailFrom } from './harness.ts'

const subject = subjectOf('visayas-health')
const CLAIM = subject.folder.claim.submission
const OTHER = '8K2M9QX4TB6VH0RC'
const ID = '0190a000-0000-7000-8000-00000000000a'

async function written(submissions: Submission[], paper = new Uint8Array([1, 2, 3, 4])): Promise<MailOut[]> {
  const ctx = { ...subject.context(), attachment: () => paper }
  return (await subject.write(submissions, ctx)) as MailOut[]
}

async function filesIn({ body }: MailOut) {
  const read = await readMail(Buffer.concat([Buffer.from('Subject: x\r\n'), body]))
  if (read.kind !== 'mail') throw new Error(read.because)
  return read.mail.files
}

const withPapers = (count: number): Submission => ({
  ...CLAIM,
  attachments: Array.from({ length: count }, (_, index) => ({
    ...(CLAIM.attachments[0] as Submission['attachments'][number]),
    attachmentId: `a-${index}`,
  })),
})

describe('what Visayas Health gets', () => {
  it('is one mail for several claims, with one list, a form for each and all papers', async () => {
    const [mail, ...others] = await written([CLAIM, { ...CLAIM, submissionNumber: OTHER }])
    expect(others).toEqual([])
    expect(mail).toMatchObject({ messageId: `7.1.${ID}`, subject: '2 dental claims [S000000007]' })
    const files = await filesIn(mail as MailOut)
    expect(files.map(({ name }) => name)).toEqual([
      'claims-7.csv',
      'S000000007-statement.xlsx',
      `${CLAIM.submissionNumber}-claim-form.pdf`,
      `${CLAIM.submissionNumber}-1-xray.png`,
      `${OTHER}-claim-form.pdf`,
      `${OTHER}-1-xray.png`,
    ])
    const list = await readList(files[0] as (typeof files)[number])
    if (list.kind === 'unreadable') throw new Error(list.because)
    expect(list.rows.map((row) => `${row.cell('submission')} ${row.cell('line')} ${row.cell('charge')}`)).toEqual([
      `${CLAIM.submissionNumber} 1 12000.00`,
      `${CLAIM.submissionNumber} 2 1600.50`,
      `${OTHER} 1 12000.00`,
      `${OTHER} 2 1600.50`,
    ])
  })

  it('is split at 10 MB, numbered, and nothing is left out', async () => {
    const mails = await written([withPapers(4)], new Uint8Array(4_000_000))
    expect(mails.map(({ subject: words }) => words.slice(-6))).toEqual([' (1/4)', ' (2/4)', ' (3/4)', ' (4/4)'])
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(4)
    expect(mails.every(({ body }) => body.length <= 10_000_000)).toBe(true)
    const names = (await Promise.all(mails.map(filesIn))).flat().map(({ name }) => name)
    expect(names).toHaveLength(7)
    expect(names.filter((name) => name.endsWith('.csv'))).toHaveLength(1)
    await expect(written([CLAIM], new Uint8Array(8_000_000))).rejects.toThrow('larger than a mail')
  })

  it('says of a correction what it corrects, and never sends one that says nothing', async () => {
    const [mail] = await written([{ ...CLAIM, purpose: 'appeal', originalReference: 'VH00000009' }])
    expect(mail?.subject).toBe(`Appeal of a dental claim [${CLAIM.submissionNumber}]`)
    expect(Buffer.from(mail?.body ?? []).toString()).toContain('appeal of VH00000009')
    await expect(written([{ ...CLAIM, purpose: 'void' }])).rejects.toThrow('must name what it is about')
    await expect(written([{ ...CLAIM, total: 1 }])).rejects.toThrow('do not add up')
  })
})

describe('what Visayas Health says', () => {
  const from = 'From: <claims@visayas-health.example>'
  const reply = (text: string, ...headers: string[]) => mailFrom([from, ...headers], text)
  const decoded = (raw: string, sender: 'trusted' | 'untrusted' = 'trusted'): Promise<Notice[]> =>
    Promise.resolve(
      visayasHealth.decode({ transport: 'email', sender, body: Buffer.from(raw) }, subject.context() as never),
    )
  const numberOf = (notices: Notice[]) =>
    notices[0]?.kind === 'claim' ? notices[0].match.submissionNumber : notices[0]

  it('answers by In-Reply-To before References before the token of the subject', async () => {
    const id = (number: string) => `<7.1.${ID}.${number}@clinic.example>`
    const [a, b, c] = ['AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB', 'CCCCCCCCCCCCCCCC']
    const all = [
      `In-Reply-To: ${id(a as string)}`,
      `References: ${id(c as string)} ${id(b as string)}`,
      `Subject: [${c}]`,
    ]
    expect(numberOf(await decoded(reply('x', ...all)))).toBe(a)
    expect(numberOf(await decoded(reply('x', ...all.slice(1))))).toBe(b)
    expect(numberOf(await decoded(reply('x', ...all.slice(2))))).toBe(c)
    expect(numberOf(await decoded(reply(`about ${a} [${b}]`, 'Subject: x')))).toBeUndefined()
  })

  it('a person’s text is never a state, whatever it says', async () => {
    for (const text of [
      'RECEIVED 7K2M9QX4TB6VH0RC',
      'Approved!',
      'submission;claim;status\r\n7K2M9QX4TB6VH0RC;VH1;DENIED',
    ])
      expect(await decoded(reply(text, 'Subject: x'))).toMatchObject([{ kind: 'claim', fact: { type: 'other' } }])
  })

  it('nothing of an unproved sender counts (D5), and its robot is nothing', async () => {
    const forged = reply('x', `Subject: [${CLAIM.submissionNumber}]`)
    expect(await decoded(forged, 'untrusted')).toMatchObject([{ kind: 'unreadable' }])
    expect(await decoded(reply('x', 'Auto-Submitted: auto-replied'), 'untrusted')).toEqual([])
  })

  it('is read from a workbook as from CSV, and one that was cut is not', async () => {
    const titles = ['submission', 'claim', 'status', 'reason', 'text']
    const rows = [titles, [CLAIM.submissionNumber, 'VH00000001', 'RECEIVED', null, null], ['END', { count: 1 }]]
    const book = await writeXlsx({ title: 'status', widths: [], titleRow: 0, rows })
    const mail = (body: Uint8Array) => {
      const entity = composeMail('See the list.', [{ name: 'status.xlsx', mediaType: 'application/x-list', body }], 'u')
      return Buffer.concat([Buffer.from(`${from}\r\n`), entity]).toString('latin1')
    }
    expect(await decoded(mail(book))).toMatchObject([
      { kind: 'claim', match: { submissionNumber: CLAIM.submissionNumber }, fact: { type: 'received' } },
    ])
    const short = await writeXlsx({ title: 'status', widths: [], titleRow: 0, rows: rows.slice(0, 2) })
    for (const broken of [short, book.subarray(0, book.length - 200), new Uint8Array(0)])
      expect(await decoded(mail(broken))).toMatchObject([{ kind: 'unreadable' }])
  })

  it('a mail bomb is for a person', async () => {
    const bomb = `${from}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}`
    expect(await decoded(bomb)).toEqual([{ kind: 'unreadable', because: 'more than 2000 parts' }])
  })

  const enclosing = (headers: string[], text: string, ...files: { name: string; body: string; type?: string }[]) =>
    [
      from,
      ...headers,
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      ...files.flatMap(({ name, body, type = 'text/csv' }) => [
        '--b',
        `Content-Type: ${type}`,
        `Content-Disposition: attachment; filename="${name}"`,
        '',
        body,
      ]),
      '--b--',
      '',
    ].join('\r\n')
  const STATUS = { name: 's.csv', body: `submission;claim;status;reason;text\r\n${OTHER};VH1;DENIED;;\r\nEND;1\r\n` }
  const ANSWERS = `In-Reply-To: <7.1.${ID}.${OTHER}@clinic.example>`
  const AUTOMATIC = ['Auto-Submitted: auto-replied', 'Precedence: auto_reply', 'Return-Path: <>']

  // Source: RFC 3834 3.1.7 and 5: the field says who answered, not what is enclosed.
  it.each(AUTOMATIC)('a list in an automatic mail counts, and without a file the mail is nothing: %s', async (mark) => {
    const decidedBy = await decoded(enclosing([mark], 'We answer by ourselves.', STATUS))
    expect(decidedBy).toMatchObject([
      { match: { submissionNumber: OTHER }, fact: { type: 'decided', outcome: 'denied' } },
    ])
    expect(await decoded(reply('Out of office.', mark))).toEqual([])
    expect(await decoded(enclosing([mark], 'x', STATUS), 'untrusted')).toMatchObject([{ kind: 'unreadable' }])
  })

  it('a list in an automatic mail counts, as it was seen in the field', async () => {
    expect(await decoded(fieldFile('92-auto-replied-with-list.eml'))).toMatchObject([
      { kind: 'claim', match: { submissionNumber: '7K2M9QX4TB6VH0RC' }, fact: { type: 'received' } },
    ])
  })

  it.each(AUTOMATIC)('an automatic mail with a file that nobody reads is for a person: %s', async (mark) => {
    const paper = { name: 'decision.pdf', body: '%PDF-1.7', type: 'application/pdf' }
    expect(await decoded(enclosing([mark, ANSWERS], 'See the file.', paper))).toMatchObject([
      {
        match: { submissionNumber: OTHER },
        fact: { type: 'other' },
        said: [{ code: 'written by a program', text: 'See the file. [1 enclosed]' }],
      },
    ])
    const cut = { name: 's.csv', body: STATUS.body.replace('END;1', '') }
    expect(await decoded(enclosing([mark], 'See the file.', cut))).toMatchObject([{ kind: 'unreadable' }])
  })

  const OUR_LIST = { name: 'claims-7.csv', body: `use;submission;their_claim;line\r\nLIVE;${OTHER};;1\r\nEND;1\r\n` }
  it.each([
    ['our own list', OUR_LIST, 'a list of our own is enclosed'],
    ['our own list, cut', { ...OUR_LIST, body: 'use;submission;line\r\nLIVE' }, 'a list of our own is enclosed'],
    ['a foreign list', { name: 'a.csv', body: 'Name,Amount\r\nA,1\r\n' }, 'a list with columns that we do not know'],
  ])('a person’s answer with %s enclosed is the claim’s, its words are shown', async (_, list, remark) => {
    const [notice, ...others] = await decoded(enclosing([ANSWERS], 'The X-ray cannot be opened.', list))
    expect(others).toEqual([])
    expect(notice).toMatchObject({
      kind: 'claim',
      match: { submissionNumber: OTHER },
      fact: { type: 'other' },
      said: [
        { code: 'written by a person', text: 'The X-ray cannot be opened. [1 enclosed]' },
        { code: 'enclosed', text: remark },
      ],
    })
  })

  it('a person’s answer with our own list enclosed, as it was seen in the field', async () => {
    expect(await decoded(fieldFile('93-person-with-our-own-list.eml'))).toMatchObject([
      {
        match: { submissionNumber: '7K2M9QX4TB6VH0RC' },
        said: [
          { text: 'The X-ray of tooth 14 cannot be opened, please send it again. [1 enclosed]' },
          { code: 'enclosed' },
        ],
      },
    ])
  })

  it('a person’s answer with a file that is no table keeps its words, and the file is a doubt', async () => {
    const broken = { name: 'a.xlsx', body: 'no workbook' }
    expect(await decoded(enclosing([ANSWERS], 'Please call.', broken))).toMatchObject([
      { kind: 'unreadable' },
      { kind: 'claim', match: { submissionNumber: OTHER }, said: [{ text: 'Please call. [1 enclosed]' }] },
    ])
  })

  it('a list of theirs beside a foreign one counts, and the foreign one is a doubt', async () => {
    const foreign = { name: 'a.csv', body: 'Name;Amount\r\nA;1\r\n' }
    expect((await decoded(enclosing([], 'x', STATUS, foreign))).map(({ kind }) => kind)).toEqual([
      'claim',
      'unreadable',
    ])
  })

  it('a bounce that is no report of RFC 3464 makes the mail undelivered', async () => {
    expect(await decoded(fieldFile('94b-bounce-exim.eml'))).toMatchObject([
      {
        kind: 'batch',
        controlNumber: 117,
        verdict: 'undelivered',
        submissionNumbers: ['7K2M9QX4TB6VH0RC'],
        said: [{ list: 'SMTP', code: '5.1.1' }],
      },
    ])
    const ours = `From: Mail System <mailer-daemon@x.example>\r\nReturn-Path: <>\r\n\r\nYour message could not be delivered.\r\n`
    expect(await decoded(ours)).toEqual([
      { kind: 'unreadable', because: 'a mail came back that is none of ours, or does not say which' },
    ])
  })
})
