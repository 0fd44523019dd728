import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { newId } from '../../../platform/ids.ts'
import { siblingModule } from '../../../platform/isolate/isolate.ts'
import { NOW, seedClaims } from '../../support/claimsSeed.ts'
import { testDatabase } from '../../support/database.ts'
import type { FirstLine } from './hostileDecoder.ts'
import type { LargeInbox } from './largeInbox.ts'

/**
 * Documents x MB of each x MB of heap. `CLAIMHUB_TEST_DOCUMENTS=20x40x512` is the size of a bad
 * day.
 */
const [count = 0, megabytes = 0, heapMb = 0] = (process.env['CLAIMHUB_TEST_DOCUMENTS'] ?? '8x16x160')
  .split('x')
  .map(Number)

it(`a worker of ${heapMb} MB reads ${count} documents of ${megabytes} MB, and one that aborts its decoder stops none of them`, {
  timeout: 600_000,
}, async () => {
  const db = await testDatabase()
  try {
    const { connectionId } = await seedClaims(db.owner, db.organisationId)
    const store = (first: FirstLine, ballast: number) =>
      db.databases.within(db.organisationId, (tx) =>
        storeDocument(tx, {
          organisationId: db.organisationId,
          connectionId,
          channel: 'collect',
          dedupeKey: newId(),
          head: { transport: 'sftp', name: 'a.x12' },
          mediaType: null,
          body: Buffer.concat([Buffer.from(`${JSON.stringify(first)}\n`), Buffer.alloc(ballast, 'x')]),
          now: NOW,
        }),
      )
    await store({ act: 'abort' }, 0)
    for (let stored = 0; stored < count; stored += 1) await store([], megabytes * 1_000_000)
    const inbox: LargeInbox = { address: db.address, organisationId: db.organisationId, connectionId }
    const program = fileURLToPath(siblingModule('./largeInbox', import.meta.url))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [`--max-old-space-size=${heapMb}`, '--import', 'tsx', program, JSON.stringify(inbox)],
      { maxBuffer: 10_000_000 },
    )
    const outcomes = await db.owner.selectFrom('documents').select('outcome').orderBy('id').execute()
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['broken', ...Array(count).fill('says nothing')])
    console.log(`${count} documents of ${megabytes} MB, a heap of ${heapMb} MB: ${stdout.trim()}`)
  } finally {
    await db.close()
  }
})
