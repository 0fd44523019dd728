import type { ProviderDeclaration } from '../../adapters/declaration.ts'
import type { Purpose } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'

/**
 * What a notice about one sending means to its claim: it depends on what that sending asks the
 * provider to do.
 */
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

/**
 * A supplement that arrived answers what the provider asked for; one that it refused leaves the
 * claim as it is, for a person (`other`).
 */
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

/**
 * What a notice about a void means to its claim: a void that the provider confirmed cancels it, a
 * refused one leaves it as it is, for a person (`other`). That the carrier has it confirms nothing
 * where the provider still sends an acknowledgement of its own. Everything else about a void is
 * kept on the timeline and moves nothing.
 */
export function asVoid(
  event: ClaimEvent,
  declaration: Pick<ProviderDeclaration, 'transport' | 'delivery'>,
): ClaimEvent {
  switch (event.fact.type) {
    case 'sent':
    case 'forwarded':
      return { ...event, fact: awaitsWord(declaration) ? { type: 'void_sent' } : { type: 'cancelled', voided: true } }
    case 'received':
      return { ...event, fact: { type: 'cancelled', voided: true } }
    case 'delivery_refused':
    case 'rejected_front_end':
    case 'other':
      return { ...event, fact: { type: 'other' } }
    case 'cancelled':
    // Money and decisions are the claim's own, whichever of its numbers they name.
    case 'money_posted':
    case 'decided':
    case 'duplicate_denial':
    case 'member_corrected':
    case 'answered_on_successor':
      return event
    case 'documents_sent':
    case 'in_review':
    case 'documents_requested':
    case 'not_found':
    case 'inquiry_failed':
    case 'submitted':
    case 'waits':
    case 'delivery_unknown':
    case 'not_arrived':
    case 'status_by_hand':
    case 'line_settled':
    case 'replaced':
    case 'deadline_passed':
    case 'asked':
    case 'void_sent':
    case 'undone':
      return { ...event, fact: { type: 'asked' } }
  }
}

/**
 * An HTTP answer comes from the provider itself; an upload or a mail is only on its way to it, and
 * its acknowledgement comes later if it sends any.
 */
export function awaitsWord({ transport, delivery }: Pick<ProviderDeclaration, 'transport' | 'delivery'>): boolean {
  return transport !== 'http' && delivery.acks
}
