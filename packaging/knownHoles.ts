import { spawn } from 'node:child_process'

/** What the registry knows of the packages that the product ships with. */
export type KnownHoles =
  | { kind: 'none' }
  /** One line each: the package, how bad it is, and where to read about it. */
  | { kind: 'holes'; holes: string[] }
  /** The registry was not there, or keeps no advisories: nothing is known. */
  | { kind: 'not-asked'; because: string }

/**
 * Of `npm audit --json`, as far as it is read here. A string in `via` is a package that uses one.
 */
interface Report {
  vulnerabilities?: Record<string, { severity: string; via: (string | { title: string; url: string })[] }>
  message?: string
}

/** Too small to stop a release. */
const MINOR = ['info', 'low']

/**
 * Asks the registry for advisories about the locked production packages of a checkout. Options of
 * npm (`--registry=…`) may be added.
 */
export async function knownHoles(root: string, options: readonly string[] = []): Promise<KnownHoles> {
  const said = await answerOf('npm', ['audit', '--omit=dev', '--json', ...options], root)
  if (said?.vulnerabilities === undefined) {
    return { kind: 'not-asked', because: said?.message ?? 'npm audit said nothing that can be read' }
  }
  const holes = Object.entries(said.vulnerabilities).flatMap(([name, { severity, via }]) => {
    if (MINOR.includes(severity)) return []
    // A package that only uses one with a hole names that one, and has no line of its own.
    return via.flatMap((each) =>
      typeof each === 'string' ? [] : [`${name} (${severity}): ${each.title}, ${each.url}`],
    )
  })
  return holes.length === 0 ? { kind: 'none' } : { kind: 'holes', holes }
}

/** What a program prints as JSON, whatever its exit code; null: it printed none. */
function answerOf(program: string, args: readonly string[], cwd: string): Promise<Report | null> {
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
