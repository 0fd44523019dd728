import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Report } from './measured.ts'

/** Long enough for a busy machine, short enough for a loop without end. */
const HUNG_MS = 20_000

/**
 * Lets StrykerJS try every change in some files of a scratch copy of the checkout. Changes that
 * don't type-check are told apart. Throws when the tests fail without any change.
 */
export async function strykerRun(
  folder: string,
  of: { mutate: string[]; tests: string[]; jobs: number; say(words: string): void },
): Promise<Report> {
  const report = path.join(folder, 'mutation.json')
  const write = (name: string, content: string) => writeFileSync(path.join(folder, name), content)
  // StrykerJS wants one test at least, also for files that no test comes to.
  write('mutate.test.ts', "import { it } from 'vitest'\nit('looks at nothing', () => {})\n")
  write('mutate.vitest.config.ts', vitestConfig(['mutate.test.ts', ...of.tests]))
  write('mutate.tsconfig.json', JSON.stringify(typesConfig(of.mutate)))
  write('mutate.stryker.json', JSON.stringify(strykerConfig(of, report)))
  await started(folder, of.say)
  return JSON.parse(readFileSync(report, 'utf8')) as Report
}

/** Every run has a process of its own, so its files may share their modules. */
function vitestConfig(tests: string[]): string {
  const include = JSON.stringify(tests)
  return `export default { test: { include: ${include}, isolate: false, testTimeout: 20_000, hookTimeout: 60_000 } }\n`
}

/**
 * Only the changed files are type-checked after each change, not all that imports them: otherwise
 * a run takes hours.
 */
function typesConfig(mutate: string[]): object {
  const compilerOptions = { incremental: false, tsBuildInfoFile: null, types: ['node', 'pino-http'] }
  return { extends: './tsconfig.json', compilerOptions, include: ['**/*.d.ts'], files: mutate }
}

function strykerConfig({ mutate, jobs }: { mutate: string[]; jobs: number }, report: string): object {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', '@stryker-mutator/typescript-checker'],
    vitest: { configFile: 'mutate.vitest.config.ts', related: false },
    checkers: ['typescript'],
    tsconfigFile: 'mutate.tsconfig.json',
    mutate,
    coverageAnalysis: 'perTest',
    concurrency: jobs,
    // The folder is a copy already.
    inPlace: true,
    disableTypeChecks: false,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    allowConsoleColors: false,
    warnings: { slow: false },
    timeoutMS: HUNG_MS,
  }
}

function started(folder: string, say: (words: string) => void): Promise<void> {
  const bin = path.join('node_modules', '.bin', 'stryker')
  const child = spawn(bin, ['run', 'mutate.stryker.json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/ERROR|WARN/.test(line)) say(`  ${line}`)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`StrykerJS ended with ${code}`))
    })
  })
}
