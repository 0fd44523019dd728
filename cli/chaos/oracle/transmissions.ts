import { isRealTransmission } from '../../../domain/delivery/interchangeState.ts'
import type { OwnSubmission, RunEvidence, TwinEffect } from './evidence.ts'

/** In words, one for each that is wrong. */
interface Transmissions {
  doubled: string[]
  lost: string[]
  /** At a twin, and not as we sent it, or never sent by us. */
  strange: string[]
}

/**
 * What is at the twins against what we say that we sent. A claim is at its HMO once for each
 * purpose, under whatever number it went; only of papers there may be several sendings.
 */
export function transmissions(evidence: RunEvidence): Transmissions {
  const { effects, secondCopies, submissions } = evidence
  const own = new Map(submissions.map((each) => [each.submissionNumber, each]))
  const copies = [...effects.map((each) => each.submissionNumber), ...secondCopies]
  return {
    doubled: doubled(copies.flatMap((number) => own.get(number) ?? [])),
    lost: [...sentAndMissing(evidence), ...closedAndMissing(evidence)],
    strange: effects.flatMap((effect) => strange(effect, own.get(effect.submissionNumber))),
  }
}

function doubled(arrived: OwnSubmission[]): string[] {
  const counts = new Map<string, number>()
  for (const { claimId, purpose, submissionNumber } of arrived) {
    const what = purpose === 'supplement' ? `papers ${submissionNumber}` : `claim ${claimId} (${purpose})`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts].filter(([, count]) => count > 1).map(([what, count]) => `${what} is at the HMO ${count} times`)
}

function sentAndMissing({ submissions, effects }: RunEvidence): string[] {
  const there = new Set(effects.map((each) => each.submissionNumber))
  return submissions
    .filter((each) => isRealTransmission(each) && !there.has(each.submissionNumber))
    .map((each) => `${each.submissionNumber} is SENT and no HMO has it`)
}

/** A claim that ended, and not by a person's cancelling it, has been at its HMO. */
function closedAndMissing({ claims, submissions, effects, promised }: RunEvidence): string[] {
  const there = new Set(effects.map((each) => each.submissionNumber))
  const arrived = new Set(submissions.flatMap((each) => (there.has(each.submissionNumber) ? [each.claimId] : [])))
  const claimed = new Set(submissions.filter((each) => !isRealTransmission(each)).map((each) => each.claimId))
  const ours = new Set(promised)
  return claims
    .filter(({ id, closedBecause, status }) => ours.has(id) && closedBecause !== null && status !== 'CANCELLED')
    .filter(({ id }) => claimed.has(id) && !arrived.has(id))
    .map(({ claimNumber }) => `claim ${claimNumber} is closed and no HMO ever had it`)
}

function strange(effect: TwinEffect, own: OwnSubmission | undefined): string[] {
  const { submissionNumber, total } = effect
  if (own === undefined) return [`an HMO has ${submissionNumber}, which was never submitted`]
  if (own.purpose === 'supplement' || own.purpose === 'void' || total === own.total) return []
  return [`an HMO has ${submissionNumber} over ${total}, and it was submitted over ${own.total}`]
}
