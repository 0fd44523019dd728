import type { ReconcileFailure } from '../../workflows/activityContract.ts'

/** Whose work it is; a step that looks at everything has none. */
export interface Owned {
  organisationId: string
  connectionId?: string
}

/** Work of many organisations, of which one that breaks keeps none of the others waiting. */
export interface IsolatedSteps {
  failures: ReconcileFailure[]
  /** Does the work for each, so many at once (1); answers for how many it went well. */
  each<T extends Owned>(step: string, owners: T[], work: (one: T) => Promise<unknown>, atOnce?: number): Promise<number>
  /** Does one step; `otherwise` is what it counts as when it breaks. */
  step<T>(step: string, work: () => Promise<T>, otherwise: T): Promise<T>
}

export function isolated(): IsolatedSteps {
  const failures: ReconcileFailure[] = []
  const note = (step: string, error: unknown, owner?: Owned) =>
    failures.push({
      step,
      organisationId: owner?.organisationId ?? null,
      connectionId: owner?.connectionId ?? null,
      // The name only: a message may hold what no log and no workflow history may.
      error: error instanceof Error ? error.name : 'unknown',
    })
  return {
    failures,
    each: async (step, owners, work, atOnce = 1) => {
      let done = 0
      const waiting = owners.values()
      const next = async () => {
        for (const owner of waiting) {
          try {
            await work(owner)
            done += 1
          } catch (error) {
            note(step, error, owner)
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(atOnce, owners.length) }, next))
      return done
    },
    step: async (step, work, otherwise) => {
      try {
        return await work()
      } catch (error) {
        note(step, error)
        return otherwise
      }
    },
  }
}
