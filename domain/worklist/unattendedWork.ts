/** The long-lived workflows, by the name of their type. */
export const WATCHED_TYPES = ['claimLifecycle', 'batchDispatch', 'inbox'] as const

export type WatchedType = (typeof WATCHED_TYPES)[number]

/** What a claim's workflow should have done by now. */
export type ClaimDuty = 'deadline' | 'notice' | 'submit' | 'delivery'

/** One number for each type of workflow. */
export type CountByType = Record<WatchedType, number>

export function countByType(work: { type: WatchedType }[]): CountByType {
  const count = { claimLifecycle: 0, batchDispatch: 0, inbox: 0 }
  for (const { type } of work) count[type] += 1
  return count
}
