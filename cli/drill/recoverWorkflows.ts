import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { settingsFrom } from '../../platform/settings.ts'
import { runningClaims } from '../../workflows/client/wakeClaims.ts'
import { withOwner } from '../chaos/audit.ts'
import { publicApi } from '../demo/client.ts'
import type { Stack } from '../stack/stack.ts'

/** How open claims got their workflows again after Temporal's history was lost. */
export interface Recovered {
  open: number
  /** Real seconds until all of them had one, from the moment when API and worker answered. */
  seconds: number
  /** Until those whose deadline is within a business day had one. */
  dueSeconds: number
  /** Workflows that ran after so many seconds. */
  slope: { seconds: number; running: number }[]
  /** The API meanwhile: answers, those that were wrong, and the slowest in milliseconds. */
  api: { reads: number; wrong: number; slowestMs: number }
}

const LOOK_EVERY_MS = 5_000
const PATIENCE_MS = 900_000

/** Waits until the worker's own reconciliation has given every open claim its workflow. */
export async function recoverWorkflows(stack: Stack, say: (words: string) => void): Promise<Recovered> {
  const startedAt = Date.now()
  const open = await openClaims(stack)
  const first = open[0]?.deadline_due_at?.getTime() ?? 0
  const due = open.filter(
    (claim) => (claim.deadline_due_at?.getTime() ?? Number.POSITIVE_INFINITY) - first < 86_400_000,
  )
  const api = publicApi(stack.apiUrl, stack.state.apiKey ?? '')
  const recovered: Recovered = {
    open: open.length,
    seconds: -1,
    dueSeconds: -1,
    slope: [],
    api: { reads: 0, wrong: 0, slowestMs: 0 },
  }
  const connection = await Connection.connect({ address: settingsFrom(stack.env).temporal.address })
  try {
    const client = new Client({ connection })
    const seen = new Set<string>()
    while (Date.now() - startedAt < PATIENCE_MS) {
      const running = await runningClaims(client)
      for (const id of running) seen.add(id)
      const seconds = Math.round((Date.now() - startedAt) / 1000)
      recovered.slope.push({ seconds, running: running.size })
      if (recovered.dueSeconds < 0 && due.every(({ id }) => running.has(id) || seen.has(id)))
        recovered.dueSeconds = seconds
      // What was paid meanwhile is closed and needs none.
      const left = (await openClaims(stack)).filter(({ id }) => !running.has(id)).length
      say(`  after ${seconds} s ${open.length - left} of ${open.length} open claims have a workflow`)
      if (left === 0) {
        recovered.seconds = seconds
        break
      }
      await readSome(recovered, api, open)
      await pause(LOOK_EVERY_MS)
    }
  } finally {
    await connection.close()
  }
  return recovered
}

function openClaims(stack: Stack) {
  return withOwner(stack, (owner) =>
    owner
      .selectFrom('claims')
      .select(['id', 'status', 'deadline_due_at'])
      .where('status', '<>', 'DRAFT')
      .where('closed_because', 'is', null)
      .orderBy('deadline_due_at')
      .execute(),
  )
}

async function readSome(
  { api: told }: Recovered,
  api: ReturnType<typeof publicApi>,
  open: { id: string; status: string }[],
): Promise<void> {
  for (let read = 0; read < 10; read += 1) {
    const claim = open[Math.floor((read * open.length) / 10)]
    if (claim === undefined) continue
    const before = Date.now()
    const shown = await api.claim(claim.id)
    told.reads += 1
    told.slowestMs = Math.max(told.slowestMs, Date.now() - before)
    // News may have moved it on meanwhile; a claim never goes back.
    if (shown.status !== claim.status && !['RECEIVED', 'IN_REVIEW', 'APPROVED', 'PARTIAL'].includes(shown.status))
      told.wrong += 1
  }
}
