import type { Stack } from '../stack/stack.ts'
import { audit, waitUntilFinished } from './audit.ts'
import { brokenBy, NEEDS_DEATH } from './defects/defects.ts'
import { deploy } from './deployment.ts'
import { harmAtRandom } from './killer.ts'
import { isGood } from './oracle/judge.ts'
import { seeded } from './random.ts'
import { type RandomRun, SCALE, SHORT_TIMES } from './randomRun.ts'
import { ANSWERED_HMOS, submitClaims } from './submitClaims.ts'

/** Where the first worker dies for the defect that shows only then. */
const DEATH = 'after_send:sftp:1'

export interface DefectRun extends Omit<RandomRun, 'faults' | 'databaseUrl' | 'temporalAddress'> {
  defect: string
}

/**
 * A run of chaos whose workers have a defect: `ok` when the audit found it, by the invariant that
 * it breaks. Answers what it found.
 */
export async function defectRun(
  run: DefectRun,
): Promise<{ ok: boolean; defect: string; seed: number; found: string[] }> {
  const { defect, claims, kills, seed, say } = run
  const needsDeath = defect.split(':')[0] === NEEDS_DEATH
  const workerEnv = { CLAIMHUB_PLANTED_DEFECT: defect }
  const deployment = await deploy({
    ...{ folder: run.folder, say, scale: SCALE, env: SHORT_TIMES },
    ...{ patients: Math.ceil(claims / ANSWERED_HMOS.length), copies: 1, batches: false },
  })
  const { stack } = deployment
  try {
    const { met } = await plant(stack, workerEnv, needsDeath)
    // An early acknowledgement would resolve the very delivery that this defect mishandles.
    const scenarios = needsDeath ? ['SI'] : ['PF', 'PP']
    const submitting = submitClaims(stack, { count: claims, scenarios, hmos: ANSWERED_HMOS, firstPatient: 1 })
    // A random kill before it would take the failpoint away, and the defect would never be met.
    await Promise.race([met, submitting])
    const harming = harmAtRandom(deployment, { kills, faults: 0, random: seeded(seed), say, workerEnv })
    await Promise.race([harming, submitting.then(() => harming)])
    const promised = await submitting
    await waitUntilFinished(stack, promised, say, run.patienceSeconds)
    const verdict = await audit(stack, promised)
    const found = verdict.findings.filter((finding) => finding.startsWith(`${brokenBy(defect)}: `))
    return { ok: !isGood(verdict) && found.length > 0, defect, seed, found }
  } finally {
    await deployment.stop()
  }
}

/**
 * Starts the worker anew with the defect; `met` when it can show. Where it needs a death, the
 * worker has a failpoint, dies there once and is started again.
 */
async function plant(
  { parts }: Stack,
  workerEnv: Record<string, string>,
  needsDeath: boolean,
): Promise<{ met: Promise<void> }> {
  const { worker } = parts
  await worker.kill()
  const died = new Promise<void>((resolve) => {
    worker.onUnexpectedEnd(() => {
      const again = () => resolve()
      worker.start(workerEnv).then(again, again)
    })
  })
  await worker.start(needsDeath ? { ...workerEnv, CLAIMHUB_FAILPOINT: DEATH } : workerEnv)
  return { met: needsDeath ? died : Promise.resolve() }
}
