import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CELLS, UNREACHED } from '../../cli/chaos/crash/cells.ts'
import { nameOf } from '../../cli/chaos/crash/crashRun.ts'
import { allFailpoints } from '../../cli/chaos/crash/failpoints.ts'
import { failpointsFrom } from '../../cli/chaos/failpoint.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const PRODUCT = ['domain', 'workflows', 'activities', 'adapters', 'api', 'db', 'platform']
const sources = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name))
const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

/**
 * Calls that outlive the process: bytes that leave, a source that is told, a signal, a start, a
 * named commit.
 */
const DURABLE = new RegExp(
  [
    String.raw`transport\.send\(`,
    String.raw`remote\.rename\(`,
    String.raw`(?<!signal\w*\.|tokens\.|\bqueue\.)connection\.send\(\{`,
    String.raw`messageFlagsAdd\(`,
    String.raw`messageMove\(`,
    String.raw`await confirm\(`,
    String.raw`await tidy\(`,
    String.raw`await putAway\(`,
    String.raw`\.signalWithStart\(`,
    String.raw`workflow\.start\(`,
    String.raw`executeUpdateWithStart\(`,
    String.raw`\.signal\(`,
    String.raw`schedule\s*\.create\(`,
    String.raw`(?<!function )\bwakeClaims?\(`,
    String.raw`(?<!function )\bsignalInbox\(`,
    String.raw`(?<!function )\bstartDispatchNow\(`,
    String.raw`(?<!function )\bstart(?:Dispatch|Workflow)\((?:deps\.)?client\b`,
    String.raw`workflows\.(?:submit|recordActions|cancel|wake|dispatchNow)\(`,
    String.raw`deps\.wakeInbox\(`,
    String.raw`(?<!function )\bwakeInbox\(deps\b`,
    String.raw`(?<!function )\bstoreDocument\((?:deps|tx)\b`,
    String.raw`\bmarkProcessed\(tx\b`,
    String.raw`await concludeDelivery\(`,
    String.raw`\bconcludeCollecting\(tx\b`,
    String.raw`await ingestNotices\(`,
  ].join('|'),
  'g',
)

/** What follows a route's commit lies between these two. */
const ROUTE = ['api_commit', 'api_finish']
/** Sent again by whoever called, who has an effect of his own around it. */
const CALLERS: string[] = []

/**
 * Every file that has such calls: how many, and the effects around them. A new call fails until it
 * is counted here under an effect, which fails until it has its cells.
 */
const COVERED: Record<string, { calls: number; by: string[] }> = {
  'activities/claims/recordNotices.ts': { calls: 1, by: ['record'] },
  'activities/delivery/askProvider.ts': { calls: 1, by: ['replies_bell'] },
  'activities/delivery/deliver.ts': { calls: 1, by: ['send', 'delivery_record'] },
  'activities/delivery/dispatchBatch.ts': { calls: 2, by: ['dispatch_start', 'dispatch_notify'] },
  'activities/delivery/inquiry.ts': { calls: 2, by: ['inquiry', 'replies_bell'] },
  'activities/inbox/collect.ts': { calls: 3, by: ['collect_store', 'collect_cursor'] },
  'activities/inbox/processInbox.ts': { calls: 3, by: ['ingest', 'claims_signal', 'processed'] },
  'activities/delivery/sendMessages.ts': { calls: 1, by: ['send', 'next_message'] },
  'activities/upkeep/reconcile.ts': { calls: 8, by: ['repair'] },
  'activities/upkeep/rereadDocuments.ts': { calls: 1, by: ['repair'] },
  'activities/upkeep/unwedge.ts': { calls: 3, by: ['repair'] },
  'activities/worker/schedules.ts': { calls: 1, by: ['schedule'] },
  'adapters/transports/email/collect.ts': { calls: 3, by: ['put_away'] },
  'adapters/transports/email/send.ts': { calls: 1, by: ['data'] },
  'adapters/transports/http/collect.ts': { calls: 1, by: ['confirm'] },
  'adapters/transports/sftp/collect.ts': { calls: 1, by: ['tidy'] },
  'adapters/transports/sftp/send.ts': { calls: 1, by: ['mark', 'rename'] },
  'adapters/transports/sftp/tidy.ts': { calls: 2, by: ['tidy'] },
  'api/routes/claims/byHand/manualActions.ts': { calls: 1, by: ROUTE },
  'api/routes/claims/deliveryOutcome.ts': { calls: 1, by: ROUTE },
  'api/routes/claims/importClaim.ts': { calls: 1, by: ROUTE },
  'api/routes/claims/submit.ts': { calls: 3, by: ROUTE },
  'api/routes/claims/supplements.ts': { calls: 1, by: ROUTE },
  'api/routes/delivery/batches.ts': { calls: 1, by: ROUTE },
  'api/routes/inbox/coalesceWakeUps.ts': { calls: 1, by: ['push_bell'] },
  'api/routes/inbox/documents.ts': { calls: 1, by: ROUTE },
  'api/routes/inbox/heldMatches.ts': { calls: 1, by: ROUTE },
  'api/routes/inbox/push.ts': { calls: 2, by: ['push_store', 'push_bell'] },
  'api/routes/inbox/uploads.ts': { calls: 2, by: ['upload_store'] },
  'api/routes/inbox/wakeInbox.ts': { calls: 1, by: ['push_bell'] },
  'api/routes/money/remittanceActions.ts': { calls: 1, by: ROUTE },
  'api/routes/money/undo.ts': { calls: 1, by: ROUTE },
  'api/routes/money/waitingRemittances.ts': { calls: 1, by: ROUTE },
  'api/routes/money/wakeOthers.ts': { calls: 1, by: ROUTE },
  'workflows/claims/wakeOriginal.ts': { calls: 1, by: ['freeze'] },
  'workflows/client/claimWorkflows.ts': { calls: 6, by: CALLERS },
  'workflows/client/wakeBatch.ts': { calls: 2, by: CALLERS },
  'workflows/client/wakeClaims.ts': { calls: 2, by: CALLERS },
  'workflows/client/wakeInbox.ts': { calls: 1, by: CALLERS },
}

