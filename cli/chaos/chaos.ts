import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { defectRun } from './defectRun.ts'
import { activitiesWith, drawn } from './defects/defects.ts'
import { outageRun, requireOutage } from './outages/outageRun.ts'
import { randomRun } from './randomRun.ts'

export interface ChaosOptions {
  claims: string
  kills: string
  faults: string
  seed: string
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
  const { defect } = options
  if (defect === 'all') return everyDefect(options, say)
  // An unknown defect is reported before anything is started.
  activitiesWith(defect)
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
