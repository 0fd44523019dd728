import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { beforeAll, describe, expect, it } from 'vitest'
import { workflowBundle } from '../../platform/workflowBundle.ts'

const folder = fileURLToPath(new URL('../histories', import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))

/** A claim that runs for months must go on under every later release: today's code replays the histories of each. */
describe('histories of every release', () => {
  let code: string
  beforeAll(async () => {
    code = (await workflowBundle()).code
  })

  it('are there', () => {
    expect(files.length).toBeGreaterThan(5)
  })

  it.each(files)('%s replays', async (name) => {
    const history = historyFromJSON(JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
    await Worker.runReplayHistory({ workflowBundle: { code } }, history)
  })

  it('go red when a change is not deterministic', async () => {
    const planted = fileURLToPath(new URL('./planted/index.ts', import.meta.url))
    const bundle = await bundleWorkflowCode({ workflowsPath: planted, logger: new DefaultLogger('ERROR') })
    const name = files.find((file) => file.includes('paid-in-full')) ?? ''
    const history = historyFromJSON(JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).rejects.toBeInstanceOf(
      DeterminismViolationError,
    )
  })
})
