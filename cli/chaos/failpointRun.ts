import { DEMO_HMOS, type DemoHmo } from '../seed/hmos.ts'
import type { Stack } from '../stack/stack.ts'
import { audit, settle } from './audit.ts'
import { isGood, type Verdict } from './oracle.ts'
import { submitClaims } from './submitClaims.ts'

/**
 * Ends the worker with SIGKILL at one named place, once per claim: the worker is started with the failpoint, the claim is submitted, the worker dies
 * there, and a healthy one takes over.
 */
export async function failpointRun(
  stack: Stack,
  failpoint: string,
  times: number,
  healthyEnv: Record<string, string>,
  scenario: string,
  say: (words: string) => void,
): Promise<Verdict & { ok: boolean; failpoint: string; times: number; deaths: number }> {
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
    const submitted = submitClaims(stack, 1, [scenario], [hmo], time)
    // A submission that fails before the worker dies ends the run with its own words.
    await Promise.race([died, submitted.then(() => died)])
    deaths += 1
    await worker.start(healthyEnv)
    promised.push(...(await submitted))
    say(`  ${time} of ${times}: the worker was killed at ${failpoint} and started again`)
  }
  const unfinished = await settle(stack, promised, say)
  const verdict = await audit(stack, promised)
  const ok = isGood(verdict, unfinished) && deaths === times && verdict.submitted === times && verdict.effects === times
  return { ok, failpoint, times, deaths, ...verdict }
}
