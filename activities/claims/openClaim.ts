import type { ProviderAdapter } from '../../adapters/contract.ts'
import type { LockedClaim } from '../../db/claims/lockClaim.ts'
import { lockClaim } from '../../db/claims/lockClaim.ts'
import { recordEvents } from '../../db/claims/recordEvents.ts'
import { openingFailed, openingWorks, refuseSubmit } from '../../db/claims/submitPromise.ts'
import type { Tx } from '../../db/connect.ts'
import { claimFromOther } from '../../db/coordination/claimedFromOther.ts'
import type { ComposedFirst } from '../../db/coordination/composeFirst.ts'
import { linkFirst } from '../../db/coordination/linkFirst.ts'
import { closeSecondHmoItem } from '../../db/coordination/otherHmoItems.ts'
import { joinBatch } from '../../db/delivery/batchMembership.ts'
import { type ClaimSending, claimSendings } from '../../db/delivery/claimTransmissions.ts'
import { allocateInterchange } from '../../db/delivery/interchanges.ts'
import { isPartial, moveDisputedLines } from '../../db/drafts/appealLines.ts'
import { checkToLeave } from '../../db/drafts/checkDraft.ts'
import { composeSubmission, submissionFrom } from '../../db/drafts/composeSubmission.ts'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import { postCharge } from '../../db/money/ledger.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Purpose, Submission } from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { isSettled } from '../../domain/delivery/interchangeState.ts'
import { newId, newSubmissionNumber } from '../../platform/ids.ts'
import type { ClaimOpening } from '../../workflows/activityResults.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import { type Deps, recordContext, TRIES_BEFORE_PERSON } from '../deps.ts'
import { claimSummary } from './claimSummary.ts'

/**
 * The first thing a claim's workflow does. A draft is checked and frozen: status SUBMITTED,
 * numbers, charge and interchange in one transaction. A claim that was submitted before goes on
 * from its row. Idempotent: after a kill in between, the second run finds what the first committed.
 */
export async function openClaim(deps: Deps, input: ClaimInput): Promise<ClaimOpening> {
  try {
    return await open(deps, input)
  } catch (error) {
    if (!isDatabaseAway(error)) await raiseOpeningFails(deps, input)
    throw error
  }
}

/** Opening is retried for ever; after several failures it is on the operator's worklist. */
async function raiseOpeningFails(deps: Deps, { organisationId, claimId }: ClaimInput): Promise<void> {
  await deps.databases.within(organisationId, async (tx) => {
    const failed = await openingFailed(tx, { organisationId, claimId })
    if (failed === null || failed.failures < TRIES_BEFORE_PERSON) return
    const { claimNumber, connectionId, failures, isDraft } = failed
    const raising = { organisationId, connectionId, now: deps.clock.now() }
    const kind = isDraft ? ('submit-fails' as const) : ('open-fails' as const)
    await raiseItem(tx, raising, { kind, ids: { claimId }, words: { claimNumber, failures } })
  })
}

async function open(deps: Deps, { organisationId, claimId }: ClaimInput): Promise<ClaimOpening> {
  return deps.databases.within(organisationId, async (tx) => {
    const claim = await lockClaim(tx, organisationId, claimId)
    if (claim === null)
      return {
        kind: 'refused',
        problems: [{ type: 'claim-not-found', detail: 'the claim does not exist' }],
        status: 'CANCELLED',
      }
    return claim.state.status === 'DRAFT' ? freeze(deps, tx, claim) : resume(deps, tx, claim)
  })
}

async function freeze(deps: Deps, tx: Tx, claim: LockedClaim): Promise<ClaimOpening> {
  const { organisationId, claimId } = claim
  const now = deps.clock.now()
  const adapter = deps.adapterOf(claim.adapterId)
  const { declaration } = adapter
  const composed = await composeSubmission(tx, organisationId, claimId)
  if (composed === null) throw new Error(`claim ${claimId} vanished while it was locked`)
  const { connectionId } = claim
  const { problems } = await checkToLeave(tx, adapter, composed, { organisationId, claimId, connectionId, now })
  if (problems.length > 0) {
    const reasons = problems.map(({ detail }) => detail)
    await refuseSubmit(tx, claim, reasons, now)
    return { kind: 'refused', problems, status: 'DRAFT' }
  }
  const numbers = { submissionId: newId(), submissionNumber: newSubmissionNumber() }
  const submission = submissionFrom(composed, numbers)
  const carried = await carriedBy(tx, claim, submission, { declaration, now })
  if (claim.mode === 'production') {
    await postCharge(tx, {
      organisationId,
      claimId,
      currency: claim.currency,
      lines: submission.lines,
      actor: 'hub',
      now,
    })
  }
  const taken = composed.first === null ? 0 : await linkFirst(tx, { ...claim, now }, composed.first)
  const facts: Fact[] = [
    { type: 'submitted' },
    ...(carried.leavesAt === null
      ? []
      : [{ type: 'waits' as const, for: 'cut_off' as const, until: carried.leavesAt.toISOString() }]),
  ]
  const charged = {
    ...claim,
    state: {
      ...claim.state,
      openAmount: claim.mode === 'production' ? submission.total - taken : 0,
      lineCount: submission.lines.length,
    },
  }
  const recorded = await recordEvents(
    tx,
    charged,
    facts.map((fact) => ({
      event: { fact, at: now.toISOString(), said: [], references: [] },
      actor: 'hub',
      submissionId: numbers.submissionId,
    })),
    recordContext(deps),
  )
  const { replacesClaimId: originalId } = claim
  if (originalId !== null) await closeOriginal(deps, tx, claim, { originalId, purpose: submission.purpose })
  const settledFirst = composed.first === null ? null : await claimWhatFirstDenied(deps, tx, claim, composed.first)
  deps.failpoint('before_commit:freeze')
  return {
    kind: 'open',
    claim: claimSummary(deps, recorded),
    timings: deps.timings,
    submitted: numbers,
    ...carriers(carried),
    replacedClaimId: originalId ?? settledFirst,
  }
}

