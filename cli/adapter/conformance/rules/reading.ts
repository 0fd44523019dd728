import { isDeepStrictEqual } from 'node:util'
import type { InMessage, Notice } from '../../../../adapters/contract.ts'
import { checkRemittance } from '../../../../domain/money/remittance.ts'
import { type Check, demand, some } from '../check.ts'
import { OTHER_NUMBER } from '../claims.ts'
import { changedText, oneCentMore } from '../mutations.ts'
import type { Subject } from '../subject.ts'

/** What documents mean: the same each time, about the claim that they name, to the cent. */
export const readingChecks: Check[] = [
  {
    name: 'same-document-same-reading',
    rule: 'a document that comes twice is read twice the same',
    run: async (subject) => {
      for (const message of someDocuments(subject))
        demand(isDeepStrictEqual(await read(subject, message), await read(subject, message)), 'two readings differ')
    },
  },
  {
    name: 'document-not-mutated',
    rule: 'reading changes no byte of the document',
    run: async (subject) => {
      for (const message of [...someDocuments(subject), ...subject.messages('readAnswer')]) {
        const before = structuredClone(message)
        await read(subject, message)
        subject.adapter.readAnswer(message, subject.context())
        demand(isDeepStrictEqual(before, message), 'a document is changed by reading it')
      }
    },
  },
  {
    name: 'number-comes-back',
    rule: 'the submission number that left is what the documents name',
    run: async (subject) => {
      const number = subject.folder.claim.submission.submissionNumber
      const cases = ['accepted', 'paid', 'denied'].map((name) => ({ name, messages: subject.messages('decode', name) }))
      const telling = cases.filter(({ messages }) => messages.length > 0)
      for (const { name, messages } of some(telling, 'no case about the claim holds a document')) {
        const numbers = (await readAll(subject, messages)).flatMap(numbersIn)
        demand(
          numbers.includes(number),
          `the case ${name} does not lead back to the claim of claim.json (${numbers.join(', ') || 'no number'})`,
        )
      }
    },
  },
  {
    name: 'number-is-read',
    rule: 'the number is read from the document: the same document about another claim names that one, and never ours',
    unless: (subject) => (numberDocuments(subject).length > 0 ? null : 'no document has the number in plain text'),
    run: async (subject) => {
      const number = subject.folder.claim.submission.submissionNumber
      for (const message of numberDocuments(subject)) {
        const changed = changedText(message, (text) => text.replaceAll(number, OTHER_NUMBER))
        const numbers = (await read(subject, changed)).flatMap(numbersIn)
        demand(!numbers.includes(number), 'a document about another claim names ours')
        demand(numbers.includes(OTHER_NUMBER), 'the number of another claim is not read')
      }
    },
  },
  {
    name: 'number-in-any-case',
    rule: 'a provider that writes our number in lower case still leads back to the claim',
    unless: (subject) => (numberDocuments(subject).length > 0 ? null : 'no document has the number in plain text'),
    run: async (subject) => {
      const number = subject.folder.claim.submission.submissionNumber
      for (const message of numberDocuments(subject)) {
        const changed = changedText(message, (text) => text.replaceAll(number, number.toLowerCase()))
        const numbers = (await read(subject, changed)).flatMap(numbersIn).map((each) => each.toUpperCase())
        demand(numbers.includes(number), 'the number in lower case is not read')
      }
    },
  },
  {
    name: 'two-claims-stay-two',
    rule: 'a document about two claims gives notices about two claims',
    run: async (subject) => {
      const numbers = (await readAll(subject, subject.messages('decode', 'two-claims-one-message'))).flatMap(numbersIn)
      demand(new Set(numbers).size >= 2, `only ${new Set(numbers).size} claims are named`)
    },
  },
  {
    name: 'their-words-are-kept',
    rule: 'a refusal and a denial keep the provider’s own words beside ours',
    run: async (subject) => {
      const answers = subject
        .messages('readAnswer', 'refused')
        .map((message) => subject.adapter.readAnswer(message, subject.context()))
      const notices = await readAll(subject, [
        ...subject.messages('decode', 'refused'),
        ...subject.messages('decode', 'denied'),
      ])
      demand(answers.length + notices.length > 0, 'neither refused nor denied says anything')
      for (const answer of answers)
        demand(answer.kind !== 'refused' || answer.said.length > 0, 'a refusal keeps no word')
      demand(
        notices.some(hasWords) || answers.some((answer) => answer.kind === 'refused'),
        'no word of the provider is kept',
      )
    },
  },
  {
    name: 'payments-balance',
    rule: 'the payments of the cases add up to the cent: line, claim and payment',
    run: async (subject) => {
      const remittances = await paymentsOf(subject)
      demand(remittances.length > 0, 'no case holds a payment')
      for (const remittance of remittances) {
        const [problem] = checkRemittance(remittance)
        demand(problem === undefined, `${problem?.rule}: off by ${problem?.difference}`)
      }
    },
  },
]

