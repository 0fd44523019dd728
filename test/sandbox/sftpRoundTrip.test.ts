import { afterEach, expect, it } from 'vitest'
import type { defineProvider } from '../../adapters/contract.ts'
import { settings } from '../../adapters/providers/summit-dental/settings.ts'
import { sftpEndpoint } from '../../adapters/transports/sftp/endpoint.ts'
import { sftpTransport } from '../../adapters/transports/sftp/index.ts'
import type { CollectContext, Session } from '../../adapters/transports/transport.ts'
import { makeFaults } from '../../sandbox/faults.ts'
import { TWIN_ADDRESSES } from '../support/addresses.ts'
import { sample, startTwin, type Twin, until } from './sftpTwin.ts'

let twin: Twin
afterEach(() => twin.stop())

function session(): Session<ReturnType<typeof sftpEndpoint.parse>> {
  const { endpoint, secrets } = twin.connection
  return {
    connectionId: 'c',
    endpoint: sftpEndpoint.parse(endpoint),
    secrets,
    auth: 'password-or-key',
    addresses: TWIN_ADDRESSES,
    signal: new AbortController().signal,
    heartbeat: () => undefined,
  }
}

/**
 * As the workflow does it: not sent goes again; unknown is looked at, goes again only when it is
 * certainly absent, and otherwise waits for an answer.
 */
async function deliver(control: number): Promise<'sent' | 'waits for an answer'> {
  const clm = `HP${String(control).padStart(14, '0')}`
  const body = Buffer.from(sample('claim', { control, clm, member: `HP-${control}` }), 'latin1')
  const message = { transport: 'sftp' as const, name: `BRIGHT_SUMMIT_837D_${control}.x12`, body }
  let mark: string | null = null
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const sent = await sftpTransport.send(message, session(), {
      idempotencyKey: clm,
      mark: async (step) => {
        mark = step
      },
    })
    if (sent.kind === 'arrived') return 'sent'
    if (sent.kind === 'stopped' || sent.kind === 'answered') throw new Error(sent.kind)
    if (sent.kind === 'not_sent') continue
    const settled = await sftpTransport.checkArrival?.(message, session(), mark)
    if (settled === 'arrived') return 'sent'
    if (settled === 'cannot_tell') return 'waits for an answer'
  }
  throw new Error('never delivered')
}

it('C3 over a line that breaks at all places, each claim takes effect exactly once', async () => {
  const rates = { refuse: 0.1, dropConnectionDuringUpload: 0.2, renameReplyLost: 0.3, delay: 0.01 }
  twin = await startTwin({ faults: makeFaults(42, rates) })
  const ends: string[] = []
  for (let control = 1; control <= 25; control += 1) ends.push(await deliver(control))
  await until('all taken', () => twin.of('effect').length === 25)
  expect(new Set(twin.of('effect').map((effect) => effect.submissionNumber)).size).toBe(25)
  expect(twin.of('duplicate')).toEqual([])
  // The twin collects faster than anybody can look: a lost answer must have led there, or the test
  // shows nothing.
  expect(ends).toContain('waits for an answer')
  expect(ends).toContain('sent')
  await until('all acknowledged', () => twin.of('said').filter((said) => said.what === '999').length === 25)
})

it('is what the connection that it prints says, and its answers can be collected', async () => {
  twin = await startTwin()
  expect(settings.parse(twin.connection.settings)).toEqual(twin.connection.settings)
  expect((await sftpTransport.check(session())).filter((step) => !step.ok)).toEqual([])
  await deliver(1)
  await until('paid', () => twin.of('note').filter((note) => note.key === 'published').length === 4)
  const names: string[] = []
  const adapter = {} as ReturnType<typeof defineProvider<unknown>>
  await sftpTransport.collect(adapter, { cursor: null, ctx: {} as CollectContext['ctx'] }, session(), async (found) => {
    names.push(found.key.split(':')[0] ?? '')
  })
  expect(names.map((name) => name.split('_')[3])).toEqual(['TA1.x12', '999.x12', '277CA.x12', '835.x12'])
  expect(twin.out()).toEqual([])
})
