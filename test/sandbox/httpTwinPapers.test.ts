import { afterEach, expect, it } from 'vitest'
import type { Notice } from '../../adapters/contract.ts'
import type { Submission } from '../../domain/claim.ts'
import { sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { steppedClock, twinLine } from './httpTwin.ts'

const lines: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(lines.splice(0).map((line) => line.stop()))
})

const base = sampleSubmission()
const claim: Submission = {
  ...base,
  submissionNumber: 'DQ00000000000001',
  enrolment: { ...base.enrolment, memberId: 'DQ-1' },
}
const papers = (originalReference: string): Submission => ({
  ...claim,
  submissionNumber: 'DQ00000000000002',
  purpose: 'supplement',
  originalReference,
  originalSubmissionNumber: claim.submissionNumber,
  attachments: [
    {
      attachmentId: 'a',
      kind: 'xray',
      mediaType: 'image/png',
      fileName: 'Maria.png',
      sha256: '0'.repeat(64),
      size: 3,
      tooth: '14',
    },
  ],
})

async function start() {
  const clock = steppedClock()
  const line = await twinLine({ clock })
  lines.push(line)
  let cursor: string | null = null
  /** What is said in these days. */
  const pass = async (days: number): Promise<Notice[]> => {
    const seen: Notice[] = []
    for (let step = 0; step < days * 2; step += 1) {
      await clock.passDays(0.5)
      const collected = await line.collect(cursor)
      cursor = collected.cursor
      seen.push(...collected.notices)
    }
    return seen
  }
  const answer = line.readAnswer(await line.send(claim, 'key-1'))
  const claimNumber = 'references' in answer ? (answer.references[0]?.value ?? '') : ''
  return { line, pass, claimNumber }
}
const wordsOf = (notices: Notice[]) => [
  ...new Set(notices.map((notice) => (notice.kind === 'claim' ? notice.fact.type : notice.kind))),
]

it('asks for papers, decides nothing without them, and goes on when they have come, once', async () => {
  const { line, pass, claimNumber } = await start()
  const before = await pass(8)
  expect(wordsOf(before)).toEqual(['received', 'in_review', 'documents_requested'])
  expect(before.at(-1)).toMatchObject({ fact: { documents: ['xray'] } })
  expect(line.readAnswer(await line.send(papers(claimNumber), 'key-2'))).toEqual({
    kind: 'taken',
    references: [],
    facts: [],
    said: [],
  })
  expect(line.readAnswer(await line.send(papers(claimNumber), 'key-2'))).toMatchObject({ kind: 'taken' })
  expect(await line.control()).toMatchObject({ effects: 2, duplicates: 1 })
  await line.restart()
  expect(wordsOf(await pass(6))).toEqual(expect.arrayContaining(['decided', 'remittance']))
  expect((await line.ask(papers(claimNumber)))[0]).toMatchObject({ fact: { type: 'forwarded' } })
})

it('refuses papers for a claim that is not on file, and names no patient in what it is sent', async () => {
  const { line } = await start()
  const answer = line.readAnswer(await line.send(papers('HH-999999'), 'key-2'))
  expect(answer).toMatchObject({ kind: 'refused', said: [{ code: 'unknown-original' }] })
})
