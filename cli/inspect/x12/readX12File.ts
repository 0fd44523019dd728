import type { X12Interchange, X12Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { readX12 } from '../../../adapters/formats/x12/segments.ts'
import { type DocumentProblem, emptyTransaction, type Reading, type ReadTransaction } from '../report.ts'
import { placeIn } from './place.ts'
import { readClaims } from './readClaims.ts'
import { readGroupReceipt, readInterchangeReceipt } from './readReceipts.ts'
import { readRemittance } from './readRemittance.ts'
import { readStatuses } from './readStatuses.ts'

const MEDIA_TYPE = 'application/EDI-X12'

const READERS: Readonly<Record<string, (transaction: X12Transaction, bySender: string) => ReadTransaction>> = {
  '835': readRemittance,
  '837': readClaims,
  '276': readStatuses,
  '277': readStatuses,
  '997': readGroupReceipt,
  '999': readGroupReceipt,
}

/**
 * Reads a file of any X12 interchanges. What is wrong with an envelope is listed at the transaction
 * that it closes.
 */
export function readX12File(bytes: Uint8Array): Reading {
  const file = readX12(bytes)
  const transactions = file.interchanges.flatMap(readInterchange)
  const last = transactions.at(-1)
  if (last === undefined || transactions.every(({ report }) => report.kind === null))
    return { readable: false, mediaType: MEDIA_TYPE, because: unreadable(transactions, file.problems[0]) }
  last.report.problems.push(...file.problems)
  return { readable: true, mediaType: MEDIA_TYPE, transactions }
}

function unreadable(transactions: ReadTransaction[], problem: DocumentProblem | undefined): string {
  const [first] = transactions
  if (first !== undefined) return `X12 without a transaction that we read: ${first.title}`
  return problem === undefined ? 'an X12 interchange that holds nothing' : `${problem.where}: ${problem.message}`
}

function readInterchange(interchange: X12Interchange): ReadTransaction[] {
  const receipts = interchange.acknowledgements.map((segment) => readInterchangeReceipt(segment, interchange))
  const bySender = interchange.senderId
  const groups = interchange.groups.map((group) => ({
    group,
    read: group.transactions.map((transaction) => ({ transaction, read: readTransaction(transaction, bySender) })),
  }))
  const all = [...receipts, ...groups.flatMap(({ read }) => read.map((each) => each.read))]
  for (const problem of interchange.problems) ownerOf(problem)?.report.problems.push(problem)
  const [first] = all
  if (!interchange.enveloped) first?.report.problems.push(withoutEnvelope(interchange))
  return all

  function ownerOf({ where }: DocumentProblem): ReadTransaction | undefined {
    const named = groups
      .flatMap(({ read }) => read)
      .findLast(({ transaction }) => where === `ST ${transaction.controlNumber}`)
    if (named !== undefined) return named.read
    return groups.find(({ group }) => where === `GS ${group.controlNumber}`)?.read.at(-1)?.read ?? all.at(-1)
  }
}

function readTransaction(transaction: X12Transaction, bySender: string): ReadTransaction {
  const reader = Object.hasOwn(READERS, transaction.kind) ? READERS[transaction.kind] : undefined
  if (reader !== undefined) return reader(transaction, bySender)
  const report = emptyTransaction(null, transaction.controlNumber)
  report.problems.push({
    code: 'unknown-code',
    where: placeIn(transaction.controlNumber, 'ST01'),
    message: 'there is no reader for this kind of transaction',
  })
  return { report, title: `transaction ${transaction.kind}`, notes: [['sender', bySender]], currency: 'USD' }
}

function withoutEnvelope({ groups }: X12Interchange): DocumentProblem {
  const bare = groups.every(({ functionalId }) => functionalId === '')
  return {
    code: 'missing',
    where: 'ISA',
    message: bare
      ? 'ISA and GS are missing: a transaction without an envelope'
      : 'ISA is missing: a group without an interchange',
  }
}
