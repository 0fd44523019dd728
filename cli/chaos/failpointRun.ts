import { DEMO_HMOS, type DemoHmo } from '../seed/hmos.ts'
import type { Stack } from '../stack/stack.ts'
import { audit, waitUntilFinished } from './audit.ts'
import { isGood, type RunVerdict } from './oracle/judge.ts'
import { submitClaims } from './submitClaims.ts'

export interface FailpointPlan {
  /** The named place in the product at which the worker dies. */
  failpoint: string
  /** How many claims meet it, one after the other. */
  times: number
  /** The environment of the worker that takes over. */
  healthyEnv: Record<string, string>
  /** What the provider is to do with the claims. */
  scenario: string
}

/**
 * Ends the worker with SIGKILL at one named place, once per claim: the worker is started with the
 * failpoint, the claim is submitted, the worker dies there, and a healthy one takes over.
 */
export async function failpointRun(
  stack: Stack,
  { failpoint, times, healthyEnv, scenario }: FailpointPlan,
  say: (words: string) => void,
): Promise<RunVerdict & { ok: boolean; failpoint: string; times: number; deaths: number }> {
  const { worker } = stack.parts
  const transport = failpoint.split(':')[1]
  // A place that no transport passes is met by any claim.
  const hmo = DEMO_HMOS.find((each) => each.transport === transport) ?? (DEMO_HMOS[0] as DemoHmo)
  const promised: string[] = []
  let deaths = 0
  for (let time = 1; time <= times; time += 1) {
    await worker.kill()
    const died = new Promise<void>((resolve) => worker.onUnexpectedEnd(() => resolve()))
    await worker.start({ CLAIMHUB_FAILPOINT: failpoint })
    // Between two messages passes only what has several.
    const withPapers = failpoint.startsWith('between_messages:')
    const wanted = { count: 1, scenarios: [scenario], hmos: [hmo], firstPatient: time, withPapers }
    const submitted = submitClaims(stack, wanted)
    // A submission that fails before the worker dies ends the run with its own words.
    await Promise.race([died, submitted.then(() => died)])
    deaths += 1
    await worker.start(healthyEnv)
    promised.push(...(await submitted))
    say(`  ${time} of ${times}: the worker was killed at ${failpoint} and started again`)
  }
  await waitUntilFinished(stack, promised, say)
  const verdict = await audit(stack, promised)
  const ok = isGood(verdict) && deaths === times && verdict.submitted === times && verdict.effects === times
  return { ok, failpoint, times, deaths, ...verdict }
}
