import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Database } from '../../../db/schema/database.ts'
import { seedDemo } from '../../seed/seedDemo.ts'
import { type Stack, startStack } from '../../stack/stack.ts'
import { audit, waitUntilFinished, withOwner, withTemporal } from '../audit.ts'
import { armoury } from '../failpoint.ts'
import { isGood, type RunVerdict } from '../oracle/judge.ts'
import { PROGRAM } from '../program.ts'
import { SCALE } from '../randomRun.ts'
import { CELLS, type CrashCell } from './cells.ts'
import { type Clinic, clinicOf } from './clinic.ts'
import './failpoints.ts'
import { type Stage, stageOf } from './stage.ts'
import { type CellVerdict, verdictOn } from './verdict.ts'

/**
 * Short, so that a killed sender is taken over soon; long enough for a young worker on a busy
 * machine to write its first form and hand over a large mail.
 */
const SHORT_TIMES = {
  CLAIMHUB_LEASE_SECONDS: '22',
  CLAIMHUB_DELIVER_TIMEOUT_SECONDS: '20',
  CLAIMHUB_HEARTBEAT_SECONDS: '2',
}

/** One row of the table. */
export interface CellResult extends CellVerdict {
  point: string
  by: string
  /** Deaths at the place; exactly one is right. */
  hits: number
  /** Processes that ended elsewhere. */
  strays: number
  /** Why the drive did not come through; null: it did. */
  because: string | null
  seconds: number
  green: boolean
}

export interface CrashReport extends RunVerdict {
  ok: boolean
  cells: number
  hit: number
  green: number
  table: CellResult[]
}

/** All cells, or those whose place or drive has one of the texts in it; a comma between them. */
export function cellsOf(wanted: string | true): CrashCell[] {
  if (wanted === true) return [...CELLS]
  const texts = wanted.split(',')
  return CELLS.filter((cell) => texts.some((text) => nameOf(cell).includes(text)))
}

/** `after_freeze (a claim is submitted)`: no two cells have the same. */
export function nameOf({ point, by }: Pick<CrashCell, 'point' | 'by'>): string {
  return `${point} (${by})`
}

/**
 * Kills worker or API at each of the places, one after the other on one stack, and asks the oracle
 * at the end: nothing lost, nothing doubled, every cent per claim, and each place hit once.
 */
export async function crashRun(cells: readonly CrashCell[], say: (words: string) => void): Promise<CrashReport> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-crash-'))
  const arms = path.join(folder, 'failpoints')
  const guns = armoury(arms)
  const steered = { CLAIMHUB_FAILPOINT: arms }
  const stack = await startStack({
    folder,
    apiPort: 0,
    uiPort: 0,
    scale: SCALE,
    say,
    env: { all: SHORT_TIMES, worker: steered, api: steered },
    program: PROGRAM,
    seed: (started) => seedDemo(started, 0),
  })
  let ok = false
  try {
    const byHand = path.join(folder, 'by-hand')
    stack.ledgers.push(path.join(byHand, 'effects.jsonl'))
    const report = await withOwner(stack, (owner) =>
      withTemporal(stack, (temporal) =>
        played(cells, { clinic: clinicOf(stack, owner, byHand), stage: stageOf(stack, guns), owner, temporal }, say),
      ),
    )
    ok = report.ok
    return report
  } finally {
    await stack.stop()
    if (ok) rmSync(folder, { recursive: true, force: true })
    else say(`logs and ledgers are kept in ${folder}`)
  }
}

interface Parts {
  clinic: Clinic
  stage: Stage
  owner: Kysely<Database>
  temporal: Client
}

interface Played {
  cell: CrashCell
  claims: string[]
  hits: number
  strays: number
  because: string | null
  seconds: number
}

async function played(cells: readonly CrashCell[], parts: Parts, say: (words: string) => void): Promise<CrashReport> {
  const runs: Played[] = []
  for (const [index, cell] of cells.entries()) {
    const run = await playOne(cell, parts)
    runs.push(run)
    const how = run.because ?? 'it died there and was started again'
    say(`  ${index + 1} of ${cells.length}: ${cell.point}, ${cell.by}: ${how} (${run.seconds} s)`)
  }
  const { stack } = parts.stage
  const promised = runs.flatMap(({ claims }) => claims)
  await waitUntilFinished(stack, promised, say)
  const verdict = await audit(stack, promised)
  const table: CellResult[] = []
  for (const run of runs) table.push(await resultOf(run, parts.owner, stack))
  const green = table.filter((row) => row.green).length
  return {
    ok: isGood(verdict) && green === table.length,
    cells: table.length,
    hit: table.filter(({ hits }) => hits === 1).length,
    green,
    ...verdict,
    table,
  }
}

async function playOne(cell: CrashCell, parts: Parts): Promise<Played> {
  const { clinic, stage } = parts
  const began = Date.now()
  let because: string | null = null
  try {
    await cell.drive({
      ...parts,
      point: cell.point,
      arm: () => stage.arm(cell.point),
      died: (meanwhile) => stage.died(cell.point, meanwhile),
    })
  } catch (error) {
    because = error instanceof Error ? error.message : String(error)
  }
  const run = {
    cell,
    claims: clinic.promised(),
    hits: stage.hits(cell.point),
    strays: stage.strays(),
    because,
    seconds: Math.round((Date.now() - began) / 100) / 10,
  }
  clinic.forget()
  stage.next()
  return run
}

async function resultOf(run: Played, owner: Kysely<Database>, stack: Stack): Promise<CellResult> {
  const { cell, claims, ...rest } = run
  const verdict = await verdictOn(owner, stack.ledgers, claims)
  const { lost, doubled, centsDifference } = verdict
  const silent = verdict.asked === 0 || cell.asksPerson === true
  const sound = lost + doubled + centsDifference === 0 && silent
  const green = run.hits === 1 && run.strays === 0 && run.because === null && sound
  return { point: cell.point, by: cell.by, ...rest, ...verdict, green }
}
