import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LONGEST_MS = 1_800_000

/** The whole command, as ops would run it, and the object that it prints last. */
export async function chaosReport(args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, ['bin/claimhub.js', 'chaos', ...args, '--json'], {
    timeout: LONGEST_MS,
  }).catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout) throw error
    return { stdout: error.stdout }
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
}
