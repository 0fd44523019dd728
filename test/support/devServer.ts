import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { temporalCli } from '../../platform/temporalCli.ts'
import { SEARCH_ATTRIBUTES } from '../../workflows/ids.ts'

/**
 * A real Temporal server of the test file's own, in memory. Workers that throw on purpose say
 * nothing.
 */
export async function devServer(): Promise<TestWorkflowEnvironment> {
  const logger = new DefaultLogger('ERROR', () => undefined)
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } })
  const path = await temporalCli(() => undefined)
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  return TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, extraArgs: attributes },
  })
}
