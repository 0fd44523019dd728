import { moneyInWords } from '../../../domain/amounts.ts'
import type { ClaimEvent } from '../../../domain/claims/claimEvents.ts'
import { chargeDifferences } from '../../../domain/money/chargeDifferences.ts'
import { decisionFromRemittanceClaim } from '../../../domain/money/remittanceDecision.ts'
import type { PlacedClaim } from '../../../domain/money/remittanceLines.ts'
import type { Item } from '../../../domain/worklist/itemContents.ts'
import type { Tx } from '../../connect.ts'
import { type Doubtful, type DoubtfulArrival, doubtsOf, holdMatch } from '../../inbox/heldMatches.ts'
import { learnCorrection } from '../../inbox/memberCorrections.ts'
import { raiseItems } from '../../worklist/worklistItems.ts'
import type { MatchedClaims } from '../placeClaims.ts'
import { insertLedgerNotices, paidAt } from '../remittanceNotices.ts'
import { insertRemittanceLines, type Quarantined, type StoredRemittance } from '../remittanceRows.ts'

/**
 * What a remittance shows of its matching, beside decisions and money: charges that are not ours,
 * lines that nobody can tell apart, corrections of the member, and on a claim that was replaced
 * that its answer stands on the other one. Answers the claims that have notices of it. Numbers its
 * notices behind those of decisions and money: `sequence + 2 × claims` and up.
 */
export async function noteMatching(
  tx: Tx,
  stored: StoredRemittance,
  placing: MatchedClaims,
  placed: (PlacedClaim | null)[],
): Promise<string[]> {
  await raiseItems(tx, stored, [...chargeItems(stored, placing, placed), ...unclearItems(stored, placing, placed)])
  await showAdded(tx, stored, placed)
  const { remittance, sequence, now } = stored
  const first = sequence + 2 * remittance.claims.length
  const at = paidAt(remittance.paidOn, now)
  const notices: { claimId: string; submissionId: string | null; event: ClaimEvent; sequence: number }[] = []
  for (const [index, claim] of remittance.claims.entries()) {
    const claimId = placed[index]?.claimId
    if (claimId === undefined) continue
    const submissionId = placing.submissionIds[index] ?? null
    const { correction } = claim
    const event = correction === undefined ? null : await learnCorrection(tx, { ...stored, claimId, correction, at })
    if (event !== null) notices.push({ claimId, submissionId, event, sequence: first + 2 * index })
    const namedId = placing.passedOn[index] ?? null
    if (namedId === null) continue
    const fact = { type: 'answered_on_successor' as const, byClaimId: claimId }
    notices.push({
      claimId: namedId,
      submissionId: null,
      event: { fact, at, said: claim.said, references: [] },
      sequence: first + 2 * index + 1,
    })
  }
  await insertLedgerNotices(tx, stored, notices)
  return notices.map(({ claimId }) => claimId)
}

/** Lines that the payer added are shown as added, wherever the remittance is shown. */
async function showAdded(tx: Tx, stored: StoredRemittance, placed: (PlacedClaim | null)[]): Promise<void> {
  const { organisationId, remittanceId, remittance } = stored
  for (const [sequence, claim] of remittance.claims.entries()) {
    const added = placed[sequence]?.added ?? []
    if (added.length === 0) continue
    const lines = claim.lines.map((line, index) => (added.includes(index) ? { ...line, added: true } : line))
    await tx
      .updateTable('remittance_lines')
      .set({ detail: JSON.stringify({ ...claim, lines }) })
      .where('organisation_id', '=', organisationId)
      .where('remittance_id', '=', remittanceId)
      .where('sequence', '=', sequence)
      .execute()
  }
}

function chargeItems(
  { remittance, remittanceId }: StoredRemittance,
  placing: MatchedClaims,
  placed: (PlacedClaim | null)[],
): Item[] {
  const { traceNumber, currency } = remittance
  return chargeDifferences(remittance.claims, placed, placing.charges).map(({ claimId, theirs, ours, added }) => ({
    kind: 'charge-differs',
    ids: { remittanceId, claimId },
    words: {
      claimNumber: placing.claims.get(claimId)?.claimNumber ?? '',
      traceNumber,
      theirs: moneyInWords(theirs, currency),
      ours: moneyInWords(ours, currency),
      added,
    },
  }))
}

/** Decided, and nobody can say which lines: a person is asked. */
function unclearItems(
  { remittance }: StoredRemittance,
  placing: MatchedClaims,
  placed: (PlacedClaim | null)[],
): Item[] {
  return remittance.claims.flatMap((claim, index): Item[] => {
    const place = placed[index] ?? null
    if (place === null || claim.kind !== 'payment') return []
    const decision = decisionFromRemittanceClaim(claim, place)
    const isPartial = decision?.type === 'decided' && decision.lines.length === 0 && decision.outcome === 'partial'
    const isUnclear = place.unclear || isPartial
    if (!isUnclear) return []
    const { claimId } = place
    const claimNumber = placing.claims.get(claimId)?.claimNumber ?? ''
    return [{ kind: 'lines-unclear', ids: { claimId }, words: { claimNumber, traceNumber: remittance.traceNumber } }]
  })
}

/**
 * Holds a remittance whole whose row is written: one of its claims is not what it names, or may be
 * several. Answers what keeps it out of the ledger.
 */
export async function holdRemittance(tx: Tx, stored: StoredRemittance, doubtful: Doubtful[]): Promise<Quarantined> {
  const { organisationId, connectionId, documentId, sequence, remittanceId, remittance, contentSha256, now } = stored
  if (documentId === null) throw new Error(`remittance ${remittanceId} has no document that could be held`)
  await insertRemittanceLines(tx, stored, [])
  const arrival: DoubtfulArrival = {
    organisationId,
    connectionId,
    documentId,
    sequence,
    what: 'remittance',
    contentSha256,
    body: remittance,
    remittance: { remittanceId, traceNumber: remittance.traceNumber },
    doubts: await doubtsOf(tx, stored, doubtful),
    now,
  }
  await holdMatch(tx, arrival)
  return evidenceProblem(doubtful)
}

/** What keeps a remittance out of the ledger whose claims are in doubt. */
export function evidenceProblem(doubtful: Doubtful[]): Quarantined {
  const where = doubtful.map(({ place }) => `claim ${place + 1}`).join(', ')
  return { rule: 'claim-evidence', where, difference: null }
}
