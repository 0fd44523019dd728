import type { UnattendedKind } from '../../worklist/unattendedKinds.ts'
import type { ClaimDuty } from '../../worklist/unattendedWork.ts'
import type { Sentences } from '../sentences.ts'

/** What of a claim its workflow leaves undone. */
const UNATTENDED: Record<ClaimDuty, string> = {
  deadline: 'its deadline has passed',
  notice: 'a notice of it lies unrecorded',
  submit: 'it is to be submitted',
  delivery: 'it is on its way',
}

const UNWEDGE =
  'Look at the workflow in Temporal. If its task fails again and again, start a worker that can do it, then run `claimhub unwedge`; if nobody serves it, start a worker.'

/** The items about work that lies because its workflow does nothing. */
export const ITEMS_OF_UNATTENDED: Pick<Sentences['items'], UnattendedKind> = {
  'workflow-silent': {
    sentence: ({ claimNumber, duty }) =>
      `Claim ${claimNumber}: ${UNATTENDED[duty]}, and its workflow does nothing about it`,
    nextMove: UNWEDGE,
  },
  'batch-silent': {
    sentence: ({ provider }) => `${provider}: the cut-off of a batch has come, and its workflow does nothing about it`,
    nextMove: UNWEDGE,
  },
  'inbox-silent': {
    sentence: ({ provider }) =>
      `${provider}: documents that came in lie unread, and the workflow of their inbox does nothing about it`,
    nextMove: UNWEDGE,
  },
  'open-fails': {
    sentence: ({ claimNumber, failures }) =>
      `Claim ${claimNumber} is open, and our own work on it broke down ${failures} times; nothing of it goes on`,
    nextMove: 'Find the error in the worker’s log; the claim goes on by itself once it is mended.',
  },
}
