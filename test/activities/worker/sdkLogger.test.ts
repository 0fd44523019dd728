import { pino } from 'pino'
import { expect, it } from 'vitest'
import { sdkLogger } from '../../../activities/worker/sdkLogger.ts'

it("H8 an activity's error is its class in the log, and nothing that it says", () => {
  const lines: string[] = []
  const logger = sdkLogger(pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }))
  const error = new TypeError("member PF-1 O'Canary")
  logger.warn('Activity failed', { error, activityType: 'collect', workflowId: 'mailbox-1', heartbeat: "O'Canary" })
  logger.error('Workflow failed', { error: "O'Canary" })
  logger.info('worker started', {})
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, msg: 'Activity failed', activityType: 'collect', workflowId: 'mailbox-1', error: 'TypeError' },
    { level: 50, msg: 'Workflow failed', error: 'unknown' },
  ])
  expect(lines.join()).not.toContain('Canary')
})
