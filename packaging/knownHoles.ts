import { spawn } from 'node:child_process'
import { z } from 'zod'

/** What the registry knows of the packages that the product ships with. */
export type KnownHoles =
  | { kind: 'none' }
  /** One line each: the package, how bad it is, and where to read about it. */
  | { kind: 'holes'; holes: string[] }
  /** The registry was not there, or keeps no advisories: nothing is known. */
  | { kind: 'not-asked'; because: string }

/** Of `npm audit --json`, as far as it is read here. */
const REPORT = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])),
    }),
  ),
})
const FAILED = z.object({ message: z.string() })

/** Too small to stop a release. */
const MINOR = ['info', 'low']

/**
 * Asks the registry for advisories about the locked production packages of a checkout. Options of
 * npm (`--registry=…`) may be added.
 */
export async function knownHoles(root: string, options: readonly string[] = []): Promise<KnownHoles> {
  const said = await answerOf('npm', ['audit', '--omit=dev', '--json', ...options], root)
  const report = REPORT.safeParse(said)
  if (!report.success) {
    const failed = FAILED.safeParse(said)
    return {
      kind: 'not-asked',
      because: failed.success ? failed.data.message : 'npm audit said nothing that can be read',
    }
  }
  const holes = Object.entries(report.data.vulnerabilities).flatMap(([name, { severity, via }]) => {
    if (MINOR.includes(severity)) return []
    // A package that only uses one with a hole names that one, and has no line of its own.
    return via.flatMap((each) =>
      typeof each === 'string' ? [] : [`${name} (${severity}): ${each.title}, ${each.url}`],
    )
  })
  return holes.length === 0 ? { kind: 'none' } : { kind: 'holes', holes }
}

/** What a program prints as JSON, whatever its exit code; null: it printed none. */
function answerOf(program: string, args: readonly string[], cwd: string): Promise<unknown> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (bytes: Buffer) => chunks.push(bytes))
  return new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).toString()))
      } catch {
        resolve(null)
      }
    })
  })
}
