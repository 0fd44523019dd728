import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { InMessage, Notice, OutMessage, ProviderAdapter } from '../../../../adapters/contract.ts'
import { adapterOf } from '../../../../adapters/registry.ts'
import type { Transport } from '../../../../adapters/transports/transport.ts'
import { type Check, runChecks } from '../../../../cli/adapter/conformance/check.ts'
import { chaptersFor } from '../../../../cli/adapter/conformance/checks.ts'
import { type Subject, subjectFrom, subjectOf } from '../../../../cli/adapter/conformance/subject.ts'
import type { ProviderFact } from '../../../../domain/claims/claimEvents.ts'
import { besideSupernumerary } from '../../../../domain/practice/tooth.ts'

const ID = 'harbor-health'
const FOLDER = path.join(import.meta.dirname, '../../../../adapters/providers', ID)
const healthy = adapterOf(ID)
const MAIL = 'visayas-health'

/** Harbor Health with one mistake in it. */
function defective(change: Partial<ProviderAdapter>): Subject {
  return subjectFrom({ ...healthy, ...change }, ID, FOLDER)
}

async function outcome(subject: Subject, name: string): Promise<string> {
  const check = chaptersFor(subject)
    .flatMap((chapter) => chapter.checks)
    .find((each) => each.name === name) as Check
  const [result] = await runChecks(subject, [check])
  return result?.outcome ?? 'missing'
}

/** Every mistake, and the rules that must see it. */
const MISTAKES: [mistake: string, change: Partial<ProviderAdapter>, seenBy: string[]][] = [
  [
    'an unknown code becomes an approval',
    { decode: decodedWith((notice) => (saysOther(notice) ? { ...notice, fact: approved } : notice)) },
    ['unknown-code-is-no-state', 'case-unknown-code'],
  ],
  [
    'an unknown code becomes a receipt',
    { decode: decodedWith((notice) => (saysOther(notice) ? { ...notice, fact: { type: 'received' } } : notice)) },
    ['unknown-code-is-no-state'],
  ],
  [
    'unreadable bytes throw',
    {
      async decode(message, ctx) {
        const notices = await healthy.decode(message, ctx)
        if (notices.some((notice) => notice.kind === 'unreadable')) throw new Error('unexpected end')
        return notices
      },
    },
    ['hostile-empty', 'hostile-cut', 'case-answer-unreadable'],
  ],
  [
    'the submission is changed on the way',
    {
      encode(submission, ctx) {
        submission.lines.sort((a, b) => b.charge - a.charge)
        submission.note = ''
        return healthy.encode(submission, ctx)
      },
    },
    ['input-not-mutated'],
  ],
  [
    'the missing teeth are dropped in silence',
    { encode: ({ missingTeeth: _dropped, ...submission }, ctx) => healthy.encode(submission, ctx) },
    ['details-leave'],
  ],
  [
    'the prior placement of a line is dropped in silence',
    {
      encode: (submission, ctx) =>
        healthy.encode(
          { ...submission, lines: submission.lines.map(({ priorPlacedOn: _dropped, ...line }) => line) },
          ctx,
        ),
    },
    ['details-leave'],
  ],
  [
    'a detail that leaves is declared to have no place',
    { declaration: { ...healthy.declaration, noPlaceFor: ['accident'] } },
    ['details-leave'],
  ],
  [
    'a supernumerary tooth becomes its neighbour',
    {
      encode: (submission, ctx) =>
        healthy.encode(
          {
            ...submission,
            lines: submission.lines.map(({ tooth, ...line }) =>
              tooth === undefined ? line : { ...line, tooth: besideSupernumerary(tooth) ?? tooth },
            ),
          },
          ctx,
        ),
    },
    ['supernumerary-teeth'],
  ],
  [
    'what the first HMO decided is dropped in silence',
    {
      encode({ firstPayer: _dropped, ...submission }, ctx) {
        return healthy.encode(submission, ctx)
      },
    },
    ['first-hmo-is-told'],
  ],
  [
    'a refusal quotes the patient',
    {
      async encode(submission, ctx) {
        if (submission.purpose === 'supplement') throw new Error(`no supplement for ${submission.patient.family}`)
        return healthy.encode(submission, ctx)
      },
    },
    ['errors-name-nobody'],
  ],
  [
    'the time of writing is in the bytes',
    { assemble: written((text) => `${text}${Date.now()}`) },
    ['no-clock-no-chance'],
  ],
  ['chance is in the bytes', { assemble: written((text) => `${text}${Math.random()}`) }, ['same-input-same-bytes']],
  [
    'amounts are rounded',
    { assemble: written((text) => text.replaceAll(/"value":(\d+)\.\d+/g, '"value":$1')) },
    ['amounts-add-up', 'cents-are-exact'],
  ],
  [
    'a line is lost',
    { encode: (submission, ctx) => healthy.encode({ ...submission, lines: submission.lines.slice(0, 49) }, ctx) },
    ['every-line-leaves'],
  ],
  [
    'quotes in names are not escaped',
    { assemble: written((text) => text.replaceAll('\\"', '"')) },
    ['names-forge-nothing'],
  ],
  [
    'teeth go out as we call them',
    { assemble: written((text) => text.replaceAll('"26"', '"14"')) },
    ['tooth-notation'],
  ],
  ['the patient is in the address', { assemble: labelled }, ['labels-name-nobody']],
  [
    'an appeal leaves as an original',
    { encode: (submission, ctx) => healthy.encode({ ...submission, purpose: 'new' }, ctx) },
    ['purpose-appeal', 'purpose-replacement', 'correction-needs-its-original'],
  ],
  [
    'every 200 is taken',
    {
      readAnswer: (answer, ctx) =>
        answer.transport === 'http' && answer.status === 200
          ? { kind: 'taken', references: [], facts: [], said: [] }
          : healthy.readAnswer(answer, ctx),
    },
    ['answer-page-is-unknown', 'hostile-html-page', 'hostile-cut-answer'],
  ],
  [
    'the number is taken from memory',
    { decode: decodedWith((notice) => (notice.kind === 'claim' ? { ...notice, match: ours } : notice)) },
    ['number-is-read', 'other-claims-documents-are-not-ours'],
  ],
  ['a payment is balanced by hand', { decode: decodedWith(balanced) }, ['one-cent-more-is-seen']],
  [
    'a denial is read as paid nothing',
    { decode: decodedWith((notice) => (saysDecided(notice) ? { ...notice, fact: approved } : notice)) },
    ['denied-is-rejected'],
  ],
  [
    'settings may be anything, a password too',
    { declaration: { ...healthy.declaration, settings: z.object({ password: z.string().optional() }) } },
    ['settings-refuse-nothing', 'settings-hold-no-secret'],
  ],
  [
    'an unknown sending goes out twice to a provider that books both',
    {
      declaration: {
        ...healthy.declaration,
        delivery: { ...healthy.declaration.delivery, dedupes: false, keyWindowHours: 0 },
      },
    },
    ['delivery-is-consistent'],
  ],
]

