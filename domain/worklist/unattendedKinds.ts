import type { ItemKinds } from './itemKind.ts'

export type UnattendedKind = 'workflow-silent' | 'batch-silent' | 'inbox-silent' | 'open-fails'

/** Kinds of items about work that lies because its workflow does nothing; the operator's. */
export const UNATTENDED_KINDS: Pick<ItemKinds, UnattendedKind> = {
  'workflow-silent': {
    role: 'operator',
    cause: ({ claimId }) => [claimId],
    closedBy: ['workflow-acts', 'escalated', 'next-stage', 'claim-submitted', 'claim-closed'],
  },
  'batch-silent': {
    role: 'operator',
    cause: ({ interchangeId }) => [interchangeId],
    closedBy: ['workflow-acts'],
  },
  'inbox-silent': {
    role: 'operator',
    cause: ({ connectionId }) => [connectionId],
    closedBy: ['workflow-acts'],
  },
  'open-fails': {
    role: 'operator',
    cause: ({ claimId }) => [claimId],
    closedBy: ['workflow-acts', 'claim-closed'],
  },
}
