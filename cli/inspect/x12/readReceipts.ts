import {
  at,
  type X12Interchange,
  type X12Segment,
  type X12Transaction,
} from '../../../adapters/formats/x12/interchange.ts'
import { readAcknowledgement } from '../../../adapters/formats/x12/readAcknowledgement.ts'
import { emptyTransaction, type ReadTransaction } from '../report.ts'
import { placeIn } from './place.ts'

/** AK9 and IK5 (source: 005010X231A1). */
const VERDICTS: Readonly<Record<string, string>> = {
  A: 'accepted',
  E: 'accepted with errors',
  P: 'partly accepted',
  R: 'rejected',
  M: 'rejected (authentication)',
  W: 'rejected (assurance)',
  X: 'rejected (decryption)',
}

/**
 * Reads a 999 or a 997: whether a group of files keeps the rules of its guide. It says nothing
 * about claims.
 */
export function readGroupReceipt(transaction: X12Transaction, bySender: string): ReadTransaction {
  const { controlNumber } = transaction
  const report = emptyTransaction('acknowledgement', controlNumber)
  const read = readAcknowledgement(transaction)
  report.problems.push(
    ...read.problems.map((problem) => ({ ...problem, where: placeIn(controlNumber, problem.where) })),
  )
  const verdicts: [string, string][] = [
    ['AK901', read.verdict],
    ...read.transactions.map(({ controlNumber: number, verdict }): [string, string] => [
      `AK2 ${number} IK501`,
      verdict,
    ]),
  ]
  for (const [where, verdict] of verdicts)
    if (verdict !== '' && !Object.hasOwn(VERDICTS, verdict))
      report.problems.push({
        code: 'unknown-code',
        where: placeIn(controlNumber, where),
        message: `verdict ${verdict} is not in the list`,
      })
  const notes: ReadTransaction['notes'] = [
    ['sender', bySender],
    ['about group', `${read.controlNumber} (${read.functionalId})`],
    ['verdict', VERDICTS[read.verdict] ?? read.verdict],
    ...read.transactions.map((each): [string, string] => [
      `transaction ${each.controlNumber}`,
      [
        VERDICTS[each.verdict] ?? each.verdict,
        ...each.errors.map(({ list, code, where }) => `${list} ${code} at ${where}`),
      ].join('; '),
    ]),
  ]
  return { report, title: `${transaction.kind} receipt of a group`, notes, currency: 'USD' }
}

const INTERCHANGE_VERDICTS: Readonly<Record<string, string>> = {
  A: 'accepted',
  E: 'accepted with errors',
  R: 'rejected',
}

/**
 * Reads a TA1: whether a whole interchange arrived. Its control number is the number of the
 * interchange that it speaks of.
 */
export function readInterchangeReceipt(segment: X12Segment, interchange: X12Interchange): ReadTransaction {
  const report = emptyTransaction('acknowledgement', at(segment, 1))
  const verdict = at(segment, 4)
  if (at(segment, 1) === '')
    report.problems.push({ code: 'missing', where: 'TA101', message: 'the interchange is not named' })
  if (verdict === '') report.problems.push({ code: 'missing', where: 'TA104', message: 'the verdict is missing' })
  else if (!Object.hasOwn(INTERCHANGE_VERDICTS, verdict))
    report.problems.push({ code: 'unknown-code', where: 'TA104', message: `verdict ${verdict} is not in the list` })
  const notes: ReadTransaction['notes'] = [
    ['sender', interchange.senderId],
    ['verdict', INTERCHANGE_VERDICTS[verdict] ?? verdict],
    ['note code', at(segment, 5)],
  ]
  return { report, title: 'TA1 receipt of an interchange', notes, currency: 'USD' }
}
