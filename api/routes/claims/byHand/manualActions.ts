import { sql } from 'kysely'
import type { Tx } from '../../../../db/connect.ts'
import { insertManualNotice } from '../../../../db/inbox/notices.ts'
import type { ClaimStatus, ClosedBecause, Reference, Said } from '../../../../domain/claim.ts'
import type { Fact } from '../../../../domain/claims/claimEvents.ts'
import type { NoticeEffect } from '../../../../domain/claims/step.ts'
import type { Reached } from '../../../../workflows/client/claimWorkflows.ts'
import type { ClaimInput, RecordResult } from '../../../../workflows/messages.ts'
import type { ApiDeps } from '../../../deps.ts'
import { Problem } from '../../../http/problems.ts'
import { reply } from '../../../http/reply.ts'

/** A submitted claim, locked for what a person does with it. */
export interface ActionTarget extends ClaimInput {
  status: ClaimStatus
  closed: ClosedBecause | null
  /** Its decision only follows from money in full: nobody has said it. */
  decisionImplied: boolean
  currency: string
  mode: 'test' | 'production'
  connectionId: string
  /** The HMO's name. */
  provider: string
  /** IANA zone of the claim's clinic: in it days are meant. */
  zone: string
  /** YYYY-MM-DD */
  serviceFrom: string
  /** ISO 8601 UTC */
  submittedAt: string | null
  decidedAt: string | null
}

/**
 * Locks the claim that a person acts on. Throws for a draft, on which nothing can be recorded.
 */
export async function lockClaimForAction(tx: Tx, organisationId: string, claimId: string): Promise<ActionTarget> {
  const claim = tx.selectFrom('claims').select('id').where('organisation_id', '=', organisationId)
  await claim.where('id', '=', claimId).forUpdate().execute()
  return actionTarget(tx, organisationId, claimId)
}

/** The claim that a person acts on, not locked: for acts that lock several in their own order. */
export async function actionTarget(tx: Tx, organisationId: string, claimId: string): Promise<ActionTarget> {
  const row = await tx
    .selectFrom('claims as c')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'c.organisation_id').onRef('n.id', '=', 'c.connection_id'),
    )
    .innerJoin('clinics as k', (join) =>
      join.onRef('k.organisation_id', '=', 'c.organisation_id').onRef('k.id', '=', 'c.clinic_id'),
    )
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select(['c.status', 'c.closed_because', 'c.provider_id', 'c.currency', 'c.connection_id', 'n.mode', 'k.zone'])
    .select(['c.service_from', 'c.submitted_at', 'c.state', 'p.name as provider'])
    .select(sql<string | null>`c.state ->> 'decidedAt'`.as('decided_at'))
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
  if (row === undefined) throw new Problem('claim-not-found', 'there is no such claim')
  if (row.status === 'DRAFT') throw new Problem('claim-is-a-draft', 'the claim has not been submitted yet')
  return {
    organisationId,
    claimId,
    providerId: row.provider_id,
    status: row.status,
    closed: row.closed_because,
    decisionImplied: row.state['decisionImplied'] === true,
    currency: row.currency,
    mode: row.mode,
    connectionId: row.connection_id,
    provider: row.provider,
    zone: row.zone,
    serviceFrom: row.service_from,
    submittedAt: row.submitted_at?.toISOString() ?? null,
    decidedAt: row.decided_at,
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
  /** What the provider said, and its numbers, as the person keyed them. */
  said?: Said[]
  references?: Reference[]
}

/** Stores what a person did, for the claim's workflow to record. Answers the notice's id. */
export function storeAction(
  tx: Tx,
  { organisationId, claimId }: ClaimInput,
  { actor, fact, at, act, said = [], references = [] }: ManualAction,
): Promise<string> {
  return insertManualNotice(tx, {
    organisationId,
    claimId,
    actor,
    event: { fact, at, said, references },
    act,
  })
}

/**
 * Called before anything is stored or locked: in an outage of Temporal the caller gets a 503,
 * nothing stays behind, and no other request waits for a locked row.
 */
export async function requireTemporal({ deps }: { deps: ApiDeps }): Promise<void> {
  if (!(await deps.workflows.reachable())) throw temporalUnavailable()
}

export function temporalUnavailable(): Problem {
  const detail = 'the workflow service cannot be reached; send the same request again'
  return new Problem('temporal-unavailable', detail, {}, { 'retry-after': '5' })
}

/** Has the claim's workflow record stored notices, and answers what became of them. */
export async function recordInClaim(deps: ApiDeps, { claim, noticeIds }: { claim: ClaimInput; noticeIds: string[] }) {
  const { organisationId, claimId, providerId } = claim
  return actionReply(
    claimId,
    await deps.workflows.recordActions({ organisationId, claimId, providerId }, noticeIds),
    noticeIds,
  )
}

/**
 * One action may be several notices (a decision and its money), and recording the first may already
 * bring what the others state. The action's effect is the one that comes first here.
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
  held: 8,
  unknown: 9,
} satisfies Record<NoticeEffect, number>

/**
 * 200 with the effect when the claim has recorded the notices. 202 when they are only stored: the
 * claim records them at its next turn, also when Temporal went away after they were.
 */
export function actionReply(claimId: string, reached: Reached<RecordResult>, noticeIds: string[]) {
  switch (reached.kind) {
    case 'unavailable':
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
