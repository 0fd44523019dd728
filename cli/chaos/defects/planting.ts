import { createClaimActivities, createProviderActivities } from '../../../activities/createActivities.ts'
import type { Deps } from '../../../activities/deps.ts'

/** What a worker does: as the product has it, or with a defect in it. */
export interface Activities {
  claims: ReturnType<typeof createClaimActivities>
  providers: ReturnType<typeof createProviderActivities>
}

/** Answers whether the defect shows this time. */
export type Strikes = () => boolean

/** A worker's activities with the defect in them. */
export type Defect = (deps: Deps, strikes: Strikes) => Activities

export function soundActivities(deps: Deps): Activities {
  return { claims: createClaimActivities(deps), providers: createProviderActivities(deps) }
}

/** Shows from the n-th passage of its place on: what came before it was sound. */
export function from(passage: number): Strikes {
  let left = passage - 1
  return () => {
    if (left <= 0) return true
    left -= 1
    return false
  }
}
