import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { clockFrom } from '../../platform/clock.ts'
import { claimWorkflowId } from '../../workflows/ids.ts'
import { withOwner } from '../chaos/audit.ts'
import { publicApi } from '../demo/client.ts'
import { guideFor } from '../demo/guide.ts'
import { seedDemo } from '../seed/seedDemo.ts'
import { type Managed, managed } from '../stack/managed.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { SCALE } from './answers.ts'
import { BARE_QUEUE } from './bareWorker.ts'
import { bareClaim } from './bareWorkflow.ts'
import { cpuSeconds, ownCpuSeconds } from './cpu.ts'
import { type HistoryCost, historyCost } from './historyCost.ts'
import type { Metric } from './metric.ts'

/** Submits that wait for their answer at the same time. */
const IN_FLIGHT = 16
/**
 * How often the bench looks whether a round is over: its queries count towards the server's CPU.
 */
const LOOK_EVERY_MS = 250

interface Round {
  perSecond: number
  cpuPerClaim: number
  /** CPU milliseconds per claim of each process. */
  byProcess: Record<string, number>
}

/**
 * Whole claims of the engine (submit, acknowledgement, decision, payment on the HTTP HMO) against a
 * bare workflow of the same steps: four no-op local activities, one activity, three signals and
 * three deadlines. Interleaved on one Temporal server.
 *
 * What is counted: the engine's worker, API, Temporal and Postgres; the bare one's worker (which
 * also sends the signals, as the engine's does), Temporal, and this process while it starts them,
 * as the engine's API does. The twin and whoever submits to the API are nobody's. The bare signals
 * come when the twin's answers come: sent in one go, they would share a workflow task, which a
 * claim's three don't.
 */
