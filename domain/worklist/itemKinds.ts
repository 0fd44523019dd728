import type { DeadlineKind } from '../claims/escalation.ts'
import { WORDS } from '../words/words.ts'
import type { Closer } from './closers.ts'
import type { Cause, Item, Kind } from './itemContents.ts'
import type { ItemKinds } from './itemKind.ts'
import { MATCHING_KINDS } from './matchingKinds.ts'
import { MONEY_KINDS } from './moneyKinds.ts'
import { UNATTENDED_KINDS } from './unattendedKinds.ts'

const claim = ({ claimId }: { claimId: string }) => [claimId]
const connection = ({ connectionId }: { connectionId: string }) => [connectionId]

/**
 * Every kind of item that the worklist can hold: keys, roles, words, the API's list and the table
 * in docs/worklist.md come from here.
 */
export const ITEM_KINDS: ItemKinds = {
  ...MONEY_KINDS,
  ...MATCHING_KINDS,
  ...UNATTENDED_KINDS,
  stalled: {
    role: 'billing',
    cause: claim,
    closedBy: ['next-stage', 'claim-closed'],
  },
  'stalled-owner': {
    role: 'owner',
    cause: claim,
    closedBy: ['next-stage', 'claim-closed'],
  },
  'delivery-unknown': {
    role: 'billing',
    cause: claim,
    closedBy: ['arrival-proved', 'delivery-answered', 'claim-closed'],
  },
  'address-changed': {
    role: 'owner',
    cause: claim,
    closedBy: ['arrival-proved', 'delivery-answered', 'claim-closed'],
  },
  'delivery-held': {
    role: 'billing',
    cause: claim,
    closedBy: ['arrival-proved', 'claim-closed'],
  },
  'to-file': {
    role: 'billing',
    cause: ({ interchangeId, claimId }) => [interchangeId, claimId],
    closedBy: ['arrival-proved', 'claim-closed'],
  },
  'provider-does-not-know': {
    role: 'billing',
    cause: claim,
    closedBy: ['arrival-proved', 'claim-closed'],
  },
  'documents-requested': {
    role: 'billing',
    cause: claim,
    closedBy: ['documents-sent', 'claim-closed'],
  },
  'claim-rejected': {
    role: 'billing',
    cause: claim,
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'claim-denied': {
    role: 'billing',
    cause: claim,
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'lines-denied': {
    role: 'billing',
    cause: claim,
    closedBy: ['decision-undone', 'claim-closed'],
  },
  'second-hmo': {
    role: 'billing',
    cause: claim,
    closedBy: ['second-claimed'],
  },
  'first-decision-changed': {
    role: 'billing',
    cause: claim,
    closedBy: [],
  },
  'void-refused': {
    role: 'billing',
    cause: claim,
    closedBy: [],
  },
  'unknown-notice': {
    role: 'billing',
    cause: claim,
    closedBy: [],
  },
  'notice-conflict': {
    role: 'billing',
    cause: ({ claimId, fact }) => [claimId, fact],
    closedBy: ['balance-even'],
  },
  'decision-conflict': {
    role: 'billing',
    cause: claim,
    closedBy: [],
  },
  'filing-limit': {
    role: 'billing',
    cause: ({ days, subjectId }) => [days, subjectId],
    closedBy: ['claim-submitted', 'visit-claimed', 'later-warning'],
  },
  'submit-refused': {
    role: 'billing',
    cause: claim,
    closedBy: ['claim-submitted'],
  },
  'submit-fails': {
    role: 'operator',
    cause: claim,
    closedBy: ['claim-submitted'],
  },
  'notice-held': {
    role: 'operator',
    cause: ({ noticeId }) => [noticeId],
    closedBy: [],
  },
  'unmatched-notice': {
    role: 'billing',
    cause: ({ documentId, sequence }) => [documentId, sequence],
    closedBy: ['read-again'],
  },
  'unreadable-document': {
    role: 'billing',
    cause: ({ documentId }) => [documentId],
    closedBy: ['read-again'],
  },
  'authorisation-answered': {
    role: 'billing',
    cause: ({ connectionId, number, requestId }) => [connectionId, number, requestId],
    closedBy: [],
  },
  'collecting-fails': {
    role: 'owner',
    cause: connection,
    closedBy: ['collecting-works'],
  },
  'provider-unreachable': {
    role: 'billing',
    cause: connection,
    closedBy: ['provider-reached'],
  },
  'connection-stopped': {
    role: 'owner',
    cause: connection,
    closedBy: ['connection-resumed'],
  },
  'sending-frozen': {
    role: 'operator',
    cause: ({ freezeId }) => [freezeId],
    closedBy: ['freeze-lifted'],
  },
  'restored-drafts': {
    role: 'billing',
    cause: ({ freezeId }) => [freezeId],
    closedBy: [],
  },
  'connection-unusable': {
    role: 'owner',
    cause: connection,
    closedBy: [],
  },
}

/** Every kind, as the API lists them. */
export const KINDS = Object.keys(ITEM_KINDS) as [Kind, ...Kind[]]

/** One open item per cause: the only place where a key is made. */
export function causeKey<K extends Kind>({ kind, ids }: Cause<K>): string {
  return [kind, ...ITEM_KINDS[kind].cause(ids)].join(':')
}

/** What happened, for a stranger. No patient data. */
export function sentenceOf<K extends Kind>({ kind, words }: Item<K>): string {
  return WORDS.en.items[kind].sentence(words)
}

/** Who does what now. */
export function nextMoveOf(kind: Kind): string {
  return WORDS.en.items[kind].nextMove
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
