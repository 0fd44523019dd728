// `npm test`: gets what the tests need, then every check and every test, one line each, and the sum at the end. Plain JavaScript, so that it runs before
// anything is compiled. Arguments go to vitest.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { register } from 'tsx/esm/api'

const PRODUCT = ['domain', 'workflows', 'activities', 'adapters', 'api', 'db', 'platform']
const FOLDERS = [...PRODUCT, 'sandbox', 'cli', 'packaging', 'test']
const bin = (name) => path.join('node_modules', '.bin', name)
const scratch = mkdtempSync(path.join(os.tmpdir(), 'claimhub-test-'))
const report = path.join(scratch, 'vitest.json')

let passed = 0
let failed = 0

// Both take long where the machine is new, and neither waits for the other.
await Promise.all([prepared(), checks()])
await tests(process.argv.slice(2))
end()

/** What can't be had ends the run before the first test. */
async function prepared() {
  register()
  const { prepareTests } = await import('./setup/prepare.ts')
  try {
    await prepareTests()
  } catch (error) {
    failed += 1
    console.log(`\n✗ ${error.message}`)
    end()
  }
}

/** Types take as long as all the rest. */
async function checks() {
  await Promise.all([
    check('types', bin('tsc'), ['--noEmit']),
    (async () => {
      await check('lint and format', bin('biome'), ['check', '--error-on-warnings', '.'])
      await check(
        'who imports whom',
        bin('depcruise'),
        ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...FOLDERS],
        boundaries,
      )
      await check('nothing unused', bin('knip'), [])
    })(),
  ])
}

function end() {
  rmSync(scratch, { recursive: true, force: true })
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed === 0 ? 0 : 1)
}

/** Runs a tool; shows what it printed only when it failed. `judge` may look at the output and answer what is wrong. */
async function check(name, command, args, judge = () => null) {
  const started = Date.now()
  const { code, output } = await run(command, args, 'collect')
  const wrong = judge(output) ?? (code === 0 ? null : output)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  if (wrong === null) passed += 1
  else failed += 1
  console.log(`${wrong === null ? '✓' : '✗'} ${name} (${seconds} s)`)
  if (wrong !== null) console.log(wrong)
}

/** A cruise over no modules finds no violations either: that is not a pass. */
function boundaries(output) {
  const { summary } = JSON.parse(output)
  if (!(summary.totalCruised > 0)) return 'dependency-cruiser looked at no module'
  const violations = summary.violations.map(({ rule, from, to }) => `  ${rule.name}: ${from} → ${to}`)
  return violations.length === 0 ? null : violations.join('\n')
}

async function tests(more) {
  const reporters = ['default', 'json', './test/setup/longestFiles.ts'].map((name) => `--reporter=${name}`)
  const { code } = await run(bin('vitest'), ['run', ...reporters, `--outputFile.json=${report}`, ...more], 'show')
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTotalTestSuites, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    passed += numPassedTests
    failed += numFailedTests + numPendingTests
    if (numTotalTestSuites === 0 || numPassedTests === 0) failed += 1
    if (code !== 0 && numFailedTests === 0) failed += Math.max(1, numFailedTestSuites)
  } catch {
    failed += 1
    console.log('✗ vitest ended without a report')
  }
}

function run(command, args, output) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', output === 'show' ? 'inherit' : 'pipe', output === 'show' ? 'inherit' : 'pipe'],
    })
    const heard = []
    child.stdout?.on('data', (bytes) => heard.push(bytes))
    child.stderr?.on('data', (bytes) => {
      if (!judgeReadsStdout(command)) heard.push(bytes)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output: Buffer.concat(heard).toString() }))
  })
}

function judgeReadsStdout(command) {
  return command.endsWith('depcruise')
}
