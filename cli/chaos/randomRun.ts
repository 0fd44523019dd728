import { audit, waitUntilFinished } from './audit.ts'
import { deploy } from './deployment.ts'
import { type Harm, harmAtRandom } from './killer.ts'
import type { Services } from './links/ways.ts'
import { isGood, type RunVerdict } from './oracle/judge.ts'
import { seeded } from './random.ts'
import { ANSWERED_HMOS, submitClaims } from './submitClaims.ts'

/**
 * A business day passes in five seconds: acknowledgements, decisions and payments come while the
 * killing goes on.
 */
export const SCALE = 86_400 / 5
/**
 * Slower where many claims follow each other: the last visit must still be within its HMO's filing
 * limit when its turn comes.
 */
export const LONG_SCALE = 86_400 / 30
/** From so many claims on the clock is slower. */
const MANY = 200

/** Short, so that a killed sender is taken over in seconds; in the proportions of production. */
export const SHORT_TIMES = {
  CLAIMHUB_LEASE_SECONDS: '12',
  CLAIMHUB_DELIVER_TIMEOUT_SECONDS: '8',
  CLAIMHUB_HEARTBEAT_SECONDS: '2',
}

export interface RandomRun extends Services {
  folder: string
  claims: number
  kills: number
  /** Links that are cut, slowed or half cut. */
  faults: number
  seed: number
  patienceSeconds: number
  say(words: string): void
}

interface Report extends RunVerdict, Harm {
  ok: boolean
  seed: number
  claims: number
}

/**
 * Submits claims to two APIs while processes are killed and links disturbed at random, waits until
 * nothing is under way any more, and judges.
 */
export async function randomRun(run: RandomRun): Promise<Report> {
  const { claims, kills, faults, seed, say } = run
  const { folder, databaseUrl, temporalAddress } = run
  const scenarios = ['PF', 'PP', 'TP', 'SI']
  const deployment = await deploy({
    ...{ folder, databaseUrl, temporalAddress, say },
    scale: claims < MANY ? SCALE : LONG_SCALE,
    patients: Math.ceil(claims / (ANSWERED_HMOS.length * scenarios.length)),
    env: SHORT_TIMES,
    copies: 2,
    batches: true,
  })
  const { stack, apiUrls } = deployment
  try {
    say(`seed ${seed}: submitting ${claims} claims, ${kills} processes are killed and ${faults} links disturbed`)
    const submitting = submitClaims(stack, { count: claims, scenarios, hmos: ANSWERED_HMOS, firstPatient: 1, apiUrls })
    const harming = harmAtRandom(deployment, { kills, faults, random: seeded(seed), say, workerEnv: {} })
    // A submission that fails ends the run with its own words.
    const harm = await Promise.race([harming, submitting.then(() => harming)])
    const promised = await submitting
    await waitUntilFinished(stack, promised, say, run.patienceSeconds)
    const verdict = await audit(stack, promised)
    return { ok: isGood(verdict), seed, claims, ...harm, ...verdict }
  } finally {
    await deployment.stop()
  }
}
