import { audit, waitUntilFinished } from '../audit.ts'
import { deploy } from '../deployment.ts'
import { isGood, type RunVerdict } from '../oracle/judge.ts'
import { type RandomRun, SCALE, SHORT_TIMES } from '../randomRun.ts'
import { ANSWERED_HMOS, submitClaims } from '../submitClaims.ts'
import { OUTAGES } from './outages.ts'
import { type Answers, askAllTheTime } from './probe.ts'

export interface OutageRun extends Pick<RandomRun, 'folder' | 'claims' | 'patienceSeconds' | 'say'> {
  outage: string
  /** How long it lasts, real time. */
  seconds: number
}

interface Report extends RunVerdict {
  ok: boolean
  outage: string
  seconds: number
  claims: number
  /** How the API answered while it lasted, by status; 0: not at all. */
  answers: Answers
}

/** Refuses a name that nobody knows, in one sentence. */
export function requireOutage(outage: string): void {
  if (OUTAGES[outage] === undefined)
    throw new Error(`there is no outage ${outage}; there are ${Object.keys(OUTAGES).join(', ')}`)
}

/** In these the API must answer 503: a run in which it never did has tried nothing. */
const REFUSING = new Set(['temporal', 'postgres', 'read-only', 'disk-full'])

/**
 * Submits a third of the claims, lets something be away, submits the rest while it is, puts it
 * right, waits and judges. `ok` when nothing is lost or doubled and the API never answered
 * anything but success or 503.
 */
export async function outageRun(run: OutageRun): Promise<Report> {
  const { folder, claims, outage, seconds, say, patienceSeconds } = run
  requireOutage(outage)
  const deployment = await deploy({
    ...{ folder, say, scale: SCALE, env: { ...SHORT_TIMES, CLAIMHUB_UNSENT_ALERT_SECONDS: '10' } },
    ...{ patients: Math.ceil(claims / ANSWERED_HMOS.length) + 1, copies: 2, batches: true },
  })
  const { stack, apiUrls } = deployment
  const wanted = { scenarios: ['PF'], hmos: ANSWERED_HMOS, apiUrls }
  try {
    const before = Math.ceil(claims / 3)
    const nextPatient = 1 + Math.ceil(before / ANSWERED_HMOS.length)
    const first = await submitClaims(stack, { ...wanted, count: before, firstPatient: 1 })
    const end = await OUTAGES[outage]?.(deployment)
    say(`${outage}: away for ${seconds} s`)
    const probe = askAllTheTime(deployment)
    const rest = submitClaims(stack, { ...wanted, count: claims - before, firstPatient: nextPatient })
    const lasts = new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    // A submission that fails ends the run; that all are in doesn't end the outage.
    await Promise.race([lasts, rest.then(() => lasts)])
    rest.catch(() => undefined)
    const answers = await probe.stop()
    await end?.()
    say(`${outage}: over; the API answered ${JSON.stringify(answers)}`)
    const promised = [...first, ...(await rest)]
    await waitUntilFinished(stack, promised, say, patienceSeconds)
    const verdict = await audit(stack, promised)
    const isHonest = Object.keys(answers).every((status) => ['0', '200', '201', '503'].includes(status))
    const isFelt = !REFUSING.has(outage) || (answers['503'] ?? 0) > 0
    return { ok: isGood(verdict) && isHonest && isFelt, outage, seconds, claims, answers, ...verdict }
  } finally {
    await deployment.stop()
  }
}
