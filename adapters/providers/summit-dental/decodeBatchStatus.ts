import type { Said } from '../../../domain/claim.ts'
import { type Notice, unreadable } from '../../contract.ts'
import type { Status, StatusReport } from '../../formats/x12/readStatus.ts'
import { meaningOf } from './codes.ts'
import { controlNumberOf } from './decodeTa1.ts'

/**
 * Statuses above the claims. A 277CA that rejects the receiver's batch, or the only billing
 * provider in it, names no claim and fails them all; its TRN02 is our BHT03. In an inquiry's answer
 * the same place only says that the inquiry failed.
 */
export function decodeBatchStatus(report: StatusReport, acknowledges: boolean, remarks: Said[]): Notice[] {
  const spoken = report.batches.filter((batch) => batch.statuses.length > 0)
  if (report.claims.length > 0) {
    const silent = spoken.some(
      (batch) => batch.level === 'provider' && batch.claimsBelow === 0 && batch.statuses.some(isRejected),
    )
    return silent ? [unreadable(UNNAMED)] : []
  }
  if (!acknowledges) {
    return spoken.map((batch) =>
      unreadable(`the inquiry was answered as a whole: ${batch.statuses.map(codesOf).join(', ')}`),
    )
  }
  const receiver = report.batches.find(
    (batch) => batch.level === 'receiver' && batch.trace !== '' && batch.statuses.length > 0,
  )
  const named = /^0*(\d{1,9})(?:-(\d{1,4}))?$/.exec(receiver?.trace ?? '')
  const controlNumber = controlNumberOf(named?.[1] ?? '')
  if (controlNumber === null) return [unreadable('TRN02: the acknowledged batch is not named')]
  const statuses = spoken.flatMap((batch) => batch.statuses)
  const said = [...statuses.flatMap(saidOfBatch), ...remarks]
  if (!statuses.some(isRejected)) return [{ kind: 'batch', controlNumber, verdict: 'accepted', said }]
  if (!(receiver?.statuses ?? []).some(isRejected) && report.providers > 1) {
    return [unreadable(UNNAMED)]
  }
  const position = named?.[2] === undefined ? {} : { positions: [Number(named[2])] }
  return [{ kind: 'batch', controlNumber, verdict: 'rejected', ...position, said }]
}

const UNNAMED = 'one of several billing providers is rejected, without naming its claims'

function isRejected({ action, category }: Status): boolean {
  return action === 'U' || meaningOf(category) === 'rejected_front_end'
}

function codesOf({ category, code }: Status): string {
  return `${category}:${code}`
}

function saidOfBatch({ category, code, entity }: Status): Said[] {
  return [
    { list: '277 category', code: category },
    { list: '277 status', code },
    ...(entity === '' ? [] : [{ list: '277 entity', code: entity }]),
  ]
}
