import { sql } from 'kysely'
import { lockClaims } from '../../db/claims/lockClaim.ts'
import type { RecordedClaim } from '../../db/claims/recordEvents.ts'
import { pendingNotices } from '../../db/inbox/pendingNotices.ts'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import { pipelined } from '../../db/pipelined.ts'
import { needsWorkflow } from '../../domain/claims/needsWorkflow.ts'
import { grouped } from '../../domain/grouped.ts'
import { byPurpose } from '../claims/factByPurpose.ts'
import { isWishToCancel, type PendingClaim, type RecordedPending, recordPending } from '../claims/recordPending.ts'
import type { Deps } from '../deps.ts'
import type { Ingest } from './inboxItems.ts'

/**
 * Records what a document says of its claims, all of them in the caller's transaction. Answers the
 * claims whose workflow must read its row again: something that it goes by has changed, or it has
 * notices of its own to record. A claim that breaks is left to its workflow, which tells a person
 * when it goes on breaking; the others are recorded.
 */
export async function recordDocument(ingest: Ingest, claimIds: string[]): Promise<string[]> {
  const { deps, tx, connection } = ingest
  const { organisationId } = connection
  if (claimIds.length === 0) return []
  const claims = await lockClaims(tx, organisationId, claimIds)
  const notices = grouped(await pendingNotices(tx, organisationId, claimIds), ({ claimId }) => claimId)
  const pending = claims.flatMap((claim): PendingClaim[] => {
    const own = notices.get(claim.claimId)
    return own === undefined ? [] : [{ claim, notices: own }]
  })
  const leftAlone = pending.filter((each) => needsOwnTurn(deps, each))
  const { recorded, broken } = await recordApart(
    ingest,
    pending.filter((each) => !leftAlone.includes(each)),
  )
  const before = new Map(pending.map((each) => [each.claim.claimId, each]))
  const isChanged = ({ claim }: RecordedClaim) => {
    const known = before.get(claim.claimId)
    if (known === undefined) return false
    return needsWorkflow(known.claim, claim) || (claim.attention && mayHaveRaised(known))
  }
  const wakes = [
    ...[...leftAlone, ...broken].map(({ claim }) => claim.claimId),
    ...recorded.flatMap((each) => each.claims.filter(isChanged).map(({ claim }) => claim.claimId)),
    ...recorded.flatMap(({ alsoArrived }) => alsoArrived),
  ]
  return [...new Set(wakes)]
}

/**
 * What takes money or events of a claim back changes other claims too, whose locks would come out
 * of order; and a draft is first frozen. That is for the claim's own turn.
 */
function needsOwnTurn(deps: Deps, { claim, notices }: PendingClaim): boolean {
  const { declaration } = deps.adapterOf(claim.adapterId)
  return (
    claim.state.status === 'DRAFT' ||
    notices.some(
      (notice) =>
        isWishToCancel(notice) || TAKES_BACK.has(byPurpose(notice.purpose, notice.event, declaration).fact.type),
    )
  )
}

const TAKES_BACK: ReadonlySet<string> = new Set(['cancelled', 'replaced', 'undone'])

/** The document may have raised items of the claim before the claim was read here. */
function mayHaveRaised({ notices }: PendingClaim): boolean {
  return notices.some(({ source, event }) => source === 'ledger' || event.fact.type === 'member_corrected')
}

interface Apart {
  recorded: RecordedPending[]
  broken: PendingClaim[]
}

/**
 * All together; when that breaks, each half by itself, until the claim that breaks stands alone.
 */
async function recordApart(ingest: Ingest, pending: PendingClaim[]): Promise<Apart> {
  if (pending.length === 0) return { recorded: [], broken: [] }
  const { deps, tx, connection, document } = ingest
  await pipelined(tx, sql`savepoint recording`)
  try {
    const recorded = await recordPending(deps, tx, connection.organisationId, pending)
    await sql`release savepoint recording`.execute(tx)
    return { recorded: [recorded], broken: [] }
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    await sql`rollback to savepoint recording`.execute(tx)
    const [first] = pending
    if (pending.length === 1 && first !== undefined) {
      const { documentId } = document
      const words = { documentId, claimId: first.claim.claimId, error: error instanceof Error ? error.name : 'unknown' }
      deps.log.error(words, 'a claim could not be recorded with its document')
      return { recorded: [], broken: pending }
    }
    const middle = Math.ceil(pending.length / 2)
    const left = await recordApart(ingest, pending.slice(0, middle))
    const right = await recordApart(ingest, pending.slice(middle))
    return { recorded: [...left.recorded, ...right.recorded], broken: [...left.broken, ...right.broken] }
  }
}
