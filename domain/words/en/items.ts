import type { DeadlineKind } from '../../claims/escalation.ts'
import { COLLECT_FAILURES } from '../../inbox/collectFailure.ts'
import type { Reason } from '../reasons.ts'
import type { Sentences } from '../sentences.ts'
import { FACTS } from './facts.ts'
import { ITEMS_OF_MATCHING } from './itemsOfMatching.ts'
import { ITEMS_OF_MONEY } from './itemsOfMoney.ts'
import { ITEMS_OF_UNATTENDED } from './itemsOfUnattended.ts'
import { reasons } from './reasons.ts'

/** What a deadline that has passed means. */
const LATE: Record<DeadlineKind, string> = {
  ack: 'the provider has not confirmed in time that it has the claim',
  decision: 'the provider has not decided in time',
  documents: 'the documents that the provider asked for were not sent in time',
  payment: 'the provider has approved it and not paid in time',
  resubmission: 'nobody has appealed, billed or written off in time what the provider denied',
}

const because = ({ reasons: all, currency }: { reasons: Reason[]; currency: string }) => reasons(all, { currency })

/** What each kind of worklist item says, and what to do. */
export const ITEMS: Sentences['items'] = {
  ...ITEMS_OF_MONEY,
  ...ITEMS_OF_MATCHING,
  ...ITEMS_OF_UNATTENDED,
  stalled: {
    sentence: ({ claimNumber, deadline }) => `Claim ${claimNumber}: ${LATE[deadline]}`,
    nextMove: 'Ask the provider, then record what they said, or a follow-up date before which nobody is asked again.',
  },
  'stalled-owner': {
    sentence: ({ claimNumber, deadline }) =>
      `Claim ${claimNumber}: ${LATE[deadline]}, and the billing staff did not solve it`,
    nextMove: 'Talk to the billing staff and to the provider, then record what was said or a follow-up date.',
  },
  'delivery-unknown': {
    sentence: ({ claimNumber, provider }) => `Claim ${claimNumber}: it may have arrived at ${provider}, nobody knows`,
    nextMove: 'Ask the provider whether they have it, then say so: it is never sent again on a guess.',
  },
  'address-changed': {
    sentence: ({ claimNumber, provider, before, after }) =>
      `Claim ${claimNumber}: it may have arrived at ${provider} under ${before}, and the connection sends to ${after} now`,
    nextMove:
      'Ask the provider whether they have it, then say so; or give the connection its old address until that is known.',
  },
  'delivery-held': {
    sentence: ({ claimNumber, provider }) =>
      `Claim ${claimNumber}: it cannot be written in the format of ${provider}; nothing was sent`,
    nextMove:
      'Cancel the claim and submit it again with what the provider can read, or ask the operator to mend the adapter.',
  },
  'to-file': {
    sentence: ({ claimNumber, provider }) => `Claim ${claimNumber}: ${provider} takes it only by hand`,
    nextMove: 'Download the packet, file it with the provider, and record their reference.',
  },
  'provider-does-not-know': {
    sentence: ({ claimNumber }) => `Claim ${claimNumber}: the provider was asked and does not know the claim`,
    nextMove: 'Call the provider with the claim number and the day it was sent; record what they say.',
  },
  'documents-requested': {
    sentence: ({ claimNumber, documents }) =>
      `Claim ${claimNumber}: the provider asks for ${documents.join(', ') || 'documents'}`,
    nextMove: 'Attach what they ask for and send it as a supplement.',
  },
  'claim-rejected': {
    sentence: ({ claimNumber, by, ...why }) =>
      by === 'front_end'
        ? `Claim ${claimNumber}: rejected before review: ${because(why)}`
        : `Claim ${claimNumber}: refused by the provider: ${because(why)}`,
    nextMove: 'Correct what is named and submit the correction as a new claim.',
  },
  'claim-denied': {
    sentence: ({ claimNumber, ...why }) => `Claim ${claimNumber}: denied after review: ${because(why)}`,
    nextMove: 'Decide line by line: appeal, bill the patient, or write off.',
  },
  'lines-denied': {
    sentence: ({ claimNumber, ...why }) => `Claim ${claimNumber}: some lines were denied or reduced: ${because(why)}`,
    nextMove: 'Decide line by line: appeal, bill the patient, or write off.',
  },
  'second-hmo': {
    sentence: ({ claimNumber, second, left }) =>
      `Claim ${claimNumber}: ${left} was left, and ${second}, which pays after it, has not been asked`,
    nextMove:
      'Make the claim to the second HMO from the patient’s billable list; if the order is wrong, correct the enrolments in the practice app.',
  },
  'first-decision-changed': {
    sentence: ({ claimNumber, second, secondNumber }) =>
      `Claim ${claimNumber}: what was decided and paid is not what claim ${secondNumber} told ${second}`,
    nextMove: 'Correct the claim to the second HMO: its correction carries the decision as it is now.',
  },
  'void-refused': {
    sentence: ({ claimNumber, codes }) =>
      `Claim ${claimNumber}: the provider does not take it back (${codes}): it may still be paid`,
    nextMove: 'Ask the provider what stands with them, and record it.',
  },
  'unknown-notice': {
    sentence: ({ claimNumber, codes }) =>
      `Claim ${claimNumber}: the provider said something we have no word for (${codes})`,
    nextMove: 'Read the document, and record the status by hand if it means one.',
  },
  'notice-conflict': {
    sentence: ({ claimNumber, fact, status }) =>
      `Claim ${claimNumber}: a notice arrived (${FACTS[fact]}) that contradicts what is known (status ${status})`,
    nextMove: 'Ask the provider which of the two holds, and record it.',
  },
  'decision-conflict': {
    sentence: ({ claimNumber, saidAt, inForceSince, status }) =>
      `Claim ${claimNumber}: a decision that the provider made on ${saidAt} arrived late and differs from the one in force since ${inForceSince} (${status}), which stays`,
    nextMove: 'Ask the provider which decision holds, and record it by hand if it is the late one.',
  },
  'filing-limit': {
    sentence: ({ provider, lastDay, of }) =>
      'draft' in of
        ? `Draft ${of.draft} is not submitted: ${provider} takes it until ${lastDay}`
        : `A visit of ${of.visitOn} is not claimed: ${provider} takes it until ${lastDay}`,
    nextMove: 'Submit the claim before that day.',
  },
  'submit-refused': {
    sentence: ({ claimNumber, reasons }) =>
      `Claim ${claimNumber} was accepted for submission and then not sent: ${reasons.join('; ') || 'it is not complete'}`,
    nextMove: 'Mend the draft and submit it again: nothing of it has left.',
  },
  'submit-fails': {
    sentence: ({ claimNumber, failures }) =>
      `Claim ${claimNumber} is to be submitted, and our own work on it broke down ${failures} times; nothing has left`,
    nextMove: 'Find the error in the worker’s log; the claim goes on by itself once it is mended.',
  },
  'notice-held': {
    sentence: ({ claimNumber, failures, of }) =>
      `Claim ${claimNumber}: ${of === 'cancel' ? 'a wish to cancel it' : 'a notice'} could not be recorded ${failures} times and is set aside; its other notices go on`,
    nextMove: 'Find the error in the worker’s log and mend it, then close this item: the notice is tried again.',
  },
  'unmatched-notice': {
    sentence: ({ provider, about }) => `${provider} sent a notice about ${about}, which matches none of our claims`,
    nextMove: 'Read the document, find the claim, and record by hand what it says.',
  },
  'unreadable-document': {
    sentence: ({ provider, because }) =>
      `${provider} sent a document that cannot be read: ${because}. It is kept as it came`,
    nextMove: 'Read it yourself and record what it says; tell the operator, who may mend the adapter.',
  },
  'authorisation-answered': {
    sentence: (words) =>
      words.granted
        ? `${words.provider} granted authorisation ${words.number} for request ${words.requestId}, valid from ${words.validFrom} to ${words.validUntil}${words.limit === null ? '' : `, up to ${words.limit}`}; put it on the patient's record`
        : `${words.provider} refused the authorisation of request ${words.requestId}${words.codes === '' ? '' : ` (${words.codes})`}; tell the patient and the dentist`,
    nextMove:
      'A granted one goes on the patient’s record in the practice app; of a refused one tell the patient and the dentist.',
  },
  'collecting-fails': {
    sentence: ({ provider, mode, cause, failures }) =>
      `${provider} (${mode}): answers could not be collected ${failures} times, because ${COLLECT_FAILURES[cause]}`,
    nextMove:
      'Check the connection step by step and mend what fails; until then no decision and no payment of theirs comes in.',
  },
  'provider-unreachable': {
    sentence: ({ provider }) => `${provider} cannot be reached; its claims wait and are tried again, ever more slowly`,
    nextMove: 'Ask the HMO whether its system is down and until when; check the connection step by step.',
  },
  'connection-stopped': {
    sentence: ({ provider, because }) =>
      `${provider}: ${because}. Nothing is sent on this connection until somebody resumes it`,
    nextMove: 'Mend the cause (sign-in, host key), check the connection, then resume it.',
  },
  'sending-frozen': {
    sentence: ({ providers, reason }) =>
      `Nothing is sent to ${providers.join(', ')}: sending is frozen (${reason}); answers are still collected`,
    nextMove: 'Mend what it was frozen for, then lift the freeze; the claims that wait go on by themselves.',
  },
  'restored-drafts': {
    sentence: ({ drafts, since }) =>
      `The database was restored to ${since}: of ${drafts} drafts nobody knows whether they were submitted after that`,
    nextMove: 'Look into the HMOs’ lists before you submit one of them again; enter again what was keyed since.',
  },
  'connection-unusable': {
    sentence: ({ provider }) =>
      `${provider}: the connection's address or secrets cannot be read; nothing is sent until they are mended`,
    nextMove: 'Enter the address and the secrets anew, then check the connection.',
  },
}
