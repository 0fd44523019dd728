import { sql } from 'kysely'
import { actOfNotice } from '../../../domain/claims/undo/acts.ts'
import type { Tx } from '../../connect.ts'
import type { Refused } from '../../refused.ts'
import { audit } from '../../setup/audit.ts'
import { lockForPosting } from '../remittanceRows.ts'
import { builtUpon, undoneAlready } from './builtUpon.ts'
import { followersOf, reverseTransactions, standingByKeys } from './reversing.ts'
import { tellUndone, type UndoAct } from './undoNotices.ts'
import { voidRemittance } from './voidRemittance.ts'

/**
 * One thing that a build made of what a provider said, and that still stands: a remittance that it
 * posted, or a decision that it recorded.
 */
export type BuildAct =
  | { kind: 'remittance'; remittanceId: string; documentId: string | null; at: string }
  | { kind: 'decision'; claimId: string; noticeId: string; documentId: string | null; at: string }

/** What a build posted and no `undo --build` takes back, by kind: what people did, and charges. */
export type Kept = { kind: string; postings: number }

/** The newest first, as one takes a thing apart. */
export async function actsOfBuild(tx: Tx, organisationId: string, build: string): Promise<BuildAct[]> {
  const { rows: remittances } = await sql<Extract<BuildAct, { kind: 'remittance' }>>`
    select distinct on (r.id) 'remittance' as kind, r.id as "remittanceId", r.document_id as "documentId", t.id as at
    from ledger_transactions t join remittances r on r.organisation_id = t.organisation_id and r.id = t.remittance_id
    where t.organisation_id = ${organisationId} and t.build = ${build} and t.kind in ('remittance', 'payment') and t.reverses is null
      and r.source = 'document' and r.state = 'posted'
    order by r.id, t.id desc`.execute(tx)
  const { rows: decisions } = await sql<Extract<BuildAct, { kind: 'decision' }>>`
    select distinct on (e.notice_id) 'decision' as kind, e.claim_id as "claimId", e.notice_id as "noticeId", n.document_id as "documentId", e.id as at
    from claim_events e join notices n on n.organisation_id = e.organisation_id and n.id = e.notice_id
    where e.organisation_id = ${organisationId} and e.build = ${build} and e.type = 'decided' and e.effect in ('applied', 'conflict')
      and n.source = 'provider' and n.remittance_id is null
      and not exists (select from notices u where u.organisation_id = e.organisation_id and u.claim_id = e.claim_id
        and u.event -> 'fact' ->> 'type' = 'undone' and u.event -> 'fact' ->> 'act' = 'notice:' || e.notice_id)
    order by e.notice_id, e.id desc`.execute(tx)
  return [...remittances, ...decisions].sort((one, other) => (one.at < other.at ? 1 : -1))
}

/** What else the build posted and still stands. */
export async function keptOfBuild(tx: Tx, organisationId: string, build: string): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select t.kind, count(*)::integer as postings from ledger_transactions t
    where t.organisation_id = ${organisationId} and t.build = ${build} and t.reverses is null
      and not exists (select from ledger_transactions b where b.organisation_id = t.organisation_id and b.reverses = t.id)
    group by t.kind order by t.kind`.execute(tx)
  return rows
}

/**
 * Takes one act back by opposite postings, and tells its claims. Refused where something stands on
 * it.
 */
export async function undoBuildAct(
  tx: Tx,
  by: UndoAct,
  act: BuildAct,
): Promise<{ kind: 'undone'; claimIds: string[] } | Refused> {
  if (act.kind === 'remittance') {
    const voided = await voidRemittance(tx, { ...by, remittanceId: act.remittanceId })
    return voided.kind === 'refused'
      ? voided
      : { kind: 'undone', claimIds: voided.claims.map(({ claimId }) => claimId) }
  }
  const { organisationId } = by
  const { claimId, noticeId } = act
  const name = actOfNotice(noticeId)
  await lockForPosting(tx, organisationId, [claimId])
  const { rows: undone } = await sql`
    select from notices where organisation_id = ${organisationId} and claim_id = ${claimId}
      and event -> 'fact' ->> 'type' = 'undone' and event -> 'fact' ->> 'act' = ${name} limit 1`.execute(tx)
  if (undone.length > 0) return undoneAlready('it')
  const transactions = await standingByKeys(tx, organisationId, [
    `decision:${noticeId}`,
    `decision:${noticeId}:settlement`,
  ])
  const followers = await followersOf(tx, organisationId, transactions)
  if (followers.length > 0) return builtUpon(followers)
  await reverseTransactions(tx, by, transactions)
  await tellUndone(tx, by, [claimId], { act: name, what: 'status' })
  const detail = { noticeId, reason: by.reason }
  await audit(tx, { ...by, action: 'claim.undo', subject: `claim ${claimId}`, detail })
  return { kind: 'undone', claimIds: [claimId] }
}
