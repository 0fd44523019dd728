import type { Said } from '../../../domain/claim.ts'
import { type Notice, unreadable } from '../../contract.ts'
import type { X12Transaction } from '../../formats/x12/interchange.ts'
import { readAcknowledgement, type TransactionAcknowledgement } from '../../formats/x12/readAcknowledgement.ts'
import { controlNumberOf } from './decodeTa1.ts'
import { unreadableBy } from './unreadableBy.ts'

/**
 * 999: whether a group of ours keeps the rules of its guide. Accepted says nothing about claims;
 * ST02 is our transaction's position.
 */
export function decode999(transaction: X12Transaction, remarks: Said[]): Notice[] {
  const read = readAcknowledgement(transaction)
  const [problem] = read.problems
  if (problem !== undefined) return [unreadableBy(problem)]
  const controlNumber = controlNumberOf(read.controlNumber)
  if (controlNumber === null) return [unreadable('AK102: not a control number of ours')]
  const rejected = read.transactions.filter((each) => REJECTED.has(each.verdict))
  const said: Said[] = [{ list: '999 AK9', code: read.verdict }, ...remarks]
  const errors = read.transactions.flatMap((each) => errorsOf(each))
  if (REJECTED.has(read.verdict))
    return [{ kind: 'batch', controlNumber, verdict: 'rejected', said: [...said, ...errors] }]
  if (read.verdict === 'P' && rejected.length === 0)
    return [unreadable('AK901: partly accepted, but no transaction is named as rejected')]
  if (rejected.length > 0) return [rejectedByPosition(controlNumber, rejected, said)]
  if (!ACCEPTED.has(read.verdict)) return [unreadable('AK901: an unknown verdict')]
  return [{ kind: 'batch', controlNumber, verdict: 'accepted', said: [...said, ...errors] }]
}

function rejectedByPosition(controlNumber: number, rejected: TransactionAcknowledgement[], said: Said[]): Notice {
  const positions = rejected.map((each) => controlNumberOf(each.controlNumber))
  if (positions.includes(null)) return unreadable('AK202: not a transaction of ours')
  return {
    kind: 'batch',
    controlNumber,
    verdict: 'rejected',
    positions: positions.filter((position) => position !== null),
    said: [...said, ...rejected.flatMap((each) => errorsOf(each))],
  }
}

function errorsOf({ errors }: TransactionAcknowledgement): Said[] {
  return errors.map(({ list, code, where }) => ({ list, code, text: where }))
}

const ACCEPTED = new Set(['A', 'E'])
/** R rejected; M, W and X could not be authenticated or decrypted. */
const REJECTED = new Set(['R', 'M', 'W', 'X'])