export async function endToEnd(options: {
  claims: number
  pairs: number
  say(words: string): void
}): Promise<Metric[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-bench-'))
  const { claims, pairs, say } = options
  // One more round warms up.
  const stack = await startStack({
    folder,
    apiPort: 0,
    uiPort: 0,
    scale: SCALE,
    say,
    seed: (started) =>
      seedDemo(started, claims * (pairs + 1) + 1, ({ externalId }) => externalId.startsWith('pat-h-HP-')),
  })
  const bare = bareProcess(stack)
  try {
    // Drafted at once: two minutes of this clock are two months, and old visits are no longer
    // billable.
    const allDrafts = await draftClaims(stack, claims * (pairs + 1) + 1, 1)
    await quiet(stack)
    await bare.start()
    const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS'] ?? '' })
    const client = new Client({ connection })
    const { worker, api, temporal, postgres } = stack.parts
    const ofEngine = { worker: cpuOf(worker), api: cpuOf(api), temporal: cpuOf(temporal), postgres: cpuOf(postgres) }
    const ofBare = { worker: cpuOf(bare), temporal: cpuOf(temporal), starter: () => ownCpuSeconds() }
    const engine: Round[] = []
    const reference: Round[] = []
    for (let pair = 0; pair <= pairs; pair += 1) {
      const drafts = allDrafts.slice(pair * claims, (pair + 1) * claims)
      const runEngine = () => measured(ofEngine, claims, () => playEngine(stack, drafts))
      const runBare = () => measured(ofBare, claims, () => playBare(client, claims, pair))
      // A B, then B A: what drifts falls on both.
      const [first, second] =
        pair % 2 === 0 ? [await runEngine(), await runBare()] : [await runBare(), await runEngine()]
      const [ours, theirs] = pair % 2 === 0 ? [first, second] : [second, first]
      if (pair === 0) continue
      engine.push(ours)
      reference.push(theirs)
      say(`  pair ${pair}: engine ${words(ours)}; bare ${words(theirs)}`)
    }
    // The count is taken of a claim on its own: under load several notices arrive in one signal.
    const alone = allDrafts.slice(-1)
    await playEngine(stack, alone)
    const cost = await historyCost(client, claimWorkflowId(alone[0] ?? ''))
    await connection.close()
    return report(engine, reference, cost)
  } finally {
    await bare.stop()
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(engine: Round[], reference: Round[], cost: HistoryCost): Metric[] {
  const cpuRatios = engine.map((round, index) => (reference[index]?.cpuPerClaim ?? 0) / round.cpuPerClaim)
  const speedRatios = engine.map((round, index) => round.perSecond / (reference[index]?.perSecond ?? 1))
  const value = round2(median(cpuRatios))
  const detail = {
    cpuRatioWorst: round2(Math.min(...cpuRatios)),
    claimsPerSecond: {
      engine: round2(median(engine.map((round) => round.perSecond))),
      bare: round2(median(reference.map((round) => round.perSecond))),
    },
    claimsPerSecondRatio: round2(median(speedRatios)),
    cpuSecondsPerClaim: {
      engine: round4(median(engine.map((round) => round.cpuPerClaim))),
      bare: round4(median(reference.map((round) => round.cpuPerClaim))),
    },
    cpuMillisecondsByProcess: { engine: medianByProcess(engine), bare: medianByProcess(reference) },
    pairs: engine.length,
  }
  return [
    { id: 'end-to-end', value, limit: 0.8, unit: 'ratio', pass: value >= 0.8, detail },
    {
      id: 'events-per-claim',
      value: cost.events,
      limit: 40,
      unit: 'events',
      pass: cost.events <= 40,
      detail: cost.byKind,
    },
    { id: 'actions-per-claim', value: cost.actions, limit: 16, unit: 'actions', pass: cost.actions <= 16, detail: {} },
  ]
}

function words({ perSecond, cpuPerClaim, byProcess }: Round): string {
  const parts = Object.entries(byProcess).map(([name, cpu]) => `${name} ${cpu.toFixed(0)}`)
  return `${perSecond.toFixed(1)}/s, ${(1000 * cpuPerClaim).toFixed(0)} ms CPU (${parts.join(', ')})`
}

function medianByProcess(rounds: Round[]): Record<string, number> {
  const names = Object.keys(rounds[0]?.byProcess ?? {})
  return Object.fromEntries(
    names.map((name) => [name, round2(median(rounds.map((round) => round.byProcess[name] ?? 0)))]),
  )
}

/** Deadlines far away and no polling: the happy claim is pushed and on time. */
async function quiet(stack: Stack): Promise<void> {
  const far = JSON.stringify({ ackDays: 100_000, decisionDays: 100_000, paymentDays: 100_000 })
  await withOwner(stack, (owner) =>
    sql`update connections set deadlines = ${far}::jsonb, poll_seconds = 2000000000`.execute(owner),
  )
  // The worker takes up the new schedules within its next look.
  await rest(7_000)
}

async function draftClaims(stack: Stack, count: number, firstPatient: number): Promise<string[]> {
  const clock = clockFrom(stack.state.clock)
  const guide = guideFor(publicApi(stack.apiUrl, stack.state.apiKey ?? ''), 'harbor-health', 'h', () => clock.now())
  const numbers = Array.from({ length: count }, (_, index) => firstPatient + index)
  return inFlight(numbers, async (patient) => (await guide.draft('HP', { patient })).claimId)
}

async function playEngine(stack: Stack, drafts: string[]): Promise<void> {
  const api = publicApi(stack.apiUrl, stack.state.apiKey ?? '')
  await inFlight(drafts, (claimId) => api.post(`/v1/claims/${claimId}/submit`))
  await withOwner(stack, async (owner) => {
    for (;;) {
      const { closed } = await owner
        .selectFrom('claims')
        .select(({ fn }) => fn.countAll<number>().as('closed'))
        .where('id', 'in', drafts)
        .where('closed_because', '=', 'settled')
        .executeTakeFirstOrThrow()
      if (Number(closed) === drafts.length) return
      await rest(LOOK_EVERY_MS)
    }
  })
}

async function playBare(client: Client, count: number, pair: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `bare-${pair}-${index}`)
  await inFlight(ids, (workflowId) =>
    client.workflow.start(bareClaim, { workflowId, taskQueue: BARE_QUEUE, args: [workflowId] }),
  )
  const done = `WorkflowType = 'bareClaim' AND ExecutionStatus = 'Completed' AND WorkflowId STARTS_WITH 'bare-${pair}-'`
  while ((await client.workflow.count(done)).count < count) await rest(LOOK_EVERY_MS)
}

function cpuOf({ pid }: Managed): () => number {
  return () => cpuSeconds(pid() ?? 0)
}

async function measured(
  processes: Record<string, () => number>,
  claims: number,
  work: () => Promise<void>,
): Promise<Round> {
  const read = () => Object.entries(processes).map(([name, cpu]) => [name, cpu()] as const)
  const before = new Map(read())
  const started = process.hrtime.bigint()
  await work()
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const used = read().map(([name, cpu]) => [name, (cpu - (before.get(name) ?? 0)) / claims] as const)
  return {
    perSecond: claims / seconds,
    cpuPerClaim: used.reduce((sum, [, cpu]) => sum + cpu, 0),
    byProcess: Object.fromEntries(used.map(([name, cpu]) => [name, Math.round(10_000 * cpu) / 10])),
  }
}

function bareProcess(stack: Stack): Managed {
  const entry = fileURLToPath(new URL('./runBareWorker.ts', import.meta.url))
  return managed({
    name: 'bare worker',
    command: process.execPath,
    args: ['--import', 'tsx', entry],
    env: stack.env,
    logFile: path.join(stack.folder, 'logs', 'bare-worker.log'),
  })
}

async function inFlight<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const next = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, next))
  return results
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

const round2 = (value: number) => Math.round(value * 100) / 100
const round4 = (value: number) => Math.round(value * 10_000) / 10_000
