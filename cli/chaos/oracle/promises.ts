import { LEVELS } from '../../../domain/claims/escalation.ts'
import { centsOff } from './cents.ts'
import type { OwnClaim, RunEvidence, RunProgress } from './evidence.ts'

/** From this many levels on a person was told. */
const TOLD = LEVELS.indexOf('billing') + 1

/** A promised claim is closed, or its workflow lives, or a person has it on the worklist. */
export function brokenPromises({ claims, promised, running }: RunEvidence): string[] {
  const byId = new Map(claims.map((claim) => [claim.id, claim]))
  return promised.flatMap((id) => {
    const claim = byId.get(id)
    if (claim === undefined) return [`claim ${id} was promised and does not exist`]
    if (claim.status === 'DRAFT') return [`claim ${claim.claimNumber} was promised and is still a draft`]
    const handled = claim.closedBecause !== null || claim.openItems.length > 0 || running.has(id)
    return handled ? [] : [`claim ${claim.claimNumber} is ${claim.status} and nobody waits for it`]
  })
}

/** Claims past a deadline of which no person has an open item: nobody would ever look. */
export function forgotten({ claims }: Pick<RunProgress, 'claims'>): string[] {
  return claims
    .filter((claim) => isOpen(claim) && claim.levels >= TOLD)
    .filter(({ openItems }) => openItems.length === 0)
    .map(({ claimNumber }) => `claim ${claimNumber} is overdue and on nobody's worklist`)
}

/** Open claims and running workflows that have no counterpart. */
export function unevenWorkflows({ claims, running }: Pick<RunEvidence, 'claims' | 'running'>): string[] {
  const open = new Set(claims.filter(isOpen).map(({ id }) => id))
  return [
    ...[...open].filter((id) => !running.has(id)).map((id) => `claim ${id} is open without a workflow`),
    ...[...running].filter((id) => !open.has(id)).map((id) => `workflow of claim ${id} runs and the claim is not open`),
  ]
}

/**
 * What is still under way, in words: promised claims that are neither closed nor on the worklist,
 * documents that were not read to their end, and payments of a twin that are not posted yet.
 */
export function unfinished(progress: RunProgress): string[] {
  const promised = new Set(progress.promised)
  return [
    ...progress.claims
      .filter((claim) => promised.has(claim.id) && claim.closedBecause === null && claim.openItems.length === 0)
      .map((claim) => `claim ${claim.claimNumber} ${claim.status}: ${claim.waitingFor}`),
    ...progress.unprocessed.map((id) => `document ${id}`),
    ...centsOff(progress).map(centsWords),
  ]
}

export function centsWords({ about, currency, saidByTwins, posted }: ReturnType<typeof centsOff>[number]): string {
  return `${about}: the HMO paid ${saidByTwins} ${currency}, ${posted} is posted`
}

function isOpen({ status, closedBecause }: OwnClaim): boolean {
  return status !== 'DRAFT' && closedBecause === null
}
