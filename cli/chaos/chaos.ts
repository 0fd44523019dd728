import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { seedDemo } from '../seed/seedDemo.ts'
import { startStack } from '../stack/stack.ts'
import { defectRun } from './defectRun.ts'
import { activitiesWith, drawn } from './defects/defects.ts'
import { failpointRun } from './failpointRun.ts'
import { outageRun, requireOutage } from './outages/outageRun.ts'
import { PROGRAM } from './program.ts'
import { LONG_SCALE, randomRun, SCALE, SHORT_TIMES } from './randomRun.ts'

const FEW = 5

export interface ChaosOptions {
  claims: string
  kills: string
  faults: string
  seed: string
  failpoint?: string
  times: string
  defect?: string
  databaseUrl?: string
  temporalAddress?: string
  patience: string
  outage?: string
  for: string
  json?: boolean
}

type Say = (words: string) => void
type Report = { ok: boolean; findings?: readonly string[] }

/**
 * `claimhub chaos`: real processes, real kills, and an audit that believes the twins more than
 * ourselves. Exits 0 only when nothing is wrong; of `--defect`, only when the audit found it.
 */
export async function chaos(options: ChaosOptions): Promise<void> {
  const say: Say = (words) => process.stderr.write(`${words}\n`)
  const { ok, findings = [], ...rest } = await reportOf(options, say)
  for (const finding of findings) say(`  ${finding}`)
  const line = JSON.stringify({ ok, ...rest })
  const words = ok ? 'nothing lost, nothing doubled' : 'SOMETHING IS WRONG'
  process.stdout.write(options.json ? `${line}\n` : `${words}: ${line}\n`)
  if (!ok) process.exitCode = 1
}

function reportOf(options: ChaosOptions, say: Say): Promise<Report> {
  const { failpoint, defect } = options
  if (defect === 'all') return everyDefect(options, say)
  // An unknown defect is reported before anything is started.
  activitiesWith(defect)
  if (failpoint !== undefined) return atFailpoint(options, failpoint, say)
  const limits = limitsOf(options)
  if (defect !== undefined) return inFolder(say, (folder) => defectRun({ ...limits, folder, defect, say }))
  const { databaseUrl, temporalAddress, faults, outage } = options
  if (outage !== undefined) {
    requireOutage(outage)
    const seconds = Number(options.for)
    return inFolder(say, (folder) => outageRun({ ...limits, folder, outage, seconds, say }))
  }
  const services = { databaseUrl, temporalAddress }
  return inFolder(say, (folder) => randomRun({ ...limits, ...services, folder, faults: Number(faults), say }))
}

function limitsOf({ claims, kills, seed, patience }: ChaosOptions) {
  return { claims: Number(claims), kills: Number(kills), seed: Number(seed), patienceSeconds: Number(patience) }
}

/** Every planted defect, each in a stack of its own: the audit must find all of them. */
async function everyDefect(options: ChaosOptions, say: Say) {
  const limits = limitsOf(options)
  say(`seed ${limits.seed} draws ${drawn(limits.seed).join(', ')}`)
  const found: Record<string, string> = {}
  const missed: string[] = []
  for (const defect of drawn(limits.seed)) {
    const report = await inFolder(say, (folder) => defectRun({ ...limits, folder, defect, say }))
    if (report.ok) found[defect] = report.found[0] ?? ''
    else missed.push(defect)
    say(`  ${defect}: ${report.ok ? report.found[0] : 'NOT FOUND'}`)
  }
  return { ok: missed.length === 0, seed: limits.seed, planted: drawn(limits.seed).length, found, missed }
}

function atFailpoint(options: ChaosOptions, failpoint: string, say: Say): Promise<Report> {
  const times = Number(options.times)
  const { defect } = options
  return inFolder(say, async (folder) => {
    const stack = await startStack({
      folder,
      apiPort: 0,
      uiPort: 0,
      scale: times > FEW ? LONG_SCALE : SCALE,
      say,
      env: { all: SHORT_TIMES },
      program: PROGRAM,
      seed: (started) => seedDemo(started, times),
    })
    const healthyEnv: Record<string, string> = defect === undefined ? {} : { CLAIMHUB_PLANTED_DEFECT: defect }
    try {
      return await failpointRun(stack, { failpoint, times, healthyEnv, scenario: defect ? 'SI' : 'PF' }, say)
    } finally {
      await stack.stop()
    }
  })
}

/** The folder of a run that went wrong is kept, for whoever looks for the cause. */
async function inFolder<R extends Report>(say: Say, run: (folder: string) => Promise<R>): Promise<R> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-chaos-'))
  let ok = false
  try {
    const report = await run(folder)
    ok = report.ok
    return report
  } finally {
    if (ok) rmSync(folder, { recursive: true, force: true })
    else say(`logs and ledgers are kept in ${folder}`)
  }
}
