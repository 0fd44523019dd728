import { describe, expect, it } from 'vitest'
import { CLOSERS } from '../../../domain/worklist/closers.ts'
import type { Item, Kind } from '../../../domain/worklist/itemContents.ts'
import {
  causeKey,
  ITEM_KINDS,
  KINDS,
  kindsClosedBy,
  nextMoveOf,
  sentenceOf,
} from '../../../domain/worklist/itemKinds.ts'

const claimId = 'claim-1'
const connectionId = 'connection-1'
const remittanceId = 'remittance-1'
const documentId = 'document-1'
const claimNumber = 'C-2026-7'
const provider = 'Harbor Health'
const traceNumber = 'T-9'

const turnedBack = {
  lineNumber: null,
  amount: null,
  said: [
    { list: '277 category', code: 'A7' },
    { list: '277 status', code: '164' },
    { list: '277 entity', code: 'IL' },
  ],
}
const denied = (lineNumber: number, code: string) => ({ lineNumber, amount: 150_000, said: [{ list: 'CARC', code }] })

/** One of each kind. */
const ONE: { [K in Kind]: Item<K> } = {
  stalled: { kind: 'stalled', ids: { claimId }, words: { claimNumber, deadline: 'ack' } },
  'stalled-owner': { kind: 'stalled-owner', ids: { claimId }, words: { claimNumber, deadline: 'payment' } },
  'workflow-silent': {
    kind: 'workflow-silent',
    ids: { claimId },
    words: { claimNumber, duty: 'deadline' },
  },
  'batch-silent': { kind: 'batch-silent', ids: { interchangeId: 'interchange-1' }, words: { provider } },
  'inbox-silent': { kind: 'inbox-silent', ids: { connectionId }, words: { provider } },
  'delivery-unknown': { kind: 'delivery-unknown', ids: { claimId }, words: { claimNumber, provider } },
  'address-changed': {
    kind: 'address-changed',
    ids: { claimId },
    words: { claimNumber, provider, before: 'https://old.example', after: 'https://new.example' },
  },
  'delivery-held': { kind: 'delivery-held', ids: { claimId }, words: { claimNumber, provider } },
  'to-file': { kind: 'to-file', ids: { claimId, interchangeId: 'interchange-1' }, words: { claimNumber, provider } },
  'provider-does-not-know': { kind: 'provider-does-not-know', ids: { claimId }, words: { claimNumber } },
  'documents-requested': {
    kind: 'documents-requested',
    ids: { claimId },
    words: { claimNumber, documents: ['x-ray', 'consent'] },
  },
  'second-hmo': { kind: 'second-hmo', ids: { claimId }, words: { claimNumber, second: provider, left: '20.00 PHP' } },
  'first-decision-changed': {
    kind: 'first-decision-changed',
    ids: { claimId },
    words: { claimNumber, second: provider, secondNumber: 'C-2026-8' },
  },
  'claim-rejected': {
    kind: 'claim-rejected',
    ids: { claimId },
    words: { claimNumber, reasons: [turnedBack], currency: 'PHP', by: 'front_end' },
  },
  'claim-denied': {
    kind: 'claim-denied',
    ids: { claimId },
    words: { claimNumber, reasons: [denied(1, '29')], currency: 'PHP' },
  },
  'lines-denied': {
    kind: 'lines-denied',
    ids: { claimId },
    words: { claimNumber, reasons: [denied(2, '119')], currency: 'PHP' },
  },
  'match-in-doubt': {
    kind: 'match-in-doubt',
    ids: { heldId: 'held-1' },
    words: {
      provider,
      what: 'remittance',
      traceNumber,
      about: 'reference HH-1',
      claimNumber,
      against: ['name', 'codes', 'charge'],
    },
  },
  'charge-differs': {
    kind: 'charge-differs',
    ids: { claimId, remittanceId },
    words: { claimNumber, traceNumber, theirs: 'USD 593.00', ours: 'USD 359.00', added: ['D0210'] },
  },
  'lines-unclear': { kind: 'lines-unclear', ids: { claimId }, words: { claimNumber, traceNumber } },
  'member-corrected': {
    kind: 'member-corrected',
    ids: { claimId },
    words: { claimNumber, provider, changed: ['name', 'member-id'] },
  },
  overpaid: { kind: 'overpaid', ids: { claimId }, words: { claimNumber, closed: null } },
  'void-refused': { kind: 'void-refused', ids: { claimId }, words: { claimNumber, codes: 'V1' } },
  'unknown-notice': { kind: 'unknown-notice', ids: { claimId }, words: { claimNumber, codes: 'Z9' } },
  'notice-conflict': {
    kind: 'notice-conflict',
    ids: { claimId, fact: 'decided' },
    words: { claimNumber, fact: 'decided', status: 'CANCELLED' },
  },
  'decision-conflict': {
    kind: 'decision-conflict',
    ids: { claimId },
    words: {
      claimNumber,
      saidAt: '18 Mar 2026',
      inForceSince: '20 Mar 2026',
      status: 'REJECTED',
    },
  },
  'money-on-ended-claim': {
    kind: 'money-on-ended-claim',
    ids: { claimId },
    words: { claimNumber, traceNumber, status: 'CANCELLED' },
  },
  'visit-cancelled': {
    kind: 'visit-cancelled',
    ids: { visitId: 'visit-1' },
    words: { visitOn: '2026-03-10', money: '800.00 PHP' },
  },
  'patient-refund': {
    kind: 'patient-refund',
    ids: { visitId: 'visit-1' },
    words: { visitOn: '2026-03-10', money: '800.00 PHP' },
  },
  'filing-limit': {
    kind: 'filing-limit',
    ids: { subjectId: claimId, days: 7 },
    words: { provider, lastDay: '2026-04-09', of: { draft: claimNumber } },
  },
  'submit-refused': {
    kind: 'submit-refused',
    ids: { claimId },
    words: { claimNumber, reasons: ['the authorisation has expired'] },
  },
  'open-fails': { kind: 'open-fails', ids: { claimId }, words: { claimNumber, failures: 5 } },
  'submit-fails': { kind: 'submit-fails', ids: { claimId }, words: { claimNumber, failures: 5 } },
  'notice-held': {
    kind: 'notice-held',
    ids: { noticeId: 'notice-1' },
    words: { claimNumber, failures: 5, of: 'notice' },
  },
  'unmatched-notice': {
    kind: 'unmatched-notice',
    ids: { documentId, sequence: 3 },
    words: { provider, about: 'reference R-1' },
  },
  'unreadable-document': { kind: 'unreadable-document', ids: { documentId }, words: { provider, because: 'cut' } },
  'authorisation-answered': {
    kind: 'authorisation-answered',
    ids: { connectionId, number: 'L-1', requestId: 'Q-1' },
    words: { provider, requestId: 'Q-1', granted: false, codes: 'N1' },
  },
  'collecting-fails': {
    kind: 'collecting-fails',
    ids: { connectionId },
    words: { provider, mode: 'production', cause: 'sign-in', failures: 5 },
  },
  'provider-unreachable': { kind: 'provider-unreachable', ids: { connectionId }, words: { provider } },
  'connection-stopped': { kind: 'connection-stopped', ids: { connectionId }, words: { provider, because: 'stopped' } },
  'sending-frozen': {
    kind: 'sending-frozen',
    ids: { freezeId: connectionId },
    words: { providers: [provider], reason: 'a bad release' },
  },
  'restored-drafts': {
    kind: 'restored-drafts',
    ids: { freezeId: connectionId },
    words: { drafts: 3, since: '2026-03-19T21:00:00.000Z' },
  },
  'connection-unusable': { kind: 'connection-unusable', ids: { connectionId }, words: { provider } },
  'remittance-quarantined': {
    kind: 'remittance-quarantined',
    ids: { remittanceId },
    words: { traceNumber, rule: 'claim-balance', where: 'claim 2', difference: '-5.00 PHP' },
  },
  'remittance-other-body': {
    kind: 'remittance-other-body',
    ids: { remittanceId },
    words: {
      traceNumber,
      money: '260.00 USD',
      paidOn: '2026-12-01',
      beside: [{ traceNumber, money: '260.00 USD', paidOn: '2026-12-01' }],
      differences: ['claim K7Q2M4X8Z1B3C5D9, line 2 (D1110): paid 70.00 USD there, 60.00 USD here'],
      more: 2,
    },
  },
  'remittance-keyed-before': {
    kind: 'remittance-keyed-before',
    ids: { remittanceId },
    words: {
      traceNumber,
      money: '140.00 USD',
      paidOn: '2026-12-01',
      beside: [{ traceNumber: '', money: '140.00 USD', paidOn: '2026-12-03' }],
      differences: [],
      more: 0,
    },
  },
  'remittance-reads-otherwise': {
    kind: 'remittance-reads-otherwise',
    ids: { remittanceId },
    words: { traceNumber },
  },
  'remittance-same-trace': {
    kind: 'remittance-same-trace',
    ids: { connectionId, traceNumber },
    words: { traceNumber },
  },
  suspense: {
    kind: 'suspense',
    ids: { remittanceId, sequence: 4 },
    words: { traceNumber, money: '10.00 PHP', reference: null, why: 'no-claim', claimNumber: null, paidBefore: null },
  },
  'reversal-differs': { kind: 'reversal-differs', ids: { claimId, remittanceId }, words: { claimNumber, traceNumber } },
  'patient-balance': {
    kind: 'patient-balance',
    ids: { claimId, remittanceId },
    words: { claimNumber, traceNumber, says: '20.00 PHP', adds: '0.00 PHP' },
  },
  'other-payer-first': { kind: 'other-payer-first', ids: { claimId }, words: { claimNumber } },
  'duplicate-denial': { kind: 'duplicate-denial', ids: { claimId }, words: { claimNumber } },
  'bank-difference': {
    kind: 'bank-difference',
    ids: { remittanceId },
    words: { traceNumber, received: '75.00 PHP', expected: '80.00 PHP', missing: '5.00 PHP', surplus: null },
  },
}