describe('a planted mistake', () => {
  it.each(MISTAKES)('%s', async (_mistake, change, seenBy) => {
    const subject = defective(change)
    for (const name of seenBy) {
      expect(await outcome(defective({}), name), `${name}, of the healthy adapter`).toBe('passed')
      expect(await outcome(subject, name), name).toBe('failed')
    }
  })
})

describe('a planted mistake of a transport', () => {
  const onTransport = (id: string, change: (real: Transport) => Partial<Transport>): Subject => {
    const subject = subjectOf(id)
    return { ...subject, transport: { ...subject.transport, ...change(subject.transport) } }
  }
  const twice = (real: Transport): Partial<Transport> => ({
    async send(message, session, options) {
      const sent = await real.send(message, session, options)
      return sent.kind === 'unknown' ? real.send(message, session, options) : sent
    },
  })

  it.each([
    [
      'an unknown sending is tried again',
      onTransport(ID, twice),
      ['wire-timed-out', 'wire-server-error', 'wire-truncated'],
    ],
    [
      'what timed out is told as not sent',
      onTransport('summit-dental', (real) => ({
        async send(message, session, options) {
          const sent = await real.send(message, session, options)
          return sent.kind === 'unknown' ? { kind: 'not_sent', because: 'no answer' } : sent
        },
      })),
      ['wire-timed-out'],
    ],
    [
      'every signature is good',
      onTransport(ID, () => ({ verifyPush: () => ({ ok: true, key: 'k' }) })),
      ['wire-bad-signature', 'wire-replayed-push', 'case-bad-signature'],
    ],
    [
      'a document is told as collected before it is stored',
      onTransport('summit-dental', (real) => ({
        collect: (adapter, context, session, store) =>
          real.collect(adapter, context, session, (found) => store(found).catch(() => undefined)),
      })),
      ['wire-store-first'],
    ],
    ['a mail without an answer goes again', onTransport(MAIL, twice), ['wire-timed-out']],
    [
      'a server that says later is told as having it',
      onTransport(MAIL, (real) => ({
        async send(message, session, options) {
          const sent = await real.send(message, session, options)
          return sent.kind === 'not_sent' ? { kind: 'arrived' } : sent
        },
      })),
      ['wire-later', 'wire-rate-limit', 'wire-not-there', 'wire-other-host'],
    ],
    [
      'a refusal of our address or sign-in is told as one of the claim',
      onTransport(MAIL, (real) => ({
        async send(message, session, options) {
          const sent = await real.send(message, session, options)
          return sent.kind === 'stopped' ? { kind: 'refused', said: [] } : sent
        },
      })),
      ['wire-recipient-refused', 'wire-expired-credentials'],
    ],
    [
      'a mail leaves before the database knows',
      onTransport(MAIL, (real) => ({
        send: (message, session, options) => real.send(message, session, { ...options, mark: async () => undefined }),
      })),
      ['wire-sent'],
    ],
    [
      'every mail is believed',
      onTransport(MAIL, (real) => ({
        collect: (adapter, context, session, store) =>
          real.collect(adapter, context, session, ({ message, ...found }) =>
            store({ ...found, message: { ...message, sender: 'trusted' } as typeof message }),
          ),
      })),
      ['wire-forged-sender', 'wire-forged-proof', 'wire-other-sender', 'wire-other-voucher'],
    ],
    [
      'a mail is known by its place in the folder',
      onTransport(MAIL, (real) => ({
        collect: (adapter, context, session, store) => {
          const { folder } = (session.endpoint as { imap: { folder: string } }).imap
          let place = 0
          return real.collect(adapter, context, session, (found) => {
            place += 1
            return store({ ...found, key: `${folder} ${place}` })
          })
        },
      })),
      ['wire-two-folders', 'wire-numbered-anew'],
    ],
    [
      'a mail is told as collected before it is stored',
      onTransport(MAIL, (real) => ({
        collect: (adapter, context, session, store) =>
          real.collect(adapter, context, session, (found) => store(found).catch(() => undefined)),
      })),
      ['wire-store-first'],
    ],
    [
      'a folder that is read from its beginning each time',
      onTransport(MAIL, (real) => ({
        collect: (adapter, context, session, store) =>
          real.collect(adapter, { ...context, cursor: null }, session, store),
      })),
      ['wire-seen'],
    ],
    [
      'a mailbox that is closed to us counts as empty',
      onTransport(MAIL, (real) => ({
        collect: (adapter, context, session, store) =>
          real.collect(adapter, context, session, store).catch(() => ({ cursor: null })),
      })),
      ['wire-mailbox-closed', 'wire-store-first'],
    ],
    [
      'a packet counts as sent before anybody has carried it',
      onTransport('laguna-care', () => ({ send: async () => ({ kind: 'arrived' }) })),
      ['wire-by-hand'],
    ],
  ])('%s', async (_mistake, subject, seenBy) => {
    for (const name of seenBy) expect(await outcome(subject, name), name).toBe('failed')
  })
})

