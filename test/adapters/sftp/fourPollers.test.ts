import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import type { defineProvider } from '../../../adapters/contract.ts'
import { sftpTransport } from '../../../adapters/transports/sftp/index.ts'
import type { CollectContext, CollectedDocument } from '../../../adapters/transports/transport.ts'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { startProvider } from './harness.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

it('C8 four pollers see the same files: one document each, none lost, none left', async () => {
  const provider = await startProvider()
  open.push(provider.stop)
  const test = await testDatabase()
  open.push(test.close)
  const { databases, organisationId } = test
  const connectionId = await connection(test)
  const names = Array.from({ length: 8 }, (_, index) => `835_${index}.x12`)
  for (const name of names) await provider.put(`out/${name}`, `ISA*${name}~`)
  let stores = 0
  const store = async ({ key, message, mediaType }: CollectedDocument) => {
    stores += 1
    const { body, ...head } = message
    await databases.within(organisationId, (tx) =>
      storeDocument(tx, {
        organisationId,
        connectionId,
        channel: 'collect',
        dedupeKey: key,
        head,
        mediaType,
        body: Buffer.from(body),
        now: new Date(),
      }),
    )
  }
  const poller = () =>
    sftpTransport.collect(
      {} as ReturnType<typeof defineProvider<unknown>>,
      { cursor: null, ctx: {} as CollectContext['ctx'] },
      provider.session(),
      store,
    )
  await Promise.all([poller(), poller(), poller(), poller()])
  const rows = await test.owner.selectFrom('documents').select('dedupe_key').orderBy('dedupe_key').execute()
  expect(rows.map((row) => row.dedupe_key.split(':')[0])).toEqual(names)
  // The race must have happened, or the test shows nothing.
  expect(stores).toBeGreaterThan(names.length)
  expect(await provider.list('out')).toEqual(['archive'])
  expect(await provider.list('out/archive')).toEqual(names)
})

async function connection({ owner, organisationId }: TestDatabase): Promise<string> {
  await owner.insertInto('providers').values({ id: 'summit', adapter_id: 'summit-dental', name: 'Summit' }).execute()
  const id = randomUUID()
  await owner
    .insertInto('connections')
    .values({
      organisation_id: organisationId,
      id,
      provider_id: 'summit',
      mode: 'test',
      currency: 'USD',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
  return id
}
