import { describe, expect, it } from 'vitest'
import { reasonRule, reasonRuleOf } from '../../../domain/money/adjustmentReasons.ts'
import { REASON_TABLE } from '../../../domain/money/reasonTable.ts'

describe('what a claim adjustment reason means', () => {
  // Source: 005010X221A1 CAS01 and X12 external code source 139.
  it.each([
    ['CO', '45', 'contractual', true],
    ['PI', '45', 'contractual', true],
    ['CR', '45', 'contractual', true],
    ['CO', '144', 'contractual', true],
    ['PR', '1', 'patient', true],
    ['PR', '45', 'patient', true],
    ['PR', '119', 'patient', true],
    ['CO', '97', 'denied', true],
    ['CO', '252', 'denied', true],
    ['PI', '50', 'denied', true],
    ['CO', '35', 'denied', true],
    ['CO', '109', 'denied', true],
    ['CO', '204', 'denied', true],
    ['OA', '23', 'other_payer', true],
    ['OA', '22', 'other_payer', true],
    ['CO', '22', 'other_payer', true],
    ['PR', '22', 'patient', true],
    ['CO', '3', 'denied', true],
    ['CO', '44', 'discount', true],
    ['CO', '9999', 'denied', false],
    ['XX', '45', 'denied', false],
    ['', '', 'denied', false],
  ])('%s-%s is %s', (group, reason, bucket, known) => {
    expect(reasonRule(group, reason)).toMatchObject({ bucket, known })
  })

  it('bills the patient for the group PR alone', () => {
    const reasons = Array.from({ length: 400 }, (_, number) => String(number))
    for (const group of ['CO', 'OA', 'PI', 'CR', 'XX']) {
      expect(reasons.filter((reason) => reasonRule(group, reason).bucket === 'patient')).toEqual([])
    }
  })

  // Source: K10, the group PR is the patient's unless a rule says otherwise.
  it('K10: an unknown reason of the group PR is the patient’s, and flagged', () => {
    expect(reasonRule('PR', '9999')).toMatchObject({ bucket: 'patient', known: false, asks: true, decides: true })
    expect(reasonRule('PR', '35')).toMatchObject({ bucket: 'patient', known: true })
  })

  it('K2, K6: duplicates and reviews decide nothing, in whatever group', () => {
    for (const group of ['CO', 'PR', 'OA', 'PI', 'CR']) {
      expect(reasonRule(group, '18')).toMatchObject({ means: 'duplicate', decides: false, asks: true })
      expect(reasonRule(group, '133')).toMatchObject({ means: 'pending', decides: false })
    }
  })

  it('M14: what is withheld has a bucket and words of its own, in whatever group', () => {
    for (const group of ['CO', 'PR', 'OA', 'PI']) {
      expect(reasonRule(group, '104')).toMatchObject({ bucket: 'withheld_tax', words: 'withheld under managed care' })
      expect(reasonRule(group, '105')).toMatchObject({ bucket: 'withheld_tax', words: 'tax withheld', asks: false })
    }
  })

  it('K33: another payer first asks for a person, what an earlier payer did does not', () => {
    expect(reasonRule('OA', '22')).toMatchObject({ means: 'other_payer_first', asks: true })
    expect(reasonRule('OA', '23')).toMatchObject({ means: 'prior_payer', asks: false })
  })

  it('has each code once, with words', () => {
    const codes = Object.values(REASON_TABLE).flatMap((meaning) => Object.keys(meaning))
    expect(new Set(codes).size).toBe(codes.length)
    expect(
      Object.values(REASON_TABLE)
        .flatMap((meaning) => Object.values(meaning))
        .every((words) => words.length > 3),
    ).toBe(true)
  })

  it.each([
    ['OA-18', 'duplicate'],
    ['CO 18', 'duplicate'],
    ['CARC 18', 'duplicate'],
    ['oa-133', 'pending'],
    ['OA18: duplicate of another claim', 'duplicate'],
    ['Duplicate claim', 'duplicate'],
  ])('reads %s of a list', (text, means) => {
    expect(reasonRuleOf(text)).toMatchObject({ means })
  })

  it('reads no other text of a list as a code', () => {
    expect(['', '18', 'No duplicate', 'CO-9999', 'D01', 'CO-18.00', 'CO-188x'].map(reasonRuleOf)).toEqual(
      Array(7).fill(null),
    )
  })
})
