import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Check, runChecks } from '../../../adapters/conformance/check.ts'
import { chaptersFor } from '../../../adapters/conformance/checks.ts'
import { type Subject, subjectFrom, subjectOf } from '../../../adapters/conformance/subject.ts'
import type { Notice, OutMessage, ProviderAdapter } from '../../../adapters/contract.ts'
import { adapterOf } from '../../../adapters/registry.ts'
import type { Transport } from '../../../adapters/transports/transport.ts'
import type { ProviderFact } from '../../../domain/events.ts'

const ID = 'harbor-health'
const FOLDER = path.join(import.meta.dirname, '../../../adapters/providers', ID)
const healthy = adapterOf(ID)

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
    ['number-is-read', 'other-claims-news-are-not-ours'],
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
  ])('%s', async (_mistake, subject, seenBy) => {
    for (const name of seenBy) expect(await outcome(subject, name), name).toBe('failed')
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