describe('a planted mistake of an adapter whose answers come by mail or by hand', () => {
  const reading = (id: string, decode: ProviderAdapter['decode']): Subject => {
    const subject = subjectOf(id)
    return { ...subject, adapter: { ...subject.adapter, decode } }
  }
  const asTheyCome = (id: string, change: (text: string) => string): Subject =>
    reading(id, (message, ctx) =>
      adapterOf(id).decode({ ...message, body: Buffer.from(change(textOf(message)), 'latin1') }, ctx),
    )
  const noticesOf = (id: string, change: (notices: Notice[], text: string) => Notice[]): Subject =>
    reading(id, async (message, ctx) => change(await adapterOf(id).decode(message, ctx), textOf(message)))

  it.each([
    [
      'a robot is taken for a person',
      asTheyCome(MAIL, (text) => text.replace(/^(Auto-Submitted|Precedence):.*\r\n/gim, '')),
      ['wire-auto-reply'],
    ],
    [
      'words in a mail are guessed at',
      noticesOf(MAIL, (notices) =>
        notices.map((notice) => (saysOther(notice) ? { ...notice, fact: { type: 'received' } } : notice)),
      ),
      ['wire-person'],
    ],
    [
      'a bounce is nobody’s business',
      noticesOf(MAIL, (notices) => notices.filter(({ kind }) => kind !== 'batch')),
      ['wire-bounced'],
    ],
    [
      'a bounce is known by its control number alone',
      noticesOf(MAIL, (notices) =>
        notices.map((notice) => {
          if (notice.kind !== 'batch') return notice
          const { interchangeId: _whose, ...rest } = notice
          return rest
        }),
      ),
      ['wire-bounce-of-another'],
    ],
    [
      'a mail that is late counts as one that came back',
      asTheyCome(MAIL, (text) => text.replace('Action: delayed', 'Action: failed')),
      ['wire-bounce-delayed'],
    ],
    [
      'a mail that nobody vouches for is dropped in silence',
      noticesOf(MAIL, (notices) => notices.filter(({ kind }) => kind !== 'unreadable')),
      ['wire-forged-sender'],
    ],
    [
      'a download is known by its name',
      reading('laguna-care', (message, ctx) =>
        message.transport === 'manual' && message.name.startsWith('message')
          ? adapterOf('laguna-care').decode(message, ctx)
          : [{ kind: 'unreadable', because: 'no list of the portal' }],
      ),
      ['wire-any-name', 'wire-documents'],
    ],
    [
      'a list that counts itself wrong is believed',
      asTheyCome('laguna-care', (text) => text.replace(/^Total,2,/m, 'Total,1,')),
      ['wire-wrong-count'],
    ],
  ])('%s', async (_mistake, subject, seenBy) => {
    for (const name of seenBy) {
      expect(await outcome(subjectOf(subject.id), name), `${name}, of the healthy adapter`).toBe('passed')
      expect(await outcome(subject, name), name).toBe('failed')
    }
  })
})

