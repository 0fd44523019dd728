import type { DeadlineKind } from '../claims/escalation.ts'
import { COLLECT_FAILURES } from '../inbox/collectFailure.ts'
import type { Reason } from '../words/reasons.ts'
import { WORDS } from '../words/words.ts'
import type { Closer } from './closers.ts'
import type { Cause, Item, Kind } from './itemContents.ts'
import type { ItemKinds } from './itemKind.ts'
import { MATCHING_KINDS } from './matchingKinds.ts'
import { MONEY_KINDS } from './moneyKinds.ts'

const claim = ({ claimId }: { claimId: string }) => [claimId]
const because = ({ reasons, currency }: { reasons: Reason[]; currency: string }) =>
  WORDS.en.reasons(reasons, { currency })
const connection = ({ connectionId }: { connectionId: string }) => [connectionId]

/** What a deadline that has passed means. */
const LATE: Record<DeadlineKind, string> = {
  ack: 'the provider has not confirmed in time that it has the claim',
  decision: 'the provider has not decided in time',
  documents: 'the documents that the provider asked for were not sent in time',
  payment: 'the provider has approved it and not paid in time',
  resubmission: 'nobody has appealed, billed or written off in time what the provider denied',
}

/**
 * Every kind of item that the worklist can hold: keys, roles, words, the API's list and the table
 * in docs/worklist.md come from here.
 */
