import type { Purpose } from '../domain/claim.ts'
import type { ClaimEvent } from '../domain/events.ts'
import { asVoid } from './asVoid.ts'

/** What news about one sending means to its claim: it depends on what that sending asks the provider to do. */
export function byPurpose(
  purpose: Purpose | null,
  event: ClaimEvent,
  declaration: Parameters<typeof asVoid>[1],
): ClaimEvent {
  switch (purpose) {
    case 'void':
      return asVoid(event, declaration)
    case 'supplement':
      return asSupplement(event)
    case 'new':
    case 'replacement':
    case 'appeal':
    case null:
      return event
  }
}

/** A supplement that arrived answers what the provider asked for; one that it refused leaves the claim as it is, for a person (`other`). */
function asSupplement(event: ClaimEvent): ClaimEvent {
  switch (event.fact.type) {
    case 'sent':
    case 'forwarded':
    case 'received':
      return { ...event, fact: { type: 'documents_sent' } }
    case 'delivery_refused':
    case 'rejected_front_end':
      return { ...event, fact: { type: 'other' } }
    // Its own delivery says nothing of the claim's.
    case 'waits':
    case 'delivery_unknown':
    case 'not_arrived':
      return { ...event, fact: { type: 'asked' } }
    default:
      return event
  }
}
