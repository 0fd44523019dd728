import type { Reporter, TestModule } from 'vitest/node'

const SHOWN = 10

/**
 * Names the test files that took longest, hooks and imports counted, so that the next slow one is
 * seen when it comes.
 */
export default class LongestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules
      .map((module) => ({ file: module.relativeModuleId, seconds: secondsOf(module) }))
      .sort((one, other) => other.seconds - one.seconds)
    console.log(`\nThe longest of ${files.length} test files:`)
    for (const { file, seconds } of files.slice(0, SHOWN)) console.log(`${seconds.toFixed(1).padStart(7)} s  ${file}`)
  }
}

function secondsOf(module: TestModule): number {
  const { collectDuration, setupDuration, prepareDuration, environmentSetupDuration, duration } = module.diagnostic()
  return (collectDuration + setupDuration + prepareDuration + environmentSetupDuration + duration) / 1000
}
