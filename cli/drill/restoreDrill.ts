import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { clockFrom } from '../../platform/clock.ts'
import { PROGRAM } from '../../platform/paths.ts'
import { withOwner } from '../chaos/audit.ts'
import { submitClaims } from '../chaos/submitClaims.ts'
import { publicApi } from '../demo/client.ts'
import { guideFor } from '../demo/guide.ts'
import { demoHmo } from '../seed/hmos.ts'
import { seedDemo } from '../seed/seedDemo.ts'
import { type Stack, startStack } from '../stack/stack.ts'
import { cloneClaim, removeClones } from './clones.ts'
import { type Recovered, recoverWorkflows } from './recoverWorkflows.ts'
import { type DrillVerdict, judgeDrill, numbersUsed } from './verdict.ts'

/** A business day in five seconds: a claim is paid within a minute. */
const SCALE = 86_400 / 5
/** Slower where much is started: visits must still be within their filing limits. */
const LONG_SCALE = 86_400 / 12
const SHORT_TIMES = {
  CLAIMHUB_LEASE_SECONDS: '12',
  CLAIMHUB_DELIVER_TIMEOUT_SECONDS: '8',
  CLAIMHUB_HEARTBEAT_SECONDS: '2',
}
const HMOS = [demoHmo('summit-dental'), demoHmo('harbor-health')]
const run = promisify(execFile)

export interface DrillReport extends DrillVerdict {
  ok: boolean
  /** What reconcile --after-restore said, in short. */
  comparison: Record<string, unknown>
  /** Real seconds from the start of the restored stack until its sending went on. */
  frozenSeconds: number
  recovered: Recovered | null
}

/**
 * `claimhub drill restore`: backs a stack of its own up while claims wait to leave, lets them leave
 * and be paid, restores the backup, and asks the twins' own ledgers and the database whether
 * anything was sent, posted or numbered twice. With `--open` so many open claims more get their
 * workflows again, and the time is taken.
 */
export async function restoreDrill(options: { claims: number; open: number; json?: boolean }): Promise<void> {
  const say = (words: string) => process.stderr.write(`${words}\n`)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-drill-'))
  let ok = false
  try {
    const report = await played(folder, options, say)
    ok = report.ok
    for (const finding of report.findings) say(`  ${finding}`)
    const words = `${ok ? 'sent once, posted once, numbered once' : 'SOMETHING IS WRONG'}: ${JSON.stringify(report)}`
    process.stdout.write(`${options.json ? JSON.stringify(report) : words}\n`)
  } finally {
    if (ok) rmSync(folder, { recursive: true, force: true })
    else say(`logs and ledgers are kept in ${folder}`)
  }
  if (!ok) process.exitCode = 1
}

type Wishes = { claims: number; open: number }

async function played(folder: string, { claims, open }: Wishes, say: (words: string) => void): Promise<DrillReport> {
  const backupFolder = path.join(folder, 'backup')
  const data = path.join(folder, 'data')
  const starting = () =>
    startStack({
      folder: data,
      apiPort: 0,
      uiPort: 0,
      scale: open > 0 ? LONG_SCALE : SCALE,
      say,
      env: { all: SHORT_TIMES },
      seed: (stack) => seedDemo(stack, claims + 2),
    })
  const before = await starting()
  let promised: string[]
  let usedBefore: Map<string, string>
  try {
    await command(before, ['freeze', '--all', '--reason', 'the drill'])
    const more = { scenarios: ['PF'], hmos: HMOS }
    promised = await submitClaims(before, { ...more, count: claims * HMOS.length, firstPatient: 1 })
    if (open > 0) await withOwner(before, (owner) => cloneClaim(owner, promised[0] ?? '', open, nowOf(before)))
    await command(before, ['backup', '--to', backupFolder, '--data', data])
    // They are there to be recovered; in this life they would only be in the way.
    if (open > 0) await withOwner(before, removeClones)
    await command(before, ['unfreeze', '--all'])
    // One more that the backup does not know, with a control number of its own.
    const lost = await submitClaims(before, { ...more, count: HMOS.length, firstPatient: claims + 1 })
    await untilPaid(before, [...promised, ...lost], say)
    usedBefore = await withOwner(before, numbersUsed)
  } finally {
    await before.stop()
  }
  await command(before, ['restore', '--from', backupFolder, '--data', data])
  const startedAt = Date.now()
  const after = await starting()
  try {
    const recovered = open > 0 ? await recoverWorkflows(after, say) : null
    const comparison = await command(after, ['reconcile', '--after-restore', '--wait', '300'])
    await command(after, ['unfreeze', '--all'])
    const frozenSeconds = Math.round((Date.now() - startedAt) / 1000)
    await untilPaid(after, promised, say)
    const fresh = await submitClaims(after, {
      scenarios: ['PF'],
      hmos: HMOS,
      count: HMOS.length,
      firstPatient: claims + 2,
    })
    await untilPaid(after, fresh, say)
    const verdict = await judgeDrill(after, { promised: [...promised, ...fresh], usedBefore })
    const ok = verdict.findings.length === 0 && comparison['lifted'] === true
    return { ok, ...verdict, comparison, frozenSeconds, recovered }
  } finally {
    await after.stop()
  }
}

function nowOf(stack: Stack): Date {
  return clockFrom(stack.state.clock).now()
}

/** One of the operator's commands, as a person runs it. */
async function command(stack: Stack, args: string[]): Promise<Record<string, unknown>> {
  const { CLAIMHUB_PARENT: _ours, ...env } = stack.env
  const { stdout } = await run(process.execPath, [PROGRAM, ...args, '--json'], { env, maxBuffer: 50_000_000 }).catch(
    (error: { stdout?: string; stderr?: string; message: string }) => {
      if (error.stdout) return { stdout: error.stdout }
      throw new Error(`claimhub ${args.join(' ')}: ${error.stderr || error.message}`)
    },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}

async function untilPaid(stack: Stack, claimIds: string[], say: (words: string) => void): Promise<void> {
  const api = publicApi(stack.apiUrl, stack.state.apiKey ?? '')
  const guide = guideFor(api, 'summit-dental', 's', () => nowOf(stack))
  say(`  waiting until ${claimIds.length} claims are paid`)
  for (const claimId of claimIds) await guide.until(claimId, 'paid', (claim) => claim.paymentStatus === 'PAID')
}