/**
 * The documents of the case paid, with one cent more in one place of one of them, where that is
 * read as another payment or as none.
 */
export async function oneCentOff(subject: Subject): Promise<InMessage[][]> {
  const changed: InMessage[][] = []
  const messages = subject.messages('decode', 'paid')
  for (const [index, message] of messages.entries()) {
    const before = await read(subject, message)
    for (const notice of before) {
      if (notice.kind !== 'remittance') continue
      const { amount, currency, claims } = notice.remittance
      const parts = claims.flatMap((claim) => [claim.paid, ...claim.lines.map((line) => line.paid)])
      // Where the total stands first it is the payment's own; what else looks like an amount may
      // mean nothing (a list price).
      const [total] = oneCentMore(message, amount, currency)
      if (total !== undefined) changed.push(messages.toSpliced(index, 1, total))
      for (const other of [...new Set(parts)].flatMap((each) => oneCentMore(message, each, currency)))
        if (!isDeepStrictEqual(paidIn(await read(subject, other)), paidIn(before)))
          changed.push(messages.toSpliced(index, 1, other))
    }
  }
  return changed
}

/** The amounts that a reading would post as paid. */
function paidIn(notices: Notice[]): number[] {
  return notices.flatMap((notice) =>
    notice.kind === 'remittance'
      ? [notice.remittance.amount, ...notice.remittance.claims.map((claim) => claim.paid)]
      : [],
  )
}

/** Every document of the cases; fails when there is none. */
export function someDocuments(subject: Subject): InMessage[] {
  return some(subject.messages('decode'), 'the cases hold no document')
}

export async function read(subject: Subject, message: InMessage): Promise<Notice[]> {
  return subject.adapter.decode(message, subject.context())
}

export async function readAll(subject: Subject, messages: InMessage[]): Promise<Notice[]> {
  const notices: Notice[] = []
  for (const message of messages) notices.push(...(await read(subject, message)))
  return notices
}

/** Every submission number that a notice names. */
export function numbersIn(notice: Notice): string[] {
  switch (notice.kind) {
    case 'claim':
      return notice.match.submissionNumber === undefined ? [] : [notice.match.submissionNumber]
    case 'batch':
      return notice.submissionNumbers ?? []
    case 'remittance':
      return notice.remittance.claims.flatMap((claim) => claim.submissionNumber ?? [])
    case 'authorisation':
    case 'unreadable':
      return []
  }
}

function hasWords(notice: Notice): boolean {
  if (notice.kind === 'claim' || notice.kind === 'batch') return notice.said.some(({ code, text }) => code ?? text)
  if (notice.kind === 'unreadable') return false
  if (notice.kind === 'authorisation') return notice.answer.said.some(({ code, text }) => code ?? text)
  return notice.remittance.claims.some(({ said, adjustments, lines }) =>
    [...said, ...[...adjustments, ...lines.flatMap((line) => line.adjustments)].map((each) => each.said)].some(
      ({ code, text }) => code ?? text,
    ),
  )
}

async function paymentsOf(subject: Subject) {
  const names = ['paid', 'paid-in-part', 'denied', 'two-claims-one-message']
  const notices = await readAll(
    subject,
    names.flatMap((name) => subject.messages('decode', name)),
  )
  return notices.flatMap((notice) => (notice.kind === 'remittance' ? [notice.remittance] : []))
}

/** Documents that hold the claim's number as plain text. */
function numberDocuments(subject: Subject): InMessage[] {
  const number = Buffer.from(subject.folder.claim.submission.submissionNumber)
  return ['accepted', 'paid', 'denied', 'paid-in-part'].flatMap((name) =>
    subject.messages('decode', name).filter(({ body }) => Buffer.from(body).includes(number)),
  )
}
