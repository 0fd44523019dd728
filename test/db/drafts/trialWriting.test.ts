import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adapterOf } from '../../../adapters/registry.ts'
import type { submissionFrom } from '../../../db/drafts/composeSubmission.ts'
import { formatProblems } from '../../../db/drafts/trialWriting.ts'
import type { Submission } from '../../../domain/claim.ts'
import { newId } from '../../../platform/ids.ts'
import { SETTINGS, submission } from '../../adapters/x12/samples.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

const NOW = new Date('2026-03-20T09:00:00Z')
const connectionId = newId()
let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
  await db.owner
    .insertInto('providers')
    .values({ id: 'summit-dental', adapter_id: 'summit-dental', name: 'Summit Dental' })
    .execute()
  await db.owner
    .insertInto('connections')
    .values({
      organisation_id: db.organisationId,
      id: connectionId,
      provider_id: 'summit-dental',
      mode: 'production',
      currency: 'USD',
      endpoint: '{}',
      settings: JSON.stringify(SETTINGS),
    })
    .execute()
})
afterAll(() => db.close())

const sample = submission()
const without = ({ group: _group, ...enrolment }: Submission['enrolment']) => enrolment
const tried = (change: Partial<Submission>) => {
  const { submissionId: _id, submissionNumber: _number, ...rest } = { ...sample, attachments: [], ...change }
  const composed = { submission: rest } as Parameters<typeof submissionFrom>[0]
  return db.databases.within(db.organisationId, (tx) =>
    formatProblems(tx, adapterOf('summit-dental'), composed, {
      organisationId: db.organisationId,
      connectionId,
      now: NOW,
    }),
  )
}

describe('a draft is written as a trial before it may leave', () => {
  it('and nothing is said of one that the format can carry', async () => {
    expect(await tried({})).toEqual([])
  })

  it.each<[string, Partial<Submission>, RegExp]>([
    [
      'five diagnoses',
      { diagnoses: Array.from({ length: 5 }, () => ({ system: 'icd-10' as const, code: 'K02' })) },
      /at most four diagnoses, this claim has 5: take off .*2300 HI/,
    ],
    ['a long note', { note: 'x '.repeat(250) }, /the note has at most 400 characters, this one has 499: shorten .*NTE/],
    [
      'a name without a Latin letter',
      { patient: { ...sample.patient, family: '李' } },
      /the subscriber's name has no letter that X12 can carry: keep it in Latin letters .*NM103/,
    ],
    [
      'a member number with a separator, found only when the file is put together',
      { enrolment: { ...sample.enrolment, memberId: 'A:1' } },
      /a character that X12 separates with/,
    ],
    [
      'a plan with a letter that X12 has not',
      { enrolment: { ...without(sample.enrolment), plan: 'Plan Ñ' } },
      /a character that X12 cannot carry: Latin letters/,
    ],
    [
      'an LOA number with a separator',
      { authorisations: [{ kind: 'loa', number: 'LOA:9' }] },
      /a character that X12 separates with/,
    ],
  ])('%s is told with the field, the limit and what to do', async (_name, change, words) => {
    const problems = await tried(change)
    expect(problems.map(({ type }) => type)).toEqual(['format-limit'])
    expect(problems[0]?.detail).toMatch(words)
    expect(problems[0]?.detail).toContain('Summit Dental cannot take this claim')
    expect(problems[0]?.detail).not.toMatch(/李|A:1|LOA:9|Plan/)
  })
})
