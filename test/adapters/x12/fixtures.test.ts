import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { summitDental } from '../../../adapters/providers/summit-dental/index.ts'
import { context } from './samples.ts'

const FOLDER = path.join(import.meta.dirname, '../../../adapters/providers/summit-dental/fixtures')
const REQUIRED = [
  'accepted',
  'answer-unreadable',
  'denied',
  'half-file',
  'paid',
  'paid-in-part',
  'refused',
  'repeated-notice',
  'two-claims-one-message',
  'with-attachment',
]

describe('the fixtures of summit-dental', () => {
  it('are all there', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(REQUIRED)
  })

  it.each(REQUIRED.filter((name) => existsSync(path.join(FOLDER, name, 'message.x12'))))(
    '%s reads as expected',
    async (name) => {
      const body = readFileSync(path.join(FOLDER, name, 'message.x12'))
      const expected: unknown = JSON.parse(readFileSync(path.join(FOLDER, name, 'expected.json'), 'utf8'))
      const notices = await summitDental.decode(
        { transport: 'sftp', name: 'message.x12', body },
        context({ now: '2026-04-01T00:00:00.000Z' }),
      )
      expect(notices).toEqual(expected)
    },
  )

  it('with-attachment writes the agreed bytes', async () => {
    const submission = JSON.parse(readFileSync(path.join(FOLDER, 'with-attachment/submission.json'), 'utf8'))
    const ctx = context()
    const messages = await summitDental.assemble([await summitDental.encode(submission, ctx)], ctx)
    expect(messages.map((message) => (message.transport === 'sftp' ? message.name : ''))).toEqual([
      'BRIGHTSMILE_SUMMITDENTAL_837D_117_att_1.png',
      'BRIGHTSMILE_SUMMITDENTAL_837D_117.x12',
    ])
    expect(Buffer.from(messages[1]?.body ?? []).toString()).toBe(
      readFileSync(path.join(FOLDER, 'with-attachment/expected.x12'), 'utf8'),
    )
  })
})
