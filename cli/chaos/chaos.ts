import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { seedDemo } from '../seed/seedDemo.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { audit, waitUntilFinished } from './audit.ts'
import { activitiesWith } from './defects.ts'
import { type FailpointPlan, failpointRun } from './failpointRun.ts'
import { type Kills, killAtRandom } from './killer.ts'
import { isGood, type RunVerdict } from './oracle/judge.ts'
import { seeded } from './random.ts'
import { ANSWERED_HMOS, submitClaims } from './submitClaims.ts'

/**
 * A business day passes in five seconds: acknowledgements, decisions and payments come while the
 * killing goes on.
 */
const SCALE = 86_400 / 5
/**
 * Slower where many claims follow each other: the last visit must still be within its HMO's filing
 * limit when its turn comes.
 */
const LONG_SCALE = 86_400 / 30
const FEW = 5

/** Worker and API that can be told where to die. */
const PROGRAM = fileURLToPath(new URL('process.js', import.meta.url))

/** Short, so that a killed sender is taken over in seconds; in the proportions of production. */
const SHORT_TIMES = {
  CLAIMHUB_LEASE_SECONDS: '12',
  CLAIMHUB_DELIVER_TIMEOUT_SECONDS: '8',
  CLAIMHUB_HEARTBEAT_SECONDS: '2',
}

export interface ChaosOptions {
  claims: string
  kills: string
  seed: string
  failpoint?: string
  times: string
  defect?: string
  json?: boolean
}

/**
 * `claimhub chaos`: real processes, real kills, and an audit that believes the twins more than
 * ourselves. Exits 0 only when nothing is wrong.
 */
export async function chaos(options: ChaosOptions): Promise<void> {
  const say = (words: string) => process.stderr.write(`${words}\n`)
  // An unknown defect is reported before anything is started.
  activitiesWith(options.defect)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-chaos-'))
  const claims = Number(options.failpoint ? options.times : options.claims)
  const stack = await startStack({
    folder,
    apiPort: 0,
    uiPort: 0,
    scale: options.failpoint && claims > FEW ? LONG_SCALE : SCALE,
    say,
    env: { all: SHORT_TIMES },
    program: PROGRAM,
    seed: (started) => seedDemo(started, options.failpoint || options.defect ? claims : Math.ceil(claims / 8)),
  })
  let ok = false
  try {
    const report = options.failpoint
      ? await failpointRun(stack, failpointPlan(options, options.failpoint, claims), say)
      : await randomRun(stack, options, claims, say)
    ok = report.ok
    for (const finding of report.findings) say(`  ${finding}`)
    const { findings: _shown, ...rest } = report
    process.stdout.write(
      options.json
        ? `${JSON.stringify(rest)}\n`
        : `${ok ? 'nothing lost, nothing doubled' : 'SOMETHING IS WRONG'}: ${JSON.stringify(rest)}\n`,
    )
  } finally {
    await stack.stop()
    if (ok) rmSync(folder, { recursive: true, force: true })
    else say(`logs and ledgers are kept in ${folder}`)
  }
  if (!ok) process.exitCode = 1
}

interface Report extends RunVerdict {
  ok: boolean
  seed: number
  claims: number
  kills: Kills
  recoverySeconds: { p50: number; p95: number }
}

async function randomRun(
  stack: Stack,
  options: ChaosOptions,
  claims: number,
  say: (words: string) => void,
): Promise<Report> {
  const seed = Number(options.seed)
  const random = seeded(seed)
  const workerEnv = plantedIn(options)
  const struck = options.defect === undefined ? null : await plant(stack, workerEnv)
  say(`submitting ${claims} claims while ${options.kills} processes are killed`)
  const submitting = submitClaims(stack, {
    count: claims,
    scenarios: scenariosFor(options),
    hmos: ANSWERED_HMOS,
    firstPatient: 1,
  })
  // A random kill before it would take the failpoint away, and the defect would never be met.
  if (struck !== null) await Promise.race([struck.death, submitting])
  const { kills, recoverySeconds } = await killAtRandom(stack, { kills: Number(options.kills), random, say, workerEnv })
  const promised = await submitting
  await waitUntilFinished(stack, promised, say)
  const verdict = await audit(stack, promised)
  const ok = isGood(verdict)
  return {
    ok,
    seed,
    claims,
    kills,
    ...verdict,
    recoverySeconds: { p50: quantile(recoverySeconds, 0.5), p95: quantile(recoverySeconds, 0.95) },
  }
}

/**
 * A planted defect meets an HMO that never answers: an early acknowledgement would resolve the very
 * delivery that the defect mishandles.
 */
function scenariosFor({ defect }: ChaosOptions): string[] {
  return defect === undefined ? ['PF', 'PP', 'TP', 'SI'] : ['SI']
}

function failpointPlan(options: ChaosOptions, failpoint: string, times: number): FailpointPlan {
  return { failpoint, times, healthyEnv: plantedIn(options), scenario: options.defect ? 'SI' : 'PF' }
}

function plantedIn({ defect }: ChaosOptions): Record<string, string> {
  return defect === undefined ? {} : { CLAIMHUB_PLANTED_DEFECT: defect }
}

/**
 * The planted defect only shows when a sender dies at the wrong moment: the first worker does,
 * once, right after a send over SFTP. Answers its death.
 */
async function plant(stack: Stack, workerEnv: Record<string, string>): Promise<{ death: Promise<void> }> {
  const { worker } = stack.parts
  await worker.kill()
  const death = new Promise<void>((resolve) => {
    worker.onUnexpectedEnd(() => {
      worker.start(workerEnv).then(
        () => resolve(),
        () => resolve(),
      )
    })
  })
  await worker.start({ ...workerEnv, CLAIMHUB_FAILPOINT: 'after_send:sftp:2' })
  return { death }
}

function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0) * 10) / 10
}
