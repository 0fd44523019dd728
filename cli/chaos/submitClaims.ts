import { clockFrom } from '../../platform/clock.ts'
import { ApiProblem, publicApi } from '../demo/client.ts'
import { guideFor } from '../demo/guide.ts'
import type { Stack } from '../stack.ts'

/** Submissions under way at once, as a busy practice group would have. */
const AT_ONCE = 6

/**
 * Drafts and submits claims through the public API, each for a patient of its own, on both HMOs in turn. Answers the ids of those that the API
 * promised with a 2xx. A client that got no answer sends the same request again, as the practice app does.
 */
export async function submitClaims(
  stack: Stack,
  count: number,
  scenarios: string[],
  providers = ['h', 's'],
  firstPatient = 1,
): Promise<string[]> {
  const clock = clockFrom(stack.state.clock)
  const promised: string[] = []
  const wishes = Array.from({ length: count }, (_, index) => ({
    letter: providers[index % providers.length] ?? 'h',
    scenario: scenarios[Math.floor(index / providers.length) % scenarios.length] ?? 'PF',
    patient: Math.floor(index / (providers.length * scenarios.length)) + firstPatient,
  }))
  const next = async (): Promise<void> => {
    for (let wish = wishes.shift(); wish !== undefined; wish = wishes.shift()) {
      const { letter, scenario, patient } = wish
      const guide = guideFor(
        publicApi(stack.apiUrl, stack.state.apiKey ?? ''),
        letter === 'h' ? 'harbor-health' : 'summit-dental',
        letter,
        () => clock.now(),
      )
      const draft = await guide.draft(scenario, { patient })
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
