import { describe, expect, it } from 'vitest'
import { type Corrected, correctionOf } from '../../domain/correction.ts'

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
