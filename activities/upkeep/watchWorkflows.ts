import type { Client } from '@temporalio/client'
import {
  deliveriesUnderWay,
  type UnattendedItem,
  type UnattendedWork,
  unattendedItems,
  unattendedWork,
} from '../../db/acrossTenants/unattended.ts'
import type { Databases, Tx } from '../../db/connect.ts'
import { closeItem, raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Cause } from '../../domain/worklist/itemContents.ts'
import { type CountByType, countByType } from '../../domain/worklist/unattendedWork.ts'
import type { Clock } from '../../platform/clock.ts'
import { wedgedRuns } from '../../workflows/client/wedgedRuns.ts'
import type { IsolatedSteps } from './isolated.ts'

/** Work that has lain this long (real time) is counted, and its workflow looked at. */
const UNATTENDED_AFTER_MS = 60_000

/** After this time (real) a person is told, whatever its workflow looks like. */
const SILENT_AFTER_MS = 5 * 60_000

/** Deliveries under way whose workflows one look asks for: in an outage there are many. */
const DELIVERIES_A_LOOK = 5_000

export interface WatchDeps {
  databases: Databases
  client: Client
  clock: Clock
}

/** What a look at the workflows found. */
export interface WatchReport {
  /** Work that has lain for over a minute, by the workflow that should have done it. */
  unattended: CountByType
  /** Workflows of these and of deliveries under way whose task fails again and again. */
  wedged: CountByType
  /** Items that are open now and were not before. */
  silent: number
}

/** The report of a look that found nothing. */
export const NOTHING_WATCHED: WatchReport = { unattended: countByType([]), wedged: countByType([]), silent: 0 }

/** What lies, in the words of its rows. */
export async function findUnattended({ databases, clock }: Omit<WatchDeps, 'client'>): Promise<UnattendedWork[]> {
  const lying = { longerThanMs: UNATTENDED_AFTER_MS, now: clock.now(), scale: clock.scale }
  return unattendedWork(databases.across, lying)
}

/**
 * Finds work that its workflow leaves undone and puts it on the operator's worklist: at once where
 * the workflow's task fails again and again, else after some minutes. The item closes once the work
 * is done. It needs no workflow, so that a build whose workflows all throw is found by it too.
 */
export async function watchWorkflows(deps: WatchDeps, { each, step }: IsolatedSteps): Promise<WatchReport> {
  const { databases, client } = deps
  const lying = await findUnattended(deps)
  const known = new Set(lying.map(keyOf))
  const others = await deliveriesUnderWay(databases.across, DELIVERIES_A_LOOK)
  const looked = [...lying, ...others.filter((work) => !known.has(keyOf(work)))]
  // While Temporal is away the rows still say what lies.
  const { wedged, unanswered } = await wedgedRuns(client, looked)
  await step('workflows', () => refuseUnanswered(unanswered.length), undefined)
  const wedgedKeys = new Set(wedged.map(keyOf))
  const told = new Set((await unattendedItems(databases.across)).map(keyOfItem))
  const untold = looked.filter(
    (work) => !told.has(keyOf(work)) && (work.forMs >= SILENT_AFTER_MS || wedgedKeys.has(keyOf(work))),
  )
  const silent = await each('unattended work', untold, (work) =>
    databases.within(work.organisationId, (tx) => raise(tx, deps, work)),
  )
  const still = new Set([...known, ...wedgedKeys, ...unanswered.map(keyOf)])
  const over = (await unattendedItems(databases.across)).filter((item) => !still.has(keyOfItem(item)))
  await each('attended work', over, (item) => databases.within(item.organisationId, (tx) => close(tx, deps, item)))
  return { unattended: countByType(lying), wedged: countByType(wedged), silent }
}

/** Looked at again by the next look. */
async function refuseUnanswered(count: number): Promise<void> {
  if (count > 0) throw new Error(`Temporal has not answered for ${count} workflows`)
}

function keyOf({ type, subjectId }: Pick<UnattendedWork, 'type' | 'subjectId'>): string {
  return `${type} ${subjectId}`
}

const TYPES = { 'workflow-silent': 'claimLifecycle', 'batch-silent': 'batchDispatch', 'inbox-silent': 'inbox' } as const

function keyOfItem({ kind, subjectId }: UnattendedItem): string {
  return keyOf({ type: TYPES[kind], subjectId })
}

async function raise(tx: Tx, { clock }: WatchDeps, work: UnattendedWork): Promise<void> {
  const { organisationId, connectionId, type, subjectId, claimNumber, duty, provider } = work
  const raising = { organisationId, connectionId, now: clock.now() }
  if (type === 'claimLifecycle') {
    const words = { claimNumber: claimNumber ?? '', duty: duty ?? 'notice' }
    return raiseItem(tx, raising, { kind: 'workflow-silent', ids: { claimId: subjectId }, words })
  }
  const words = { provider }
  if (type === 'inbox') return raiseItem(tx, raising, { kind: 'inbox-silent', ids: { connectionId }, words })
  return raiseItem(tx, raising, { kind: 'batch-silent', ids: { interchangeId: subjectId }, words })
}

async function close(tx: Tx, { clock }: WatchDeps, { organisationId, kind, subjectId }: UnattendedItem): Promise<void> {
  const closing = { organisationId, by: 'hub', because: 'the work is done', now: clock.now() }
  await closeItem(tx, closing, causeOf(kind, subjectId))
}

function causeOf(kind: UnattendedItem['kind'], subjectId: string): Cause {
  switch (kind) {
    case 'workflow-silent':
      return { kind, ids: { claimId: subjectId } }
    case 'batch-silent':
      return { kind, ids: { interchangeId: subjectId } }
    case 'inbox-silent':
      return { kind, ids: { connectionId: subjectId } }
  }
}
