import type { ItemKinds } from './itemKind.ts'

export type MatchingKind = 'match-in-doubt' | 'charge-differs' | 'lines-unclear' | 'member-corrected'

/** The kinds of items about what came in and which claim, line or member it means. */
export const MATCHING_KINDS: Pick<ItemKinds, MatchingKind> = {
  'match-in-doubt': {
    role: 'billing',
    cause: ({ heldId }) => [heldId],
    closedBy: ['match-resolved', 'read-again'],
  },
  'charge-differs': {
    role: 'billing',
    cause: ({ remittanceId, claimId }) => [remittanceId, claimId],
    closedBy: ['claim-closed'],
  },
  'lines-unclear': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: ['claim-closed'],
  },
  'member-corrected': {
    role: 'billing',
    cause: ({ claimId }) => [claimId],
    closedBy: [],
  },
}
