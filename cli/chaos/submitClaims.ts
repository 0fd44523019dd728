import { clockFrom } from '../../platform/clock.ts'
import { ApiProblem, publicApi } from '../demo/client.ts'
import { guideFor } from '../demo/guide.ts'
import { DEMO_HMOS, type DemoHmo } from '../seed/hmos.ts'
import type { Stack } from '../stack/stack.ts'

/** Those whose ledgers can be audited: a portal has no twin. */
export const ANSWERED_HMOS = DEMO_HMOS.filter(({ twin }) => twin !== null)

export interface ClaimsToSubmit {
  count: number
  /** Taken in turn, as the HMOs are. */
  scenarios: string[]
  hmos: readonly DemoHmo[]
  /** The first patient of each scenario that no earlier claim was for; 1 is the first. */
  firstPatient: number
  /** The APIs that take them, in turn; absent: the stack's own. */
  apiUrls?: readonly string[]
  /** Each with an X-ray, which some HMOs get as a message of its own. */
  withPapers?: boolean
}

/** Business time runs fast here: a visit of the seed is months old before a long run ends. */
const RECENT_DAYS = 360

/** A client waits out the longest outage of a run. */
const LONGEST_OUTAGE_SECONDS = 900

/** Submissions under way at once, as a busy practice group would have. */
const AT_ONCE = 6

/**
 * Drafts and submits claims through the public API, each for a patient of its own, on every HMO in
 * turn that has a twin. Answers the ids of those that the API promised with a 2xx. A client that
 * got no answer sends the same request again, as the practice app does.
 */
export async function submitClaims(
  stack: Stack,
  { count, scenarios, hmos, firstPatient, apiUrls = [stack.apiUrl], withPapers = false }: ClaimsToSubmit,
): Promise<string[]> {
  const clock = clockFrom(stack.state.clock)
  const promised: string[] = []
  const wishes = Array.from({ length: count }, (_, index) => ({
    hmo: hmos[index % hmos.length] as DemoHmo,
    scenario: scenarios[Math.floor(index / hmos.length) % scenarios.length] ?? 'PF',
    patient: Math.floor(index / (hmos.length * scenarios.length)) + firstPatient,
    url: apiUrls[index % apiUrls.length] as string,
  }))
  const next = async (): Promise<void> => {
    for (let wish = wishes.shift(); wish !== undefined; wish = wishes.shift()) {
      const { hmo, scenario, patient, url } = wish
      const api = publicApi(url, stack.state.apiKey ?? '', LONGEST_OUTAGE_SECONDS)
      const guide = guideFor(api, hmo.provider, hmo.letter, () => clock.now())
      const draft = await guide.draft(scenario, { patient, recentDays: RECENT_DAYS, crown: withPapers })
      await guide.submit(draft.claimId).catch((error: unknown) => {
        // The first try got through and its answer was lost.
        if (!(error instanceof ApiProblem && error.type === 'claim-already-submitted')) throw error
      })
      promised.push(draft.claimId)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return promised
}
