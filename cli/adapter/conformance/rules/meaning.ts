import { isDeepStrictEqual } from 'node:util'
import type { InMessage } from '../../../../adapters/contract.ts'
import { type Check, demand, some } from '../check.ts'
import { OTHER_NUMBER } from '../claims.ts'
import { changedText } from '../mutations.ts'
import { afterAnswer, afterNotices, applyFact, type Standing, sentClaim } from '../standing.ts'
import type { Subject } from '../subject.ts'
import { oneCentOff, read } from './reading.ts'

/**
 * What the cases do to a claim, by the hub's own rules: from the words of the provider to status
 * and money.
 */
export const meaningChecks: Check[] = [
  {
    name: 'accepted-is-not-decided',
    rule: 'an accepted claim is received or on its way, and nothing is decided or paid by it',
    run: async (subject) => {
      some(heldBy(subject, 'accepted'), 'the case accepted says nothing')
      const { state, balances } = await afterCase(subject, 'accepted')
      demand(['SUBMITTED', 'RECEIVED', 'IN_REVIEW'].includes(state.status), `it is ${state.status}`)
      demand(balances.paid === 0 && balances.open === balances.charged, 'money moved')
    },
  },
  {
    name: 'refused-is-rejected',
    rule: 'a refused claim is rejected at the front end: it was never decided, and a corrected original may go',
    run: async (subject) => {
      const outcomes = await oneByOne(subject, 'refused')
      demand(
        outcomes.some(({ state }) => state.status === 'REJECTED' && state.rejectedAt === 'front_end'),
        'no step rejects it',
      )
      demand(
        outcomes.every(({ state }) => state.status !== 'APPROVED' && state.status !== 'PARTIAL'),
        'a step approves it',
      )
    },
  },
  {
    name: 'denied-is-rejected',
    rule: 'a denied claim is rejected after it was decided, nothing is paid, and its amount stays open for a person’s word',
    run: async (subject) => {
      const { state, balances } = await afterCase(subject, 'denied')
      demand(
        state.status === 'REJECTED' && state.rejectedAt === 'adjudicated',
        `it is ${state.status} (${state.rejectedAt})`,
      )
      demand(balances.paid === 0, 'something is paid')
      demand(
        balances.denied + balances.open + balances.patient + balances.contractual === balances.charged,
        'an amount is lost',
      )
    },
  },
  {
    name: 'paid-is-settled',
    rule: 'a claim paid in full is approved, and its last cent is explained',
    run: async (subject) => {
      const { state, balances } = await afterCase(subject, 'paid')
      demand(state.status === 'APPROVED', `it is ${state.status}`)
      demand(balances.paid > 0 && balances.open === 0, `paid ${balances.paid}, open ${balances.open}`)
    },
  },
  {
    name: 'paid-in-part-is-not-all',
    rule: 'a claim paid in part has less paid than charged, and says what the rest is',
    run: async (subject) => {
      const outcomes = [await afterCase(subject, 'paid-in-part'), ...(await oneByOne(subject, 'paid-in-part'))]
      const paid = outcomes.filter(({ balances }) => balances.paid > 0)
      demand(paid.length > 0, 'nothing is paid')
      demand(
        paid.some(({ balances }) => balances.paid < balances.charged),
        'all of it is paid',
      )
    },
  },
  {
    name: 'repeated-is-nothing-new',
    rule: 'the same documents again move neither the claim nor a cent',
    run: async (subject) => {
      const names = ['accepted', 'paid', 'denied', 'repeated-notice']
      const telling = names.filter((name) => heldBy(subject, name).length > 0)
      for (const name of some(telling, 'no case about the claim says anything')) {
        const once = await afterCase(subject, name)
        const twice = await afterCase(subject, name, once)
        demand(isDeepStrictEqual(once.balances, twice.balances), `${name}: the second time moves money`)
        demand(once.state.status === twice.state.status, `${name}: ${once.state.status}, then ${twice.state.status}`)
      }
    },
  },
  {
    name: 'payment-before-acknowledgement',
    rule: 'a payment that comes before the acknowledgement counts, and the late acknowledgement moves nothing back',
    run: async (subject) => {
      some(heldBy(subject, 'paid'), 'the case paid says nothing')
      const inOrder = await afterCase(subject, 'paid', await afterCase(subject, 'accepted'))
      const reversed = await afterCase(subject, 'accepted', await afterCase(subject, 'paid'))
      demand(isDeepStrictEqual(inOrder.balances, reversed.balances), 'the order of documents changes the money')
      demand(
        inOrder.state.status === reversed.state.status,
        `${inOrder.state.status} in order, ${reversed.state.status} the other way`,
      )
    },
  },
  {
    name: 'late-documents-count',
    rule: 'documents that come after every deadline still count',
    run: async (subject) => {
      let late = sentClaim(subject.folder.claim.submission, subject.folder.connection.now)
      for (const deadline of ['ack', 'decision', 'payment'] as const)
        for (const level of ['ask', 'billing', 'owner'] as const)
          late = applyFact(late, { type: 'deadline_passed', deadline, level: level }, subject.folder.connection.now)
      const { state } = await afterCase(subject, 'paid', late)
      demand(state.status === 'APPROVED', `it is ${state.status}`)
    },
  },
  {
    name: 'acknowledgements-that-disagree',
    rule: 'an acceptance after a rejection does not take it back: the claim stays rejected and a person hears of it',
    unless: ({ folder }) =>
      folder.cases.some(({ name }) => name === 'accepted')
        ? null
        : 'the provider acknowledges nothing (see the waiver)',
    run: async (subject) => {
      const rejected = (await oneByOne(subject, 'refused')).find(({ state }) => state.rejectedAt === 'front_end')
      demand(rejected !== undefined, 'no step of the case refused rejects the claim')
      const after = await afterCase(subject, 'accepted', { ...rejected, effects: [] })
      demand(after.state.status === 'REJECTED', `it is ${after.state.status}`)
    },
  },
  {
    name: 'other-claims-documents-are-not-ours',
    rule: 'documents with another claim’s numbers change nothing of ours',
    run: async (subject) => {
      const { submission } = subject.folder.claim
      const before = sentClaim(submission, subject.folder.connection.now)
      some(heldBy(subject, 'paid'), 'the case paid says nothing')
      for (const name of ['accepted', 'paid', 'denied']) {
        for (const message of subject.messages('decode', name)) {
          if (!Buffer.from(message.body).includes(submission.submissionNumber)) continue
          const changed = changedText(message, (text) => text.replaceAll(submission.submissionNumber, OTHER_NUMBER))
          const after = await afterMessage(subject, before, changed)
          demand(isDeepStrictEqual(after.balances, before.balances), `${name}: money moved`)
          const moved = after.state.status !== 'SUBMITTED'
          demand(!moved, `${name}: it is ${after.state.status}`)
        }
      }
    },
  },
  {
    name: 'one-cent-more-is-seen',
    rule: 'a payment with one cent more than its parts, or than the claim, never settles it: it is put aside, or the cent stays open',
    run: async (subject) => {
      const cases = await oneCentOff(subject)
      demand(cases.length > 0, 'no amount of the payment stands in the documents')
      for (const documents of cases) {
        let standing = sentClaim(subject.folder.claim.submission, subject.folder.connection.now)
        for (const message of documents) standing = await afterMessage(subject, standing, message)
        demand(!isSquare(standing), 'the claim is closed as if nothing were wrong')
      }
    },
  },
  {
    name: 'unreadable-moves-nothing',
    rule: 'a document that cannot be read, and half of one, move neither the claim nor a cent',
    run: async (subject) => {
      const before = sentClaim(subject.folder.claim.submission, subject.folder.connection.now)
      for (const name of ['answer-unreadable', 'half-file']) {
        some(heldBy(subject, name), `the case ${name} says nothing`)
        const after = await afterCase(subject, name, before)
        demand(isDeepStrictEqual(after.balances, before.balances), `${name}: money moved`)
        demand(after.state.status === 'SUBMITTED', `${name}: it is ${after.state.status}`)
      }
    },
  },
]

