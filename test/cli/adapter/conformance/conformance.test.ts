import { describe, expect, it } from 'vitest'
import { runChecks } from '../../../../cli/adapter/conformance/check.ts'
import { chaptersFor } from '../../../../cli/adapter/conformance/checks.ts'
import { allSubjects } from '../../../../cli/adapter/conformance/subject.ts'

describe.each(allSubjects().map((subject) => [subject.id, subject] as const))('%s', (_id, subject) => {
  const checks = chaptersFor(subject).flatMap((chapter) => chapter.checks)

  it.each(checks.map((check) => [check.name, check] as const))('%s', async (_name, check) => {
    const [result] = await runChecks(subject, [check])
    expect(result?.outcome, result?.because).not.toBe('failed')
  })

  it('is held to at least 40 rules that apply, no two of one name, and every waiver names one of them', async () => {
    const applicable = checks.filter((check) => (check.unless?.(subject) ?? null) === null)
    expect(applicable.length).toBeGreaterThanOrEqual(40)
    const names = checks.map((check) => check.name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(subject.folder.waived.map((waiver) => waiver.check)))
  })
})