describe('a folder in which nothing is written yet', () => {
  const unwritten: Partial<ProviderAdapter> = {
    encode: () => {
      throw new Error('encode is not written yet')
    },
    ask: () => {
      throw new Error('ask is not written yet')
    },
    decode: () => [{ kind: 'unreadable', because: 'decode is not written yet' }],
    readAnswer: () => ({ kind: 'unknown', because: 'readAnswer is not written yet' }),
  }

  it('passes no rule about what leaves or comes back', async () => {
    const { folder, ...subject } = defective(unwritten)
    const empty = { ...subject, folder: { ...folder, cases: [] }, messages: () => [] }
    const passed: string[] = []
    for (const { title, checks } of chaptersFor(empty))
      for (const check of title === 'Declaration' ? [] : checks)
        if ((await outcome(empty, check.name)) === 'passed') passed.push(check.name)
    // The line of the connection is there, whatever is written.
    expect(passed).toEqual(['wire-check'])
  })
})

describe('a waiver', () => {
  const waived = (subject: Subject, check: string): Subject => ({
    ...subject,
    folder: { ...subject.folder, waived: [{ check, reason: 'the provider has no such thing', since: '2026-11-24' }] },
  })

  it('lets a rule that does not hold pass as waived, with its reason', async () => {
    const subject = waived(defective({ assemble: written((text) => `${text}${Date.now()}`) }), 'no-clock-no-chance')
    expect(await outcome(subject, 'no-clock-no-chance')).toBe('waived')
  })

  it('that is no longer needed fails', async () => {
    expect(await outcome(waived(defective({}), 'no-clock-no-chance'), 'no-clock-no-chance')).toBe('failed')
  })
})

const approved: ProviderFact = { type: 'decided', outcome: 'approved', lines: [] }
const ours = { submissionNumber: 'K7Q2M4X8Z1B3C5D9', references: [] }

type ClaimNotice = Extract<Notice, { kind: 'claim' }>
const saysOther = (notice: Notice): notice is ClaimNotice => notice.kind === 'claim' && notice.fact.type === 'other'
const saysDecided = (notice: Notice): notice is ClaimNotice => notice.kind === 'claim' && notice.fact.type === 'decided'

function textOf({ body }: InMessage): string {
  return Buffer.from(body).toString('latin1')
}

function decodedWith(change: (notice: Notice) => Notice): ProviderAdapter['decode'] {
  return async (message, ctx) => (await healthy.decode(message, ctx)).map(change)
}

function balanced(notice: Notice): Notice {
  if (notice.kind !== 'remittance') return notice
  const { remittance } = notice
  const amount = remittance.claims.reduce((total, claim) => total + claim.paid, 0)
  return { ...notice, remittance: { ...remittance, amount, providerAdjustments: [] } }
}

function written(change: (text: string) => string): ProviderAdapter['assemble'] {
  return async (parts, ctx) => (await healthy.assemble(parts, ctx)).map((message) => withText(message, change))
}

function withText(message: OutMessage, change: (text: string) => string): OutMessage {
  return {
    ...message,
    body: new TextEncoder().encode(change(new TextDecoder().decode(message.body ?? new Uint8Array()))),
  }
}

async function labelled(...[parts, ctx]: Parameters<ProviderAdapter['assemble']>): Promise<OutMessage[]> {
  const messages = await healthy.assemble(parts, ctx)
  return messages.map((message) => {
    const family = /"family":"([^"]*)"/.exec(new TextDecoder().decode(message.body ?? new Uint8Array()))?.[1] ?? ''
    return message.transport === 'http' ? { ...message, path: `/Claim?name=${family}` } : message
  })
}