/** What a case lets the provider say. */
function heldBy(subject: Subject, caseName: string): InMessage[] {
  return [...subject.messages('readAnswer', caseName), ...subject.messages('decode', caseName)]
}

/** Paid, and not a cent open: nobody would look again. */
export function isSquare({ balances, quarantined }: Standing): boolean {
  return quarantined === 0 && balances.paid > 0 && balances.open === 0
}

/** The claim after all steps of a case in their order; from the start, or from where it stands. */
export async function afterCase(subject: Subject, caseName: string, from?: Standing): Promise<Standing> {
  let standing = from ?? sentClaim(subject.folder.claim.submission, subject.folder.connection.now)
  for (const message of subject.messages('readAnswer', caseName))
    standing = afterAnswerMessage(subject, standing, message)
  for (const message of subject.messages('decode', caseName)) standing = await afterMessage(subject, standing, message)
  return standing
}

/** The claim after each step of a case alone. */
async function oneByOne(subject: Subject, caseName: string): Promise<Standing[]> {
  const start = sentClaim(subject.folder.claim.submission, subject.folder.connection.now)
  const answers = subject.messages('readAnswer', caseName).map((message) => afterAnswerMessage(subject, start, message))
  const standings: Standing[] = []
  for (const message of subject.messages('decode', caseName))
    standings.push(await afterMessage(subject, start, message))
  return [...answers, ...standings]
}

export async function afterMessage(subject: Subject, standing: Standing, message: InMessage): Promise<Standing> {
  const { claim, connection } = subject.folder
  const left = { claim: claim.submission, interchange: subject.context() }
  return afterNotices(standing, await read(subject, message), left, connection.now)
}

function afterAnswerMessage(subject: Subject, standing: Standing, message: InMessage): Standing {
  return afterAnswer(standing, subject.adapter.readAnswer(message, subject.context()), subject.folder.connection.now)
}
