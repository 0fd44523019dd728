import type { Tx } from '../../../db/connect.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import type { ClaimStatus, ClosedBecause } from '../../../domain/claim.ts'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import type { NoticeEffect } from '../../../domain/claims/step.ts'
import type { Reached } from '../../../workflows/client/claimWorkflows.ts'
import type { ClaimInput, RecordResult } from '../../../workflows/messages.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem } from '../../http/problems.ts'
import { reply } from '../../http/reply.ts'

/** A claim that has left, locked for an act of a person. */
export interface ActionTarget extends ClaimInput {
  status: ClaimStatus
  closed: ClosedBecause | null
  currency: string
  mode: 'test' | 'production'
}

/**
 * Locks the claim that a person acts on. Drafts take no acts; a replaced claim lives on in its
 * successor.
 */
export async function lockClaimForAction(tx: Tx, organisationId: string, claimId: string): Promise<ActionTarget> {
  const row = await tx
    .selectFrom('claims as c')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'c.organisation_id').onRef('n.id', '=', 'c.connection_id'),
    )
    .select(['c.status', 'c.closed_because', 'c.provider_id', 'c.currency', 'n.mode'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .forUpdate('c')
    .executeTakeFirst()
  if (row === undefined) throw new Problem('claim-not-found', 'there is no such claim')
  if (row.status === 'DRAFT') throw new Problem('claim-is-a-draft', 'the claim has not been submitted yet')
  return {
    organisationId,
    claimId,
    providerId: row.provider_id,
    status: row.status,
    closed: row.closed_because,
    currency: row.currency,
    mode: row.mode,
  }
}

export interface ManualAction {
  /** Who acted: a user or an API key. */
  actor: string
  fact: Fact
  /** ISO 8601 UTC: when it happened, which may be before it was recorded. */
  at: string
  /** What the person stated: kept on the timeline beside the fact. */
  act: Record<string, unknown>
}

/** Stores what a person did, for the claim's workflow to record. Answers the notice's id. */
export function storeAction(
  tx: Tx,
  { organisationId, claimId }: ClaimInput,
  { actor, fact, at, act }: ManualAction,
): Promise<string> {
  return insertManualNotice(tx, {
    organisationId,
    claimId,
    actor,
    event: { fact, at, said: [], references: [] },
    act,
  })
}

/**
 * Before anything is stored or locked: an outage of Temporal leaves nothing behind but a 503, and
 * nobody waits for it on a row.
 */
export async function requireTemporal({ deps }: { deps: ApiDeps }): Promise<void> {
  if (!(await deps.workflows.reachable())) throw temporalUnavailable()
}

export function temporalUnavailable(): Problem {
  const detail = 'the workflow service cannot be reached; send the same request again'
  return new Problem('temporal-unavailable', detail, {}, { 'retry-after': '5' })
}

/** Tells the claim what is stored for it, and answers what became of it. */
export async function recordInClaim(deps: ApiDeps, { claim, noticeIds }: { claim: ClaimInput; noticeIds: string[] }) {
  const { organisationId, claimId, providerId } = claim
  return actionReply(
    claimId,
    await deps.workflows.recordActions({ organisationId, claimId, providerId }, noticeIds),
    noticeIds,
  )
}

/**
 * One act may be several notices (a decision and its money), and the first that is recorded may
 * carry what the others say. So the act had the effect that comes first here.
 */
const PRECEDENCE = {
  applied: 0,
  conflict: 1,
  stale: 2,
  noted: 3,
  repeat: 4,
  cancelled: 5,
  void_sent: 6,
  cannot_cancel: 7,
  unknown: 8,
} satisfies Record<NoticeEffect, number>

/**
 * Stored and not yet recorded is a 202: it is recorded with the claim's next news at the latest.
 */
export function actionReply(claimId: string, reached: Reached<RecordResult>, noticeIds: string[]) {
  switch (reached.kind) {
    case 'unavailable':
      throw temporalUnavailable()
    case 'pending':
      return reply(202, { claimId, recorded: false, status: null, effect: null })
    case 'answered': {
      const { status, effects } = reached.result
      const own = effects.flatMap((each) => (noticeIds.includes(each.noticeId) ? [each.effect] : []))
      const [effect = null] = own.sort((a, b) => PRECEDENCE[a] - PRECEDENCE[b])
      return reply(200, { claimId, recorded: true, status, effect })
    }
  }
}
