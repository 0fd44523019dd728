import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { CELLS } from '../../cli/chaos/crash/cells.ts'
import { type CellResult, type CrashReport, cellsOf, nameOf } from '../../cli/chaos/crash/crashRun.ts'

const run = promisify(execFile)

/**
 * Each kind of moment once: before and after a commit, bytes on their way, an answer half taken in,
 * a request half answered. CLAIMHUB_LONG=1 runs the whole matrix.
 */
const FEW = [
  'after_freeze (a claim',
  'after_rename:sftp',
  'after_send:email',
  'before_ingest (a list',
  'after_api_commit (submit)',
].join(',')
const LONG = process.env['CLAIMHUB_LONG'] === '1'
const cells = LONG ? CELLS : cellsOf(FEW)
const LIMIT_MS = LONG ? 3_600_000 : 600_000

/**
 * The whole command, as ops would run it: real processes, a SIGKILL at the named place, an audit of
 * the twins' own ledgers. One stack for all: most of a cell is waiting.
 */
async function crashed(): Promise<CrashReport> {
  const wanted = LONG ? [] : [FEW]
  const args = ['bin/claimhub.js', 'chaos', '--crash-points', ...wanted, '--json']
  const { stdout } = await run(process.execPath, args, { timeout: LIMIT_MS, maxBuffer: 50_000_000 }).catch(
    (error: { stdout?: string }) => {
      if (!error.stdout) throw error
      return { stdout: error.stdout }
    },
  )
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}

describe('a process killed between two durable effects', () => {
  let report: CrashReport
  let rows: Map<string, CellResult>
  beforeAll(async () => {
    report = await crashed()
    rows = new Map(report.table.map((row) => [nameOf(row), row]))
  }, LIMIT_MS)

  it.each(cells.map(nameOf))('G1 %s: killed there once, nothing lost, nothing doubled, every cent', (name) => {
    expect(rows.get(name)).toMatchObject({
      hits: 1,
      strays: 0,
      because: null,
      lost: 0,
      doubled: 0,
      centsDifference: 0,
      green: true,
    })
  })

  it('F8 killed inside a posting of 10,000 lines: nothing of it is in the ledger, then all of it, once', () => {
    expect(rows.get('before_ingest (a list of 10,000 payments)')).toMatchObject({ hits: 1, green: true, because: null })
  })

  it('leaves nothing under way, and every invariant in place', () => {
    expect(report).toMatchObject({
      cells: cells.length,
      hit: cells.length,
      green: cells.length,
      lost: 0,
      doubled: 0,
      centsDifference: 0,
      unfinished: 0,
      findings: [],
      ok: true,
    })
  })
})
