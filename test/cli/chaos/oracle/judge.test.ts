import { describe, expect, it } from 'vitest'
import type { OwnClaim, OwnPosting, RunEvidence } from '../../../../cli/chaos/oracle/evidence.ts'
import { isGood, judge } from '../../../../cli/chaos/oracle/judge.ts'

const SETTLED = { status: 'APPROVED', closedBecause: 'paid', levels: 0, openItems: [], waitingFor: 'nothing' }
const DOLLARS: OwnClaim = { id: 'a', claimNumber: 'C-1', currency: 'USD', ...SETTLED }
const DIRHAMS: OwnClaim = { id: 'b', claimNumber: 'C-2', currency: 'AED', ...SETTLED }
const MORE_DOLLARS: OwnClaim = { id: 'c', claimNumber: 'C-3', currency: 'USD', ...SETTLED }
/** An HMO that never answers: the owner was told, and has it on the worklist. */
const SILENT: OwnClaim = {
  ...{ id: 'd', claimNumber: 'C-4', currency: 'USD', status: 'SUBMITTED', closedBecause: null },
  ...{ levels: 3, openItems: ['stalled-owner'], waitingFor: 'an acknowledgement' },
}

/** Four claims of two HMOs, three paid in full and one waiting, and all as it should be. */
const GOOD: RunEvidence = {
  effects: [
    { submissionNumber: 'S1', purpose: 'new', total: 12_000, currency: 'USD' },
    { submissionNumber: 'S2', purpose: 'new', total: 9_000, currency: 'AED' },
    { submissionNumber: 'S3', purpose: 'new', total: 5_000, currency: 'USD' },
    { submissionNumber: 'S4', purpose: 'new', total: 7_000, currency: 'USD' },
  ],
  payments: [
    { submissionNumber: 'S1', paid: 7_000 },
    { submissionNumber: 'S1', paid: 3_000 },
    { submissionNumber: 'S2', paid: 9_000 },
    { submissionNumber: 'S3', paid: 5_000 },
  ],
  submissions: [
    submission('S1', 'a', 12_000),
    submission('S2', 'b', 9_000),
    submission('S3', 'c', 5_000),
    submission('S4', 'd', 7_000),
  ],
  claims: [DOLLARS, DIRHAMS, MORE_DOLLARS, SILENT],
  postings: [allocated('a', 'USD', 10_000), allocated('b', 'AED', 9_000), allocated('c', 'USD', 5_000)],
  promised: ['a', 'b', 'c', 'd'],
  unprocessed: [],
  secondCopies: [],
  running: new Set(['d']),
  brokenRows: { I4: [], I5: [] },
  namedPatients: [],
}

function submission(submissionNumber: string, claimId: string, total: number) {
  const sent = { purpose: 'new', state: 'SENT', attempt: 1, lookups: 0 } as const
  return { submissionNumber, claimId, total, ...sent }
}

function allocated(claimId: string, currency: string, amount: number): OwnPosting {
  return { claimId, account: 'allocated', currency, amount }
}

function judged(change: Partial<RunEvidence>) {
  const verdict = judge({ ...GOOD, ...change })
  return { ...verdict, good: isGood(verdict) }
}

const changed = (claim: OwnClaim, change: Partial<OwnClaim>): readonly OwnClaim[] =>
  GOOD.claims.map((each) => (each.id === claim.id ? { ...each, ...change } : each))

