import { describe, expect, it } from 'vitest'
import { type Corrected, correctionOf, type DecidedLine, disputedLines } from '../../../domain/claims/correction.ts'

const PROVIDER = { name: 'Harbor Health', purposes: ['new', 'replacement'] as const }
const denied: Corrected = {
  status: 'REJECTED',
  rejectedAt: 'adjudicated',
  closed: null,
  purpose: 'new',
  originalReference: 'HH-1',
}
const frontEnd: Corrected = { ...denied, rejectedAt: 'front_end', originalReference: null }

describe('the purpose of a correction', () => {
  it.each<[string, Corrected, 'replacement' | 'appeal' | null, string]>([
    ['front end', frontEnd, null, 'new'],
    ['front end, though the provider gave a number', { ...frontEnd, originalReference: 'HH-1' }, null, 'new'],
    ['denied', denied, null, 'replacement'],
    ['partly approved', { ...denied, status: 'PARTIAL', rejectedAt: null }, null, 'replacement'],
    ['approved', { ...denied, status: 'APPROVED', rejectedAt: null }, 'replacement', 'replacement'],
    ['settled', { ...denied, closed: 'settled' }, null, 'replacement'],
    [
      'decided after it fell at the front end',
      { ...frontEnd, status: 'PARTIAL', originalReference: 'HH-1' },
      null,
      'replacement',
    ],
    [
      'a replacement that fell at the front end',
      { ...denied, rejectedAt: 'front_end', purpose: 'replacement' },
      null,
      'replacement',
    ],
  ])('%s', (_name, claim, asked, purpose) => {
    expect(correctionOf(claim, asked, PROVIDER)).toEqual({ kind: 'purpose', purpose })
  })

  it.each<[string, Corrected, 'replacement' | 'appeal' | null]>([
    ['cannot-resubmit', { ...denied, status: 'DRAFT' }, null],
    ['cannot-resubmit', { ...denied, status: 'SUBMITTED' }, null],
    ['cannot-resubmit', { ...denied, status: 'RECEIVED' }, null],
    ['cannot-resubmit', { ...denied, status: 'IN_REVIEW' }, null],
    ['cannot-resubmit', { ...denied, status: 'CANCELLED' }, null],
    ['cannot-resubmit', frontEnd, 'appeal'],
    ['already-resubmitted', { ...denied, closed: 'replaced' }, null],
    ['purpose-not-supported', denied, 'appeal'],
    ['provider-reference-missing', { ...denied, originalReference: null }, null],
  ])('refused: %s', (type, claim, asked) => {
    expect(correctionOf(claim, asked, PROVIDER)).toMatchObject({ kind: 'refused', type })
  })
})

describe('a refused correction says what to do instead', () => {
  it.each<[RegExp, Corrected, 'replacement' | 'appeal' | null]>([
    [/replaced by a corrected claim already/, { ...denied, closed: 'replaced' }, null],
    [/is a draft: change the draft itself/, { ...denied, status: 'DRAFT' }, null],
    [/is cancelled: make a new claim/, { ...denied, status: 'CANCELLED' }, null],
    [/is IN_REVIEW: wait for the decision, or cancel it first/, { ...denied, status: 'IN_REVIEW' }, null],
    [/never adjudicated: it is corrected as a new original, not by replacement/, frontEnd, 'replacement'],
    [/^Harbor Health takes no appeal: it can carry new, replacement$/, denied, 'appeal'],
    [/^a replacement must name the claim number of Harbor Health/, { ...denied, originalReference: null }, null],
  ])('%s', (detail, claim, asked) => {
    expect(correctionOf(claim, asked, PROVIDER)).toMatchObject({ detail: expect.stringMatching(detail) })
  })

  it('one that fell at the front end may be asked for as something else than it was', () => {
    const provider = { ...PROVIDER, purposes: ['new', 'replacement', 'appeal'] as const }
    const fallen: Corrected = { ...frontEnd, purpose: 'replacement', originalReference: 'HH-1' }
    expect(correctionOf(fallen, 'appeal', provider)).toEqual({ kind: 'purpose', purpose: 'appeal' })
    expect(correctionOf({ ...denied, rejectedAt: 'adjudicated' }, 'appeal', provider)).toEqual({
      kind: 'purpose',
      purpose: 'appeal',
    })
    expect(correctionOf({ ...fallen, originalReference: null }, null, provider)).toMatchObject({ kind: 'refused' })
  })
})

describe('what an appeal of a claim paid in part is about', () => {
  const line = (over: Partial<DecidedLine>): DecidedLine => ({
    lineNumber: 1,
    amount: 100,
    decision: 'approved',
    payable: 100,
    adjustments: null,
    settlement: null,
    ...over,
  })
  const cut = (bucket: 'contractual' | 'denied', amount: number) => ({ bucket, amount, said: {} })

  it.each<[string, Partial<DecidedLine>, number | null]>([
    ['a denied line as a whole', { decision: 'denied', payable: 0 }, 100],
    [
      'a denied line less what is given up by contract',
      { decision: 'denied', payable: 0, adjustments: [cut('contractual', 30), cut('denied', 70)] },
      70,
    ],
    ['what a reduced line was not paid', { decision: 'reduced', payable: 60, adjustments: [cut('denied', 40)] }, 40],
    ['a line that somebody means to appeal', { decision: 'denied', payable: 0, settlement: 'appeal' }, 100],
    ['no line that was paid', {}, null],
    ['no line that nobody decided', { decision: null, payable: null }, null],
    ['no line that the patient was billed for', { decision: 'denied', payable: 0, settlement: 'bill_patient' }, null],
    ['no line that was written off', { decision: 'denied', payable: 0, settlement: 'write_off' }, null],
    [
      'no line that was reduced by contract only',
      { decision: 'reduced', payable: 60, adjustments: [cut('contractual', 40)] },
      null,
    ],
  ])('%s', (_name, over, amount) => {
    expect(disputedLines([line(over)])).toEqual(amount === null ? [] : [{ lineNumber: 1, amount }])
  })
})
