import { describe, expect, it } from 'vitest'
import { runChecks } from '../../../adapters/conformance/check.ts'
import { caseChecks } from '../../../adapters/conformance/rules/cases.ts'
import { allSubjects } from '../../../adapters/conformance/subject.ts'

describe.each(allSubjects().map((subject) => [subject.id, subject] as const))('%s', (_id, subject) => {
  it.each(caseChecks(subject).map((check) => [check.name, check] as const))('%s', async (_name, check) => {
    const [result] = await runChecks(subject, [check])
    expect(result?.outcome, result?.because).not.toBe('failed')
  })
})