describe('a run of chaos', () => {
  it('is good when nothing is lost, doubled, off or unfinished', () => {
    expect(judged({})).toMatchObject({
      good: true,
      submitted: 4,
      effects: 4,
      lost: 0,
      doubled: 0,
      centsDifference: 0,
      unfinished: 0,
      findings: [],
    })
  })

  it('is bad when the payments of two claims are swapped, though the sums are equal', () => {
    const postings = [allocated('a', 'USD', 5_000), allocated('b', 'AED', 9_000), allocated('c', 'USD', 10_000)]
    expect(judged({ postings })).toMatchObject({ good: false, centsDifference: 10_000 })
    expect(judged({ postings }).findings).toContain('I5: C-1: the HMO paid 10000 USD, 5000 is posted')
  })

  it('is bad when two currencies are swapped, though the figures are equal', () => {
    const postings = [allocated('a', 'AED', 10_000), allocated('b', 'USD', 9_000), allocated('c', 'USD', 5_000)]
    expect(judged({ postings })).toMatchObject({ good: false, centsDifference: 38_000 })
  })

  it('is bad when a payment is missing', () => {
    expect(judged({ postings: GOOD.postings.slice(0, 2) })).toMatchObject({ good: false, centsDifference: 5_000 })
  })

  it('is bad when a payment is posted twice', () => {
    const postings = [...GOOD.postings, allocated('b', 'AED', 9_000)]
    expect(judged({ postings })).toMatchObject({ good: false, centsDifference: 9_000 })
  })

  it('is bad when a payment lies in suspense: that is on no claim', () => {
    const postings: OwnPosting[] = [
      ...GOOD.postings.slice(0, 2),
      { claimId: null, account: 'suspense', currency: 'USD', amount: 5_000 },
    ]
    expect(judged({ postings })).toMatchObject({ good: false, centsDifference: 5_000, suspense: { USD: 5_000 } })
  })

  it('is bad when money that no HMO has paid lies in suspense', () => {
    const postings: OwnPosting[] = [
      ...GOOD.postings,
      { claimId: null, account: 'suspense', currency: 'AED', amount: 1 },
    ]
    expect(judged({ postings })).toMatchObject({ good: false, centsDifference: 0, invariants: { I5: false } })
  })

  it('is bad when an HMO paid for what is no claim of ours', () => {
    const payments = [...GOOD.payments, { submissionNumber: 'S9', paid: 100 }]
    expect(judged({ payments })).toMatchObject({ good: false, centsDifference: 100 })
  })

  it('is bad when a claim was lost: we say sent, and no HMO has it', () => {
    expect(judged({ effects: GOOD.effects.slice(0, 3) })).toMatchObject({ good: false, lost: 1 })
  })

  it('is bad when a claim was closed and never left', () => {
    const submissions = [...GOOD.submissions.slice(0, 3), { ...submission('S4', 'd', 7_000), state: 'READY' as const }]
    const claims = changed(SILENT, { closedBecause: 'written off', openItems: [] })
    const change = { submissions, claims, effects: GOOD.effects.slice(0, 3), running: new Set<string>() }
    expect(judged(change)).toMatchObject({ good: false, lost: 1 })
  })

  it('is bad when a claim is at its HMO twice under one number', () => {
    const again = { submissionNumber: 'S2', purpose: 'new', total: 9_000, currency: 'AED' } as const
    expect(judged({ effects: [...GOOD.effects, again] })).toMatchObject({ good: false, doubled: 1 })
  })

  it('is bad when a claim is at its HMO twice under two numbers', () => {
    const effects = [
      ...GOOD.effects,
      { submissionNumber: 'S5', purpose: 'new', total: 9_000, currency: 'AED' } as const,
    ]
    const submissions = [...GOOD.submissions, submission('S5', 'b', 9_000)]
    expect(judged({ effects, submissions })).toMatchObject({ good: false, doubled: 1, lost: 0 })
  })

  it('is good when one claim has a sending of each purpose, and papers more than once', () => {
    const more = (['replacement', 'supplement', 'supplement'] as const).map((purpose, at) => ({
      own: { ...submission(`S${at + 5}`, 'b', 9_000), purpose },
      effect: { submissionNumber: `S${at + 5}`, purpose, total: purpose === 'supplement' ? 0 : 9_000, currency: 'AED' },
    }))
    const submissions = [...GOOD.submissions, ...more.map(({ own }) => own)]
    expect(judged({ submissions, effects: [...GOOD.effects, ...more.map(({ effect }) => effect)] }).good).toBe(true)
  })

  it('is bad when only the HMO’s own memory stopped a second copy', () => {
    expect(judged({ secondCopies: ['S1'] })).toMatchObject({ good: false, doubled: 1 })
  })

  it('is bad when an HMO has what was never submitted, or another amount', () => {
    const stranger = { submissionNumber: 'S9', purpose: 'new', total: 1, currency: 'USD' } as const
    expect(judged({ effects: [...GOOD.effects, stranger] })).toMatchObject({ good: false, invariants: { I2: false } })
    const [first, ...others] = GOOD.effects
    const effects = first === undefined ? [] : [{ ...first, total: 11_999 }, ...others]
    expect(judged({ effects })).toMatchObject({ good: false, invariants: { I2: false } })
  })

  it('is bad while a promised claim is still under way', () => {
    const claims = changed(SILENT, { levels: 1, openItems: [] })
    expect(judged({ claims })).toMatchObject({ good: false, unfinished: 1, invariants: { I3: true } })
  })

  it('is bad while a document is not read to its end', () => {
    expect(judged({ unprocessed: ['doc-1'] })).toMatchObject({ good: false, unfinished: 1 })
  })

  it('is bad when an overdue claim has no open item', () => {
    const claims = changed(SILENT, { openItems: [] })
    expect(judged({ claims, promised: ['a', 'b', 'c'] })).toMatchObject({ good: false, invariants: { I3: false } })
  })

  it.each([
    ['does not exist', { claims: GOOD.claims.slice(0, 3), running: new Set<string>() }],
    ['is a draft', { claims: changed(SILENT, { status: 'DRAFT', levels: 0, openItems: [] }) }],
    [
      'is open and nobody waits for it',
      { claims: changed(SILENT, { levels: 0, openItems: [] }), running: new Set<string>() },
    ],
  ])('is bad when a promised claim %s', (_what, change) => {
    expect(judged(change)).toMatchObject({ good: false, invariants: { I3: false } })
  })

  it('is bad when an open claim has no workflow, or a closed one still has', () => {
    expect(judged({ running: new Set<string>() })).toMatchObject({ good: false, invariants: { I10: false } })
    expect(judged({ running: new Set(['a', 'd']) })).toMatchObject({ good: false, invariants: { I10: false } })
  })

  it('is bad when the database finds something broken, or a patient is named', () => {
    expect(judged({ brokenRows: { I4: ['x'] } })).toMatchObject({ good: false, invariants: { I4: false, I5: true } })
    expect(judged({ namedPatients: ['x'] })).toMatchObject({ good: false, invariants: { I8: false } })
  })
})
