import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { STATUSES } from '../../../domain/claim.ts'
import { isBackwards } from '../../../domain/claims/claimState.ts'
import { completeDecisions } from '../../../domain/claims/manualDecision.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { day, words } from '../../http/schemas.ts'
import { actionView, claimPath, said } from './claimViews.ts'
import { anyAmount } from './draftSchemas.ts'
import { refuseInForce } from './inForce.ts'
import { type ActionTarget, lockClaimForAction, recordInClaim, requireTemporal, storeAction } from './manualActions.ts'
import { evidenceNamed, instantOf, notInTime, providerContact } from './providerContact.ts'

/** A line as it is keyed from a paper explanation of benefits. */
export const decision = z.strictObject({
  lineNumber: z.int().min(1),
  outcome: z.enum(['approved', 'reduced', 'denied', 'pending']),
  payable: anyAmount.meta({ description: 'what the provider pays for the line, minor units' }),
  adjustments: z
    .array(
      z.strictObject({
        bucket: z.enum(['contractual', 'patient', 'other_payer', 'denied', 'withheld_tax', 'discount', 'bank_fee']),
        amount: anyAmount,
        said: said.default({}),
      }),
    )
    .max(30)
    .default([]),
})

const statusByHand = z
  .strictObject({
    status: z.enum(STATUSES).exclude(['DRAFT', 'SUBMITTED', 'CANCELLED']),
    ...providerContact,
    saidOn: day.meta({ description: 'the date of the news' }),
    lines: z.array(decision).max(200).default([]),
    note: words(1000).optional(),
    followUpOn: day.optional().meta({ description: 'the claim comes back to the staff on that day, not before' }),
    seenStatus: z.enum(STATUSES).optional().meta({ description: 'refused when the claim has moved since' }),
    force: z.boolean().default(false).meta({
      description: 'with `reason`: also backwards, also over a decision that is in force or on a closed claim',
    }),
    reason: words(500).optional(),
  })
  .meta({ id: 'StatusByHand' })

export const statusRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/status',
    movesMoney: true,
    tag: 'claims',
    summary: 'Record what the provider said by phone, portal or letter',
    roles: ROLES.bill,
    params: claimPath,
    body: statusByHand,
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: [
      'claim-not-found',
      'claim-is-a-draft',
      'claim-closed',
      'decision-in-force',
      'status-goes-backwards',
      'status-changed',
      'unknown-line',
      'wrong-amount',
      'unknown-evidence',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      const { status, lines, followUpOn, saidOn, force, evidenceId, ...rest } = body
      refuseWrongStatus(claim, body, now)
      const at = instantOf(saidOn, now, '/saidOn')
      const decided = completeDecisions(status, lines, await amountsOf(tx, claim), claim.currency)
      if (decided.kind === 'refused') throw new Problem(decided.type, decided.detail)
      const evidence = await evidenceNamed(tx, claim, evidenceId)
      const fact = {
        type: 'status_by_hand' as const,
        status,
        lines: decided.lines,
        ...(followUpOn === undefined ? {} : { followUpOn }),
      }
      const act = { kind: 'status', saidOn, ...(force ? { force } : {}), ...rest, ...evidence }
      return { claim, noticeIds: [await storeAction(tx, claim, { actor, fact, at, act })] }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
]

function refuseWrongStatus(claim: ActionTarget, body: z.output<typeof statusByHand>, now: Date): void {
  if (claim.closed === 'replaced') throw new Problem('claim-closed', 'the claim is replaced: act on its successor')
  if (body.seenStatus !== undefined && body.seenStatus !== claim.status) {
    throw new Problem('status-changed', `the claim is ${claim.status} by now`, { claimStatus: claim.status })
  }
  if (body.followUpOn !== undefined && body.followUpOn < now.toISOString().slice(0, 10))
    throw notInTime('/followUpOn', 'must not be in the past')
  const may = body.force && body.reason !== undefined
  // The same status without lines only sets a follow-up date.
  const repeats = body.status === claim.status && body.lines.length === 0
  if (!repeats && !may) refuseInForce(claim)
  if (isBackwards(claim.status, body.status) && !may) {
    const detail = `from ${claim.status} to ${body.status} is backwards: say force with a reason if that is what happened`
    throw new Problem('status-goes-backwards', detail, { claimStatus: claim.status })
  }
}

async function amountsOf(tx: Tx, { organisationId, claimId }: ActionTarget): Promise<Map<number, number>> {
  const rows = await tx
    .selectFrom('claim_lines')
    .select(['line_number', 'amount'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  return new Map(rows.map((row) => [row.line_number, row.amount]))
}
