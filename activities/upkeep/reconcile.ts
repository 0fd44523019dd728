import type { Client } from '@temporalio/client'
import type { ProviderAdapter } from '../../adapters/contract.ts'
import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import {
  endInquiry,
  openBatches,
  openClaims,
  overdueInquiries,
  staleWakes,
  stuckDocuments,
  unfinishedSubmits,
  unrecordedNotices,
} from '../../db/acrossTenants/repairs.ts'
import { promiseSubmit } from '../../db/claims/submitPromise.ts'
import type { Databases } from '../../db/connect.ts'
import { activeFreezes } from '../../db/delivery/freezes.ts'
import { staleWakeDone } from '../../db/inbox/claimWakes.ts'
import { NUMBERS_A_DAY, noteRestore } from '../../db/setup/noteRestore.ts'
import { raiseFreezeItems } from '../../db/worklist/freezeItems.ts'
import type { Clock } from '../../platform/clock.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { ReconcileReport } from '../../workflows/activityContract.ts'
import { runningDispatches, startDispatch, startDispatchNow } from '../../workflows/client/wakeBatch.ts'
import { runningClaims, wakeClaim } from '../../workflows/client/wakeClaims.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import { claimWorkflowId } from '../../workflows/ids.ts'
import { wake as newsSignal } from '../../workflows/messages.ts'
import { type IsolatedSteps, isolated } from './isolated.ts'
import { raiseStaleUnknowns, raiseUnseenOverdue } from './raiseUnseen.ts'
import { warnOfFilingLimits } from './warnOfFilingLimits.ts'
import { NOTHING_WATCHED, watchWorkflows } from './watchWorkflows.ts'

const REPAIR = durableEffect({
  name: 'repair',
  in: 'worker',
  before: 'a claim without a workflow is found, and not started',
  after: 'it is started, and the rest of the comparison is not made',
})

/** Claims that get a workflow again in one run: the next run goes on (failure G11). */
const MOST_STARTED = 5_000
/** Workflows that are started at once. */
const STARTED_AT_ONCE = 16

export interface ReconcileDeps {
  databases: Databases
  client: Client
  clock: Clock
  adapterOf(adapterId: string): ProviderAdapter
  /** See `RestoreRules`. */
  restoreNumbersADay?: number
}

/**
 * Compares both ways and repairs: every open claim has a running workflow, no document or notice
 * lies unprocessed, and no sending is unknown, no claim overdue and no filing limit near without an
 * item on the worklist. Safe to run at any time and as often as one likes; it only ever wakes those
 * whose work it is. Steps, organisations and connections are apart: what breaks for one is in
 * `failures`, and the others are served.
 */
export async function reconcile(deps: ReconcileDeps): Promise<ReconcileReport> {
  const apart = isolated()
  await apart.step('restore', () => noteIfRestored(deps, apart), undefined)
  const claims = await apart.step('claims', () => compareClaims(deps, apart), { started: 0, ended: 0, told: 0 })
  return {
    ...claims,
    submits: await apart.step('submits', () => finishSubmits(deps, apart), 0),
    woken: await apart.step('documents', () => wakeInboxes(deps, apart), 0),
    raised: await apart.step('unknowns', () => raiseStaleUnknowns(deps, apart), 0),
    overdue: await apart.step('overdue', () => raiseUnseenOverdue(deps, apart), 0),
    ...(await apart.step('silent', () => watchWorkflows(deps, apart), NOTHING_WATCHED)),
    departed: await apart.step('batches', () => restartLostDispatches(deps, apart), 0),
    dropped: await apart.step('inquiries', () => dropInquiries(deps, apart), 0),
    warned: await apart.step('filing limits', () => warnOfFilingLimits(deps, apart), 0),
    failures: apart.failures,
  }
}

/** Also while it runs: the database may be another one than at the start. */
async function noteIfRestored(deps: ReconcileDeps, { each }: IsolatedSteps): Promise<void> {
  const { databases, clock, restoreNumbersADay: numbersADay = NUMBERS_A_DAY } = deps
  const now = clock.now()
  await noteRestore(databases, { numbersADay, now })
  const owners = (await organisationIds(databases.across)).map((organisationId) => ({ organisationId }))
  await each('freezes', owners, ({ organisationId }) =>
    databases.within(organisationId, async (tx) =>
      raiseFreezeItems(tx, { organisationId, now }, await activeFreezes(tx)),
    ),
  )
}

async function compareClaims(
  { databases, client }: ReconcileDeps,
  { each }: IsolatedSteps,
): Promise<Pick<ReconcileReport, 'started' | 'ended' | 'told'>> {
  const running = await runningClaims(client)
  const open = await openClaims(databases.across)
  const openIds = new Set(open.map((claim) => claim.claimId))
  const lost = open.filter((claim) => !running.has(claim.claimId))
  const lostIds = new Set(lost.map((claim) => claim.claimId))
  const unrecorded = (await unrecordedNotices(databases.across)).filter((claim) => !lostIds.has(claim.claimId))
  const stale = await staleWakes(databases.across)
  const over = [...running].filter((claimId) => !openIds.has(claimId))
  for (const claimId of over)
    await client.workflow
      .getHandle(claimWorkflowId(claimId))
      .signal(newsSignal, { noticeIds: [] })
      .catch(() => undefined)
  const told = await each('unrecorded notices', unrecorded, (claim) => wakeClaim(client, claim))
  const toldAgain = await each('claims to be woken', stale, async (claim) => {
    await wakeClaim(client, claim)
    await databases.within(claim.organisationId, (tx) => staleWakeDone(tx, claim.organisationId, claim.claimId))
  })
  return {
    started: await each(
      'claims without a workflow',
      lost.slice(0, MOST_STARTED),
      async (claim) => {
        REPAIR.before()
        await wakeClaim(client, claim)
        REPAIR.after()
      },
      STARTED_AT_ONCE,
    ),
    told: told + toldAgain,
    ended: over.length,
  }
}

/**
 * Whoever submitted has had an answer by now, or never gets one: a refusal goes to the worklist.
 */
async function finishSubmits({ databases, client, clock }: ReconcileDeps, { each }: IsolatedSteps): Promise<number> {
  return each('unfinished submits', await unfinishedSubmits(databases.across), async (claim) => {
    await databases.within(claim.organisationId, (tx) => promiseSubmit(tx, claim, clock.now()))
    await wakeClaim(client, claim)
  })
}

async function wakeInboxes({ databases, client }: ReconcileDeps, { each }: IsolatedSteps): Promise<number> {
  return each('unprocessed documents', await stuckDocuments(databases.across), (mailbox) =>
    signalInbox(client, mailbox),
  )
}

async function restartLostDispatches(
  { databases, client, clock }: ReconcileDeps,
  { each }: IsolatedSteps,
): Promise<number> {
  const open = await openBatches(databases.across, clock.now())
  if (open.length === 0) return 0
  const running = await runningDispatches(client)
  const left = open.filter((batch) => batch.due || !running.has(batch.interchangeId))
  return each('open batches', left, (batch) =>
    batch.due ? startDispatchNow(client, batch) : startDispatch(client, batch),
  )
}

async function dropInquiries({ databases, clock }: ReconcileDeps, { each }: IsolatedSteps): Promise<number> {
  return each('overdue inquiries', await overdueInquiries(databases.across), ({ organisationId, interchangeId }) =>
    databases.within(organisationId, (tx) => endInquiry(tx, organisationId, interchangeId, clock.now())),
  )
}
