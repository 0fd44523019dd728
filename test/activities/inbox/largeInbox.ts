import type { Client } from '@temporalio/client'
import { MockActivityEnvironment } from '@temporalio/testing'
import { pino } from 'pino'
import { createClaimActivities } from '../../../activities/createActivities.ts'
import type { Deps } from '../../../activities/deps.ts'
import type { DecodeJob } from '../../../activities/inbox/decodeDocument.ts'
import type { Notice, ProviderAdapter } from '../../../adapters/contract.ts'
import { transportOf } from '../../../adapters/transports/index.ts'
import { connect, type DatabaseAddress } from '../../../db/connect.ts'
import { isolate, siblingModule } from '../../../platform/isolate/isolate.ts'
import { TWIN_ADDRESSES } from '../../support/addresses.ts'
import { DECLARATION } from '../../support/claimsApi.ts'

/**
 * What the test hands over: an inbox that holds large documents and one that aborts its decoder.
 */
export interface LargeInbox {
  address: DatabaseAddress
  organisationId: string
  connectionId: string
}

/**
 * A worker's inbox alone, in a process whose heap is limited by its starter. Prints how much memory
 * it took and how long.
 */
const { address, organisationId, connectionId } = JSON.parse(process.argv[2] ?? '') as LargeInbox
const databases = connect(address)
const decoder = isolate<DecodeJob, Notice[]>(siblingModule('./hostileDecoder', import.meta.url), {
  processes: 2,
  seconds: 30,
  heapMb: 512,
  answerBytes: 1_000_000,
})
const deps: Deps = {
  databases,
  client: {} as Client,
  clock: { scale: 1, now: () => new Date(), realMsUntil: () => 0 },
  log: pino({ level: 'silent' }),
  adapterOf: () => ({ declaration: DECLARATION }) as unknown as ProviderAdapter,
  decoder,
  transportOf,
  unseal: () => ({}),
  addresses: TWIN_ADDRESSES,
  unsentAlertMs: 1_800_000,
  timings: { deliverMs: 30_000, heartbeatMs: 30_000 },
  leaseMs: 60_000,
  collectFailures: 5,
  restoreNumbersADay: 100,
}
const { processInbox } = createClaimActivities(deps)
const env = new MockActivityEnvironment()
const mailbox = { organisationId, connectionId, providerId: 'harbor-health' }
const began = performance.now()
while (((await env.run(processInbox, mailbox)) as { left: boolean }).left);
decoder.stop()
await databases.close()
const seconds = Math.round((performance.now() - began) / 100) / 10
console.log(JSON.stringify({ seconds, mostMb: Math.round(process.resourceUsage().maxRSS / 1_024) }))
