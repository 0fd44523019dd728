import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'

const run = promisify(execFile)

/**
 * The whole command, as ops would run it: real processes, a SIGKILL at the named place, an audit of
 * the twin's own ledger.
 */
async function chaos(failpoint: string): Promise<Record<string, unknown>> {
  const { stdout } = await run(
    process.execPath,
    ['bin/claimhub.js', 'chaos', '--failpoint', failpoint, '--times', '3', '--json'],
    { timeout: 600_000 },
  ).catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout) throw error
    return { stdout: error.stdout }
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}

describe('a worker killed between the acceptance and our record, or between two files of a delivery', () => {
  // Each waits most of the time, for leases to run out: together they take as long as one.
  it.concurrent.for(['after_send:http', 'after_send:sftp', 'after_send:email', 'between_messages:sftp'])(
    '%s: three times, each claim is at the HMO once',
    { timeout: 700_000 },
    async (failpoint, { expect }) => {
      const report = await chaos(failpoint)
      expect(report).toMatchObject({
        ok: true,
        deaths: 3,
        submitted: 3,
        effects: 3,
        lost: 0,
        doubled: 0,
        centsDifference: 0,
      })
    },
  )
})
