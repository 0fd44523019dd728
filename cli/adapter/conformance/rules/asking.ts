import { isDeepStrictEqual } from 'node:util'
import type { OutMessage } from '../../../../adapters/contract.ts'
import { type Check, demand } from '../check.ts'
import { claimWith, OTHER_NUMBER } from '../claims.ts'
import { changedText, withBody } from '../mutations.ts'
import type { Subject } from '../subject.ts'
import { labelsOf, wordsOf } from '../texts.ts'
import { readAll } from './reading.ts'

const noInquiry = ({ adapter }: Subject) => (adapter.ask === undefined ? 'the provider cannot be asked' : null)
const noAnswers = (subject: Subject) =>
  subject.messages('readAnswer').length > 0 ? null : 'this transport gives no immediate answers'

/** Inquiries, and the immediate answers that a provider gives. */
export const askingChecks: Check[] = [
  {
    name: 'inquiry-names-the-claim',
    rule: 'an inquiry names the claim by our number, and is the same bytes each time',
    unless: noInquiry,
    run: async (subject) => {
      const first = await inquiry(subject)
      demand(isDeepStrictEqual(first, await inquiry(subject)), 'asking twice gives two different messages')
      demand(`${await wordsOf(first)}${labelsOf(first)}`.includes(OTHER_NUMBER), 'our number is not in the inquiry')
    },
  },
  {
    name: 'inquiry-of-nobody-is-nothing',
    rule: 'asking about no claim sends nothing',
    unless: noInquiry,
    run: async (subject) => {
      const messages = (await subject.adapter.ask?.([], subject.context())) ?? []
      demand(messages.length === 0, `${messages.length} messages leave`)
    },
  },
  {
    name: 'inquiry-tells-apart',
    rule: 'the replies of the case asked tell a claim that is there from one that is not, and both from an inquiry that failed',
    unless: noInquiry,
    run: async (subject) => {
      const notices = await readAll(subject, subject.messages('decode', 'asked'))
      const facts = notices.flatMap((notice) => (notice.kind === 'claim' ? [notice.fact.type] : []))
      demand(
        facts.some((fact) => fact !== 'not_found' && fact !== 'inquiry_failed'),
        'no reply finds the claim',
      )
      demand(facts.includes('not_found'), 'no reply says that there is no such claim')
      demand(facts.includes('inquiry_failed'), 'no reply is a failed inquiry')
    },
  },
  {
    name: 'answer-page-is-unknown',
    rule: 'a page of HTML says nothing about a claim, whatever its status',
    unless: noAnswers,
    run: (subject) => {
      const [template] = subject.messages('readAnswer')
      if (template?.transport !== 'http') return
      const page = withBody(
        { ...template, headers: { 'content-type': 'text/html' } },
        '<html><body>Please sign in</body></html>',
      )
      for (const status of [200, 201, 202, 204, 302, 400, 404, 409, 413, 422, 500, 503]) {
        const { kind } = subject.adapter.readAnswer({ ...page, status }, subject.context())
        demand(kind === 'unknown', `with status ${status} it is ${kind}`)
      }
    },
  },
  {
    name: 'answer-about-another-is-unknown',
    rule: 'an answer that names another claim is neither taken nor refused: it is not about ours',
    unless: noAnswers,
    run: (subject) => {
      const { submissionNumber } = subject.folder.claim.submission
      const taken = subject
        .messages('readAnswer', 'accepted')
        .filter((answer) => Buffer.from(answer.body).toString('latin1').toUpperCase().includes(submissionNumber))
      for (const answer of taken) {
        const other = changedText(answer, (text) => text.replaceAll(new RegExp(submissionNumber, 'gi'), OTHER_NUMBER))
        const { kind } = subject.adapter.readAnswer(other, subject.context())
        demand(kind !== 'taken', 'it is taken')
      }
    },
  },
]

async function inquiry(subject: Subject): Promise<OutMessage[]> {
  const open = { submission: claimWith(subject, { submissionNumber: OTHER_NUMBER }), references: [] }
  return (await subject.adapter.ask?.([open], subject.context())) ?? []
}
