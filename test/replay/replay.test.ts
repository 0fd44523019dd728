import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js'
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { beforeAll, describe, expect, it } from 'vitest'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import * as workflows from '../../workflows/index.ts'

const folder = fileURLToPath(new URL('../histories', import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))

const WORKFLOW_TYPES = Object.keys(workflows)
/** An HMO per channel: its API, SFTP, a post office of XML, mail, and a portal filed by hand. */
const ON_EACH_CHANNEL = ['harbor-health', 'summit-dental', 'gulf-dental', 'visayas-health', 'laguna-care']

/**
 * Recorded by `npm run histories` on made-up data. A change of what a workflow asks of Temporal
 * turns these red: it is then seen, and they are recorded anew as long as nobody runs a release.
 */
describe('recorded histories', () => {
  let code: string
  beforeAll(async () => {
    code = (await workflowBundle()).code
  })

  it('are there of every workflow type, and of claims on every channel', () => {
    expect(readdirSync(folder).toSorted()).toEqual(WORKFLOW_TYPES.toSorted())
    const claims = files.filter((name) => name.startsWith('claimLifecycle/'))
    for (const provider of ON_EACH_CHANNEL)
      expect(claims.filter((name) => name.includes(provider)).length).toBeGreaterThan(3)
  })

  it('are there of a batch that waited for its cut-off, and of a claim in it', () => {
    expect(readFileSync(path.join(folder, 'batchDispatch/summit-dental.json'), 'utf8')).toContain('TIMER_FIRED')
    expect(files).toContain('claimLifecycle/summit-dental-a-batch-with-a-cut-off.json')
  })

  it.each(files)('G5 %s replays', async (name) => {
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
