import { describe, expect, it } from 'vitest'
import {
  type ClaimPosition,
  chargedLines,
  emptyPosition,
  entriesOf,
  netOf,
  after as posted,
} from '../../../domain/money/claimPosition.ts'
import { decisionEntries, wholeDecision } from '../../../domain/money/decisionEntries.ts'
import { type Account, chargeEntries, type Entry, move } from '../../../domain/money/ledger.ts'
import type { AdjustmentBucket, LineDecision } from '../../../domain/money/lineDecision.ts'

const CLAIM = 'claim-1'
/** Two lines, 100 and 200. */
const charged = posted(
  emptyPosition(CLAIM),
  'charge',
  chargeEntries(CLAIM, [
    { lineNumber: 2, charge: 200 },
    { lineNumber: 1, charge: 100 },
  ]),
)
const paid = (position: ClaimPosition, line: number | null, bucket: Account, amount: number) =>
  posted(position, 'money', move(CLAIM, line, 'open', bucket, amount))
const says = (
  lineNumber: number,
  outcome: LineDecision['outcome'],
  buckets: Partial<Record<AdjustmentBucket, number>> = {},
  payable = 0,
): LineDecision => ({
  lineNumber,
  outcome,
  payable,
  adjustments: Object.entries(buckets).map(([bucket, amount]) => ({
    bucket: bucket as AdjustmentBucket,
    amount,
    said: {},
  })),
})
/** What a decision moves into a bucket, by line; `claim` is the claim as a whole. */
const moves = (position: ClaimPosition, ...lines: LineDecision[]) =>
  decisionEntries(position, lines)
    .filter(({ account }) => account !== 'open')
    .map(({ account, lineNumber, amount }) => `${lineNumber ?? 'claim'} ${account} ${amount}`)

describe('what a decision names by line and a payment named of the claim as a whole', () => {
  const whole = paid(charged, null, 'contractual', 20)

  it.each<[string, LineDecision[], string[]]>([
    [
      'is used up line by line',
      [says(1, 'approved', { contractual: 15 }), says(2, 'approved', { contractual: 5 })],
      [],
    ],
    ['is used up as far as it goes', [says(1, 'approved', { contractual: 30 })], ['1 contractual 10']],
    ['stays while other lines are undecided', [says(1, 'approved', { contractual: 15 })], []],
    ['stays while one is pending', [says(1, 'approved'), says(2, 'pending')], []],
    [
      'goes, what is left of it, when every line is decided',
      [says(1, 'approved', { contractual: 15 }), says(2, 'approved')],
      ['claim contractual -5'],
    ],
    ['goes as a whole when no line has it', [says(1, 'approved'), says(2, 'approved')], ['claim contractual -20']],
  ])('%s', (_name, lines, expected) => {
    expect(moves(whole, ...lines)).toEqual(expected)
  })

  it('does not make up for a line that has too much', () => {
    const both = paid(whole, 1, 'contractual', 10)
    expect(moves(both, says(1, 'approved', { contractual: 4 }))).toEqual(['1 contractual -6'])
  })

  it('that was taken back is not used', () => {
    const back = paid(charged, null, 'contractual', -20)
    expect(moves(back, says(1, 'approved', { contractual: 15 }))).toEqual(['1 contractual 15'])
  })
})

describe('what belongs to a payment', () => {
  const taxed = paid(paid(charged, 1, 'withheld_tax', 2), 2, 'bank_fee', 1)

  it('stays where a decision is silent about it', () => {
    expect(moves(taxed, says(1, 'approved'), says(2, 'approved', { discount: 3 }))).toEqual(['2 discount 3'])
  })

  it('follows a decision that names it', () => {
    expect(moves(taxed, says(1, 'approved', { withheld_tax: 5 }), says(2, 'approved'))).toEqual(['1 withheld_tax 3'])
    expect(moves(taxed, says(2, 'approved', { bank_fee: 4 }))).toEqual(['2 bank_fee 3'])
  })
})

describe('a denied or reduced line', () => {
  it.each<[string, LineDecision, string[]]>([
    ['leaves the rest of its charge denied', says(1, 'reduced', { patient: 5 }, 70), ['1 patient 5', '1 denied 25']],
    ['adds the rest to what it names', says(1, 'denied', { denied: 60 }), ['1 denied 100']],
    ['has no rest below zero', says(1, 'reduced', { patient: 50 }, 70), ['1 patient 50']],
  ])('%s', (_name, line, expected) => {
    expect(moves(charged, line)).toEqual(expected)
  })

  it('named twice is the later word', () => {
    expect(moves(charged, says(1, 'denied'), says(1, 'approved', { patient: 5 }))).toEqual(['1 patient 5'])
  })
})

describe('a decision of the claim as a whole', () => {
  it('that denies gives no other reason', () => {
    expect(wholeDecision(paid(charged, 1, 'contractual', 10), 'denied')).toEqual([
      { lineNumber: 1, outcome: 'denied', payable: 0, adjustments: [] },
      { lineNumber: 2, outcome: 'denied', payable: 0, adjustments: [] },
    ])
  })

  it('that approves keeps each reason where it is, and once what stands on the claim as a whole', () => {
    const position = paid(paid(charged, 2, 'patient', 7), null, 'contractual', 20)
    const amounts = wholeDecision(position, 'approved').map(({ adjustments }) =>
      adjustments.map(({ bucket, amount }) => `${bucket} ${amount}`),
    )
    expect(amounts).toEqual([
      ['contractual 20', 'patient 0', 'other_payer 0'],
      ['contractual 0', 'patient 7', 'other_payer 0'],
    ])
  })
})

describe('the position of a claim', () => {
  const entry = (over: Partial<Entry>): Entry => ({
    account: 'paid',
    amount: 1,
    claimId: CLAIM,
    lineNumber: 3,
    ...over,
  })

  it('takes its own entries only, and not the remittance’s side', () => {
    const foreign = [entry({ claimId: 'other' }), entry({ claimId: null }), entry({ account: 'allocated' })]
    expect(posted(charged, 'money', foreign)).toEqual(charged)
    expect(posted(charged, 'money', [...foreign, entry({})]).rows).toHaveLength(charged.rows.length + 1)
  })

  it('has the lines of its charge, in order, each once', () => {
    expect(chargedLines(posted(charged, 'money', [entry({})]))).toEqual([1, 2])
    expect(chargedLines(posted(emptyPosition(CLAIM), 'charge', [entry({ lineNumber: null })]))).toEqual([])
    const many = Array.from({ length: 11 }, (_, index) => ({ lineNumber: 11 - index, charge: 1 }))
    expect(chargedLines(posted(emptyPosition(CLAIM), 'charge', chargeEntries(CLAIM, many)))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ])
  })

  it('is netted by layer, account and line', () => {
    const position = paid(paid(paid(charged, 1, 'paid', 5), 2, 'paid', 7), null, 'paid', 11)
    expect(netOf(position, 'money', 'paid')).toBe(23)
    expect(netOf(position, 'money', 'paid', 2)).toBe(7)
    expect(netOf(position, 'money', 'paid', null)).toBe(11)
    expect(netOf(position, 'decision', 'paid')).toBe(0)
    expect(entriesOf(position, 'money').map(({ amount }) => amount)).toEqual([-5, 5, -7, 7, -11, 11])
  })
})
