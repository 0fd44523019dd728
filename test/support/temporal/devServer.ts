import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { temporalCli } from '../../../platform/temporalCli.ts'
import { SEARCH_ATTRIBUTES } from '../../../workflows/ids.ts'

export interface DevServer {
  env: TestWorkflowEnvironment
  close(): Promise<void>
}

/**
 * A real Temporal server of the test file's own. Workers that throw on purpose say
 * nothing.
 */
export async function devServer(): Promise<DevServer> {
  const logger = new DefaultLogger('ERROR', () => undefined)
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } })
  const program = await temporalCli(() => undefined)
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ])
  const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-temporal-'))
  // As a stack starts it: with these two it does twice as much.
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL'].flatMap((pragma) => ['--sqlite-pragma', pragma])
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: program },
      dbFilename: path.join(folder, 'temporal.db'),
      log: { level: 'never', format: 'pretty' },
      extraArgs: [...attributes, ...pragmas],
    },
  })
  return {
    env,
    close: async () => {
      await env.teardown()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
