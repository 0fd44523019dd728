import { describe, expect, it } from 'vitest'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import { documentKind } from '../../../domain/words/documentKind.ts'
import { type Reason, reasonsOf } from '../../../domain/words/reasons.ts'
import type { Setting, Source, SpokenStatus } from '../../../domain/words/sentences.ts'
import { sentenceOfFact, WORDS } from '../../../domain/words/words.ts'

const setting: Setting = { provider: 'Summit Dental', currency: 'PHP', zone: 'Asia/Manila' }
const AT = '2026-11-23T20:00:00.000Z'
const byDocument: Source = { by: 'provider', document: '277CA' }
const byPhone: Source = { by: 'person', actor: 'Ana', contact: { channel: 'phone', saidBy: 'Ms. Santos' } }

describe('what a claim is', () => {
  it.each<[Partial<SpokenStatus>, string]>([
    [{}, 'In review, as Summit Dental said on 24 Nov 2026 by 277CA'],
    [{ source: byPhone }, 'In review, as Summit Dental said on 24 Nov 2026 by phone (Ms. Santos), recorded by Ana'],
    [{ source: { by: 'provider', document: null } }, 'In review, as Summit Dental said on 24 Nov 2026'],
    [{ source: { by: 'person', actor: 'Ana', contact: null } }, 'In review, by Ana on 24 Nov 2026'],
    [{ status: 'SUBMITTED', source: { by: 'hub' } }, 'Submitted, since 24 Nov 2026'],
    [
      { status: 'REJECTED', rejectedAt: 'front_end' },
      'Rejected before review, as Summit Dental said on 24 Nov 2026 by 277CA',
    ],
    [
      { status: 'REJECTED', rejectedAt: 'adjudicated' },
      'Denied after review, as Summit Dental said on 24 Nov 2026 by 277CA',
    ],
  ])('%j', (over, sentence) => {
    const statement: SpokenStatus = { status: 'IN_REVIEW', rejectedAt: null, source: byDocument, at: AT, ...over }
    expect(WORDS.en.statement(statement, setting)).toBe(sentence)
  })

  it('says since when nobody was heard of, in the day of the clinic', () => {
    expect(WORDS.en.noContactSince(AT, setting)).toBe('no contact since 24 Nov 2026')
    expect(WORDS.en.noContactSince(AT, { ...setting, zone: 'America/New_York' })).toBe('no contact since 23 Nov 2026')
    expect(WORDS.en.noContactSince(null, setting)).toBe('no contact with Summit Dental yet')
  })
})

describe('why something was turned down', () => {
  const line = (over: Partial<LineDecision>): LineDecision => ({
    lineNumber: 1,
    outcome: 'denied',
    payable: 0,
    adjustments: [],
    ...over,
  })
  const sentences = (reasons: Reason[]) => reasons.map((reason) => WORDS.en.reason(reason, setting))

  it('a front-end rejection names the field and what to do, with the codes beside', () => {
    const said = [
      { list: '277 category', code: 'A7' },
      { list: '277 status', code: '164' },
      { list: '277 entity', code: 'IL' },
      { list: '277 category', code: 'A6' },
      { list: '277 status', code: '252' },
      { list: '277 source', code: 'PR' },
    ]
    expect(sentences(reasonsOf([], said))).toEqual([
      'member number of the insured: not valid; correct the member number and submit the claim anew (277 category A7, 277 status 164, 277 entity IL)',
      'authorisation number: missing; put the authorisation on the claim and submit it anew (277 category A6, 277 status 252)',
    ])
  })

  it('a denial names line, amount and reason of each line; the words of the provider stay out of the sentence', () => {
    const lines = [
      line({
        adjustments: [{ bucket: 'denied', amount: 150_000, said: { list: 'CARC', code: 'CO-96', text: 'for Zoe' } }],
      }),
      line({
        lineNumber: 2,
        outcome: 'reduced',
        payable: 1,
        adjustments: [
          { bucket: 'contractual', amount: 5_000, said: { list: 'CARC', code: '45' } },
          { bucket: 'denied', amount: 2_050, said: { list: 'CARC', code: '119' } },
        ],
      }),
      line({ lineNumber: 3, outcome: 'approved' }),
      line({ lineNumber: 4, adjustments: [{ bucket: 'denied', amount: 100, said: { list: 'denial', code: 'B07' } }] }),
      line({ lineNumber: 5, adjustments: [{ bucket: 'patient', amount: 300, said: { text: 'over the limit' } }] }),
    ]
    expect(sentences(reasonsOf(lines, []))).toEqual([
      'line 1: 1,500.00 PHP not paid, not covered (CARC CO-96)',
      'line 2: 20.50 PHP not paid, the maximum of the benefit is used up (CARC 119)',
      'line 4: 1.00 PHP not paid, for the provider’s reason (denial B07)',
      'line 5: 3.00 PHP not paid, for the reason in the provider’s own words',
    ])
  })

  it('what is said of the claim is said once, and not again where a line says it', () => {
    const said = [{ list: 'CARC', code: '96' }, { text: 'see the policy' }]
    const lines = [line({ adjustments: [{ bucket: 'denied', amount: 100, said: { list: 'CARC', code: '96' } }] })]
    expect(reasonsOf(lines, said).map(({ lineNumber }) => lineNumber)).toEqual([1, null])
    expect(WORDS.en.reasons([], setting)).toBe('no reason was given')
  })

  it('many reasons are cut, with how many more there are', () => {
    const many = Array.from({ length: 9 }, (_each, index) =>
      line({
        lineNumber: index + 1,
        adjustments: [{ bucket: 'denied', amount: 100, said: { list: 'CARC', code: '96' } }],
      }),
    )
    expect(WORDS.en.reasons(reasonsOf(many, []), setting)).toMatch(/line 6: [^;]+; and 3 more$/)
  })
})

