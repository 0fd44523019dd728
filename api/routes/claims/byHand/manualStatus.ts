import { z } from 'zod'
import type { Tx } from '../../../../db/connect.ts'
import { keyedBesideFirst } from '../../../../db/coordination/keyedBesideFirst.ts'
import { type Said, STATUSES } from '../../../../domain/claim.ts'
import { isBackwards } from '../../../../domain/claims/claimState.ts'
import { completeDecisions, judgeKeyed, keyedAdjustment, saidWords } from '../../../../domain/claims/manualDecision.ts'
import { dayIn, startOf } from '../../../../domain/zones.ts'
import { ROLES } from '../../../http/auth.ts'
import { Problem } from '../../../http/problems.ts'
import { defineEffectThen, type Route } from '../../../http/route.ts'
import { day, words } from '../../../http/schemas.ts'
import { actionView, claimPath, said } from '../claimViews.ts'
import { anyAmount } from '../draftSchemas.ts'
import { earliestNews, forced, instantOfDay, isForced, type KeyedDay, notInTime } from './dayOfNews.ts'
import { refuseInForce } from './inForce.ts'
import { type ActionTarget, lockClaimForAction, recordInClaim, requireTemporal, storeAction } from './manualActions.ts'
import { evidenceNamed, providerContact } from './providerContact.ts'
import { claimNumber, isReceived, refuseTakenReference } from './references.ts'

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

/** A reason of the provider's: from a code list, or in its words. */
const reasonSaid = said.strict().refine(({ code, text }) => code !== undefined || text !== undefined, {
  message: 'a reason has a code or a text',
})

const statusByHand = z
  .strictObject({
    status: z.enum(STATUSES).exclude(['DRAFT', 'SUBMITTED', 'CANCELLED']),
    ...providerContact,
    saidOn: day.meta({ description: 'the day of the news, in the zone of the clinic' }),
    rejectedAt: z.enum(['front_end', 'adjudicated']).optional().meta({
      description:
        'which rejection it was: `front_end` turned back before any review, `adjudicated` denied after review. Asked for when nothing tells',
    }),
    said: z
      .array(reasonSaid)
      .max(20)
      .default([])
      .meta({
        description: 'why, by the provider: codes with their list, or words. Asked for of what is rejected or denied',
        example: [{ list: 'CARC', code: '96' }],
      }),
    reference: words(100).optional().meta({ description: "the provider's own number of the claim, when it names one" }),
    lines: z.array(decision).max(200).default([]).meta({ description: 'PARTIAL asks for them' }),
    note: words(1000).optional(),
    followUpOn: day.optional().meta({ description: 'the claim comes back to the staff on that day, not before' }),
    seenStatus: z.enum(STATUSES).optional().meta({ description: 'refused when the claim has moved since' }),
    ...forced,
  })
  .meta({
    id: 'StatusByHand',
    description:
      'PARTIAL needs `lines`; REJECTED needs `rejectedAt`, unless lines, a reference or an earlier receipt tell, and a reason in `said`; ' +
      '`force` counts only with `reason`.',
    example: {
      status: 'REJECTED',
      rejectedAt: 'adjudicated',
      said: [{ list: 'CARC', code: '96' }],
      channel: 'letter',
      saidBy: 'Claims department',
      saidOn: '2026-03-20',
    },
  })

type StatusByHand = z.output<typeof statusByHand>

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
      'lines-missing',
      'rejection-unclear',
      'reason-missing',
      'reference-taken',
      'unknown-line',
      'wrong-amount',
      'wrong-date',
      'unknown-evidence',
      'temporal-unavailable',
    ],
    before: requireTemporal,
    effect: async ({ tx, organisationId, actor, params, body, now }) => {
      const claim = await lockClaimForAction(tx, organisationId, params.claimId)
      const { followUpOn, saidOn, force, evidenceId, reference, ...rest } = body
      refuseWrongStatus(claim, body, now)
      const at = instantOfDay(claim, newsDay(claim, body), now)
      await refuseTakenReference(tx, claim, { reference, forced: isForced(body) })
      const fact = await decisionFact(tx, claim, body)
      const evidence = await evidenceNamed(tx, claim, evidenceId)
      const { lines: _lines, said: _said, ...stated } = rest
      const act = {
        kind: 'status',
        saidOn,
        ...(force ? { force } : {}),
        ...(reference === undefined ? {} : { reference }),
        ...stated,
        ...evidence,
      }
      const keyed = { actor, fact, at, act, said: reasonsOf(body), references: claimNumber(reference) }
      return { claim, noticeIds: [await storeAction(tx, claim, keyed)] }
    },
    finish: ({ deps }, stored) => recordInClaim(deps, stored),
  }),
]

/** The keyed decision as the claim records it; throws what is to be asked first. */
async function decisionFact(tx: Tx, claim: ActionTarget, body: StatusByHand) {
  const { status, lines, followUpOn, rejectedAt = null, reference = null } = body
  const keyed = { status, lines, said: reasonsOf(body), rejectedAt, reference }
  const verdict = judgeKeyed(keyed, { receivedByProvider: await isReceived(tx, claim) })
  if (verdict.kind === 'refused') throw new Problem(verdict.type, verdict.detail)
  const charges = await amountsOf(tx, claim)
  const stated = lines.map((line) => ({ ...line, adjustments: line.adjustments.map(keyedAdjustment) }))
  const beside = await keyedBesideFirst(tx, claim, stated, charges)
  const completed = completeDecisions({ ...keyed, lines: beside }, charges, claim.currency)
  if (completed.kind === 'refused') throw new Problem(completed.type, completed.detail)
  return {
    type: 'status_by_hand' as const,
    status,
    lines: completed.lines,
    ...(verdict.rejectedAt === null ? {} : { rejectedAt: verdict.rejectedAt }),
    ...(followUpOn === undefined ? {} : { followUpAt: startOf(followUpOn, claim.zone) }),
  }
}

/** A reason in words counts too, unless it says why a check is overridden. */
function reasonsOf({ said: keyed, reason, force }: StatusByHand): Said[] {
  if (keyed.length === 0) return reason === undefined || force ? [] : [{ text: reason }]
  return keyed.map(saidWords)
}

function newsDay(claim: ActionTarget, body: StatusByHand): KeyedDay {
  const repeats = body.status === claim.status && body.lines.length === 0
  const earliest = earliestNews(repeats ? { ...claim, decidedAt: null } : claim)
  return { day: body.saidOn, pointer: '/saidOn', earliest, forced: isForced(body) }
}

function refuseWrongStatus(claim: ActionTarget, body: StatusByHand, now: Date): void {
  if (claim.closed === 'replaced') throw new Problem('claim-closed', 'the claim is replaced: act on its successor')
  if (body.seenStatus !== undefined && body.seenStatus !== claim.status) {
    throw new Problem('status-changed', `the claim is ${claim.status} by now`, { claimStatus: claim.status })
  }
  if (body.followUpOn !== undefined && body.followUpOn < dayIn(claim.zone, now.toISOString()))
    throw notInTime('/followUpOn', 'must not be in the past')
  const may = isForced(body)
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
