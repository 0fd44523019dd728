import { describe, expect, it } from 'vitest'
import { judgeMatch } from '../../../domain/inbox/judgeMatch.ts'
import type { CandidateClaim, LineMarks, Marks } from '../../../domain/inbox/marks.ts'

const claim = (over: Partial<CandidateClaim> = {}): CandidateClaim => ({
  claimId: 'claim-1',
  claimNumber: 'C-1',
  lineageId: over.claimId ?? 'claim-1',
  submissionId: 'submission-1',
  replacedBy: null,
  foundBy: 'number',
  patient: { family: 'Fieldcase', given: 'Nora', birthDate: '1990-05-01' },
  subscriber: { family: 'Fieldcase', given: 'Paul', birthDate: '1962-02-02' },
  memberId: 'SI-90001',
  total: 14_000,
  lines: [
    { lineNumber: 1, controlNumber: '1', code: 'D0120', charge: 5_000, serviceDate: '2026-11-20' },
    { lineNumber: 2, controlNumber: '2', code: 'D1110', charge: 9_000, serviceDate: '2026-11-20' },
  ],
  payees: { npis: ['1093817462'], taxIds: ['300123456'] },
  ...over,
})
const line = (code: string | null, charged: number | null, day: string | null = null): LineMarks => ({
  controlNumber: null,
  code,
  charged,
  day,
})
const LINES = [line('D0120', 5_000), line('D1110', 9_000)]
const verdict = (marks: Marks, ...claims: CandidateClaim[]) =>
  judgeMatch(marks, claims.length === 0 ? [claim()] : claims).verdict

describe('K37: a number is believed only when the marks beside it agree', () => {
  it.each<[string, Marks]>([
    ['nothing beside it', {}],
    ['all of it', { patient: { family: 'FIELDCASE', given: 'NORA' }, lines: LINES, charged: 14_000 }],
    ['one of our lines', { lines: [line('D1110', 9_000)], charged: 9_000 }],
    ['a line that was split', { lines: [line('D1110', 4_500), line('D1110', 4_500)], charged: 9_000 }],
    ['a line that was added', { lines: [...LINES, line('D0210', 23_400)], charged: 37_400 }],
    ['another charge for our services', { lines: [line('D0120', 4_000), line('1110', 8_000)], charged: 12_000 }],
    ['the signs of a reversal', { lines: [line('D0120', -5_000), line('D1110', -9_000)], charged: -14_000 }],
    ['the day in another zone', { lines: [line('D0120', 5_000, '2026-11-21')] }],
    ['a range of days', { days: { from: '2026-11-01', to: '2026-11-30' } }],
    ['the holder of the plan in the patient’s place', { patient: { family: 'FIELDCASE', given: 'PAUL' } }],
    ['a married name with the member number', { patient: { family: 'Smith', given: 'Nora' }, memberIds: ['SI 90001'] }],
    ['a slip in the birth date', { patient: { family: 'Fieldcase', given: 'Nora', birthDate: '1990-01-05' } }],
    ['a new card under the same name', { patient: { name: 'Nora Fieldcase' }, memberIds: ['X-1'] }],
    ['a suffix of the member number', { memberIds: ['SI-90001-02'] }],
    ['a payee without the number that we have', { payee: { npi: '1093817462' }, charged: 14_000 }],
    ['another payee beside our services', { payee: { npi: '1234567893' }, lines: LINES }],
  ])('certain: %s', (_name, marks) => {
    expect(verdict(marks)).toBe('certain')
  })

  it.each<[string, Marks]>([
    ['another patient', { patient: { family: 'SMITH', given: 'JOHN' } }],
    ['another patient, all else ours', { patient: { family: 'SMITH', given: 'JOHN' }, lines: LINES, charged: 14_000 }],
    [
      'a brother with the same member number',
      { patient: { family: 'Fieldcase', given: 'Oscar' }, memberIds: ['SI-90001'] },
    ],
    ['a namesake of another age', { patient: { family: 'Fieldcase', given: 'Nora', birthDate: '1961-07-09' } }],
    ['another member number and no name', { memberIds: ['SI-77777'], lines: LINES }],
    ['other services', { lines: [line('D2740', 100_000)], patient: { name: 'Nora Fieldcase' } }],
    ['the same services of another visit', { lines: [line('D0120', 5_000, '2026-05-20')] }],
    ['days of another month', { days: { from: '2026-05-01', to: '2026-05-31' } }],
  ])('contradicted: %s', (_name, marks) => {
    const judged = judgeMatch(marks, [claim()])
    expect(judged).toMatchObject({ verdict: 'contradicted', named: { claimId: 'claim-1' } })
  })

  it.each<[string, Marks]>([
    ['nothing but another charge', { charged: 100_000 }],
    ['nothing but another payee', { payee: { npi: '1234567893' } }],
  ])('ambiguous: %s', (_name, marks) => {
    expect(verdict(marks)).toBe('ambiguous')
  })
})

describe('several claims', () => {
  const second = claim({ claimId: 'claim-2', claimNumber: 'C-2', foundBy: 'reference', memberId: 'SI-2' })

  it('a number of ours beside another claim’s reference is certain only when something else speaks for it', () => {
    expect(verdict({}, claim(), second)).toBe('ambiguous')
    expect(verdict({ lines: LINES }, claim(), second)).toBe('certain')
  })

  it('one reference of two claims means the one that the marks prove, else neither', () => {
    const first = claim({ foundBy: 'reference' })
    expect(judgeMatch({}, [first, second])).toMatchObject({ verdict: 'ambiguous', named: null })
    expect(judgeMatch({ memberIds: ['SI-2'] }, [first, second])).toMatchObject({
      verdict: 'certain',
      named: { claimId: 'claim-2' },
    })
  })

  it('what is found by marks alone is shown, never taken; the likeliest stands first', () => {
    const likely = claim({ claimId: 'claim-3', foundBy: 'marks' })
    const other = claim({ claimId: 'claim-4', foundBy: 'marks', patient: { family: 'Smith', given: 'John' } })
    const judged = judgeMatch({ patient: { name: 'Fieldcase, Nora' }, lines: LINES }, [other, likely])
    expect(judged).toMatchObject({ verdict: 'unknown', named: null })
    expect(judged.ranked.map(({ claimId }) => claimId)).toEqual(['claim-3', 'claim-4'])
    expect(judgeMatch({}, [])).toEqual({ verdict: 'unknown', named: null, ranked: [] })
  })

  it('two claims of one lineage are no doubt', () => {
    const replacement = claim({ claimId: 'claim-2', lineageId: 'claim-1', foundBy: 'reference' })
    expect(verdict({}, claim(), replacement)).toBe('certain')
  })
})
