import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { progress } from '../../cli/stack/progress.ts'
import { type Machine, thisMachine } from './machine.ts'
import { chromium, type Need, openSsh, pyx12, temporal, timeSkipping } from './needs.ts'

const TESTS = path.join(import.meta.dirname, '..')
const ALWAYS: Need[] = [pyx12, openSsh, timeSkipping, temporal]

/**
 * Gets what the tests need and this machine lacks, with progress. Throws one error that names all
 * that can't be had, each with its command.
 */
export async function prepareTests(): Promise<void> {
  const browser = testsImport('setup/chromium.ts') ? [chromium] : []
  await prepare([...ALWAYS, ...browser], thisMachine(console.log))
}

/** All of them at the same time: what one waits for is mostly the network. */
export async function prepare(needs: Need[], machine: Machine): Promise<void> {
  const failures = await Promise.all(needs.map((need) => failureOf(need, machine)))
  const missing = failures.filter((failure) => failure !== null)
  if (missing.length > 0) {
    throw new Error(`The tests need what this machine lacks:\n${missing.join('\n')}\nNo test was run.`)
  }
}

async function failureOf(need: Need, machine: Machine): Promise<string | null> {
  try {
    const where = await progress(machine.say, need.name, async (busyWith) => {
      await installFor(need, machine, busyWith)
      return need.ready(machine, busyWith)
    })
    machine.say(`✓ ${need.name}: ${where}`)
    return null
  } catch (error) {
    return `  ${need.name}: ${error instanceof Error ? error.message : error}. To get it: ${need.remedy}`
  }
}

async function installFor(need: Need, machine: Machine, busyWith: (words: string) => void): Promise<void> {
  const packages = await need.packages(machine, busyWith)
  if (packages.length === 0) return
  const serves = packages.some((name) => name.endsWith('-server'))
  if (machine.install === null || (serves && machine.startsServices)) throw new Error(`missing ${packages.join(', ')}`)
  await machine.install(packages, busyWith)
}

function testsImport(file: string): boolean {
  return readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .some((name) => new RegExp(`from '[./]+${file}'`).test(readFileSync(path.join(TESTS, name), 'utf8')))
}
