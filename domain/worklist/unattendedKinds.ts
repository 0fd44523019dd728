import type { ItemKinds } from './itemKind.ts'
import type { ClaimDuty } from './unattendedWork.ts'

/** What of a claim its workflow leaves undone. */
const UNATTENDED: Record<ClaimDuty, string> = {
  deadline: 'its deadline has passed',
  notice: 'news of it lies unrecorded',
  submit: 'it is to be submitted',
  delivery: 'it is on its way',
}

const UNWEDGE =
  'Look at the workflow in Temporal. If its task fails again and again, start a worker that can do it, then run `claimhub unwedge`; if nobody serves it, start a worker.'

/** Kinds of items about work that lies because its workflow does nothing; the operator's. */
export const UNATTENDED_KINDS: Pick<ItemKinds, 'workflow-silent' | 'batch-silent' | 'inbox-silent' | 'open-fails'> = {
  'workflow-silent': {
    role: 'operator',
    cause: ({ claimId }) => [claimId],
    sentence: ({ claimNumber, duty }) =>
      `Claim ${claimNumber}: ${UNATTENDED[duty]}, and its workflow does nothing about it`,
    nextMove: UNWEDGE,
    closedBy: ['workflow-acts', 'escalated', 'next-stage', 'claim-submitted', 'claim-closed'],
  },
  'batch-silent': {
    role: 'operator',
    cause: ({ interchangeId }) => [interchangeId],
    sentence: ({ provider }) => `${provider}: the cut-off of a batch has come, and its workflow does nothing about it`,
    nextMove: UNWEDGE,
    closedBy: ['workflow-acts'],
  },
  'inbox-silent': {
    role: 'operator',
    cause: ({ connectionId }) => [connectionId],
    sentence: ({ provider }) =>
      `${provider}: documents that came in lie unread, and the workflow of their inbox does nothing about it`,
    nextMove: UNWEDGE,
    closedBy: ['workflow-acts'],
  },
  'open-fails': {
    role: 'operator',
    cause: ({ claimId }) => [claimId],
    sentence: ({ claimNumber, failures }) =>
      `Claim ${claimNumber} is open, and our own work on it broke down ${failures} times; nothing of it goes on`,
    nextMove: 'Find the error in the worker’s log; the claim goes on by itself once it is mended.',
    closedBy: ['workflow-acts', 'claim-closed'],
  },
}