export const ITEM_KINDS: ItemKinds = {
  ...MONEY_KINDS,
  ...MATCHING_KINDS,
  stalled: {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, deadline }) => `Claim ${claimNumber}: ${LATE[deadline]}`,
    nextMove: 'Ask the provider, then record what they said, or a follow-up date before which nobody is asked again.',
    closedBy: ['next-stage', 'claim-closed'],
  },
  'stalled-owner': {
    role: 'owner',
    cause: claim,
    sentence: ({ claimNumber, deadline }) =>
      `Claim ${claimNumber}: ${LATE[deadline]}, and the billing staff did not solve it`,
    nextMove: 'Talk to the billing staff and to the provider, then record what was said or a follow-up date.',
    closedBy: ['next-stage', 'claim-closed'],
  },
  'workflow-silent': {
    role: 'operator',
    cause: claim,
    sentence: ({ claimNumber, due }) =>
      `Claim ${claimNumber}: its deadline passed at ${due}, and its workflow has done nothing about it`,
    nextMove: 'Look at the claim’s workflow in Temporal: its task fails, or no worker serves it.',
    closedBy: ['escalated', 'next-stage', 'claim-closed'],
  },
  'delivery-unknown': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, provider }) => `Claim ${claimNumber}: it may have arrived at ${provider}, nobody knows`,
    nextMove: 'Ask the provider whether they have it, then say so: it is never sent again on a guess.',
    closedBy: ['news', 'delivery-answered', 'claim-closed'],
  },
  'address-changed': {
    role: 'owner',
    cause: claim,
    sentence: ({ claimNumber, provider, before, after }) =>
      `Claim ${claimNumber}: it may have arrived at ${provider} under ${before}, and the connection sends to ${after} now`,
    nextMove:
      'Ask the provider whether they have it, then say so; or give the connection its old address until that is known.',
    closedBy: ['news', 'delivery-answered', 'claim-closed'],
  },
  'delivery-held': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, provider }) =>
      `Claim ${claimNumber}: it cannot be written in the format of ${provider}; nothing was sent`,
    nextMove:
      'Cancel the claim and submit it again with what the provider can read, or ask the operator to mend the adapter.',
    closedBy: ['news', 'claim-closed'],
  },
  'to-file': {
    role: 'billing',
    cause: ({ interchangeId, claimId }) => [interchangeId, claimId],
    sentence: ({ claimNumber, provider }) => `Claim ${claimNumber}: ${provider} takes it only by hand`,
    nextMove: 'Download the packet, file it with the provider, and record their reference.',
    closedBy: ['news', 'claim-closed'],
  },
  'provider-does-not-know': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber }) => `Claim ${claimNumber}: the provider was asked and does not know the claim`,
    nextMove: 'Call the provider with the claim number and the day it was sent; record what they say.',
    closedBy: ['news', 'claim-closed'],
  },
  'documents-requested': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, documents }) =>
      `Claim ${claimNumber}: the provider asks for ${documents.join(', ') || 'documents'}`,
    nextMove: 'Attach what they ask for and send it as a supplement.',
    closedBy: ['documents-sent', 'claim-closed'],
  },
  'claim-rejected': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, by, ...why }) =>
      by === 'front_end'
        ? `Claim ${claimNumber}: rejected before review: ${because(why)}`
        : `Claim ${claimNumber}: refused by the provider: ${because(why)}`,
    nextMove: 'Correct what is named and submit the correction as a new claim.',
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'claim-denied': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, ...why }) => `Claim ${claimNumber}: denied after review: ${because(why)}`,
    nextMove: 'Decide line by line: appeal, bill the patient, or write off.',
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'lines-denied': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, ...why }) => `Claim ${claimNumber}: some lines were denied or reduced: ${because(why)}`,
    nextMove: 'Decide line by line: appeal, bill the patient, or write off.',
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'second-hmo': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, second, left }) =>
      `Claim ${claimNumber}: ${left} was left, and ${second}, which pays after it, has not been asked`,
    nextMove:
      'Make the claim to the second HMO from the patient’s billable list; if the order is wrong, correct the enrolments in the practice app.',
    closedBy: ['second-claimed'],
  },
  'first-decision-changed': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, second, secondNumber }) =>
      `Claim ${claimNumber}: what was decided and paid is not what claim ${secondNumber} told ${second}`,
    nextMove: 'Correct the claim to the second HMO: its correction carries the decision as it is now.',
    closedBy: [],
  },
  'void-refused': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, codes }) =>
      `Claim ${claimNumber}: the provider does not take it back (${codes}): it may still be paid`,
    nextMove: 'Ask the provider what stands with them, and record it.',
    closedBy: [],
  },
  'unknown-news': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, codes }) =>
      `Claim ${claimNumber}: the provider said something we have no word for (${codes})`,
    nextMove: 'Read the document, and record the status by hand if it means one.',
    closedBy: [],
  },
  'news-conflict': {
    role: 'billing',
    cause: ({ claimId, fact }) => [claimId, fact],
    sentence: ({ claimNumber, fact, status }) =>
      `Claim ${claimNumber}: news arrived (${WORDS.en.news[fact]}) that contradicts what is known (status ${status})`,
    nextMove: 'Ask the provider which of the two holds, and record it.',
    closedBy: ['balance-even'],
  },
  'decision-conflict': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, saidAt, inForceSince, status }) =>
      `Claim ${claimNumber}: a decision that the provider made on ${saidAt} arrived late and differs from the one in force since ${inForceSince} (${status}), which stays`,
    nextMove: 'Ask the provider which decision holds, and record it by hand if it is the late one.',
    closedBy: [],
  },
  'filing-limit': {
    role: 'billing',
    cause: ({ days, subjectId }) => [days, subjectId],
    sentence: ({ provider, lastDay, of }) =>
      'draft' in of
        ? `Draft ${of.draft} is not submitted: ${provider} takes it until ${lastDay}`
        : `A visit of ${of.visitOn} is not claimed: ${provider} takes it until ${lastDay}`,
    nextMove: 'Submit the claim before that day.',
    closedBy: ['claim-submitted', 'visit-claimed', 'later-warning'],
  },
  'submit-refused': {
    role: 'billing',
    cause: claim,
    sentence: ({ claimNumber, reasons }) =>
      `Claim ${claimNumber} was accepted for submission and then not sent: ${reasons.join('; ') || 'it is not complete'}`,
    nextMove: 'Mend the draft and submit it again: nothing of it has left.',
    closedBy: ['claim-submitted'],
  },
  'submit-fails': {
    role: 'operator',
    cause: claim,
    sentence: ({ claimNumber, failures }) =>
      `Claim ${claimNumber} is to be submitted, and our own work on it broke down ${failures} times; nothing has left`,
    nextMove: 'Find the error in the worker’s log; the claim goes on by itself once it is mended.',
    closedBy: ['claim-submitted'],
  },
  'notice-held': {
    role: 'operator',
    cause: ({ noticeId }) => [noticeId],
    sentence: ({ claimNumber, failures, of }) =>
      `Claim ${claimNumber}: ${of === 'cancel' ? 'a wish to cancel it' : 'a piece of news'} could not be recorded ${failures} times and is set aside; its other news goes on`,
    nextMove: 'Find the error in the worker’s log and mend it, then close this item: the news is tried again.',
    closedBy: [],
  },
  'unmatched-notice': {
    role: 'billing',
    cause: ({ documentId, sequence }) => [documentId, sequence],
    sentence: ({ provider, about }) => `${provider} sent news about ${about}, which matches none of our claims`,
    nextMove: 'Read the document, find the claim, and record by hand what it says.',
    closedBy: ['read-again'],
  },
  'unreadable-document': {
    role: 'billing',
    cause: ({ documentId }) => [documentId],
    sentence: ({ provider, because }) =>
      `${provider} sent a document that cannot be read: ${because}. It is kept as it came`,
    nextMove: 'Read it yourself and record what it says; tell the operator, who may mend the adapter.',
    closedBy: ['read-again'],
  },
  'authorisation-answered': {
    role: 'billing',
    cause: ({ connectionId, number, requestId }) => [connectionId, number, requestId],
    sentence: (words) =>
      words.granted
        ? `${words.provider} granted authorisation ${words.number} for request ${words.requestId}, valid from ${words.validFrom} to ${words.validUntil}${words.limit === null ? '' : `, up to ${words.limit}`}; put it on the patient's record`
        : `${words.provider} refused the authorisation of request ${words.requestId}${words.codes === '' ? '' : ` (${words.codes})`}; tell the patient and the dentist`,
    nextMove:
      'A granted one goes on the patient’s record in the practice app; of a refused one tell the patient and the dentist.',
    closedBy: [],
  },
  'collecting-fails': {
    role: 'owner',
    cause: connection,
    sentence: ({ provider, mode, cause, failures }) =>
      `${provider} (${mode}): answers could not be collected ${failures} times, because ${COLLECT_FAILURES[cause]}`,
    nextMove:
      'Check the connection step by step and mend what fails; until then no decision and no payment of theirs comes in.',
    closedBy: ['collecting-works'],
  },
  'provider-unreachable': {
    role: 'billing',
    cause: connection,
    sentence: ({ provider }) => `${provider} cannot be reached; its claims wait and are tried again, ever more slowly`,
    nextMove: 'Ask the HMO whether its system is down and until when; check the connection step by step.',
    closedBy: ['provider-reached'],
  },
  'connection-stopped': {
    role: 'owner',
    cause: connection,
    sentence: ({ provider, because }) =>
      `${provider}: ${because}. Nothing is sent on this connection until somebody resumes it`,
    nextMove: 'Mend the cause (sign-in, host key), check the connection, then resume it.',
    closedBy: ['connection-resumed'],
  },
  'sending-frozen': {
    role: 'operator',
    cause: ({ freezeId }) => [freezeId],
    sentence: ({ providers, reason }) =>
      `Nothing is sent to ${providers.join(', ')}: sending is frozen (${reason}); answers are still collected`,
    nextMove: 'Mend what it was frozen for, then lift the freeze; the claims that wait go on by themselves.',
    closedBy: ['freeze-lifted'],
  },
  'restored-drafts': {
    role: 'billing',
    cause: ({ freezeId }) => [freezeId],
    sentence: ({ drafts, since }) =>
      `The database was restored to ${since}: of ${drafts} drafts nobody knows whether they were submitted after that`,
    nextMove: 'Look into the HMOs’ lists before you submit one of them again; enter again what was keyed since.',
    closedBy: [],
  },
  'connection-unusable': {
    role: 'owner',
    cause: connection,
    sentence: ({ provider }) =>
      `${provider}: the connection's address or secrets cannot be read; nothing is sent until they are mended`,
    nextMove: 'Enter the address and the secrets anew, then check the connection.',
    closedBy: [],
  },
}

/** Every kind, as the API lists them. */
export const KINDS = Object.keys(ITEM_KINDS) as [Kind, ...Kind[]]

/** One open item per cause: the only place where a key is made. */
export function causeKey<K extends Kind>({ kind, ids }: Cause<K>): string {
  return [kind, ...ITEM_KINDS[kind].cause(ids)].join(':')
}

export function sentenceOf<K extends Kind>({ kind, words }: Item<K>): string {
  return ITEM_KINDS[kind].sentence(words)
}

/** A claim that is overdue, for the level that it has been escalated to. */
export function overdueItem(claim: {
  claimId: string
  claimNumber: string
  level: 'billing' | 'owner'
  deadline: DeadlineKind
}): Item<'stalled' | 'stalled-owner'> {
  const { claimId, claimNumber, level, deadline } = claim
  const kind = level === 'owner' ? 'stalled-owner' : 'stalled'
  return { kind, ids: { claimId }, words: { claimNumber, deadline } }
}

/** The kinds that this takes off the worklist. */
export function kindsClosedBy(closer: Closer): Kind[] {
  return KINDS.filter((kind) => ITEM_KINDS[kind].closedBy.includes(closer))
}