describe('an entry of the timeline', () => {
  it.each<[Fact, Source, string]>([
    [{ type: 'received' }, byDocument, 'Received, as Summit Dental said on 24 Nov 2026 by 277CA'],
    [
      { type: 'documents_requested', documents: ['x-ray'] },
      byDocument,
      'Summit Dental asks for x-ray, as Summit Dental said on 24 Nov 2026 by 277CA',
    ],
    [
      { type: 'money_posted', payment: 'PART_PAID', paid: 123_456, openAmount: 100, deniedAmount: 0, reversal: false },
      { by: 'hub' },
      'Money posted: 1,234.56 PHP paid in all, 1.00 PHP is still open',
    ],
    [
      { type: 'waits', for: 'cut_off', until: AT },
      { by: 'hub' },
      'Waits for the cut-off of its batch: leaves 2026-11-24 04:00',
    ],
    [
      { type: 'line_settled', lineNumber: 2, action: 'bill_patient', amount: 50_000 },
      { by: 'person', actor: 'Ana', contact: null },
      'Line 2: 500.00 PHP is billed to the patient, says Ana',
    ],
    [
      { type: 'deadline_passed', deadline: 'decision', level: 'billing' },
      { by: 'hub' },
      'Overdue: it has not decided in time; put on the worklist of the billing staff',
    ],
  ])('%j', (fact, source, sentence) => {
    expect(sentenceOfFact({ fact, source, at: AT, act: null }, setting)).toBe(sentence)
  })

  it('every fact has a sentence', () => {
    const facts: Fact[] = [
      { type: 'forwarded' },
      { type: 'in_review' },
      { type: 'rejected_front_end' },
      { type: 'decided', lines: [], outcome: 'denied' },
      { type: 'decided', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0, adjustments: [] }] },
      { type: 'not_found' },
      { type: 'inquiry_failed' },
      { type: 'other' },
      { type: 'submitted' },
      { type: 'sent' },
      { type: 'delivery_unknown', because: 'x' },
      { type: 'delivery_refused' },
      { type: 'documents_sent' },
      { type: 'not_arrived' },
      { type: 'status_by_hand', status: 'REJECTED', lines: [], rejectedAt: 'front_end' },
      { type: 'void_sent' },
      { type: 'cancelled', voided: true },
      { type: 'cancelled', voided: false },
      { type: 'replaced', byClaimId: 'x' },
      { type: 'asked' },
    ]
    for (const fact of facts) {
      const sentence = sentenceOfFact(
        { fact, source: byPhone, at: AT, act: { channel: 'counter', kind: 'cancel' } },
        setting,
      )
      expect(sentence).toMatch(/^[A-Z].+/)
      expect(sentence).not.toMatch(/undefined|null|\d{4}-\d\d-\d\dT/)
    }
  })
})

describe('what people call a document', () => {
  const x12 = (set: string, guide: string) =>
    `ISA*00*          *00*          *ZZ*HMO            *ZZ*US             *261124*0900*^*00501*000000001*0*P*:~GS*HN*A*B*20261124*0900*1*X*${guide}~ST*${set}*0001*${guide}~`
  it.each<[string, string | null, string | null]>([
    [x12('277', '005010X214'), null, '277CA'],
    [x12('277', '005010X212'), null, '277'],
    [x12('835', '005010X221A1'), null, '835'],
    ['{"resourceType":"ClaimResponse"', 'application/fhir+json', 'FHIR ClaimResponse'],
    ['<?xml version="1.0"?>', null, 'XML'],
    ['From: claims@hmo.example', null, 'mail'],
    ['PK\u0003\u0004', null, 'spreadsheet'],
    ['%PDF-1.7', null, 'PDF'],
    ['a,b,c', 'text/csv', 'list'],
    ['a,b,c', null, null],
  ])('%j is %s', (beginning, mediaType, kind) => {
    expect(documentKind(beginning, mediaType)).toBe(kind)
  })
})