/** Transactions that are effects by themselves. */
const COMMITS: Record<string, string> = {
  'activities/claims/openClaim.ts': 'freeze',
  'activities/claims/cancelClaim.ts': 'cancel',
  'activities/claims/escalate.ts': 'escalate',
  'activities/claims/recordNotices.ts': 'record',
  'activities/delivery/resolveDelivery.ts': 'take_over',
  'activities/delivery/dispatchBatch.ts': 'dispatch_plan',
  'api/http/idempotentEffect.ts': 'api_commit',
  'api/routes/inbox/uploads.ts': 'upload_store',
  'adapters/transports/http/signIn.ts': 'token',
}

const effectOf = (failpoint: string) => failpoint.replace(/^(before|after)_/, '').replace(/:\w+$/, '')
const EFFECTS = new Set(allFailpoints().map(({ name }) => effectOf(name)))

describe('a durable effect', () => {
  it('is declared by all who have one: every call that outlives the process is counted under an effect', () => {
    const found = Object.fromEntries(
      PRODUCT.flatMap(sources)
        .map((file) => [file, [...text(file).matchAll(DURABLE)].length] as const)
        .filter(([, calls]) => calls > 0),
    )
    expect(found).toEqual(Object.fromEntries(Object.entries(COVERED).map(([file, { calls }]) => [file, calls])))
    expect(Object.values(COVERED).flatMap(({ by }) => by.filter((name) => !EFFECTS.has(name)))).toEqual([])
    for (const [file, name] of Object.entries(COMMITS)) expect(text(file), file).toContain(`name: '${name}'`)
  })

  it('is seen where it is planted', () => {
    for (const planted of [
      'await connection.transport.send(message, session, options)',
      'await remote.rename(place.part, place.final)',
      'await client.workflow.signalWithStart(CLAIM, {})',
      'await wakeClaims(deps.client, mailbox, ids)',
      'await client.schedule.create({ scheduleId })',
      'const reached = await deps.workflows.dispatchNow(batch)',
      'await storeDocument(tx, {',
    ])
      expect(planted.match(DURABLE), planted).toHaveLength(1)
  })

  it('has a cell of the matrix for each of its moments on each of its channels', () => {
    const tried = new Set([...CELLS.map(({ point }) => point), ...Object.keys(UNREACHED)])
    expect(
      allFailpoints()
        .map(({ name }) => name)
        .filter((name) => !tried.has(name)),
    ).toEqual([])
    expect(allFailpoints().length).toBeGreaterThan(60)
  })

  it('is loaded with the registry, whatever file declares it', () => {
    const names = PRODUCT.flatMap(sources)
      .filter((file) => !file.startsWith('platform/effects/'))
      .flatMap((file) => [...text(file).matchAll(/durableEffect\(\{\s*name: '(\w+)'/g)].map(([, name]) => name))
    expect(names.toSorted()).toEqual([...EFFECTS].toSorted())
  })

  it('has a name of its own', () => {
    const one = { name: 'proof_of_names', in: 'worker', after: 'it was declared' } as const
    durableEffect(one)
    expect(() => durableEffect(one)).toThrow('the failpoint after_proof_of_names is declared twice')
  })
})

describe('a failpoint', () => {
  it('is named by its declaration only: no cell and no process knows another', () => {
    const known = new Set(allFailpoints().map(({ name }) => name))
    expect(CELLS.filter(({ point }) => !known.has(point))).toEqual([])
    expect(Object.keys(UNREACHED).filter((point) => !known.has(point))).toEqual([])
    expect(new Set(CELLS.map(nameOf)).size).toBe(CELLS.length)
    const byHand = /['"`](before|after)_\w+(:\w+)?['"`]|passFailpoint\(|\bfailpoint\(/
    const own = ['platform/effects/', 'db/migrations/']
    const product = PRODUCT.flatMap(sources).filter((file) => !own.some((folder) => file.startsWith(folder)))
    expect(product.filter((file) => byHand.test(text(file)))).toEqual([])
    expect("deps.failpoint('after_send:sftp')").toMatch(byHand)
    expect(() => failpointsFrom('after_nothing:sftp:2')).toThrow('there is no failpoint after_nothing:sftp; there are ')
  })
})