interface Carried {
  interchangeId: string
  /** When the batch leaves that the claim waits in; null: it leaves at once. */
  leavesAt: Date | null
  /** The batch is new and has no workflow that carries it yet. */
  opened: boolean
}

/**
 * With a calendar the claim joins the connection's open interchange, else it gets one of its own.
 */
async function carriedBy(
  tx: Tx,
  claim: LockedClaim,
  submission: Submission,
  { declaration, now }: { declaration: ProviderAdapter['declaration']; now: Date },
): Promise<Carried> {
  const { organisationId, connectionId, batchCalendar: calendar, zone } = claim
  const adapterVersion = declaration.version
  if (calendar !== null) {
    const { claimsPerInterchange: mostClaims } = declaration.batching
    const wanted = { organisationId, connectionId, calendar, zone, mostClaims, adapterVersion, submission, now }
    return joinBatch(tx, wanted)
  }
  const alone = { organisationId, connectionId, kind: 'submission' as const, adapterVersion, submissions: [submission] }
  return { interchangeId: await allocateInterchange(tx, { ...alone, now }), leavesAt: null, opened: false }
}

/**
 * The claim's own workflow carries what leaves alone; a batch has a workflow of its own, which the
 * first claim in it starts.
 */
function carriers({ interchangeId, leavesAt, opened }: Carried): Pick<OpenedClaim, 'interchangeId' | 'dispatches'> {
  if (leavesAt === null) return { interchangeId }
  return { interchangeId: null, ...(opened ? { dispatches: [interchangeId] } : {}) }
}

type OpenedClaim = Extract<ClaimOpening, { kind: 'open' }>

/**
 * The original closes as `replaced` in the same transaction, or gives up what an appeal of its
 * disputed lines claims from now on: never two open claims for one amount.
 */
async function closeOriginal(
  deps: Deps,
  tx: Tx,
  claim: LockedClaim,
  { originalId, purpose }: { originalId: string; purpose: Purpose },
): Promise<void> {
  const original = await lockClaim(tx, claim.organisationId, originalId)
  if (original === null) throw new Error(`claim ${claim.claimId} replaces ${originalId}, which does not exist`)
  const now = deps.clock.now()
  const facts: Fact[] = isPartial(original.state.status, purpose, deps.adapterOf(claim.adapterId).declaration)
    ? (await moveDisputedLines(tx, claim, original, now)).map((line) => ({
        type: 'line_settled',
        action: 'appeal',
        ...line,
      }))
    : [{ type: 'replaced', byClaimId: claim.claimId }]
  const events = facts.map((fact) => ({
    event: { fact, at: now.toISOString(), said: [], references: [] },
    actor: 'hub',
  }))
  await recordEvents(tx, original, events, recordContext(deps))
}

/**
 * The first HMO's claim no longer waits for what the second is asked for now. Answers its id when
 * that changed it: its workflow must read it again.
 */
async function claimWhatFirstDenied(
  deps: Deps,
  tx: Tx,
  claim: LockedClaim,
  { claimId: firstId, lines }: ComposedFirst,
): Promise<string | null> {
  if (firstId === null || claim.mode === 'test') return null
  const now = deps.clock.now()
  await closeSecondHmoItem(tx, claim.organisationId, firstId, now)
  const first = await lockClaim(tx, claim.organisationId, firstId)
  if (first === null || first.mode === 'test') return null
  const claimed = await claimFromOther(tx, claim, { claimId: firstId, lines }, now)
  const events = claimed.map((line) => ({
    event: {
      fact: { type: 'line_settled' as const, action: 'bill_other_payer' as const, ...line },
      at: now.toISOString(),
      said: [],
      references: [],
    },
    actor: 'hub',
  }))
  if (events.length === 0) return null
  await recordEvents(tx, first, events, recordContext(deps))
  return firstId
}

async function resume(deps: Deps, tx: Tx, found: LockedClaim): Promise<ClaimOpening> {
  const claim = found.openingFailures === 0 ? found : await worksAgain(deps, tx, found)
  const { organisationId, claimId } = claim
  const sendings = await claimSendings(tx, organisationId, claimId)
  const latest = sendings.at(-1)
  const recorded = await recordEvents(tx, claim, [], recordContext(deps))
  // Oldest first: a void waits for the sending that it takes back.
  const open = sendings.filter((each) => !isSettled(each.state))
  const [interchangeId = null, ...alsoUnresolved] = idsOf(open.filter((each) => !each.departs))
  const dispatches = idsOf(open.filter((each) => each.departs))
  return {
    kind: 'open',
    claim: claimSummary(deps, recorded),
    timings: deps.timings,
    submitted:
      latest === undefined ? null : { submissionId: latest.submissionId, submissionNumber: latest.submissionNumber },
    interchangeId,
    ...(alsoUnresolved.length === 0 ? {} : { alsoUnresolved }),
    ...(dispatches.length === 0 ? {} : { dispatches }),
    replacedClaimId: null,
  }
}

/** What the rest of the opening still breaks is rolled back with it. */
async function worksAgain(deps: Deps, tx: Tx, claim: LockedClaim): Promise<LockedClaim> {
  await openingWorks(tx, claim, deps.clock.now())
  // Whether it asks for attention has changed.
  return (await lockClaim(tx, claim.organisationId, claim.claimId)) ?? claim
}

function idsOf(sendings: ClaimSending[]): string[] {
  return sendings.map((each) => each.interchangeId)
}
