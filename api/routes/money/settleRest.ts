import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { moneyPostedFact, postSettlement } from '../../../db/money/ledger.ts'
import { isDecided } from '../../../domain/claims/claimState.ts'
import type { LineSettlement } from '../../../domain/money/lineDecision.ts'
import { newId } from '../../../platform/ids.ts'
import { ROLES } from '../../http/auth.ts'
import { Problem } from '../../http/problems.ts'
import { defineEffectThen, type Route } from '../../http/route.ts'
import { words } from '../../http/schemas.ts'
import {
  type ActionTarget,
  lockClaimForAction,
  recordInClaim,
  requireTemporal,
  storeAction,
} from '../claims/byHand/manualActions.ts'
import { actionView, claimPath } from '../claims/claimViews.ts'

export const restRoutes: Route[] = [
  defineEffectThen({
    method: 'post',
    path: '/v1/claims/{claimId}/settlement',
    movesMoney: true,
    tag: 'claims',
    summary: 'Say what becomes of all that is left of a decided claim: appeal, bill the patient, or write it off',
    description:
      'Of every line at once: what was denied or reduced, and what was neither paid nor explained. For a claim that was paid in part and of which the ' +
      'provider says no more.',
    roles: ROLES.bill,
    params: claimPath,
    body: z
      .strictObject({ action: z.enum(['appeal', 'bill_patient', 'write_off']), reason: words(500) })
      .meta({ id: 'RestSettlement', example: { action: 'write_off', reason: 'the HMO pays no more' } }),
    response: actionView,
    alsoAnswers: { 202: 'Stored; the claim records it at its next turn' },
    problems: ['claim-not-found', 'claim-is-a-draft', 'not-decided', 'nothing-to-settle', 'temporal-unavailable'],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      if (!isDecided(claim))
        throw new Problem('not-decided', `the claim is ${claim.status}: the provider may still decide it`)
      const settled = await settleLines(tx, claim, { ...body, actor, now })
      if (settled.length === 0) throw new Problem('nothing-to-settle', 'nothing of the claim is denied or open')
      const action = { actor, at: now.toISOString(), act: { kind: 'settlement', whole: true, reason: body.reason } }
      const noticeIds: string[] = []
      for (const line of settled) {
        const fact = { type: 'line_settled' as const, action: body.action, ...line }
        noticeIds.push(await storeAction(tx, claim, { ...action, fact }))
      }
      const money = await moneyPostedFact(tx, organisationId, claim.claimId)
      noticeIds.push(await storeAction(tx, claim, { ...action, fact: money }))
      return { claim, noticeIds }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
]

/** Posts the settlement of each line that has something left; answers the amounts by line. */
async function settleLines(
  tx: Tx,
  claim: ActionTarget,
  wanted: { action: LineSettlement; reason: string; actor: string; now: Date },
): Promise<{ lineNumber: number; amount: number }[]> {
  if (claim.mode === 'test') return []
  const { organisationId, claimId, currency } = claim
  const rows = await tx
    .selectFrom('claim_lines')
    .select('line_number')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('line_number')
    .execute()
  const settled: { lineNumber: number; amount: number }[] = []
  for (const { line_number: lineNumber } of rows) {
    const one = { ...wanted, organisationId, claimId, currency, lineNumber, rejected: true }
    let amount = 0
    // What was denied of the line is settled first, then what is still open of it; an appeal moves
    // nothing, so that it would find the same again.
    for (let step = 0; step < (wanted.action === 'appeal' ? 1 : 3); step += 1) {
      const part = await postSettlement(tx, { ...one, idempotencyKey: `settlement:${newId()}` })
      if (part === null) break
      amount += part
    }
    if (amount > 0) settled.push({ lineNumber, amount })
  }
  return settled
}
