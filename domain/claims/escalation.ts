/** The stage that a claim's one deadline watches over. */
export const DEADLINE_KINDS = ['ack', 'decision', 'documents', 'payment', 'resubmission'] as const

export type DeadlineKind = (typeof DEADLINE_KINDS)[number]

/**
 * An escalation goes up one level at a time, each once per stage: ask the provider, then billing
 * staff, then the owner.
 */
export const LEVELS = ['ask', 'billing', 'owner'] as const

export type Level = (typeof LEVELS)[number]