describe('every kind of worklist item', () => {
  it.each(KINDS)('%s: its key begins with its name and holds each id of its cause', (kind) => {
    const item: Item = ONE[kind]
    const key = causeKey(item)
    expect(key.startsWith(`${kind}:`)).toBe(true)
    for (const id of Object.values(item.ids)) expect(key.split(':')).toContain(String(id))
  })

  it.each(KINDS)('%s: says what happened and who does what, in sentences', (kind) => {
    const nextMove = nextMoveOf(kind)
    expect(sentenceOf(ONE[kind] as Item)).toMatch(/^[A-Z].{20,}[^.]$/)
    expect(sentenceOf(ONE[kind] as Item)).not.toMatch(/undefined|null|\[object/)
    expect(nextMove).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('names what it is about', () => {
    expect(sentenceOf(ONE.stalled)).toBe('Claim C-2026-7: the provider has not confirmed in time that it has the claim')
    expect(sentenceOf(ONE['bank-difference'])).toBe(
      'Remittance T-9: 75.00 PHP came to the bank of 80.00 PHP, 5.00 PHP missing; say why',
    )
    expect(sentenceOf(ONE['filing-limit'])).toBe(
      'Draft C-2026-7 is not submitted: Harbor Health takes it until 2026-04-09',
    )
    expect(causeKey(ONE['filing-limit'])).toBe('filing-limit:7:claim-1')
  })

  it('the end of a claim never closes what somebody must still look at', () => {
    for (const kind of ['notice-conflict', 'unknown-notice', 'money-on-ended-claim', 'void-refused'] as const)
      expect(kindsClosedBy('claim-closed')).not.toContain(kind)
  })

  /** After a change of the kinds: `npx vitest run test/domain/worklist -u`. */
  it('is in the table of docs/worklist.md', async () => {
    const rows = KINDS.map((kind) => {
      const { role, closedBy } = ITEM_KINDS[kind]
      const closers = closedBy.map((closer) => CLOSERS[closer]).join('; ') || '–'
      return `| \`${kind}\` | ${role} | ${sentenceOf(ONE[kind] as Item).replaceAll('|', '\\|')} | ${nextMoveOf(kind)} | ${closers} |`
    })
    const page = `${HEAD}\n${rows.join('\n')}\n`
    await expect(page).toMatchFileSnapshot('../../../docs/worklist.md')
  })
})

const HEAD = `# The kinds of worklist items
Written from domain/worklist/itemKinds.ts by \`npx vitest run test/domain/worklist -u\`; a test fails when the two differ.

One open item per cause. A person may close every item with a reason; the last column says what else does.

| kind | asks | for example | next move | closed by |
|---|---|---|---|---|`
