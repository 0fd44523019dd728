import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { SEARCH_ATTRIBUTE_TYPES } from '../../activities/worker/searchAttributes.ts'
import { timeSkippingServer } from '../../platform/timeSkippingServer.ts'
import { SEARCH_ATTRIBUTES } from '../../workflows/ids.ts'

/**
 * An environment of its own per test file: a clock that jumps is seen by everything on the same
 * server.
 */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } })
  const path = await timeSkippingServer()
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  })
  // This server cannot list search attributes, only add them.
  const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, SEARCH_ATTRIBUTE_TYPES[type]])
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(wanted),
  })
  return env
}
